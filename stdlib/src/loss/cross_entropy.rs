//! Cross entropy: PyTorch's `CrossEntropyLoss`.

use rayon::prelude::*;

use super::{Classes, Loss, planes};
use crate::backend::{exp, softmax_in_place, units_per_part};
use crate::value::Value;

/// Pixels that are worked on together, so that what is kept of each stays in the fastest memory.
const BLOCK: usize = 512;

/// The mean cross entropy of `logits`, samples x classes, to the true `classes`, in nats: PyTorch's
/// `CrossEntropyLoss`.
///
/// # Panics
/// When there are not as many classes as samples, or one of them is not among the logits.
pub fn cross_entropy(logits: Value, classes: &[usize]) -> Loss {
    CrossEntropy::default().of(logits, Classes::Samples(classes))
}

/// Cross entropy in nats, with PyTorch's options: with the probabilities p = softmax(z) of the logits
/// z and the true class y of each place i,
///
/// ```text
/// sum_i [(1 - smoothing) w_y (-ln p_iy) + smoothing / C sum_c w_c (-ln p_ic)] / sum_i w_y
/// ```
///
/// where w are the `weight`s and C is the number of classes. Where no place counts, the loss is 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CrossEntropy {
    /// What each class counts: PyTorch's `weight`. All the same if absent.
    pub weights: Option<Vec<f32>>,
    /// The share of the target that goes to all classes alike: PyTorch's `label_smoothing`.
    pub smoothing: f32,
}

impl CrossEntropy {
    /// The loss of `logits`: samples x classes, or samples x classes x rows x columns.
    ///
    /// # Panics
    /// When there is not one class for each place, one of them is not among the logits, or there are
    /// not as many weights as classes.
    pub fn of(&self, logits: Value, classes: Classes<'_>) -> Loss {
        let [count, size] = planes(&logits);
        classes.expect_to_fit(logits.samples() * size, count);
        let ones = vec![1.0; count];
        let weights = self.weights.as_deref().unwrap_or(&ones);
        assert_eq!(weights.len(), count, "a weight for each class");
        let places = 0..classes.len();
        let own = places.map(|place| classes.at(place).map_or(0.0, |class| weights[class]));
        let whole: f64 = own.map(f64::from).sum();
        let share = if whole > 0.0 { (1.0 / whole) as f32 } else { 0.0 };
        let smoothing = self.smoothing / count as f32;
        let total = weights.iter().sum::<f32>();
        let job = Job { classes, weights, total, kept: 1.0 - self.smoothing, smoothing, share };

        let mut gradient = logits.values().to_vec();
        let sample = count * size;
        let samples_a_part = units_per_part(logits.samples(), gradient.len());
        let parts = gradient.par_chunks_mut((sample * samples_a_part).max(1)).enumerate();
        let sums = parts.map(|(part, values)| {
            let samples = values.chunks_exact_mut(sample).zip(part * samples_a_part..);
            let each = samples.map(|(values, sample)| match size {
                1 => job.row(values, sample),
                _ => job.maps(values, size, sample * size),
            });
            each.sum::<f64>()
        });
        // Added up in the order of the parts, not of their ends.
        let sum: f64 = sums.collect::<Vec<_>>().into_iter().sum();
        Loss::new(sum * f64::from(share), logits, gradient)
    }
}

/// What a part of a batch needs to know.
struct Job<'a> {
    classes: Classes<'a>,
    weights: &'a [f32],
    /// The sum of the weights.
    total: f32,
    /// What the true class keeps of the target.
    kept: f32,
    /// What each class gets of it.
    smoothing: f32,
    /// One over what all places count.
    share: f32,
}

impl Job<'_> {
    /// Replaces the logits of a place by their gradient; what they add to the loss.
    fn row(&self, logits: &mut [f32], place: usize) -> f64 {
        let Some(class) = self.classes.at(place) else {
            logits.fill(0.0);
            return 0.0;
        };
        let own = self.kept * self.weights[class];
        let mut score = own * logits[class];
        if self.smoothing > 0.0 {
            let spread = self.weights.iter().zip(&*logits).map(|(weight, logit)| weight * logit);
            score += self.smoothing * spread.sum::<f32>();
        }
        let scale = own + self.smoothing * self.total;
        let loss = f64::from(scale * softmax_in_place(logits) - score);
        for (value, weight) in logits.iter_mut().zip(self.weights) {
            *value = (*value * scale - self.smoothing * weight) * self.share;
        }
        logits[class] -= own * self.share;
        loss
    }

    /// The same of a sample's maps, whose planes have `size` values and whose places begin at `first`.
    /// Goes through runs of planes, so that the loops are vectors.
    fn maps(&self, maps: &mut [f32], size: usize, first: usize) -> f64 {
        let starts = (0..size).step_by(BLOCK);
        starts.map(|start| self.block(maps, size, first, start..(start + BLOCK).min(size))).sum()
    }

    fn block(
        &self,
        maps: &mut [f32],
        size: usize,
        first: usize,
        block: std::ops::Range<usize>,
    ) -> f64 {
        let length = block.len();
        let (mut largest, mut sums) = ([f32::NEG_INFINITY; BLOCK], [0.0_f32; BLOCK]);
        let (mut scores, mut scales) = ([0.0_f32; BLOCK], [0.0_f32; BLOCK]);
        for (at, place) in block.clone().enumerate() {
            if let Some(class) = self.classes.at(first + place) {
                let own = self.kept * self.weights[class];
                scores[at] = own * maps[class * size + place];
                scales[at] = own + self.smoothing * self.total;
            }
        }
        for plane in maps.chunks_exact(size) {
            let logits = &plane[block.clone()];
            largest.iter_mut().zip(logits).for_each(|(largest, x)| *largest = largest.max(*x));
        }
        for (plane, weight) in maps.chunks_exact_mut(size).zip(self.weights) {
            let logits = &mut plane[block.clone()];
            if self.smoothing > 0.0 {
                let part = self.smoothing * weight;
                let counted = scores.iter_mut().zip(&scales).zip(&*logits);
                // What does not count has no scale, and gets no score.
                counted.for_each(|((score, scale), x)| {
                    *score += if *scale > 0.0 { part * x } else { 0.0 };
                });
            }
            for ((x, largest), sum) in logits.iter_mut().zip(&largest).zip(&mut sums) {
                *x = exp(*x - largest);
                *sum += *x;
            }
        }
        let mut loss = 0.0;
        for at in 0..length {
            if scales[at] > 0.0 {
                let logarithm = largest[at] + sums[at].ln();
                loss += f64::from(scales[at] * logarithm - scores[at]);
            }
        }
        for (plane, weight) in maps.chunks_exact_mut(size).zip(self.weights) {
            let part = self.smoothing * weight;
            let values = plane[block.clone()].iter_mut().zip(&sums).zip(&scales);
            values.for_each(|((x, sum), scale)| {
                let level = if *scale > 0.0 { part } else { 0.0 };
                *x = (*x / sum * scale - level) * self.share;
            });
        }
        for place in block {
            if let Some(class) = self.classes.at(first + place) {
                maps[class * size + place] -= self.kept * self.weights[class] * self.share;
            }
        }
        loss
    }
}
