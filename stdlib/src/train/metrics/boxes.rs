//! Things with boxes around them.

use netlet_dsl::messages::Figure;
use serde::{Deserialize, Serialize};

use super::classes::{ClassTally, likeliest};
use super::figure;
use crate::backend::softmax_in_place;
use crate::data::Located;
use crate::loss::intersection_over_union;

/// The intersection over union from which on a box is found.
const FOUND: f32 = 0.5;

/// Counts of things whose class and place are found.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct BoxTally {
    pub(super) classes: ClassTally,
    /// The sum of the intersections over unions.
    overlaps: f64,
    /// Of each sample: the class it was taken for, with what probability, and whether both class and
    /// place are right.
    detections: Vec<(usize, f32, bool)>,
    /// Things of each class.
    truth: Vec<u64>,
}

impl BoxTally {
    pub(super) fn new(classes: usize) -> Self {
        let (truth, detections) = (vec![0; classes], Vec::new());
        Self { classes: ClassTally::new(classes), overlaps: 0.0, detections, truth }
    }

    pub(super) fn add(&mut self, logits: &[f32], boxes: &[f32], things: &[Located]) {
        let classes: Vec<usize> = things.iter().map(|thing| thing.class).collect();
        self.classes.add(logits, &classes);
        let rows = logits.chunks(self.truth.len().max(1)).zip(boxes.as_chunks().0).zip(things);
        for ((logits, place), thing) in rows {
            let overlap = intersection_over_union(*place, thing.place);
            self.overlaps += f64::from(overlap);
            self.truth[thing.class] += 1;
            let class = likeliest(logits);
            let mut probabilities = logits.to_vec();
            softmax_in_place(&mut probabilities);
            let is_right = class == thing.class && overlap >= FOUND;
            self.detections.push((class, probabilities[class], is_right));
        }
    }

    pub(super) fn figures(&self) -> Vec<Figure> {
        let overlap = self.overlaps / self.detections.len().max(1) as f64;
        vec![
            figure("accuracy", self.classes.accuracy()),
            figure("box IoU", overlap),
            figure("mAP", self.mean_average_precision()),
        ]
    }

    /// The mean over the classes that occur of the area under the curve of precision by recall,
    /// where the precision at a recall is the largest at that or a greater one: as Pascal VOC has it
    /// since 2010 (Everingham et al., 2010), at an intersection over union of 0.5.
    fn mean_average_precision(&self) -> f64 {
        let mut ranked: Vec<&(usize, f32, bool)> = self.detections.iter().collect();
        ranked.sort_by(|one, other| other.1.total_cmp(&one.1));
        let classes = self.truth.iter().enumerate().filter(|(_, count)| **count > 0);
        let (mut sum, mut present) = (0.0, 0);
        for (class, &count) in classes {
            let hits = ranked.iter().filter(|(of, ..)| *of == class).map(|(.., hit)| *hit);
            sum += average_precision(hits, count);
            present += 1;
        }
        sum / f64::from(present.max(1))
    }
}

/// The area under the curve of one class with `count` things, given whether each detection of it is
/// right, the surest first.
fn average_precision(hits: impl Iterator<Item = bool>, count: u64) -> f64 {
    let mut right = 0_u64;
    // The precision at each detection that is right: there recall grows, by one over the count.
    let precisions = hits.zip(1_u64..).filter_map(|(hit, so_far)| {
        right += u64::from(hit);
        hit.then(|| right as f64 / so_far as f64)
    });
    let mut largest = 0.0_f64;
    let interpolated = precisions.collect::<Vec<_>>().into_iter().rev().map(|precision| {
        largest = largest.max(precision);
        largest
    });
    interpolated.sum::<f64>() / count.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_is_measured_from_its_envelope() {
        // Precisions 1, 1/2, 2/3, 3/4, 3/5: at the three that are right, 1, 3/4 and 3/4 count.
        let hits = [true, false, true, true, false];
        assert_eq!(average_precision(hits.into_iter(), 4), (1.0 + 0.75 + 0.75) / 4.0);
        assert_eq!(average_precision([].into_iter(), 4), 0.0);
    }

    #[test]
    fn class_and_place_have_to_be_right() {
        let place = [0.25, 0.25, 0.75, 0.75];
        // Moved by half its width: a third is shared.
        let moved = [0.5, 0.25, 1.0, 0.75];
        let thing = |class| Located { class, place };
        let mut tally = BoxTally::new(2);
        tally.add(&[3.0, 0.0], &place, &[thing(0)]);
        tally.add(&[2.0, 0.0], &moved, &[thing(0)]);
        tally.add(&[1.0, 0.0], &place, &[thing(1)]);
        let figures = tally.figures();
        assert_eq!(figures[0], figure("accuracy", 2.0 / 3.0));
        assert!((figures[1].value - (2.0 + 1.0 / 3.0) / 3.0).abs() < 1e-6, "{figures:?}");
        // Of class 0, the surest of three is one of two; of class 1 nothing is found.
        assert_eq!(figures[2], figure("mAP", (0.5 + 0.0) / 2.0));
    }
}
