//! A depthwise convolution of 3x3 on 8 samples of 32x112x112, as MobileNet has it, and its
//! gradients.

use divan::Bencher;
use netlet::network::Layer;
use netlet::prelude::*;
use netlet::tape::Tape;
use rand::SeedableRng;
use rand::rngs::SmallRng;

type Depthwise<S> = Conv2d<32, 32, Kernel<3, 3>, S, Padding<1, 1>, Dilation<1, 1>, 32>;
type Whole = Depthwise<Stride<1, 1>>;
type Halving = Depthwise<Stride<2, 2>>;
/// As further on in MobileNet.
type Small = Conv2d<512, 512, Kernel<3, 3>, Stride<1, 1>, Padding<1, 1>, Dilation<1, 1>, 512>;

fn main() {
    netlet::device::device();
    netlet::device::join_threads();
    divan::main();
}

fn input() -> Value {
    let values = (0..8 * 32 * 112 * 112).map(|i| (i * 31 % 256) as f32 / 255.0).collect();
    Value::map([8, 32, 112, 112], values)
}

fn small_input() -> Value {
    let values = (0..8 * 512 * 14 * 14).map(|i| (i * 31 % 256) as f32 / 255.0).collect();
    Value::map([8, 512, 14, 14], values)
}

fn initialized<L: Layer>(mut layer: L) -> L {
    for (_, parameter) in layer.parameters() {
        parameter.initialize(&mut SmallRng::seed_from_u64(0));
    }
    layer
}

fn whole(layer: &Whole, x: Value) -> Value {
    let y: FeatureMap<32, 112, 112> = layer.forward::<112, 112, 112, 112>(x.into());
    y.into()
}

fn small(layer: &Small, x: Value) -> Value {
    let y: FeatureMap<512, 14, 14> = layer.forward::<14, 14, 14, 14>(x.into());
    y.into()
}

fn halving(layer: &Halving, x: Value) -> Value {
    let y: FeatureMap<32, 56, 56> = layer.forward::<112, 112, 56, 56>(x.into());
    y.into()
}

#[divan::bench(sample_count = 30)]
fn forward(bencher: Bencher) {
    let (layer, x) = (initialized(Whole::without_bias()), input());
    bencher.bench_local(|| whole(&layer, x.clone()));
}

#[divan::bench(sample_count = 30)]
fn forward_of_stride_2(bencher: Bencher) {
    let (layer, x) = (initialized(Halving::without_bias()), input());
    bencher.bench_local(|| halving(&layer, x.clone()));
}

#[divan::bench(sample_count = 30)]
fn there_and_back(bencher: Bencher) {
    let (layer, x) = (initialized(Whole::without_bias()), input());
    let gradient = x.values().to_vec();
    bencher.with_inputs(|| gradient.clone()).bench_local_values(|gradient| {
        whole(&layer, x.clone().put(Tape::training(0).tracked())).backward(gradient)
    });
}

#[divan::bench(sample_count = 30)]
fn there_and_back_of_stride_2(bencher: Bencher) {
    let (layer, x) = (initialized(Halving::without_bias()), input());
    let gradient = x.values()[..8 * 32 * 56 * 56].to_vec();
    bencher.with_inputs(|| gradient.clone()).bench_local_values(|gradient| {
        halving(&layer, x.clone().put(Tape::training(0).tracked())).backward(gradient)
    });
}

#[divan::bench(sample_count = 30)]
fn there_and_back_of_small_maps(bencher: Bencher) {
    let (layer, x) = (initialized(Small::without_bias()), small_input());
    let gradient = x.values().to_vec();
    bencher.with_inputs(|| gradient.clone()).bench_local_values(|gradient| {
        small(&layer, x.clone().put(Tape::training(0).tracked())).backward(gradient)
    });
}
