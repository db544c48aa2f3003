//! Losses of how well predicted regions cover the true ones.

use rayon::prelude::*;

use super::{Classes, Loss, planes};
use crate::backend::units_per_part;
use crate::ops::softmax::softmax;
use crate::value::Value;

/// How the overlap of a class's probabilities p with its true pixels g, 0 or 1, is measured, with
/// sums over all pixels of the batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overlap {
    /// 2 sum(p g) / (sum(p^2) + sum(g)): the Dice coefficient (Milletari, Navab and Ahmadi, 2016).
    Dice,
    /// sum(p g) / sum(p + g - p g): intersection over union (Rahman and Wang, 2016).
    Iou,
}

/// Sums over the pixels of a class.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    /// Of the probabilities at true pixels.
    shared: f64,
    /// Of the probabilities, of Dice their squares.
    predicted: f64,
    /// Of the true pixels.
    truth: f64,
}

impl Overlap {
    /// The overlap, and its derivative with respect to the probability p of a pixel: at a true pixel
    /// a - b p, elsewhere c - b p.
    fn of(self, sums: Sums) -> (f64, Slope) {
        let Sums { shared, predicted, truth } = sums;
        match self {
            Self::Dice => {
                let whole = predicted + truth;
                let b = 4.0 * shared / (whole * whole);
                (2.0 * shared / whole, Slope { inside: 2.0 / whole, outside: 0.0, by: b })
            }
            Self::Iou => {
                let whole = predicted + truth - shared;
                let outside = -shared / (whole * whole);
                (shared / whole, Slope { inside: 1.0 / whole, outside, by: 0.0 })
            }
        }
    }
}

#[derive(Clone, Copy, Debug)]
struct Slope {
    inside: f64,
    outside: f64,
    /// What the probability takes off either, times itself.
    by: f64,
}

/// One less the mean overlap of the classes that occur in the truth, of probabilities that are the
/// softmax of `logits`. Where no pixel counts, the loss is 0.
///
/// # Panics
/// When there is not one class for each place, or one of them is not among the logits.
pub fn overlap(measure: Overlap, logits: Value, classes: Classes<'_>) -> Loss {
    let [count, size] = planes(&logits);
    classes.expect_to_fit(logits.samples() * size, count);
    let (plain, tape) = logits.detach();
    let mut gradient = softmax(plain.clone()).values().to_vec();
    let logits = plain.put(tape);

    let sums = sums(measure, &gradient, classes, [count, size]);
    let present = sums.iter().filter(|sums| sums.truth > 0.0).count();
    let share = 1.0 / present.max(1) as f64;
    let (mut value, mut slopes) = (0.0, vec![[0.0_f32; 3]; count]);
    for (sums, slope) in sums.into_iter().zip(&mut slopes) {
        if sums.truth > 0.0 {
            let (overlap, Slope { inside, outside, by }) = measure.of(sums);
            value += share * (1.0 - overlap);
            *slope = [inside, outside, by].map(|slope| (-share * slope) as f32);
        }
    }
    let sample = count * size;
    let samples_a_part = units_per_part(logits.samples(), gradient.len());
    gradient.par_chunks_mut((sample * samples_a_part).max(1)).enumerate().for_each(
        |(part, values)| {
            for (maps, number) in values.chunks_exact_mut(sample).zip(part * samples_a_part..) {
                differentiate(maps, classes, &slopes, number * size);
            }
        },
    );
    Loss::new(value, logits, gradient)
}

/// The sums of each class. Planes are gone through by samples, so that the order of the additions
/// does not depend on how the work is divided.
fn sums(
    measure: Overlap,
    probabilities: &[f32],
    classes: Classes<'_>,
    [count, size]: [usize; 2],
) -> Vec<Sums> {
    let of_plane = |(number, plane): (usize, &[f32])| {
        let (sample, class) = (number / count, number % count);
        let mut sums = Sums::default();
        for (place, &p) in plane.iter().enumerate() {
            let Some(truth) = classes.at(sample * size + place) else { continue };
            let p = f64::from(p);
            sums.predicted += if measure == Overlap::Dice { p * p } else { p };
            if truth == class {
                sums.shared += p;
                sums.truth += 1.0;
            }
        }
        sums
    };
    let planes = probabilities.par_chunks(size.max(1)).enumerate().map(of_plane);
    let mut whole = vec![Sums::default(); count];
    for (number, sums) in planes.collect::<Vec<_>>().into_iter().enumerate() {
        let of = &mut whole[number % count];
        of.shared += sums.shared;
        of.predicted += sums.predicted;
        of.truth += sums.truth;
    }
    whole
}

/// Replaces the probabilities of a sample by the gradient of its logits: with the derivative q of the
/// loss by each probability, p_j (q_j - sum_c q_c p_c).
fn differentiate(maps: &mut [f32], classes: Classes<'_>, slopes: &[[f32; 3]], first: usize) {
    let size = maps.len() / slopes.len().max(1);
    for place in 0..size {
        let truth = classes.at(first + place);
        let slope = |class: usize, p: f32| {
            let [inside, outside, by] = slopes[class];
            if truth == Some(class) { inside - by * p } else { outside - by * p }
        };
        let along = (0..slopes.len()).map(|class| {
            let p = maps[class * size + place];
            slope(class, p) * p
        });
        let mean: f32 = along.sum();
        for class in 0..slopes.len() {
            let p = &mut maps[class * size + place];
            *p = if truth.is_some() { *p * (slope(class, *p) - mean) } else { 0.0 };
        }
    }
}
