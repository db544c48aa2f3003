//! Losses that compare value by value: PyTorch's `MSELoss`, `L1Loss`, `SmoothL1Loss` and
//! `BCEWithLogitsLoss`.

use rayon::prelude::*;

use super::{Classes, Loss, planes};
use crate::backend::{exp, ln_1p, units_per_part};
use crate::value::Value;

/// What one value loses beside the true one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pointwise {
    /// (x - t)^2: PyTorch's `MSELoss`.
    Squared,
    /// |x - t|: PyTorch's `L1Loss`.
    Absolute,
    /// (x - t)^2 / 2 where |x - t| < 1, else |x - t| - 1/2: PyTorch's `SmoothL1Loss` with its `beta`
    /// of 1.
    Smooth,
    /// -(t ln s + (1 - t) ln(1 - s)) with the sigmoid s of x: PyTorch's `BCEWithLogitsLoss`.
    Binary,
}

impl Pointwise {
    /// The loss and its slope.
    #[inline(always)]
    fn of(self, x: f32, t: f32) -> (f32, f32) {
        let difference = x - t;
        match self {
            Self::Squared => (difference * difference, 2.0 * difference),
            // PyTorch's slope at 0 is 0.
            Self::Absolute => (difference.abs(), sign(difference)),
            Self::Smooth if difference.abs() < 1.0 => (0.5 * difference * difference, difference),
            Self::Smooth => (difference.abs() - 0.5, sign(difference)),
            // Written so that no exponential overflows.
            Self::Binary => {
                let tail = exp(-x.abs());
                let sigmoid = if x >= 0.0 { 1.0 } else { tail } / (1.0 + tail);
                (x.max(0.0) - x * t + ln_1p(tail), sigmoid - t)
            }
        }
    }
}

/// The sign, 0 of 0, NaN of NaN.
#[inline(always)]
fn sign(x: f32) -> f32 {
    if x == 0.0 { 0.0 } else { x.signum() }
}

/// The mean loss of all values of `output` beside the true ones.
///
/// # Panics
/// When there is not a true value for each.
pub fn pointwise(rule: Pointwise, output: Value, truth: &[f32]) -> Loss {
    let mut gradient = output.values().to_vec();
    assert_eq!(gradient.len(), truth.len(), "a true value for each output");
    let share = 1.0 / truth.len().max(1) as f32;
    let part = units_per_part(truth.len(), truth.len());
    let parts = gradient.par_chunks_mut(part).zip(truth.par_chunks(part));
    let sums = parts.map(|(values, truth)| {
        let mut sum = 0.0;
        for (value, &truth) in values.iter_mut().zip(truth) {
            let (loss, slope) = rule.of(*value, truth);
            sum += f64::from(loss);
            *value = slope * share;
        }
        sum
    });
    let sum: f64 = sums.collect::<Vec<_>>().into_iter().sum();
    Loss::new(sum * f64::from(share), output, gradient)
}

/// The mean binary cross entropy of each class's logit, whose true value is 1 for the true class of a
/// place and 0 for the others: PyTorch's `BCEWithLogitsLoss` of `one_hot`. Where no place counts, the
/// loss is 0.
///
/// # Panics
/// When there is not one class for each place, or one of them is not among the logits.
pub fn binary_cross_entropy(logits: Value, classes: Classes<'_>) -> Loss {
    let [count, size] = planes(&logits);
    classes.expect_to_fit(logits.samples() * size, count);
    let counted = (0..classes.len()).filter(|&place| classes.at(place).is_some()).count() * count;
    let share = 1.0 / counted.max(1) as f32;
    let mut gradient = logits.values().to_vec();
    let part = size * units_per_part(logits.samples() * count, gradient.len());
    let parts = gradient.par_chunks_mut(part.max(1)).enumerate();
    let sums = parts.map(|(index, values)| {
        let mut sum = 0.0;
        for (plane, number) in values.chunks_exact_mut(size).zip(index * (part / size)..) {
            let (sample, class) = (number / count, number % count);
            for (place, value) in plane.iter_mut().enumerate() {
                let Some(truth) = classes.at(sample * size + place) else {
                    *value = 0.0;
                    continue;
                };
                let truth = if truth == class { 1.0 } else { 0.0 };
                let (loss, slope) = Pointwise::Binary.of(*value, truth);
                sum += f64::from(loss);
                *value = slope * share;
            }
        }
        sum
    });
    let sum: f64 = sums.collect::<Vec<_>>().into_iter().sum();
    Loss::new(sum * f64::from(share), logits, gradient)
}
