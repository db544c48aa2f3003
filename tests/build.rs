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
    Ok(())
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
