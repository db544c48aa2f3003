//! Published numbers of known networks: parameters and multiply-adds from torchvision 0.29,
//! receptive fields from Araujo, Norris and Sim (2019).

mod common;

use std::fmt::Write;

use common::{LENET, network};
use insta::assert_snapshot;
use netlet_dsl::summary::{Summary, summarize, text};

fn summary(text: &str) -> Summary {
    summarize(&network(text))
}

/// The receptive field behind the last layer that begins so.
fn sees(summary: &Summary, layer: &str) -> Vec<usize> {
    let row = summary.layers.iter().rfind(|row| row.layer.starts_with(layer));
    row.expect("the network has such a layer").receptive_field.clone()
}

#[test]
fn lenet_5_has_its_published_size() {
    let with_padding = summary(LENET);
    let without = summary(&LENET.replace("1x28x28", "1x32x32").replace(" pad=2", ""));
    for summary in [&with_padding, &without] {
        assert_eq!(summary.parameters, 61_706);
        assert_eq!(summary.multiply_adds, 416_520);
        assert_eq!(summary.outputs[0].shape, [10]);
        assert_eq!(sees(summary, "avgpool"), [16, 16]);
    }
    assert_eq!(with_padding.receptive_field, [28, 28], "the classifier sees everything");
    assert_eq!(without.receptive_field, [32, 32]);
}

#[test]
fn the_table_shows_what_a_lecture_shows() {
    assert_snapshot!(text(&summary(LENET), 80), @r"
    LeNet5: 1x28x28 -> 10
    label     layer             output    parameters  mult-adds   memory   sees
    ────────────────────────────────────────────────────────────────────────────
    conv1     conv 6 5x5 pad=2  6x28x28          156    117,600  18.8 kB    5x5
    tanh1     tanh              6x28x28                          18.8 kB    5x5
    avgpool1  avgpool 2         6x14x14                           4.7 kB    6x6
    conv2     conv 16 5x5       16x10x10       2,416    240,000   6.4 kB  14x14
    tanh2     tanh              16x10x10                          6.4 kB  14x14
    avgpool2  avgpool 2         16x5x5                            1.6 kB  16x16
    flatten1  flatten           400                                       16x16
    linear1   linear 120        120           48,120     48,000    480 B  28x28
    tanh3     tanh              120                                480 B  28x28
    linear2   linear 84         84            10,164     10,080    336 B  28x28
    tanh4     tanh              84                                 336 B  28x28
    linear3   linear 10         10               850        840     40 B  28x28
    ────────────────────────────────────────────────────────────────────────────
    61,706 parameters, 416,520 multiply-adds, 58.4 kB of activations for one sample;
    the output sees 28x28
    training: 987.3 kB for weights, gradients and Adam, and about 116.8 kB of
    activations and their gradients a sample
    (multiply-adds are those of convolutions and linear layers for one sample,
    without biases; activations are 4 bytes for each value that a layer gives,
    forward, with `flatten` and the like sharing their input's; training heads are
    left out of the totals unless they are named)
    ");
}

#[test]
fn the_table_fits_the_terminal() {
    for width in [72, 80, 120] {
        let table = text(&summary(LENET), width);
        assert!(table.lines().all(|line| line.chars().count() <= width), "{width}:\n{table}");
    }
}

#[test]
fn alexnet_has_its_published_size() {
    let summary = summary(
        "net AlexNet(3x224x224) {
            conv 64 11 stride=4 pad=2 -> relu -> maxpool 3 stride=2
            conv 192 5 pad=2 -> relu -> maxpool 3 stride=2
            conv 384 3 pad=1 -> relu; conv 256 3 pad=1 -> relu; conv 256 3 pad=1 -> relu
            maxpool 3 stride=2 -> flatten
            dropout 0.5 -> linear 4096 -> relu -> dropout 0.5 -> linear 4096 -> relu -> linear 1000
        }",
    );
    assert_eq!(summary.parameters, 61_100_840);
    assert_eq!(summary.multiply_adds, 714_188_480);
    assert_eq!(sees(&summary, "maxpool"), [195, 195]);
}

#[test]
fn the_first_layer_of_the_lectures_alexnet() {
    let summary = summary("net A(3x227x227) { conv 96 11x11 stride=4 }");
    assert_eq!(summary.outputs[0].shape, [96, 55, 55]);
    assert_eq!(summary.parameters, 34_944);
}

#[test]
fn vgg16_walks_as_in_the_lecture() {
    let block = |channels: usize, count: usize| {
        format!("{} maxpool 2\n", format!("conv {channels} 3 pad=1 -> relu\n").repeat(count))
    };
    let features = [(64, 2), (128, 2), (256, 3), (512, 3), (512, 3)];
    let features = features.map(|(channels, count)| block(channels, count)).concat();
    let classifier = "flatten\nlinear 4096 -> relu\nlinear 4096 -> relu\nlinear 1000";
    let summary = summary(&format!("net VGG16(3x224x224) {{ {features} {classifier} }}"));
    assert_eq!(summary.parameters, 138_357_544);
    assert_eq!(summary.multiply_adds, 15_470_264_320);
    assert_eq!(sees(&summary, "maxpool"), [212, 212]);

    let convs = summary.layers.iter().filter(|row| row.layer.starts_with("conv"));
    let weights = convs.map(|row| row.parameters - row.output[0] as u64).collect::<Vec<_>>();
    let lecture = [
        1_728, 36_864, 73_728, 147_456, 294_912, 589_824, 589_824, 1_179_648, 2_359_296, 2_359_296,
        2_359_296, 2_359_296, 2_359_296,
    ];
    assert_eq!(weights, lecture);
    assert_eq!(summary.layers[0].activation_bytes, 4 * 3_211_264);
}

#[test]
fn densenet_121_has_its_published_size() {
    let summary = summary(&densenet_121());
    assert_eq!(summary.parameters, 7_978_856);
    assert_eq!(summary.multiply_adds, 2_834_161_664);
    assert_eq!(summary.outputs[0].shape, [1000]);
}

/// DenseNet-121 in torchvision's layout, its joins written with labels.
fn densenet_121() -> String {
    let mut text = "net DenseNet121(3x224x224) {
        conv 64 7 stride=2 pad=3 bias=no -> batchnorm -> relu -> maxpool 3 stride=2 pad=1 as v0\n"
        .to_owned();
    let mut label = 0;
    for (layers, channels) in [(6, 256), (12, 512), (24, 1024), (16, 1024)] {
        for _ in 0..layers {
            let _ = writeln!(
                text,
                "batchnorm -> relu -> conv 128 1 bias=no -> batchnorm -> relu
                 -> conv 32 3 pad=1 bias=no -> concat v{label} as v{}",
                label + 1
            );
            label += 1;
        }
        if label < 58 {
            let half = channels / 2;
            label += 1;
            let _ = writeln!(
                text,
                "batchnorm -> relu -> conv {half} 1 bias=no -> avgpool 2 as v{label}"
            );
        }
    }
    text + "batchnorm -> relu -> globalavgpool -> linear 1000 }"
}
