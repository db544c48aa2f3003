//! The layers against PyTorch: outputs, gradients and running statistics of `tests/golden/layers`.
//!
//! Each test names a case, with the network that the case is about, and builds it by hand.

use std::fs;
use std::path::PathBuf;

use netlet::network::Layer;
use netlet::prelude::*;
use netlet::tape::{Gradients, Tape};
use netlet::value::Batch;
use safetensors::SafeTensors;

type Kernel1 = Kernel<1, 1>;
type Kernel2 = Kernel<2, 2>;
type Kernel3 = Kernel<3, 3>;
type Kernel5 = Kernel<5, 5>;
type Padding1 = Padding<1, 1>;
type Padding2 = Padding<2, 2>;
type Stride1 = Stride<1, 1>;
type Stride2 = Stride<2, 2>;

const BATCH_NORM: BatchNormOptions = BatchNormOptions { eps: 1e-5, momentum: 0.1, affine: true };

/// Tests of networks that keep nothing, or are one layer that keeps something.
macro_rules! cases {
    ($($name:ident: $net:literal, $forward:expr;)+) => {$(
        #[test]
        fn $name() {
            check(stringify!($name), $net, &mut (), |()| vec![], $forward);
        }
    )+};
    ($($name:ident: $net:literal, $layer:ty = $new:expr, $forward:expr;)+) => {$(
        #[test]
        fn $name() {
            let mut layer: $layer = $new;
            check(stringify!($name), $net, &mut layer, |layer| vec![layer], $forward);
        }
    )+};
}

mod activations;
mod convolutions;
mod norms;
mod sampling;

type Pointwise = Conv2d<4, 6, Kernel1>;
type Wide = Conv2d<2, 3, Kernel<1, 7>, Stride1, Padding<0, 3>>;
type Dilated = Conv2d<2, 3, Kernel3, Stride1, Padding2, Dilation<2, 2>>;
type Grouped = Conv2d<4, 6, Kernel3, Stride1, Padding1, Dilation<1, 1>, 2>;
type Depthwise = Conv2d<5, 5, Kernel3, Stride1, Padding1, Dilation<1, 1>, 5>;

cases! {
    conv_plain: "net T(3x8x8) { conv 4 3 }",
        Conv2d<3, 4, Kernel3> = Conv2d::new(),
        |conv, x: FeatureMap<3, 8, 8>| -> FeatureMap<4, 6, 6> { conv.forward(x) };
    conv_pad_stride: "net T(3x9x9) { conv 5 3 stride=2 pad=1 }",
        Conv2d<3, 5, Kernel3, Stride2, Padding1> = Conv2d::new(),
        |conv, x: FeatureMap<3, 9, 9>| -> FeatureMap<5, 5, 5> { conv.forward(x) };
    conv_1x1: "net T(4x5x7) { conv 6 1 }",
        Pointwise = Conv2d::new(),
        |conv, x: FeatureMap<4, 5, 7>| -> FeatureMap<6, 5, 7> { conv.forward(x) };
    conv_1x7: "net T(2x6x9) { conv 3 1x7 pad=0x3 }",
        Wide = Conv2d::new(),
        |conv, x: FeatureMap<2, 6, 9>| -> FeatureMap<3, 6, 9> { conv.forward(x) };
    conv_dilated: "net T(2x9x9) { conv 3 3 dilation=2 pad=2 }",
        Dilated = Conv2d::new(),
        |conv, x: FeatureMap<2, 9, 9>| -> FeatureMap<3, 9, 9> { conv.forward(x) };
    conv_groups: "net T(4x7x7) { conv 6 3 groups=2 pad=1 }",
        Grouped = Conv2d::new(),
        |conv, x: FeatureMap<4, 7, 7>| -> FeatureMap<6, 7, 7> { conv.forward(x) };
    conv_nobias: "net T(1x8x8) { conv 4 5 pad=2 bias=no }",
        Conv2d<1, 4, Kernel5, Stride1, Padding2> = Conv2d::without_bias(),
        |conv, x: FeatureMap<1, 8, 8>| -> FeatureMap<4, 8, 8> { conv.forward(x) };
    conv_same: "net T(3x6x7) { conv 4 3 pad=same }",
        Conv2d<3, 4, Kernel3, Stride1, PaddingSides<1, 1, 1, 1>> = Conv2d::new(),
        |conv, x: FeatureMap<3, 6, 7>| -> FeatureMap<4, 6, 7> { conv.forward(x) };
    conv_uneven: "net T(2x8x8) { conv 2 3 stride=2 }",
        Conv2d<2, 2, Kernel3, Stride2> = Conv2d::new(),
        |conv, x: FeatureMap<2, 8, 8>| -> FeatureMap<2, 3, 3> { conv.forward(x) };
    depthwise: "net T(5x6x6) { depthwise 3 pad=1 }",
        Depthwise = Conv2d::new(),
        |conv, x: FeatureMap<5, 6, 6>| -> FeatureMap<5, 6, 6> { conv.forward(x) };
    linear: "net T(11) { linear 7 }",
        Linear<11, 7> = Linear::new(),
        |linear, x: Features<11>| -> Features<7> { linear.forward(x) };
    batchnorm_train: "net T(3x5x5) { batchnorm }",
        BatchNorm2d<3> = BatchNorm2d::new(BATCH_NORM),
        |norm, x: FeatureMap<3, 5, 5>| -> FeatureMap<3, 5, 5> { norm.forward(x) };
    batchnorm_eval: "net T(3x5x5) { batchnorm }",
        BatchNorm2d<3> = BatchNorm2d::new(BATCH_NORM),
        |norm, x: FeatureMap<3, 5, 5>| -> FeatureMap<3, 5, 5> { norm.forward(x) };
}

cases! {
    maxpool2: "net T(3x8x8) { maxpool 2 }", |(), x: FeatureMap<3, 8, 8>| {
        let y: FeatureMap<3, 4, 4> = MaxPool2d::<Kernel2, Stride2>::new().forward(x);
        y
    };
    maxpool3: "net T(3x9x9) { maxpool 3 stride=2 pad=1 }", |(), x: FeatureMap<3, 9, 9>| {
        let y: FeatureMap<3, 5, 5> = MaxPool2d::<Kernel3, Stride2, Padding1>::new().forward(x);
        y
    };
    maxpool_ceil: "net T(2x8x8) { maxpool 3 stride=2 ceil=yes }", |(), x: FeatureMap<2, 8, 8>| {
        type Pool = MaxPool2d<Kernel3, Stride2, Padding<0, 0>, Dilation<1, 1>, true>;
        let y: FeatureMap<2, 4, 4> = Pool::new().forward(x);
        y
    };
    avgpool2: "net T(3x8x8) { avgpool 2 }", |(), x: FeatureMap<3, 8, 8>| {
        let y: FeatureMap<3, 4, 4> = AvgPool2d::<Kernel2, Stride2>::new().forward(x);
        y
    };
    avgpool_pad: "net T(3x9x9) { avgpool 3 stride=2 pad=1 }", |(), x: FeatureMap<3, 9, 9>| {
        let y: FeatureMap<3, 5, 5> = AvgPool2d::<Kernel3, Stride2, Padding1>::new().forward(x);
        y
    };
    avgpool_nopad: "net T(3x9x9) { avgpool 3 stride=2 pad=1 countpad=no }",
        |(), x: FeatureMap<3, 9, 9>| {
            type Pool = AvgPool2d<Kernel3, Stride2, Padding1, false, false>;
            let y: FeatureMap<3, 5, 5> = Pool::new().forward(x);
            y
        };
    globalavgpool: "net T(4x5x6) { globalavgpool }",
        |(), x: FeatureMap<4, 5, 6>| -> Features<4> { global_avg_pool(x) };
}

#[test]
fn residual() {
    type Conv = Conv2d<4, 4, Kernel3, Stride1, Padding1>;
    let mut layers: (Conv, BatchNorm2d<4>) = (Conv2d::new(), BatchNorm2d::new(BATCH_NORM));
    check(
        "residual",
        "net T(4x6x6) { skip add { conv 4 3 pad=1 -> batchnorm -> relu } -> relu }",
        &mut layers,
        |(conv, norm)| vec![conv, norm],
        |(conv, norm), x: FeatureMap<4, 6, 6>| {
            let skip = x.clone();
            let x: FeatureMap<4, 6, 6> = conv.forward(x);
            let x = relu(norm.forward(x));
            let x: FeatureMap<4, 6, 6> = add([skip.into(), x.into()]);
            relu(x)
        },
    );
}

#[test]
fn residual_via() {
    type Conv = Conv2d<4, 6, Kernel3, Stride2, Padding1>;
    type Via = Conv2d<4, 6, Kernel1, Stride2>;
    let mut layers: (Conv, Via) = (Conv2d::new(), Conv2d::new());
    check(
        "residual_via",
        "net T(4x6x6) { skip add { conv 6 3 stride=2 pad=1 } via { conv 6 1 stride=2 } -> relu }",
        &mut layers,
        |(conv, via)| vec![conv, via],
        |(conv, via), x: FeatureMap<4, 6, 6>| {
            let skip: FeatureMap<6, 3, 3> = via.forward(x.clone());
            let x: FeatureMap<6, 3, 3> = conv.forward(x);
            let x: FeatureMap<6, 3, 3> = add([skip.into(), x.into()]);
            relu(x)
        },
    );
}

#[test]
fn dense() {
    type First = Conv2d<3, 2, Kernel3, Stride1, Padding1>;
    type Second = Conv2d<5, 2, Kernel3, Stride1, Padding1>;
    let mut layers: (First, Second) = (Conv2d::new(), Conv2d::new());
    check(
        "dense",
        "net T(3x5x5) { skip concat { conv 2 3 pad=1 } -> skip concat { conv 2 3 pad=1 } }",
        &mut layers,
        |(first, second)| vec![first, second],
        |(first, second), x: FeatureMap<3, 5, 5>| -> FeatureMap<7, 5, 5> {
            let new: FeatureMap<2, 5, 5> = first.forward(x.clone());
            let x: FeatureMap<5, 5, 5> = concat([x.into(), new.into()]);
            let new: FeatureMap<2, 5, 5> = second.forward(x.clone());
            concat([x.into(), new.into()])
        },
    );
}

#[test]
fn squeeze_excite() {
    let mut layers: (Conv2d<4, 2, Kernel1>, Conv2d<2, 4, Kernel1>) = (Conv2d::new(), Conv2d::new());
    check(
        "squeeze_excite",
        "net T(4x5x5) { skip mul { globalavgpool keep=yes -> conv 2 1 -> relu -> conv 4 1 -> \
         sigmoid } }",
        &mut layers,
        |(squeeze, excite)| vec![squeeze, excite],
        |(squeeze, excite), x: FeatureMap<4, 5, 5>| -> FeatureMap<4, 5, 5> {
            let means: FeatureMap<4, 1, 1> = global_avg_pool_keep(x.clone());
            let few: FeatureMap<2, 1, 1> = squeeze.forward(means);
            let all: FeatureMap<4, 1, 1> = excite.forward(relu(few));
            mul([x.into(), sigmoid(all).into()])
        },
    );
}

#[test]
fn inception() {
    type Point<const IN: usize, const OUT: usize> = Conv2d<IN, OUT, Kernel1>;
    type Conv = Conv2d<2, 3, Kernel3, Stride1, Padding1>;
    let mut layers: (Point<3, 2>, Point<3, 2>, Conv, Point<3, 1>) =
        (Conv2d::new(), Conv2d::new(), Conv2d::new(), Conv2d::new());
    check(
        "inception",
        "net T(3x6x6) { concat { | conv 2 1 | conv 2 1 -> relu -> conv 3 3 pad=1 \
         | maxpool 3 stride=1 pad=1 -> conv 1 1 } }",
        &mut layers,
        |(a, b, c, d)| vec![a, b, c, d],
        |(a, b, c, d), x: FeatureMap<3, 6, 6>| -> FeatureMap<6, 6, 6> {
            let one: FeatureMap<2, 6, 6> = a.forward(x.clone());
            let two: FeatureMap<2, 6, 6> = b.forward(x.clone());
            let two: FeatureMap<3, 6, 6> = c.forward(relu(two));
            let pool = MaxPool2d::<Kernel3, Stride1, Padding1>::new();
            let three: FeatureMap<3, 6, 6> = pool.forward(x);
            let three: FeatureMap<1, 6, 6> = d.forward(three);
            concat([one.into(), two.into(), three.into()])
        },
    );
}

#[test]
fn unet_step() {
    type Conv<const IN: usize, const OUT: usize> = Conv2d<IN, OUT, Kernel3, Stride1, Padding1>;
    type Up = ConvTranspose2d<4, 3, Kernel2, Stride2>;
    let mut layers: (Conv<2, 3>, Conv<3, 4>, Up, Conv2d<6, 2, Kernel1>) =
        (Conv2d::new(), Conv2d::new(), ConvTranspose2d::new(), Conv2d::new());
    check(
        "unet_step",
        "net T(2x8x8) { conv 3 3 pad=1 -> relu as e1; maxpool 2 -> conv 4 3 pad=1 -> relu -> \
         convt 3 2 stride=2 -> concat e1 -> conv 2 1 }",
        &mut layers,
        |(down, low, up, out)| vec![down, low, up, out],
        |(down, low, up, out), x: FeatureMap<2, 8, 8>| -> FeatureMap<2, 8, 8> {
            let x: FeatureMap<3, 8, 8> = down.forward(x);
            let e1 = relu(x);
            let x: FeatureMap<3, 4, 4> = MaxPool2d::<Kernel2, Stride2>::new().forward(e1.clone());
            let x: FeatureMap<4, 4, 4> = low.forward(x);
            let x: FeatureMap<3, 8, 8> = up.forward(relu(x));
            let x: FeatureMap<6, 8, 8> = concat([x.into(), e1.into()]);
            out.forward(x)
        },
    );
}

/// Runs the case `name`, whose network is `net`, through `forward` and back.
fn check<L, X: Batch, Y: Batch>(
    name: &str,
    net: &str,
    keeper: &mut L,
    layers: impl Fn(&mut L) -> Vec<&mut dyn Layer>,
    forward: impl FnOnce(&mut L, X) -> Y,
) {
    let case = Case::read(name);
    assert_eq!(case.net, net, "the network of {name}");
    case.load(layers(keeper));
    let tape = if case.mode == "train" { Tape::training(0) } else { Tape::inspection() };
    let samples = case.samples();
    let input = Value::batch(samples, X::SHAPE, case.get("input")).put(tape.tracked());
    let output: Value = forward(keeper, X::from(input.clone())).into();
    case.compare("output", output.values());
    let mut gradients = output.backward(case.get("grad_output"));
    case.compare("grad_input", &input.gradient(&mut gradients));
    case.compare_layers(layers(keeper), &mut gradients);
}

/// A case of `tests/golden/layers`.
struct Case {
    name: String,
    net: String,
    mode: String,
    bytes: Vec<u8>,
}

impl Case {
    fn read(name: &str) -> Self {
        let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/golden/layers"));
        let cases = fs::read(folder.join("cases.json")).expect("the list of cases");
        let cases: serde_json::Value = serde_json::from_slice(&cases).expect("JSON");
        let cases = cases.as_array().expect("a list");
        let case = cases.iter().find(|case| case["name"] == name).expect("the case in the list");
        let text = |key: &str| case[key].as_str().expect("a text").to_owned();
        let bytes = fs::read(folder.join(text("file"))).expect("the file of the case");
        Self { name: name.into(), net: text("net"), mode: text("mode"), bytes }
    }

    fn file(&self) -> SafeTensors<'_> {
        SafeTensors::deserialize(&self.bytes).expect("a safetensors file")
    }

    fn samples(&self) -> usize {
        self.file().tensor("input").expect("an input").shape()[0]
    }

    fn find(&self, tensor: &str) -> Option<Vec<f32>> {
        let file = self.file();
        let view = file.tensor(tensor).ok()?;
        Some(view.data().as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect())
    }

    fn get(&self, tensor: &str) -> Vec<f32> {
        self.find(tensor).unwrap_or_else(|| panic!("{} has no {tensor}", self.name))
    }

    /// Gives the layers their weights and running statistics.
    fn load(&self, layers: Vec<&mut dyn Layer>) {
        let mut number = 0;
        let mut next = || {
            number += 1;
            self.get(&format!("param.{}", number - 1))
        };
        for layer in layers {
            for (_, parameter) in layer.parameters() {
                parameter.values_mut().copy_from_slice(&next());
            }
            for (_, buffer) in layer.buffers() {
                buffer.values_mut().copy_from_slice(&next());
            }
        }
        assert_eq!(self.find(&format!("param.{number}")), None, "every parameter has its place");
    }

    /// Compares the gradients of the parameters, and what became of the running statistics.
    fn compare_layers(&self, layers: Vec<&mut dyn Layer>, gradients: &mut Gradients) {
        let mut number = 0;
        for layer in layers {
            for (_, parameter) in layer.parameters() {
                self.compare(&format!("grad_param.{number}"), parameter.gradient(gradients));
                number += 1;
            }
            for (_, buffer) in layer.buffers() {
                self.compare(&format!("after.{number}"), buffer.values());
                number += 1;
            }
        }
    }

    /// Asserts that `found` is the case's `tensor` within 1e-4, relative or of 1 where it is small.
    fn compare(&self, tensor: &str, found: &[f32]) {
        let expected = self.get(tensor);
        assert_eq!(found.len(), expected.len(), "values of {tensor} of {}", self.name);
        for (index, (found, expected)) in found.iter().zip(expected).enumerate() {
            let error = (found - expected).abs() / expected.abs().max(1.0);
            assert!(error <= 1e-4, "{tensor}[{index}] of {} is {found}, not {expected}", self.name);
        }
    }
}
