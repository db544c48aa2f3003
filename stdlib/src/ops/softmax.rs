//! `softmax`: logits to probabilities.

use super::exponential::exp;
use crate::value::Value;

/// The probabilities of each sample's classes, from its logits, recording nothing.
///
/// A sample with a NaN or an infinite logit has NaN probabilities.
pub fn softmax(logits: &Value) -> Value {
    let classes: usize = logits.shape().iter().product();
    let mut values = logits.values().to_vec();
    for sample in values.chunks_exact_mut(classes.max(1)) {
        softmax_in_place(sample);
    }
    logits.alike(values)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_are_pytorchs() {
        // torch.softmax(torch.tensor([1., 2., 3.]), 0)
        let expected = [0.090_030_57, 0.244_728_46, 0.665_240_94];
        for shift in [0.0, 1000.0, -1000.0] {
            let logits = [1.0, 2.0, 3.0].map(|logit| logit + shift).to_vec();
            let found = softmax(&Value::features([1, 3], logits));
            for (found, expected) in found.values().iter().zip(expected) {
                assert!((found - expected).abs() < 1e-6, "{found} is not {expected}");
            }
        }
    }

    #[test]
    fn nan_and_infinite_logits_give_nan() {
        for odd in [f32::NAN, f32::INFINITY] {
            let found = softmax(&Value::features([1, 2], vec![0.0, odd]));
            assert!(found.values()[1].is_nan());
        }
    }
}
