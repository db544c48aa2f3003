//! Losses and update rules against numbers of PyTorch 2.15.

use netlet::loss::cross_entropy;
use netlet::network::{Layer, Network, parameters};
use netlet::optimizer::Optimizer;
use netlet::prelude::*;
use netlet::tape::Tape;
use netlet_dsl::messages::OptimizerKind;

/// A weight of three values, `p`, that no pass needs.
struct Three {
    linear: Linear<3, 1>,
}

impl Network for Three {
    fn name(&self) -> &'static str {
        "Three"
    }

    fn inputs(&self) -> &'static [(&'static str, &'static [usize])] {
        &[("input", &[3])]
    }

    fn layers(&mut self) -> Vec<(&'static str, &mut dyn Layer)> {
        vec![("linear", &mut self.linear)]
    }

    fn run(&mut self, mut inputs: Inputs) -> Outputs {
        let input: Features<3> = inputs.take();
        Outputs::new(self.linear.forward(input))
    }
}

const CURVATURE: [f32; 3] = [1.0, 0.5, 0.01];

/// `p` after each of five steps from (1, -2, 3) down sum(a p^2) / 2, with a = (1, 0.5, 0.01).
fn descend(kind: OptimizerKind) -> Vec<[f32; 3]> {
    let mut network = Three { linear: Linear::without_bias() };
    network.linear.parameters()[0].1.values_mut().copy_from_slice(&[1.0, -2.0, 3.0]);
    let mut optimizer = Optimizer::new(kind, 0.1);
    let mut path = Vec::new();
    for _ in 0..5 {
        // The output for the input a p is p . (a p); the weight's gradient is that input.
        let weight = network.linear.parameters()[0].1.values().to_vec();
        let input = weight.iter().zip(CURVATURE).map(|(p, a)| p * a).collect();
        let output = network.run(Value::features([1, 3], input).put(Tape::training(0)).into()).out;
        optimizer.step(&mut network, &mut output.backward(vec![1.0]));
        let weight = network.linear.parameters()[0].1.values().to_vec();
        path.push(weight.try_into().expect("three values"));
    }
    path
}

fn assert_path(found: &[[f32; 3]], expected: [[f32; 3]; 5]) {
    for (found, expected) in found.iter().zip(expected) {
        for (found, expected) in found.iter().zip(expected) {
            let error = (found - expected).abs() / expected.abs();
            assert!(error < 1e-5, "{found} is not {expected}");
        }
    }
}

#[test]
fn adam_goes_pytorchs_way() {
    assert_path(
        &descend(OptimizerKind::Adam),
        [
            [0.900_000_04, -1.9, 2.9],
            [0.800_412_24, -1.800_166_5, 2.800_102_7],
            [0.701_586_3, -1.700_623_4, 2.700_381_5],
            [0.603_939_1, -1.601_504_9, 2.600_913_5],
            [0.507_963_7, -1.502_955_8, 2.501_779_6],
        ],
    );
}

#[test]
fn gradient_descent_goes_pytorchs_way() {
    assert_path(
        &descend(OptimizerKind::Sgd { momentum: 0.0 }),
        [
            [0.9, -1.9, 2.997],
            [0.81, -1.805, 2.994_003],
            [0.729, -1.714_749_9, 2.991_009],
            [0.656_1, -1.629_012_5, 2.988_018],
            [0.590_49, -1.547_561_9, 2.985_03],
        ],
    );
}

#[test]
fn momentum_goes_pytorchs_way() {
    assert_path(
        &descend(OptimizerKind::Sgd { momentum: 0.9 }),
        [
            [0.9, -1.9, 2.997],
            [0.719_999_97, -1.715, 2.991_303],
            [0.485_999_97, -1.462_750_1, 2.983_184_3],
            [0.226_799_96, -1.162_587_6, 2.972_894_4],
            [-0.029_160_03, -0.834_312, 2.960_660_7],
        ],
    );
}

#[test]
fn frozen_parameters_stay() {
    let mut network = Three { linear: Linear::new() };
    let [(_, weight), _] = &mut network.linear.parameters()[..] else { panic!("two parameters") };
    weight.set_trainable(false);
    let output =
        network.run(Value::features([1, 3], vec![1.0; 3]).put(Tape::training(0)).into()).out;
    let mut gradients = output.backward(vec![1.0]);
    Optimizer::new(OptimizerKind::Adam, 0.1).step(&mut network, &mut gradients);
    let values = parameters(&mut network).into_iter().map(|(_, p)| p.values().to_vec());
    let values: Vec<_> = values.collect();
    assert_eq!(values[0], [0.0; 3]);
    assert!((values[1][0] + 0.1).abs() < 1e-6, "the bias moves: {values:?}");
}

#[test]
fn a_step_copies_no_parameter() {
    let mut network = Three { linear: Linear::new() };
    let place = |network: &mut Three| network.linear.parameters()[0].1.values().as_ptr();
    let before = place(&mut network);
    let output =
        network.run(Value::features([1, 3], vec![1.0; 3]).put(Tape::training(0)).into()).out;
    let mut gradients = cross_entropy(output.clone(), &[0]).backward();
    Optimizer::new(OptimizerKind::Adam, 0.1).step(&mut network, &mut gradients);
    assert_eq!(place(&mut network), before, "the weight stays where it is beside a kept output");
}

#[test]
fn cross_entropy_and_its_gradient_are_pytorchs() {
    let logits = vec![1.0, 2.0, 3.0, 0.0, -1.0, 1000.0, 5.0, 5.0, 5.0];
    let logits = Value::features([3, 3], logits).put(Tape::training(0).tracked());
    let loss = cross_entropy(logits.clone(), &[2, 2, 0]);
    assert!((loss.value() - 0.502_072_75).abs() < 1e-6, "{}", loss.value());
    let found = logits.gradient(&mut loss.backward());
    let expected = [
        0.030_010_19,
        0.081_576_17,
        -0.111_586_33,
        0.0,
        0.0,
        0.0,
        -0.222_222_24,
        0.111_111_1,
        0.111_111_1,
    ];
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() < 1e-6, "{found} is not {expected}");
    }
}
