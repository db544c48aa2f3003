//! `softmax` and `logsoftmax`: logits to probabilities, over the channels of each position.

use rayon::prelude::*;

use crate::backend::cpu::exponential::exp;
use crate::backend::cpu::parallel::units_per_part;
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

/// Replaces logits by probabilities and returns the logarithm of the sum of their exponentials.
pub(crate) fn softmax_in_place(logits: &mut [f32]) -> f32 {
    // Subtracting the largest changes no probability and keeps the exponentials from overflowing.
    let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut sum = 0.0;
    for logit in &mut *logits {
        // Infinity less infinity is NaN, as is what a NaN leads to.
        *logit = exp(*logit - largest);
        sum += *logit;
    }
    for logit in &mut *logits {
        *logit /= sum;
    }
    largest + sum.ln()
}

/// How probabilities are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scale {
    Probabilities,
    Logarithms,
}

fn normalise(x: Value, scale: Scale) -> Value {
    let (x, tape) = x.detach();
    let [channels, rows, columns] = x.planes();
    let (size, sample) = (rows * columns, channels * rows * columns);
    let part = sample * units_per_part(x.samples(), x.values().len());
    let mut values = vec![0.0; x.values().len()];
    values.par_chunks_mut(part).zip(x.values().par_chunks(part)).for_each(|(y, x)| {
        for (y, x) in y.chunks_exact_mut(sample).zip(x.chunks_exact(sample)) {
            scale.normalise(x, y, size);
        }
    });
    let y = x.alike(values);
    let (input, output, kept) = (x.slot(), y.slot(), y.clone());
    y.put(tape.clone().record(tape.is_tracked(), move |gradients| {
        let dy = output.take(gradients).into_host();
        let dx = input.get(gradients);
        let parts = dx.par_chunks_mut(part).zip(dy.par_chunks(part));
        parts.zip(kept.values().par_chunks(part)).for_each(|((dx, dy), y)| {
            let samples = dx.chunks_exact_mut(sample).zip(dy.chunks_exact(sample));
            for ((dx, dy), y) in samples.zip(y.chunks_exact(sample)) {
                scale.add_gradient(dx, dy, y, size);
            }
        });
    }))
}

impl Scale {
    /// Writes the probabilities of a sample `x`, in planes of `size` values, to `y`. Goes through
    /// whole planes, so that the loops are vectors.
    fn normalise(self, x: &[f32], y: &mut [f32], size: usize) {
        let mut largest = vec![f32::NEG_INFINITY; size];
        for x in x.chunks_exact(size) {
            largest.iter_mut().zip(x).for_each(|(largest, x)| *largest = largest.max(*x));
        }
        let mut sums = vec![0.0; size];
        for (y, x) in y.chunks_exact_mut(size).zip(x.chunks_exact(size)) {
            for (((y, x), largest), sum) in y.iter_mut().zip(x).zip(&largest).zip(&mut sums) {
                let (logit, power) = (x - largest, exp(x - largest));
                *sum += power;
                *y = if self == Self::Logarithms { logit } else { power };
            }
        }
        match self {
            Self::Probabilities => {
                for y in y.chunks_exact_mut(size) {
                    y.iter_mut().zip(&sums).for_each(|(y, sum)| *y /= sum);
                }
            }
            Self::Logarithms => {
                sums.iter_mut().for_each(|sum| *sum = sum.ln());
                for y in y.chunks_exact_mut(size) {
                    y.iter_mut().zip(&sums).for_each(|(y, sum)| *y -= sum);
                }
            }
        }
    }

    /// Adds the gradient of a sample to `dx`. All channels of a position share the denominator,
    /// which takes the mean of the gradient by the probabilities out of it.
    fn add_gradient(self, dx: &mut [f32], dy: &[f32], y: &[f32], size: usize) {
        let mut sums = vec![0.0; size];
        for (dy, y) in dy.chunks_exact(size).zip(y.chunks_exact(size)) {
            for ((sum, dy), y) in sums.iter_mut().zip(dy).zip(y) {
                *sum += if self == Self::Logarithms { *dy } else { dy * y };
            }
        }
        let planes = dx.chunks_exact_mut(size).zip(dy.chunks_exact(size));
        for ((dx, dy), y) in planes.zip(y.chunks_exact(size)) {
            for (((dx, dy), y), sum) in dx.iter_mut().zip(dy).zip(y).zip(&sums) {
                *dx += match self {
                    Self::Probabilities => y * (dy - sum),
                    Self::Logarithms => dy - exp(*y) * sum,
                };
            }
        }
    }
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
            let mut logits = [1.0, 2.0, 3.0].map(|logit| logit + shift).to_vec();
            let found = softmax(Value::features([1, 3], logits.clone()));
            let logarithms = log_softmax(Value::features([1, 3], logits.clone()));
            softmax_in_place(&mut logits);
            for of in 0..3 {
                let found = [found.values()[of], logits[of], logarithms.values()[of].exp()];
                for found in found {
                    assert!((found - expected[of]).abs() < 1e-6, "{found} is not {}", expected[of]);
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
