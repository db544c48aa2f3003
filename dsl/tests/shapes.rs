//! Sizes as PyTorch rounds them, and what does not fit.

mod common;

use common::{codes, diagnostics, network, output};
use netlet_dsl::diagnostic::Severity;

#[test]
fn convolutions_round_down() {
    assert_eq!(output("1x28x28", "conv 6 5x5 pad=2"), "6x28x28");
    assert_eq!(output("3x9x9", "conv 5 3 stride=2 pad=1"), "5x5x5");
    assert_eq!(output("2x6x9", "conv 3 1x7 pad=0x3"), "3x6x9");
    assert_eq!(output("2x9x9", "conv 3 3 dilation=2 pad=2"), "3x9x9");
    assert_eq!(output("2x8x8", "conv 2 3 stride=2"), "2x3x3");
    assert_eq!(output("4x7x7", "conv 6 3 groups=2 pad=1"), "6x7x7");
}

#[test]
fn padding_goes_by_words_too() {
    assert_eq!(output("3x6x7", "conv 4 3 pad=same"), "4x6x7");
    assert_eq!(output("3x6x7", "conv 4 4 pad=same dilation=3"), "4x6x7");
    assert_eq!(output("3x6x7", "conv 4 3 pad=valid"), "4x4x5");
    assert_eq!(output("3x6x7", "conv 4 3 pad=full dilation=2"), "4x10x11");
    assert_eq!(codes("net A(3x8x8) { conv 4 3 pad=same stride=2 }"), ["bad-padding"]);
}

#[test]
fn pools_round_down_or_up() {
    assert_eq!(output("3x8x8", "maxpool 2"), "3x4x4");
    assert_eq!(output("3x9x9", "maxpool 3 stride=2 pad=1"), "3x5x5");
    assert_eq!(output("2x8x8", "maxpool 3 stride=2 ceil=yes"), "2x4x4");
    assert_eq!(output("3x9x9", "avgpool 3 stride=2 pad=1 countpad=no"), "3x5x5");
    assert_eq!(output("2x8x8", "maxpool 3 dilation=2 stride=1"), "2x4x4");
    // The last window must begin inside the input or the padding before it.
    assert_eq!(output("1x4x4", "maxpool 2 stride=3 pad=1 ceil=yes"), "1x2x2");
    assert_eq!(output("1x5x5", "maxpool 1 stride=3 ceil=yes"), "1x2x2");
}

#[test]
fn pools_are_padded_by_half_a_window_at_most() {
    assert_eq!(output("1x8x8", "maxpool 3 pad=1 stride=1"), "1x8x8");
    assert_eq!(codes("net A(1x8x8) { maxpool 3 pad=2 }"), ["bad-padding"]);
    assert_eq!(codes("net A(1x8x8) { avgpool 2x4 pad=1x3 }"), ["bad-padding"]);
}

#[test]
fn global_pools_give_vectors_or_keep_the_map() {
    assert_eq!(output("4x5x6", "globalavgpool"), "4");
    assert_eq!(output("4x5x6", "globalavgpool keep=yes"), "4x1x1");
}

#[test]
fn uneven_windows_warn_with_the_arithmetic() {
    let found = diagnostics("net A(1x28x28) { conv 6 5 stride=2 }");
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].severity, Severity::Warning);
    let expected = "`conv 6 5 stride=2` drops what fills no window: (28 - 5 + 2*0)/2 + 1 = 12.5";
    assert_eq!(found[0].headline, expected);
    assert_eq!(codes("net A(1x8x8) { maxpool 3 stride=2 ceil=yes }"), [""; 0]);
}

#[test]
fn a_rounded_up_window_may_reach_over_the_end_by_less_than_a_step() {
    // As torch.nn.functional.max_pool2d(x, k, 2, ceil_mode=True).
    assert_eq!(output("4x1x1", "maxpool 2 ceil=yes"), "4x1x1");
    assert_eq!(output("4x2x2", "maxpool 3 stride=2 ceil=yes"), "4x1x1");
    assert_eq!(codes("net A(4x1x1) { maxpool 3 stride=2 ceil=yes }"), ["window-too-large"]);
}

#[test]
fn vectors_and_maps_are_told_apart() {
    assert_eq!(output("11", "linear 7"), "7");
    assert_eq!(codes("net A(11) { conv 3 3 }"), ["expected-map"]);
    assert_eq!(output("11", "flatten"), "11");
    assert_eq!(codes("net A(1x8x8) { linear 3 -> linear 2 }"), ["expected-vector"]);
}

#[test]
fn groups_divide_the_channels() {
    assert_eq!(codes("net A(4x8x8) { conv 6 3 groups=3 }"), ["bad-groups"]);
    assert_eq!(codes("net A(4x8x8) { conv 6 3 groups=4 }"), ["bad-groups"]);
}

#[test]
fn joins_need_fitting_sides() {
    assert_eq!(output("3x8x8", "conv 4 3 pad=1 as a -> relu -> concat a"), "8x8x8");
    assert_eq!(output("5", "linear 4 as a -> linear 2 -> concat a a"), "10");
    assert_eq!(codes("net A(3x8x8) { relu as a -> maxpool 2 -> concat a }"), ["join-mismatch"]);
    assert_eq!(codes("net A(3x8x8) { relu as a -> flatten -> concat a }"), ["join-mismatch"]);
    assert_eq!(output("4x6x6", "skip add { conv 4 3 pad=1 -> relu }"), "4x6x6");
    assert_eq!(codes("net A(4x6x6) { skip add { conv 4 3 } }"), ["join-mismatch"]);
}

#[test]
fn sizes_beyond_any_machine_are_refused() {
    for text in [
        "net A(1) { linear 99999999999 }",
        "net A(1) { linear 99999999999999999999999 }",
        "net A(99999999999999x9999999x99999999) { relu }",
        "net A(1) { linear 2147483647 -> linear 2147483647 }",
        "net A(1x2147483647x100000) { conv 2147483647 1 }",
        "net A(1x9x9) { conv 1 2147483647 pad=full dilation=2147483647 }",
    ] {
        assert_eq!(codes(text), ["too-large"], "{text}");
    }
}

#[test]
fn unnamed_layers_are_numbered_within_their_block() {
    let net = network(
        "net A(3x8x8) {
            conv 3 3 pad=1 -> relu -> conv 3 3 pad=1 as conv2 -> conv 3 3 pad=1
            skip add { conv 3 3 pad=1 -> relu }
            skip add { conv 3 3 pad=1 as c -> skip add { relu } } as block
        }",
    );
    let paths = net.layers().iter().map(|node| node.path.as_str()).collect::<Vec<_>>();
    let expected = [
        "conv1",
        "relu1",
        "conv2",
        "conv3",
        "conv4",
        "relu2",
        "skip1",
        "block.c",
        "block.relu1",
        "block.skip1",
        "block",
    ];
    assert_eq!(paths, expected);
    let weights = net.parameters().map(|(path, _)| path).filter(|path| path.ends_with("weight"));
    let expected =
        ["conv1.weight", "conv2.weight", "conv3.weight", "conv4.weight", "block.c.weight"];
    assert_eq!(weights.collect::<Vec<_>>(), expected);
}

#[test]
fn labels_are_found_in_their_block_and_those_around() {
    assert_eq!(
        output("2x8x8", "relu as a -> skip add { relu -> concat a -> conv 2 1 } as b"),
        "2x8x8"
    );
    assert_eq!(output("2x8x8", "skip add { relu as a } as b -> concat b.a"), "4x8x8");
    assert_eq!(output("photo: 2x8x8", "relu -> concat photo"), "4x8x8");
    assert_eq!(
        codes("net A(2x8x8) { skip add { relu as a } as b -> concat a }"),
        ["unknown-label"]
    );
    assert_eq!(codes("net A(2x8x8) { relu as stem -> concat sten }"), ["unknown-label"]);
    assert_eq!(codes("net A(2x8x8) { concat stem -> relu as stem }"), ["early-label"]);
    assert_eq!(codes("net A(2x8x8) { relu as a -> relu as a }"), ["duplicate-label"]);
    assert_eq!(codes("net A(a: 2x8x8) { relu as a }"), ["duplicate-label"]);
}

#[test]
fn running_statistics_are_no_parameters() {
    assert_eq!(network("net A(3x8x8) { batchnorm }").parameter_count(), 6);
    assert_eq!(network("net A(3x8x8) { batchnorm affine=no }").parameter_count(), 0);
    assert_eq!(network("net A(3x8x8) { conv 4 3 bias=no }").parameter_count(), 108);
}

#[test]
fn a_condition_gives_its_path_to_its_one_step() {
    let net = network(
        "block unit(c) { conv c 3 pad=1 -> relu }
        net A(3x8x8) {
            repeat 2 as i { if i == 0 { unit 4 } else { unit 3 } } as stage
            if in.channels == 3 { conv 2 1 } as last
            concat stage stage.1 last
        }",
    );
    let weights = net.parameters().map(|(path, _)| path).filter(|path| path.ends_with("weight"));
    let expected = ["stage.0.conv1.weight", "stage.1.conv1.weight", "last.weight"];
    assert_eq!(weights.collect::<Vec<_>>(), expected);
    assert_eq!(net.output().to_string(), "10x8x8");
}

#[test]
fn a_training_head_may_say_so_behind_its_loss() {
    for options in ["loss=0.3 training", "training loss=0.3"] {
        let net = network(&format!("net A(3x8x8) {{ head aux {options} {{ relu }} -> tanh }}"));
        assert!(net.heads[0].training, "{options}");
        assert_eq!(net.heads[0].loss, 0.3, "{options}");
    }
}

#[test]
fn many_warnings_hide_no_error() {
    // Sixty windows that do not tile, each in a place of its own, then an argument that is refused
    // though the shape of its layer is known.
    let uneven = "conv 4 2 stride=2 pad=1 -> upsample to=9x9\n".repeat(60);
    let text = format!("net A(4x9x9) {{\n{uneven}upsample 2 aligncorners=yes\n}}");
    let found = codes(&text);
    assert_eq!(found.iter().filter(|&&code| code == "bad-argument").count(), 1, "{found:?}");
}
