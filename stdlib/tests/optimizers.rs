//! Losses and update rules against numbers of PyTorch 2.15.

use netlet::loss::cross_entropy;
use netlet::network::{Layer, Network, parameters};
use netlet::optimizer::{Optimizer, clip_gradients, gradient_norm};
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

/// `p` after each of five steps from (1, -2, 3) down sum(a p^2) / 2, with a = (1, 0.5, 0.01). The
/// learning rate is 0.1, and half of it after three steps.
fn descend(kind: OptimizerKind, decay: f64, clip: Option<f64>) -> Vec<[f32; 3]> {
    let mut network = Three { linear: Linear::without_bias() };
    network.linear.parameters()[0].1.values_mut().copy_from_slice(&[1.0, -2.0, 3.0]);
    let mut optimizer = Optimizer::new(kind, 0.1);
    optimizer.set_weight_decay(decay);
    let mut path = Vec::new();
    for step in 0..5 {
        if step == 3 {
            optimizer.set_learning_rate(0.05);
        }
        // The output for the input a p is p . (a p); the weight's gradient is that input.
        let weight = network.linear.parameters()[0].1.values().to_vec();
        let input = weight.iter().zip(CURVATURE).map(|(p, a)| p * a).collect();
        let output = network.run(Value::features([1, 3], input).put(Tape::training(0)).into()).out;
        let mut gradients = output.backward(vec![1.0]);
        let norm = gradient_norm(&mut network, &mut gradients);
        if let Some(most) = clip {
            clip_gradients(&mut network, &mut gradients, norm, most);
        }
        optimizer.step(&mut network, &mut gradients);
        let weight = network.linear.parameters()[0].1.values().to_vec();
        path.push(weight.try_into().expect("three values"));
    }
    path
}

/// The rule that the script calls `name`.
fn rule(name: &str) -> OptimizerKind {
    let sgd = |momentum, nesterov| OptimizerKind::Sgd { momentum, nesterov };
    match name {
        "adam" => OptimizerKind::Adam,
        "adamw" => OptimizerKind::AdamW,
        "sgd" => sgd(0.0, false),
        "momentum" => sgd(0.9, false),
        "nesterov" => sgd(0.9, true),
        "rmsprop" => OptimizerKind::RmsProp { momentum: 0.0 },
        "rmsprop_momentum" => OptimizerKind::RmsProp { momentum: 0.9 },
        other => panic!("no rule {other}"),
    }
}

#[test]
fn every_rule_goes_pytorchs_way_with_decay_and_clipping() {
    let said: serde_json::Value =
        serde_json::from_str(include_str!("losses/paths.json")).expect("what the script wrote");
    let cases = said.as_array().expect("a list");
    assert_eq!(cases.len(), 7 * 4);
    for case in cases {
        let name = case["rule"].as_str().expect("a name");
        let decay = case["decay"].as_f64().expect("a number");
        let found = descend(rule(name), decay, case["clip"].as_f64());
        let path = case["path"].as_array().expect("a path").iter();
        for (step, (found, expected)) in found.iter().zip(path).enumerate() {
            for (found, expected) in found.iter().zip(expected.as_array().expect("three")) {
                let expected = expected.as_f64().expect("a number") as f32;
                let error = (found - expected).abs() / expected.abs().max(0.1);
                let about = format!("{name}, decay {decay}, clip {}", case["clip"]);
                assert!(error < 1e-5, "{about}, step {step}: {found} is not {expected}");
            }
        }
    }
}

#[test]
fn a_norm_is_not_finite_exactly_when_a_gradient_is_not() {
    let mut network = Three { linear: Linear::without_bias() };
    let mut norm = |input: [f32; 3]| {
        let input = Value::features([1, 3], input.to_vec()).put(Tape::training(0));
        let output = network.run(input.into()).out;
        gradient_norm(&mut network, &mut output.backward(vec![1.0]))
    };
    assert_eq!(norm([3.0, 0.0, 4.0]), 5.0);
    // The squares are beyond 32 bits.
    assert!((norm([3e30, 0.0, 4e30]) / 5e30 - 1.0).abs() < 1e-6);
    assert!(norm([f32::INFINITY, 0.0, 0.0]).is_infinite());
    assert!(norm([f32::NAN, 0.0, 0.0]).is_nan());
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
