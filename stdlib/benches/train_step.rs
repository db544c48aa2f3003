//! One training step of LeNet-5 on a batch of 64 pictures: forward, backward and Adam, as `train`
//! does them. `tests/compare/pytorch_lenet.py` measures the same in PyTorch.

use divan::Bencher;
use netlet::initialization::initialize;
use netlet::loss::cross_entropy;
use netlet::optimizer::{Optimizer, gradient_norm};
use netlet::prelude::*;
use netlet::tape::Tape;
use netlet_dsl::messages::OptimizerKind;

const BATCH: usize = 64;

fn main() {
    netlet::device::device();
    netlet::device::join_threads();
    divan::main();
}

/// As the language writes it.
struct LeNet5 {
    conv1: Conv2d<1, 6, Kernel<5, 5>, Stride<1, 1>, Padding<2, 2>>,
    avgpool1: AvgPool2d<Kernel<2, 2>, Stride<2, 2>>,
    conv2: Conv2d<6, 16, Kernel<5, 5>>,
    avgpool2: AvgPool2d<Kernel<2, 2>, Stride<2, 2>>,
    linear1: Linear<400, 120>,
    linear2: Linear<120, 84>,
    linear3: Linear<84, 10>,
}

impl LeNet5 {
    fn new() -> Self {
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

    fn forward(&mut self, x: FeatureMap<1, 28, 28>) -> Features<10> {
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

#[divan::bench(sample_count = 300)]
fn lenet5(bencher: Bencher) {
    let mut network = LeNet5::new();
    initialize(&mut network, 0);
    let mut optimizer = Optimizer::new(OptimizerKind::Adam, 1e-3);
    let pictures = (0..BATCH * 784).map(|i| (i * 31 % 256) as f32 / 255.0).collect();
    let pictures = Value::map([BATCH, 1, 28, 28], pictures);
    let classes: Vec<usize> = (0..BATCH).map(|i| i % 10).collect();
    bencher.bench_local(|| {
        let logits = network.run(pictures.clone().put(Tape::training(0)).into()).out;
        let loss = cross_entropy(logits, &classes);
        let value = loss.value();
        let mut gradients = loss.backward();
        // As `train` looks whether they are finite.
        assert!(gradient_norm(&mut network, &mut gradients).is_finite());
        optimizer.step(&mut network, &mut gradients);
        value
    });
}
