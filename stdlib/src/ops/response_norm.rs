//! `lrn`: local response normalisation, each value by the squares of the channels around
//! (Krizhevsky et al., 2012).

use super::planes::Planes;
use crate::backend::Norms;
use crate::device::Device;
use crate::value::Value;

/// The arguments: y = x / (k + alpha / size * (sum of squares of `size` channels))^beta.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct ResponseNorm {
    /// Channels whose squares count: as many before as behind, or one more before.
    pub(crate) size: usize,
    /// The factor of the mean of the squares, of which those beyond the channels are zero.
    pub(crate) alpha: f32,
    /// The exponent.
    pub(crate) beta: f32,
    /// What is added to the mean.
    pub(crate) k: f32,
}

/// The normalised maps: PyTorch's `LocalResponseNorm`.
pub(crate) fn local_response_norm(x: Value, norm: ResponseNorm) -> Value {
    let (x, tape) = x.detach();
    let planes = Planes::of(&x);
    let mut y = x.zeros_alike();
    Device::response_norm(x.view(), planes, norm, y.view_mut());
    let (input, output, kept) = (x.slot(), y.slot(), y.clone());
    y.put(tape.clone().record(tape.is_tracked(), move |gradients| {
        let (dy, dx) = (output.take(gradients), input.view_mut(gradients));
        Device::response_norm_gradient(x.view(), kept.view(), dy.view(), planes, norm, dx);
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
        fn any_norm_is_its_definition(
            [samples, channels, rows, columns] in [0_usize..4, 1..8, 1..5, 1..5],
            size in 1_usize..7,
            alpha in 0.1_f32..3.0,
            beta in prop_oneof![Just(0.75_f32), 0.3_f32..1.5],
            k in 0.5_f32..2.0,
            seed: u64,
        ) {
            let shape = [samples, channels, rows, columns];
            let plane = rows * columns;
            let x = [random(shape.iter().product(), seed)];
            let norm = ResponseNorm { size, alpha, beta, k };
            let run = |inputs: &[Vec<f32>], tape| {
                let x = Value::map(shape, inputs[0].clone()).put(tape);
                Pass { output: local_response_norm(x.clone(), norm), inputs: vec![x.slot()] }
            };
            let mut expected = Vec::new();
            for sample in x[0].chunks_exact(channels * plane) {
                for (at, &x) in sample.iter().enumerate() {
                    let squares = (0..size).filter_map(|of| {
                        let channel = (at / plane + of).checked_sub(size / 2)?;
                        sample.get(channel * plane + at % plane).map(|x| f64::from(*x).powi(2))
                    });
                    let mean = squares.sum::<f64>() / size as f64;
                    let level = f64::from(k) + f64::from(alpha) * mean;
                    expected.push(f64::from(x) / level.powf(f64::from(beta)));
                }
            }
            assert_close(run(&x, Tape::evaluation()).output.values(), &expected);
            assert_gradients(&x, 0.01, seed, run);
        }
    }
}
