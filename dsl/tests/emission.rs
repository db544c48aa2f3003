//! The Rust that networks become.

mod common;

use std::io::Write;
use std::process::{Command, Stdio};

use common::{LENET, network};
use insta::assert_snapshot;
use netlet_dsl::emit;

/// A network in which every layer and every form of them appears.
const ALL: &str = "\
net Everything(photo: 3x32x32) {
    conv 16 3 pad=same -> relu as stem
    skip add {
        conv 16 3 pad=same bias=no -> batchnorm -> tanh
        conv 16 4 pad=same dilation=2 -> batchnorm eps=1e-3 momentum=1 affine=no as type
    } as self_made
    conv 16 4 pad=same
    concat stem photo self_made
    conv 34 1x3 stride=2x1 pad=0x1 groups=17 bias=no
    conv 1020 1 groups=34 dilation=1000 stride=1000 pad=1000x1000 as a_label_that_is_much_longer_than_need_be
    maxpool 1 -> maxpool 1 ceil=yes -> maxpool 1 dilation=2 -> maxpool 3 pad=1 stride=2
    skip add { avgpool 3 stride=1 pad=1 countpad=no -> avgpool 1 ceil=yes -> sigmoid }
    dropout 0.5 -> globalavgpool keep=yes -> globalavgpool
    batchnorm -> dropout 0 -> linear 30 bias=no -> linear 10
}
";

#[test]
fn lenet_5_in_rust() {
    assert_snapshot!(emit::rust(&network(LENET)), @r#"
    use netlet::prelude::*;

    /// `net LeNet5(1x28x28)`: 61,706 parameters.
    pub struct LeNet5 {
        /// `conv 6 5x5 pad=2`: 1x28x28 -> 6x28x28
        pub conv1: Conv2d<1, 6, Kernel<5, 5>, Stride<1, 1>, Padding<2, 2>>,
        /// `avgpool 2`: 6x28x28 -> 6x14x14
        pub avgpool1: AvgPool2d<Kernel<2, 2>, Stride<2, 2>>,
        /// `conv 16 5x5`: 6x14x14 -> 16x10x10
        pub conv2: Conv2d<6, 16, Kernel<5, 5>>,
        /// `avgpool 2`: 16x10x10 -> 16x5x5
        pub avgpool2: AvgPool2d<Kernel<2, 2>, Stride<2, 2>>,
        /// `linear 120`: 400 -> 120
        pub linear1: Linear<400, 120>,
        /// `linear 84`: 120 -> 84
        pub linear2: Linear<120, 84>,
        /// `linear 10`: 84 -> 10
        pub linear3: Linear<84, 10>,
    }

    impl LeNet5 {
        /// The network with its weights at zero until they are initialised or loaded.
        pub fn new() -> Self {
            Self {
                conv1: Conv2d::new(),
                avgpool1: AvgPool2d::new(),
                conv2: Conv2d::new(),
                avgpool2: AvgPool2d::new(),
                linear1: Linear::new(),
                linear2: Linear::new(),
                linear3: Linear::new(),
            }
        }

        /// The output for a batch of inputs.
        pub fn forward(&mut self, x: FeatureMap<1, 28, 28>) -> Features<10> {
            let x: FeatureMap<6, 28, 28> = self.conv1.forward(x);
            let x: FeatureMap<6, 28, 28> = tanh(x);
            let x: FeatureMap<6, 14, 14> = self.avgpool1.forward(x);
            let x: FeatureMap<16, 10, 10> = self.conv2.forward(x);
            let x: FeatureMap<16, 10, 10> = tanh(x);
            let x: FeatureMap<16, 5, 5> = self.avgpool2.forward(x);
            let x: Features<400> = flatten(x);
            let x: Features<120> = self.linear1.forward(x);
            let x: Features<120> = tanh(x);
            let x: Features<84> = self.linear2.forward(x);
            let x: Features<84> = tanh(x);
            let x: Features<10> = self.linear3.forward(x);
            x
        }
    }

    impl Network for LeNet5 {
        fn name(&self) -> &'static str {
            "LeNet5"
        }

        fn inputs(&self) -> &'static [(&'static str, &'static [usize])] {
            &[("input", &[1, 28, 28])]
        }

        fn nodes(&self) -> &'static [(&'static str, &'static str)] {
            &[
                ("input", "the input"),
                ("conv1", "conv 6 5x5 pad=2"),
                ("tanh1", "tanh"),
                ("avgpool1", "avgpool 2"),
                ("conv2", "conv 16 5x5"),
                ("tanh2", "tanh"),
                ("avgpool2", "avgpool 2"),
                ("flatten1", "flatten"),
                ("linear1", "linear 120"),
                ("tanh3", "tanh"),
                ("linear2", "linear 84"),
                ("tanh4", "tanh"),
                ("linear3", "linear 10"),
            ]
        }

        fn layers(&mut self) -> Vec<(&'static str, &mut dyn Layer)> {
            vec![
                ("conv1", &mut self.conv1),
                ("conv2", &mut self.conv2),
                ("linear1", &mut self.linear1),
                ("linear2", &mut self.linear2),
                ("linear3", &mut self.linear3),
            ]
        }

        fn run(&mut self, mut inputs: Inputs) -> Outputs {
            Outputs::new(self.forward(inputs.take()))
        }
    }
    "#);
}

#[test]
fn values_used_twice_have_names() {
    let net = network(
        "net A(8x9x9) {
            relu as a
            skip add { conv 8 3 pad=1 -> batchnorm } as type
            maxpool 1 -> concat type a
            globalavgpool -> linear 3 bias=no
        }",
    );
    let code = emit::rust(&net);
    let forward = code.split("pub fn ").nth(2).and_then(|code| code.split("\n    }").next());
    assert_snapshot!(forward.expect("a method `forward`"), @r"
    forward(&mut self, x: FeatureMap<8, 9, 9>) -> Features<3> {
            let a: FeatureMap<8, 9, 9> = relu(x);
            let x: FeatureMap<8, 9, 9> = self.type_conv1.forward(a.clone());
            let x: FeatureMap<8, 9, 9> = self.type_batchnorm1.forward(x);
            let type_: FeatureMap<8, 9, 9> = add([a.clone().into(), x.into()]);
            let x: FeatureMap<8, 9, 9> = self.maxpool1.forward(type_.clone());
            let x: FeatureMap<24, 9, 9> = concat([x.into(), type_.into(), a.into()]);
            let x: Features<24> = global_avg_pool(x);
            let x: Features<3> = self.linear1.forward(x);
            x
    ");
}

#[test]
fn the_same_network_gives_the_same_bytes() {
    assert_eq!(emit::rust(&network(ALL)), emit::rust(&network(ALL)));
}

#[test]
fn names_of_rust_and_of_the_runtime_are_kept_apart() {
    let all = format!("{}{}", emit::rust(&network(ALL)), "Box register worker f32");
    let words = all.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
    let is_type = |word: &&str| word.starts_with(|first: char| first.is_ascii_uppercase());
    let own = ["Everything", "Logits", "The"];
    for word in words.filter(is_type).filter(|word| !own.contains(word)) {
        assert_ne!(emit::type_name(word), word, "a network `{word}` would hide a type");
    }
    assert_eq!(emit::type_name("LeNet5"), "LeNet5");
    assert_eq!(emit::type_name("Self"), "Self_");
    assert_eq!(emit::type_name("Self_"), "Self__");

    let code =
        emit::rust(&network("net Vec(3) { linear 3 as self -> relu as relu -> concat self }"));
    for part in ["pub struct Vec_ {", "impl Network for Vec_ {", "\"Vec\"", "self.self_.forward"] {
        assert!(code.contains(part), "no {part} in\n{code}");
    }
    assert!(code.contains("(\"self\", &mut self.self_)"), "{code}");
    assert!(!code.contains("let relu:"), "{code}");
}

#[test]
fn different_paths_get_different_fields() {
    let net = network(
        "net A(3) {
            skip add { linear 3 as c } as b
            linear 3 as b_c -> linear 3 as a_very_long_label_indeed
            linear 3 as a_very_long_label_as_well -> linear 3 as a_very_long_label_i
        }",
    );
    let code = emit::rust(&net);
    let fields = code.lines().filter_map(|line| line.trim().strip_prefix("pub "));
    let mut names = fields.filter_map(|line| line.split_once(": Linear")).collect::<Vec<_>>();
    let count = names.len();
    names.dedup_by_key(|(name, _)| *name);
    assert_eq!((names.len(), count), (5, 5), "{code}");
}

#[test]
fn the_code_is_as_rustfmt_writes_it() {
    let labels = (1..40).map(|length| {
        let label = "l".repeat(length);
        format!(
            "net A(3x8x8) {{ batchnorm as {label} -> skip add {{ conv 3 1 as b }} as k{label}
             concat {label} k{label} {label} -> conv 1200000 3 pad=same dilation=9 groups=3 stride=1 as m{label}
             skip add {{ batchnorm as c{label} -> batchnorm -> conv 1200000 1 groups=1200000 }} as {} }}",
            "z".repeat(41 - length)
        )
    });
    let texts = [LENET, ALL, "net A(3) { relu }", "net A(3) { linear 3 as a }"];
    for text in texts.into_iter().map(str::to_owned).chain(labels) {
        let code = emit::rust(&network(&text));
        assert_eq!(rustfmt(&code).unwrap_or_else(|| code.clone()), code, "{text}");
    }
}

/// The code as rustfmt writes it; nothing where rustfmt is not installed.
fn rustfmt(code: &str) -> Option<String> {
    let mut rustfmt = Command::new("rustfmt")
        .args(["--edition=2024", "--config=use_small_heuristics=Default,max_width=100"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .ok()?;
    let mut input = rustfmt.stdin.take().expect("it is piped");
    input.write_all(code.as_bytes()).expect("rustfmt reads all of it");
    drop(input);
    let output = rustfmt.wait_with_output().expect("rustfmt ends");
    output.status.success().then(|| String::from_utf8(output.stdout).expect("Rust is UTF-8"))
}
