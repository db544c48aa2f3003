//! The network of these tests.

use netlet::initialization::initialize;
use netlet::network::{Layer, Network};
use netlet::prelude::*;
use netlet::tape::Tape;

/// `net Small(1x4x4) { conv 2 3 -> batchnorm; flatten -> linear 3 }`
pub struct Small {
    conv1: Conv2d<1, 2, Kernel<3, 3>>,
    batchnorm1: BatchNorm2d<2>,
    linear1: Linear<8, 3>,
}

impl Small {
    /// With weights that depend on `seed`, and running statistics of a batch.
    pub fn new(seed: u64) -> Self {
        let options = BatchNormOptions { eps: 1e-5, momentum: 0.1, affine: true };
        let mut network = Self {
            conv1: Conv2d::new(),
            batchnorm1: BatchNorm2d::new(options),
            linear1: Linear::new(),
        };
        initialize(&mut network, seed);
        network.run(input().put(Tape::training(seed)).into());
        network
    }

    /// What it gives for [`input`].
    pub fn output(&mut self) -> Vec<f32> {
        self.run(input().into()).out.values().to_vec()
    }

    /// Asserts that it has the numbers of `files/make.py`.
    pub fn expect_numbers(&mut self) {
        let mut tensors = Vec::new();
        for (path, layer) in self.layers() {
            let parameters = layer.parameters().into_iter();
            tensors.extend(parameters.map(|(name, it)| (path, name, it.values().to_vec())));
            let buffers = layer.buffers().into_iter();
            tensors.extend(buffers.map(|(name, it)| (path, name, it.values().to_vec())));
        }
        assert_eq!(tensors.len(), TENSORS.len());
        for (number, (path, name, values)) in tensors.into_iter().enumerate() {
            let expected: Vec<f32> =
                (0..values.len()).map(|index| number as f32 + index as f32 / 8.0).collect();
            assert_eq!(values, expected, "{path}.{name}");
        }
    }
}

impl Network for Small {
    fn name(&self) -> &'static str {
        "Small"
    }

    fn inputs(&self) -> &'static [(&'static str, &'static [usize])] {
        &[("input", &[1, 4, 4])]
    }

    fn layers(&mut self) -> Vec<(&'static str, &mut dyn Layer)> {
        vec![
            ("conv1", &mut self.conv1),
            ("batchnorm1", &mut self.batchnorm1),
            ("linear1", &mut self.linear1),
        ]
    }

    fn run(&mut self, mut inputs: Inputs) -> Outputs {
        let x: FeatureMap<1, 4, 4> = inputs.take();
        let x: FeatureMap<2, 2, 2> = self.conv1.forward(x);
        let x = self.batchnorm1.forward(x);
        let x: Features<8> = flatten(x);
        Outputs::new(self.linear1.forward(x))
    }
}

/// A batch of two pictures.
fn input() -> Value {
    Value::map([2, 1, 4, 4], (0..32_u8).map(|i| f32::from(i * 7 % 32) / 32.0).collect())
}

/// The tensors of [`Small`] in the order of a state dict, with their shapes.
pub const TENSORS: [(&str, &[usize]); 8] = [
    ("conv1.weight", &[2, 1, 3, 3]),
    ("conv1.bias", &[2]),
    ("batchnorm1.weight", &[2]),
    ("batchnorm1.bias", &[2]),
    ("batchnorm1.running_mean", &[2]),
    ("batchnorm1.running_var", &[2]),
    ("linear1.weight", &[3, 8]),
    ("linear1.bias", &[3]),
];
