//! The networks of `stdlib/zoo` against what is published of them.

mod figures;
mod library;
mod order;
mod published;
mod walks;

use std::collections::BTreeMap;

use library::{NETWORKS, ZOO, after, defined, errors, files, network};
use netlet_dsl::check::Scope;
use netlet_dsl::emit;
use netlet_dsl::source::Sources;
use netlet_dsl::syntax::ast::ItemKind;
use netlet_dsl::syntax::parse;

#[test]
fn every_network_is_without_errors() {
    let families = ZOO.definitions.families();
    let found = families.flat_map(|family| family.errors(&ZOO.definitions)).collect::<Vec<_>>();
    assert_eq!(errors(&found, &ZOO.sources), "");
    for name in NETWORKS {
        assert_eq!(network(name).name, *name);
    }
    assert_eq!(ZOO.net_names().count(), NETWORKS.len(), "a network is not listed");
}

#[test]
fn one_text_may_ask_for_every_network() {
    let asked = NETWORKS.iter().map(|name| format!("summary {name}\n")).collect::<String>();
    after(&Scope::default(), &format!("import zoo\n{asked}nets"));
    let files = files().into_iter().map(|(_, text)| text).collect::<String>();
    after(&Scope::default(), &format!("{files}{asked}nets"));
}

#[test]
fn every_file_can_be_typed_into_a_session() {
    for (_, text) in files() {
        after(&Scope::default(), &text);
    }
}

#[test]
fn no_name_is_given_twice() {
    let mut names = BTreeMap::new();
    for (file, text) in files() {
        let source = Sources::default().add(file.as_str(), text);
        for item in parse(&source).expect("every file is without errors").items {
            let name = match &item.kind {
                ItemKind::Net(net) => &net.name.value,
                ItemKind::Member(member) => &member.name.value,
                ItemKind::Block(block) => &block.name.value,
                ItemKind::Command(command) => {
                    assert_eq!(command.call.name.value, "import", "{file}");
                    continue;
                }
                other => panic!("{file} does more than define: {other:?}"),
            };
            let before = names.insert(name.clone(), file.clone());
            assert_eq!(before, None, "`{name}` stands in {file} too");
        }
    }
}

#[test]
fn every_network_becomes_rust() {
    for name in NETWORKS {
        let code = emit::rust(&network(name));
        assert!(code.contains(&format!("pub struct {name} {{")), "{name}");
    }
}

#[test]
fn families_have_smaller_members() {
    let outputs = [
        ("LeNet5(1x28x28, classes=26)", "26"),
        ("AlexNet(3x64x64, classes=10)", "10"),
        ("VGG16(3x64x64, classes=10)", "10"),
        ("VGG11(3x32x32, classes=10, norm=yes)", "10"),
        ("GoogLeNet(3x96x96, classes=5)", "5"),
        ("ResNet18(3x64x64, classes=10, n3=1, n4=1)", "10"),
        ("ResNet50(1x64x64, classes=3)", "3"),
        ("DenseNet121(3x64x64, classes=10, growth=12, n3=6, n4=4)", "10"),
        ("SqueezeNet1_1(3x64x64, classes=10)", "10"),
        ("MobileNetV1(3x96x96, classes=2, width=8)", "2"),
        ("MobileNetV2(3x96x96, classes=2)", "2"),
        ("EfficientNetB0(3x96x96, classes=2)", "2"),
        ("FractalNet(1x32x32, columns=4, width=16)", "10"),
        ("UNet(3x188x188, classes=4, width=8)", "4x4x4"),
        ("UNetSmall(3x96x128, classes=12, width=8)", "12x96x128"),
        ("SegNet(3x96x128, classes=12)", "12x96x128"),
        ("FCNResNet101(3x96x128, classes=12)", "12x96x128"),
        ("DeepLabV3ResNet101(3x96x128, classes=12)", "12x96x128"),
        ("ColorizeUNet(1x64x64, classes=16, width=8)", "16x64x64"),
        ("ClassifyLocate(3x128x128, classes=3)", "3"),
        ("DCGANGenerator(64, channels=1, width=16)", "1x64x64"),
        ("DCGANDiscriminator(1x64x64, width=16)", "1"),
        ("Pix2PixGenerator(1x128x128, channels=3, width=16, levels=6)", "3x128x128"),
        ("PatchGAN(3x128x128, 1x128x128, width=16)", "1x14x14"),
        ("CycleGANGenerator(1x64x64, channels=3, width=16, units=6)", "3x64x64"),
        ("VNet(1x32x32x48, classes=3)", "3x32x32x48"),
        ("YOLOv1(3x224x224, classes=3, boxes=1)", "8x4x4"),
        ("SSD300(3x300x300, classes=4)", "8732x4"),
    ];
    for (member, output) in outputs {
        let net = defined("Small", &format!("net Small = {member}"));
        assert_eq!(net.output().to_string(), output, "{member}");
    }
}

#[test]
fn blocks_can_be_used_alone() {
    let text = "net A(3x32x32) {
        basic 8 stride=2 -> bottleneck 4 -> squeeze_excite 4 -> dense_layer 8 -> transition
        fire 4 8 -> inception 4 4 8 2 4 4 -> inverted_residual 20 -> mbconv 20 window=5
        fractal 8 3 -> depthwise_separable 16 -> aspp 8 2 4 6 -> reflect_residual
    }";
    assert_eq!(defined("A", text).output().to_string(), "8x8x8");
}
