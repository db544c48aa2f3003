//! Writes the networks of the golden cases as Rust, by way of the language: what the tests run is
//! what a notebook would compile.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use netlet_dsl::check::{Action, Context, ImportName, Library, Scope, check};
use netlet_dsl::diagnostic::{Colour, Severity, render};
use netlet_dsl::{emit, syntax};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// The networks of `networks.json`, with what the zoo calls them and the input that is not the
/// zoo's own.
const NETWORKS: [(&str, &str); 9] = [
    ("alexnet", "AlexNet"),
    ("vgg16", "VGG16"),
    ("googlenet", "GoogLeNet"),
    ("resnet34", "ResNet34"),
    ("densenet121", "DenseNet121"),
    ("mobilenet_v2", "MobileNetV2"),
    ("efficientnet_b0", "EfficientNetB0"),
    ("fcn_resnet101", "FCNResNet101(3x97x97)"),
    ("deeplabv3_resnet101", "DeepLabV3ResNet101(3x97x97)"),
];

/// The networks of the memory benchmark.
const LARGE: [(&str, &str); 2] =
    [("unet", "UNetSmall(1x32x32, width=32)"), ("resnet34", "ResNet34")];

/// Members of the zoo that train in little time: with small inputs or few levels, and with the
/// samples in a batch. Maps stay so large that every batchnorm sees four values and more of a
/// channel: of two it keeps no more than which is the larger, and no gradient passes. What is not
/// named here has its own size and two samples.
const SMALL: [(&str, &str, usize); 35] = [
    ("AlexNet", "3x63x63, classes=10", 2),
    ("AlexNet2012", "3x67x67, classes=10", 2),
    ("ClassifyLocate", "3x63x63, classes=10", 2),
    ("CycleGANGenerator", "3x32x32", 1),
    // One of its batchnorms is of the mean of the whole map, a value for each sample.
    ("DeepLabV3ResNet101", "3x33x33", 4),
    ("DenseNet121", "3x64x64, classes=10", 2),
    ("EfficientNetB0", "3x64x64, classes=10", 2),
    ("FCNResNet101", "3x33x33", 2),
    ("FractalNet", "3x32x32, width=16", 2),
    ("GoogLeNet", "3x64x64, classes=10", 2),
    ("MobileNetV1", "3x64x64, classes=10", 2),
    ("MobileNetV2", "3x64x64, classes=10", 2),
    ("PatchGAN", "3x64x64, 3x64x64", 2),
    ("Pix2PixGenerator", "3x256x256", 1),
    ("ResNet18", "3x64x64, classes=10", 2),
    ("ResNet34", "3x64x64, classes=10", 2),
    ("ResNet50", "3x64x64, classes=10", 2),
    ("ResNet101", "3x64x64, classes=10", 2),
    ("ResNet152", "3x64x64, classes=10", 2),
    ("SegNet", "3x64x64", 2),
    ("SqueezeNet1_0", "3x64x64, classes=10", 2),
    ("SqueezeNet1_1", "3x64x64, classes=10", 2),
    ("SSD300", "3x300x300", 1),
    ("UNet", "1x188x188", 1),
    ("UNetSmall", "1x32x32", 2),
    ("VGG11", "3x32x32, classes=10", 2),
    ("VGG13", "3x32x32, classes=10", 2),
    ("VGG16", "3x32x32, classes=10", 2),
    ("VGG19", "3x32x32, classes=10", 2),
    ("VGG11BN", "3x64x64, classes=10", 2),
    ("VGG13BN", "3x64x64, classes=10", 2),
    ("VGG16BN", "3x64x64, classes=10", 2),
    ("VGG19BN", "3x64x64, classes=10", 2),
    ("VNet", "1x16x16x16", 1),
    ("YOLOv1", "3x64x64", 2),
];

fn main() -> Result<()> {
    let root = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("..");
    let golden = env::var_os("NETLET_GOLDEN").map_or(root.join("tests/golden"), PathBuf::from);
    println!("cargo::rerun-if-env-changed=NETLET_GOLDEN");
    println!("cargo::rerun-if-changed={}", golden.display());
    println!("cargo::rustc-env=NETLET_GOLDEN_FOLDER={}", golden.display());
    let zoo = Zoo(root.join("stdlib/zoo"));
    println!("cargo::rerun-if-changed={}", zoo.0.display());

    let cases = fs::read_to_string(golden.join("layers/cases.json"))?;
    let cases: serde_json::Value = serde_json::from_str(&cases)?;
    let text = |case: &serde_json::Value, key: &str| -> Result<String> {
        Ok(case[key].as_str().ok_or(format!("a case has no {key}"))?.to_owned())
    };
    let mut layers = Vec::new();
    for case in cases.as_array().ok_or("no list of cases")? {
        layers.push((text(case, "name")?, text(case, "net")?));
    }
    let networks =
        NETWORKS.map(|(name, net)| (name.to_owned(), format!("import zoo\nnet T = {net}\n")));
    let out = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(out.join("golden_layers.rs"), modules(&layers, &zoo)?)?;
    fs::write(out.join("golden_networks.rs"), modules(&networks, &zoo)?)?;
    let large = LARGE.map(|(name, net)| (name.to_owned(), format!("import zoo\nnet T = {net}\n")));
    fs::write(out.join("memory.rs"), modules(&large, &zoo)?)?;
    fs::write(out.join("zoo_training.rs"), trainings(&zoo)?)?;
    Ok(())
}

/// A module for each network of the zoo, and in it a test that trains it.
fn trainings(zoo: &Zoo) -> Result<String> {
    let mut code = String::new();
    let nets = zoo.nets()?;
    for (name, ..) in SMALL {
        assert!(nets.iter().any(|net| net == name), "the zoo has no {name}");
    }
    for net in &nets {
        let small = SMALL.iter().find(|(name, ..)| name == net);
        let (_, arguments, samples) = small.unwrap_or(&("", "", 2));
        let text = format!("import zoo\nnet T = {net}({arguments})\n");
        let text = if arguments.is_empty() { text.replace("()", "") } else { text };
        let network = emitted(&text, zoo).map_err(|error| format!("{net}: {error}"))?;
        let name = net.to_lowercase();
        writeln!(code, "mod {name} {{\n{network}")?;
        writeln!(code, "#[test]\nfn trains() {{")?;
        writeln!(code, "    super::check(&mut T::new(), {samples});\n}}\n}}")?;
    }
    Ok(code)
}

/// A module for each network, and a function that makes one by name.
fn modules(nets: &[(String, String)], zoo: &Zoo) -> Result<String> {
    let (mut code, mut table) = (String::new(), String::new());
    for (name, text) in nets {
        let network = emitted(text, zoo).map_err(|error| format!("{name}: {error}"))?;
        writeln!(code, "mod {name} {{\n{network}}}")?;
        writeln!(table, "        {name:?} => Box::new({name}::T::new()),")?;
    }
    writeln!(
        code,
        "/// The network of a case.\nfn network(name: &str) -> Box<dyn Network> {{\n    \
         match name {{\n{table}        other => panic!(\"no network for the case {{other}}\"),\n    }}\n}}"
    )?;
    Ok(code)
}

/// The Rust of the network `T` of a text.
fn emitted(text: &str, zoo: &Zoo) -> Result<String> {
    let mut scope = Scope::default();
    let source = scope.sources.add("case", text);
    let shown = |found: &[netlet_dsl::diagnostic::Diagnostic], sources| {
        let errors = found.iter().filter(|it| it.severity == Severity::Error);
        errors.map(|it| render(it, sources, Colour::Plain)).collect::<String>()
    };
    let program = syntax::parse(&source).map_err(|found| shown(&found, &scope.sources))?;
    let checked = check(&program, &source, &scope, Context { cell: None, library: zoo });
    let errors = shown(&checked.diagnostics, &checked.sources);
    if !errors.is_empty() {
        return Err(errors.into());
    }
    let network =
        checked.statements.into_iter().rev().find_map(|statement| match statement.action {
            Action::Net { network, .. } => Some(network),
            _ => None,
        });
    Ok(emit::rust(&*network.ok_or("no network")?))
}

/// The library in the language itself.
struct Zoo(PathBuf);

impl Zoo {
    /// The names of all networks, in the order of their files.
    fn nets(&self) -> Result<Vec<String>> {
        let texts = self.texts(&ImportName::Path("zoo".to_owned()))?;
        let lines = texts.iter().flat_map(|(_, text)| text.lines());
        let names = lines.filter_map(|line| line.strip_prefix("net "));
        let names = names.filter_map(|rest| rest.split([' ', '(']).next());
        Ok(names.map(str::to_owned).collect())
    }
}

impl Library for Zoo {
    fn texts(&self, name: &ImportName) -> std::result::Result<Vec<(String, String)>, String> {
        let ImportName::Path(path) = name else { return Err("no file".to_owned()) };
        let part = path.strip_prefix("zoo.");
        let entries = fs::read_dir(&self.0).map_err(|error| error.to_string())?;
        let mut paths = entries.flatten().map(|entry| entry.path()).collect::<Vec<_>>();
        paths.sort();
        let wanted = |path: &PathBuf| {
            path.extension().is_some_and(|it| it == "net")
                && part.is_none_or(|part| path.file_stem().is_some_and(|it| it == part))
        };
        let texts = paths.into_iter().filter(wanted).map(|path| {
            let text = fs::read_to_string(&path).map_err(|error| error.to_string())?;
            Ok((path.display().to_string(), text))
        });
        texts.collect()
    }

    fn names(&self) -> Vec<String> {
        Vec::new()
    }
}
