//! Published numbers: parameters (`num_params`) and multiply-adds (`_ops`) of torchvision 0.29,
//! receptive fields of Araujo, Norris and Sim, "Computing Receptive Fields of Convolutional Neural
//! Networks", 2019, and what the authors of other networks say.

use crate::figures::sees;
use crate::library::{defined, network, summary};
use netlet_dsl::summary::{Summary, summarize};

/// Multiply-adds of everything, with heads that exist only while training.
fn with_training_heads(summary: &Summary) -> u64 {
    summary.layers.iter().map(|row| row.multiply_adds).sum()
}

/// Billions to the three digits that torchvision prints.
fn giga(count: u64) -> String {
    format!("{:.3}", count as f64 / 1e9)
}

#[test]
fn parameters_and_multiply_adds_are_exact() {
    let exact = [
        ("LeNet5", 61_706, 416_520),
        ("AlexNet", 61_100_840, 714_188_480),
        ("VGG16", 138_357_544, 15_470_264_320),
        ("GoogLeNet", 6_624_904, 1_498_376_192),
        ("ResNet18", 11_689_512, 1_814_073_344),
        ("ResNet34", 21_797_672, 3_663_761_408),
        ("ResNet50", 25_557_032, 4_089_184_256),
        ("ResNet101", 44_549_160, 7_801_405_440),
        ("DenseNet121", 7_978_856, 2_834_161_664),
        ("SqueezeNet1_1", 1_235_496, 349_151_936),
        ("MobileNetV1", 4_231_976, 568_740_352),
        ("MobileNetV2", 3_504_872, 300_774_272),
        ("EfficientNetB0", 5_288_548, 385_814_752),
    ];
    for (name, parameters, multiply_adds) in exact {
        let summary = summary(name);
        assert_eq!(summary.parameters, parameters, "{name}");
        assert_eq!(summary.multiply_adds, multiply_adds, "{name}");
    }
}

#[test]
fn torchvision_prints_the_same() {
    let printed = [
        ("VGG11", 132_863_336, "7.609"),
        ("VGG13", 133_047_848, "11.308"),
        ("VGG19", 143_667_240, "19.632"),
        ("VGG11BN", 132_868_840, "7.609"),
        ("VGG13BN", 133_053_736, "11.308"),
        ("VGG16BN", 138_365_992, "15.470"),
        ("VGG19BN", 143_678_248, "19.632"),
        ("ResNet152", 60_192_808, "11.514"),
        ("SqueezeNet1_0", 1_248_424, "0.819"),
    ];
    for (name, parameters, multiply_adds) in printed {
        let summary = summary(name);
        assert_eq!(summary.parameters, parameters, "{name}");
        assert_eq!(giga(summary.multiply_adds), multiply_adds, "{name}");
    }
}

#[test]
fn training_heads_are_counted_by_themselves() {
    let heads = [
        ("GoogLeNet", 6_624_904, 13_004_888),
        ("FCNResNet101", 51_949_141, 54_314_346),
        ("DeepLabV3ResNet101", 58_630_997, 60_996_202),
    ];
    for (name, without, with) in heads {
        let summary = summary(name);
        assert_eq!(summary.parameters, without, "{name}");
        assert_eq!(summary.parameters + summary.training_parameters, with, "{name}");
        assert_eq!(network(name).parameter_count(), with, "{name}");
    }
}

/// torchvision counts its segmentation networks with the head for training, other than GoogLeNet.
#[test]
fn segmentation_multiply_adds_count_the_training_head() {
    let [fcn, deeplab] = ["FCNResNet101", "DeepLabV3ResNet101"].map(summary);
    assert_eq!(giga(with_training_heads(&fcn)), "232.738");
    assert_eq!(giga(with_training_heads(&deeplab)), "258.743");
    assert_eq!(giga(fcn.multiply_adds), "222.747");
    assert_eq!(giga(deeplab.multiply_adds), "248.752");
}

#[test]
fn generative_networks_have_their_published_sizes() {
    let sizes =
        [("UNet", 31_030_658), ("DCGANGenerator", 3_576_704), ("DCGANDiscriminator", 2_765_568)];
    for (name, parameters) in sizes {
        assert_eq!(summary(name).parameters, parameters, "{name}");
    }
    let millions = [
        ("Pix2PixGenerator", "54.414"),
        ("PatchGAN", "2.769"),
        ("CycleGANGenerator", "11.378"),
        ("SegNet", "29.449"),
    ];
    for (name, parameters) in millions {
        let found = summary(name).parameters;
        assert_eq!(format!("{:.3}", found as f64 / 1e6), parameters, "{name}");
    }
    assert_eq!(network("UNet").output().to_string(), "2x388x388");
}

#[test]
fn detectors_have_their_published_sizes() {
    let ssd = summary("SSD300");
    assert_eq!(ssd.parameters, 26_285_486);
    let outputs = ssd.outputs.iter().map(|port| (port.name.as_str(), port.shape.as_slice()));
    let expected = [("out", [8732, 21].as_slice()), ("boxes", &[8732, 4])];
    assert_eq!(outputs.collect::<Vec<_>>(), expected);
    let coco = summarize(&defined("Coco", "net Coco = SSD300(classes=91)"));
    assert_eq!(coco.parameters, 35_641_826);
    assert_eq!(giga(coco.multiply_adds), "34.858");
    let yolo = summary("YOLOv1");
    assert_eq!(yolo.outputs[0].shape, [30, 7, 7]);
    let convs = yolo.layers.iter().filter(|row| row.layer.starts_with("conv")).count();
    let linears = yolo.layers.iter().filter(|row| row.layer.starts_with("linear")).count();
    assert_eq!([convs, linears], [24, 2]);
}

#[test]
fn alexnet_in_two_groups_has_fewer_weights() {
    // Caffe's network of the paper.
    assert_eq!(summary("AlexNet2012").parameters, 60_965_224);
}

#[test]
fn receptive_fields_are_those_of_araujo_and_others() {
    let fields = [
        ("AlexNet", 195),
        ("AlexNet2012", 195),
        ("VGG16", 212),
        ("MobileNetV1", 315),
        ("ResNet18", 435),
        ("ResNet34", 899),
        ("ResNet50", 427),
        ("ResNet101", 971),
        ("PatchGAN", 70),
    ];
    for (name, side) in fields {
        assert_eq!(sees(&network(name)), format!("{side}x{side}"), "{name}");
    }
}

/// Araujo's ResNets have the stride in the last unit of a stage, not the first.
#[test]
fn strides_in_the_last_units_see_more() {
    let stage = |channels: usize, units: usize| {
        format!(
            "repeat {units} as i {{
                if i == {units} - 1 {{ bottleneck {channels} stride=2 }}
                else {{ bottleneck {channels} }}
            }}\n"
        )
    };
    for (third, side) in [(6, 483), (23, 1027)] {
        let stages = [stage(64, 3), stage(128, 4), stage(256, third)].concat();
        let text = format!(
            "net A(3x224x224) {{
                conv 64 7 stride=2 pad=3 bias=no -> batchnorm -> relu -> maxpool 3 stride=2 pad=1
                {stages} repeat 3 {{ bottleneck 512 }}
                globalavgpool -> linear 1000
            }}"
        );
        assert_eq!(sees(&defined("A", &text)), format!("{side}x{side}"));
    }
}

#[test]
fn efficientnet_drops_paths_as_torchvision_does() {
    let summary = summary("EfficientNetB0");
    let rates = summary.layers.iter().filter_map(|row| row.layer.strip_prefix("droppath "));
    let rates = rates.map(|rate| rate.parse::<f64>().expect("a rate is a number"));
    let rates = rates.collect::<Vec<_>>();
    // Units with a way round, counted from 0 among 16.
    let units = [2, 4, 6, 7, 9, 10, 12, 13, 14];
    assert_eq!(rates.len(), units.len());
    for (rate, unit) in rates.iter().zip(units) {
        assert!((rate - 0.2 * f64::from(unit) / 16.0).abs() < 1e-12, "{rate} of unit {unit}");
    }
}

/// By the paper's rule: the first of C columns is one convolution, each further one doubles what is
/// beside it.
#[test]
fn fractals_grow_by_their_rule() {
    for (columns, depth) in [(1, 1), (2, 2), (3, 4), (4, 8)] {
        let text = format!("net A(3x9x9) {{ fractal 4 {columns} }}");
        let net = defined("A", &text);
        let convs = net.layers().iter().filter(|node| node.layer.starts_with("conv")).count();
        assert_eq!(convs, 2_usize.pow(columns) - 1);
        let side = 2 * depth + 1;
        assert_eq!(sees(&net), format!("{side}x{side}"), "{depth} convolutions deep");
    }
}

/// The paper's table of theoretical receptive fields. On the way up it adds 8, 4, 2 and 1 for the
/// transposed convolutions, of which each output sees one input only.
#[test]
fn vnet_sees_what_its_paper_says() {
    let summary = summary("VNet");
    let side = |label: &str| {
        let row = summary.layers.iter().rfind(|row| row.label.starts_with(label));
        row.map(|row| row.receptive_field.clone())
    };
    let down = [("enc1", 5), ("enc2", 22), ("enc3", 72), ("enc4", 172), ("bottom", 372)];
    let up = [("dec4", 476 - 8), ("dec3", 528 - 12), ("dec2", 546 - 14), ("dec1", 551 - 15)];
    for (label, field) in down.into_iter().chain(up) {
        assert_eq!(side(label), Some(vec![field; 3]), "{label}");
    }
}
