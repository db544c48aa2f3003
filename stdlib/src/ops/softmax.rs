//! `softmax` and `logsoftmax`: logits to probabilities, over the channels of each position.

use super::planes::Planes;
use crate::backend::Activations;
use crate::device::Device;
use crate::value::Value;

/// The probabilities of each position's channels, from their logits; of vectors, of the features.
///
/// Where a logit is NaN or infinite, the probabilities are NaN.
pub fn softmax(logits: Value) -> Value {
    normalise(logits, Scale::Probabilities)
}

/// The logarithms of the [`softmax`].
pub(crate) fn log_softmax(logits: Value) -> Value {
    normalise(logits, Scale::Logarithms)
}

/// How probabilities are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scale {
    Probabilities,
    Logarithms,
}

fn normalise(x: Value, scale: Scale) -> Value {
    let (x, tape) = x.detach();
    let planes = Planes::of(&x);
    let mut y = x.zeros_alike();
    Device::softmax(x.view(), planes, scale, y.view_mut());
    let (input, output, kept) = (x.slot(), y.slot(), y.clone());
    y.put(tape.clone().record(tape.is_tracked(), move |gradients| {
        let (dy, dx) = (output.take(gradients), input.view_mut(gradients));
        Device::softmax_gradient(kept.view(), dy.view(), planes, scale, dx);
    }))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::check::{Pass, assert_close, assert_gradients, random};
    use super::*;
    use crate::tape::Tape;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn any_softmax_is_its_definition(
            [samples, channels, rows, columns] in [0_usize..4, 1..6, 1..5, 1..5],
            seed: u64,
        ) {
            let shape = [samples, channels, rows, columns];
            let size = rows * columns;
            let x: Vec<f32> =
                random(shape.iter().product(), seed).iter().map(|x| x * 5.0).collect();
            let mut expected = [vec![], vec![]];
            for sample in x.chunks_exact(channels * size) {
                for (at, &x) in sample.iter().enumerate() {
                    let column = sample.iter().skip(at % size).step_by(size);
                    let sum: f64 = column.map(|x| f64::from(*x).exp()).sum();
                    expected[0].push(f64::from(x).exp() / sum);
                    expected[1].push(f64::from(x) - sum.ln());
                }
            }
            let x = [x];
            for (of, expected) in [softmax, log_softmax].into_iter().zip(expected) {
                let run = |inputs: &[Vec<f32>], tape| {
                    let x = Value::map(shape, inputs[0].clone()).put(tape);
                    Pass { output: of(x.clone()), inputs: vec![x.slot()] }
                };
                assert_close(run(&x, Tape::evaluation()).output.values(), &expected);
                assert_gradients(&x, 0.01, seed, run);
            }
        }
    }

    #[test]
    fn probabilities_are_pytorchs() {
        // torch.softmax(torch.tensor([1., 2., 3.]), 0)
        let expected = [0.090_030_57, 0.244_728_46, 0.665_240_94];
        for shift in [0.0, 1000.0, -1000.0] {
            let logits = [1.0, 2.0, 3.0].map(|logit| logit + shift).to_vec();
            let found = softmax(Value::features([1, 3], logits.clone()));
            let logarithms = log_softmax(Value::features([1, 3], logits));
            for (of, expected) in expected.into_iter().enumerate() {
                let found = [found.values()[of], logarithms.values()[of].exp()];
                for found in found {
                    assert!((found - expected).abs() < 1e-6, "{found} is not {expected}");
                }
            }
        }
    }

    #[test]
    fn nan_and_infinite_logits_give_nan() {
        for odd in [f32::NAN, f32::INFINITY] {
            let found = softmax(Value::features([1, 2], vec![0.0, odd]));
            assert!(found.values()[1].is_nan());
        }
    }
}
