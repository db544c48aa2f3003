//! Dropout of 8 samples of 128x56x56, 12.8 MB: of values, and of channels for comparison. The input
//! is one that others hold too.

use divan::Bencher;
use netlet::prelude::*;
use netlet::tape::Tape;

type Maps = FeatureMap<128, 56, 56>;

fn main() {
    netlet::device::device();
    netlet::device::join_threads();
    divan::main();
}

fn maps() -> Maps {
    let values = (0..8 * 128 * 56 * 56).map(|i| (i * 31 % 256) as f32 / 255.0).collect();
    Value::map([8, 128, 56, 56], values).put(Tape::training(0)).into()
}

#[divan::bench]
fn values(bencher: Bencher<'_, '_>) {
    let (layer, x) = (Dropout::new(0.5), maps());
    bencher.bench_local(|| -> Maps { layer.forward(x.clone()) });
}

#[divan::bench]
fn channels(bencher: Bencher<'_, '_>) {
    let (layer, x) = (Dropout2d::new(0.5), maps());
    bencher.bench_local(|| -> Maps { layer.forward(x.clone()) });
}
