//! Logits to probabilities.

use rayon::prelude::*;

use super::exponential::exp;
use super::parallel::units_per_part;
use crate::ops::planes::Planes;
use crate::ops::softmax::Scale;

/// Writes the probabilities of the batch to `y`.
pub(super) fn normalise(x: &[f32], planes: Planes, scale: Scale, y: &mut [f32]) {
    let (size, sample) = (planes.size, planes.channels * planes.size);
    let part = sample * units_per_part(planes.samples, x.len());
    y.par_chunks_mut(part).zip(x.par_chunks(part)).for_each(|(y, x)| {
        for (y, x) in y.chunks_exact_mut(sample).zip(x.chunks_exact(sample)) {
            scale.normalise(x, y, size);
        }
    });
}

/// Adds the gradient of the batch to `dx`.
pub(super) fn add_gradient(y: &[f32], dy: &[f32], planes: Planes, scale: Scale, dx: &mut [f32]) {
    let (size, sample) = (planes.size, planes.channels * planes.size);
    let part = sample * units_per_part(planes.samples, y.len());
    let parts = dx.par_chunks_mut(part).zip(dy.par_chunks(part));
    parts.zip(y.par_chunks(part)).for_each(|((dx, dy), y)| {
        let samples = dx.chunks_exact_mut(sample).zip(dy.chunks_exact(sample));
        for ((dx, dy), y) in samples.zip(y.chunks_exact(sample)) {
            scale.add_gradient(dx, dy, y, size);
        }
    });
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
    use super::*;

    #[test]
    fn probabilities_in_place_are_pytorchs() {
        // torch.softmax(torch.tensor([1., 2., 3.]), 0)
        let expected = [0.090_030_57, 0.244_728_46, 0.665_240_94];
        for shift in [0.0, 1000.0, -1000.0] {
            let mut logits = [1.0, 2.0, 3.0].map(|logit| logit + shift);
            softmax_in_place(&mut logits);
            for (found, expected) in logits.into_iter().zip(expected) {
                let error: f32 = found - expected;
                assert!(error.abs() < 1e-6, "{found} is not {expected}");
            }
        }
    }
}
