//! The zoo as the library that `import` reads from.

use std::path::PathBuf;
use std::sync::{Arc, LazyLock};

use netlet_dsl::check::{Context, ImportName, Library, Scope, check};
use netlet_dsl::diagnostic::{Colour, Diagnostic, Severity, render};
use netlet_dsl::network::Network;
use netlet_dsl::source::Sources;
use netlet_dsl::summary::{Summary, summarize};
use netlet_dsl::syntax::parse;

/// Every network of the zoo.
pub const NETWORKS: &[&str] = &[
    "LeNet5",
    "AlexNet",
    "AlexNet2012",
    "VGG11",
    "VGG13",
    "VGG16",
    "VGG19",
    "VGG11BN",
    "VGG13BN",
    "VGG16BN",
    "VGG19BN",
    "GoogLeNet",
    "ResNet18",
    "ResNet34",
    "ResNet50",
    "ResNet101",
    "ResNet152",
    "DenseNet121",
    "SqueezeNet1_0",
    "SqueezeNet1_1",
    "MobileNetV1",
    "MobileNetV2",
    "EfficientNetB0",
    "FractalNet",
    "UNet",
    "UNetSmall",
    "SegNet",
    "FCNResNet101",
    "DeepLabV3ResNet101",
    "ColorizePool",
    "ColorizeConvT",
    "ColorizeUNet",
    "ClassifyLocate",
    "DCGANGenerator",
    "DCGANDiscriminator",
    "Pix2PixGenerator",
    "PatchGAN",
    "CycleGANGenerator",
    "VNet",
    "YOLOv1",
    "SSD300",
];

/// The files of `stdlib/zoo`.
struct Zoo;

impl Library for Zoo {
    fn texts(&self, name: &ImportName) -> Result<Vec<(String, String)>, String> {
        let ImportName::Path(path) = name else {
            return Err(format!("{name:?} is not in the zoo"));
        };
        let wanted = |file: &str| path == "zoo" || *path == format!("zoo.{file}");
        let texts = files().into_iter().filter(|(file, _)| wanted(file)).collect::<Vec<_>>();
        if texts.is_empty() { Err(format!("there is no `{path}`")) } else { Ok(texts) }
    }

    fn names(&self) -> Vec<String> {
        files().into_iter().map(|(file, _)| format!("zoo.{file}")).collect()
    }
}

/// The name and the text of each file, by name.
pub fn files() -> Vec<(String, String)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../stdlib/zoo");
    let entries = std::fs::read_dir(folder).expect("the zoo is there");
    let paths = entries.map(|entry| entry.expect("its folder can be listed").path());
    let mut files = paths
        .filter(|path| path.extension().is_some_and(|it| it == "net"))
        .map(|path| {
            let name = path.file_stem().expect("a file has a name").to_string_lossy().into_owned();
            (name, std::fs::read_to_string(&path).expect("its files can be read"))
        })
        .collect::<Vec<_>>();
    files.sort();
    files
}

/// A session after `import zoo`.
pub static ZOO: LazyLock<Scope> = LazyLock::new(|| after(&Scope::default(), "import zoo"));

/// A session after a text without errors.
pub fn after(scope: &Scope, text: &str) -> Scope {
    let mut scope = scope.clone();
    let source = scope.sources.add("test.net", text);
    let program = parse(&source).unwrap_or_else(|errors| panic!("{text}: {errors:#?}"));
    let context = Context { library: &Zoo, ..Context::default() };
    let checked = check(&program, &source, &scope, context);
    assert_eq!(errors(&checked.diagnostics, &checked.sources), "", "{text}");
    scope.sources = checked.sources;
    checked.statements.iter().for_each(|statement| scope.apply(statement));
    scope
}

/// The errors among what was found, as a terminal shows them.
pub fn errors(found: &[Diagnostic], sources: &Sources) -> String {
    let errors = found.iter().filter(|found| found.severity == Severity::Error);
    errors.map(|found| render(found, sources, Colour::Plain)).collect()
}

/// A network of the zoo.
pub fn network(name: &str) -> Arc<Network> {
    ZOO.net(name).unwrap_or_else(|| panic!("the zoo has no {name}, or it has errors"))
}

/// A network that is defined on top of the zoo.
pub fn defined(name: &str, text: &str) -> Arc<Network> {
    after(&ZOO, text).net(name).unwrap_or_else(|| panic!("no {name} in {text}"))
}

/// The table of a network of the zoo.
pub fn summary(name: &str) -> Summary {
    summarize(&network(name))
}
