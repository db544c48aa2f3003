//! The order of parameters, by which weights of PyTorch are loaded.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::library::{defined, network};
use netlet_dsl::network::Network;
use netlet_dsl::shape::dims_text;
use serde_json::Value;

/// torchvision's names, and ours.
const TORCHVISION: &[(&str, &str)] = &[
    ("alexnet", "AlexNet"),
    ("vgg16", "VGG16"),
    ("vgg11_bn", "VGG11BN"),
    ("googlenet", "GoogLeNet"),
    ("resnet18", "ResNet18"),
    ("resnet34", "ResNet34"),
    ("resnet50", "ResNet50"),
    ("densenet121", "DenseNet121"),
    ("squeezenet1_0", "SqueezeNet1_0"),
    ("squeezenet1_1", "SqueezeNet1_1"),
    ("mobilenet_v2", "MobileNetV2"),
    ("efficientnet_b0", "EfficientNetB0"),
    ("fcn_resnet101", "FCNResNet101"),
    ("deeplabv3_resnet101", "DeepLabV3ResNet101"),
];

fn golden(file: &str) -> Value {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/golden").join(file);
    let text = std::fs::read_to_string(path).expect("the reference is there");
    serde_json::from_str(&text).expect("it is JSON")
}

/// Parameters and running statistics: the floating-point tensors of a state dict.
fn tensors(network: &Network) -> usize {
    let buffers = network.layers().iter().map(|node| node.operation.buffers().len());
    network.parameters().count() + buffers.sum::<usize>()
}

#[test]
fn parameters_come_in_the_order_of_torchvision() {
    let shapes = golden("torchvision_shapes.json");
    for (torchvision, ours) in TORCHVISION {
        let expected = shapes[torchvision].as_str().expect("its shapes are there");
        let found = network(ours);
        let found = found.parameters().map(|(path, it)| (path, dims_text(&it.dims)));
        let found = found.collect::<Vec<_>>();
        for ((path, dims), expected) in found.iter().zip(expected.split(' ')) {
            assert_eq!(dims, expected, "{path} of {ours}");
        }
        assert_eq!(found.len(), expected.split(' ').count(), "{ours}");
    }
}

/// torchvision's SSD has the scale before all layers and the boxes behind the classes, so only the
/// weights themselves are the same.
#[test]
fn ssd_has_the_weights_of_torchvision() {
    let shapes = golden("torchvision_shapes.json");
    let count = |shapes: &mut dyn Iterator<Item = String>| {
        shapes.fold(BTreeMap::<String, usize>::new(), |mut counts, shape| {
            *counts.entry(shape).or_default() += 1;
            counts
        })
    };
    let expected = shapes["ssd300_vgg16"].as_str().expect("its shapes are there");
    let net = defined("Coco", "net Coco = SSD300(classes=91)");
    let ours = count(&mut net.parameters().map(|(_, it)| dims_text(&it.dims)));
    assert_eq!(ours, count(&mut expected.split(' ').map(str::to_owned)));
}

#[test]
fn networks_have_the_tensors_of_the_reference() {
    let Value::Object(networks) = golden("networks.json") else { panic!("networks by name") };
    for (name, reference) in &networks {
        let (_, ours) = TORCHVISION.iter().find(|(known, _)| known == name).expect("it is known");
        let dims = |key: &str| {
            let dims = reference[key].as_array().expect("dimensions").iter();
            dims.map(Value::to_string).collect::<Vec<_>>().join("x")
        };
        let input = dims("input");
        let net = defined("Golden", &format!("net Golden = {ours}({input})"));
        assert_eq!(Some(net.parameter_count()), reference["parameters"].as_u64(), "{name}");
        assert_eq!(Some(tensors(&net) as u64), reference["tensors"].as_u64(), "{name}");
        assert_eq!(net.output().to_string(), dims("output"), "{name}");
    }
}
