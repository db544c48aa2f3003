//! Classes of pixels: of things in a picture, or of colours in a palette.

use netlet_dsl::messages::Figure;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::{Confusion, figure, part};
use crate::data::IGNORED;
use crate::value::Value;

/// The decibels of pictures that are the same: no number would be large enough.
const SAME: f64 = 100.0;

/// Counts of pixels whose class is found.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct PixelTally {
    /// Of each class, the pixels that are right, those taken for it, and its true ones.
    classes: Vec<[u64; 3]>,
    confusion: Option<Confusion>,
    /// Of colours: the palette, and the sum of the squared differences of all channels.
    colours: Option<(Vec<[u8; 3]>, u64)>,
}

impl PixelTally {
    pub(super) fn of_masks(classes: usize) -> Self {
        Self { classes: vec![[0; 3]; classes], confusion: None, colours: None }
    }

    pub(super) fn of_colours(palette: &[[u8; 3]]) -> Self {
        Self { colours: Some((palette.to_vec(), 0)), ..Self::of_masks(palette.len()) }
    }

    pub(super) fn count_confusion(&mut self) {
        self.confusion = Some(Confusion::new(self.classes.len()));
    }

    pub(super) fn add(&mut self, logits: &Value, truth: &[u8]) {
        for (predicted, &truth) in likeliest(logits).into_iter().zip(truth) {
            if truth == IGNORED {
                continue;
            }
            let [own, other] = [truth, predicted].map(usize::from);
            self.classes[other][1] += 1;
            self.classes[own][2] += 1;
            if own == other {
                self.classes[own][0] += 1;
            }
            if let Some(confusion) = &mut self.confusion {
                confusion.add(own, other);
            }
            if let Some((palette, squares)) = &mut self.colours {
                let channels = palette[own].iter().zip(palette[other]);
                let differences =
                    channels.map(|(one, other)| u64::from(one.abs_diff(other)).pow(2));
                *squares += differences.sum::<u64>();
            }
        }
    }

    pub(super) fn figures(&self) -> Vec<Figure> {
        let right = self.classes.iter().map(|of| of[0]).sum();
        let accuracy = figure("pixel accuracy", part(right, self.pixels()));
        match self.colours {
            Some((_, squares)) => vec![accuracy, figure("PSNR", self.decibels(squares))],
            None => {
                let overlaps = self.overlaps();
                let count = overlaps.len().max(1) as f64;
                let mean = overlaps.iter().map(|(_, overlap)| overlap).sum::<f64>() / count;
                vec![figure("mean IoU", mean), accuracy]
            }
        }
    }

    /// The intersection over union of each class that occurs, in the truth or in what was predicted;
    /// of colours, none.
    pub(super) fn each(&self) -> Vec<(usize, f64)> {
        if self.colours.is_some() { Vec::new() } else { self.overlaps() }
    }

    pub(super) fn confusion(&self) -> Option<Vec<Vec<u64>>> {
        self.confusion.as_ref().map(Confusion::rows)
    }

    fn overlaps(&self) -> Vec<(usize, f64)> {
        let union = |[right, predicted, truth]: [u64; 3]| predicted + truth - right;
        let found = self.classes.iter().enumerate().filter(|(_, of)| union(**of) > 0);
        found.map(|(class, of)| (class, part(of[0], union(*of)))).collect()
    }

    /// The peak signal-to-noise ratio of the pictures in the predicted colours beside those in the
    /// true ones: 10 log10(255^2 / mean squared difference), at most 100 dB.
    fn decibels(&self, squares: u64) -> f64 {
        let channels = 3 * self.pixels();
        if channels == 0 {
            return 0.0;
        }
        let mean = squares as f64 / channels as f64;
        (10.0 * (255.0_f64.powi(2) / mean).log10()).min(SAME)
    }

    fn pixels(&self) -> u64 {
        self.classes.iter().map(|of| of[2]).sum()
    }
}

/// The class of the largest logit of each pixel of maps, sample after sample, row by row; of several,
/// the first. Vectors are pictures of one pixel.
///
/// # Panics
/// When there are more than 256 classes.
pub fn likeliest(logits: &Value) -> Vec<u8> {
    let [classes, rows, columns] = logits.planes();
    let (size, sample) = (rows * columns, classes * rows * columns);
    assert!(classes <= 256, "{classes} classes of pixels");
    let mut found = vec![0; logits.samples() * size];
    let samples = found.par_chunks_mut(size.max(1)).zip(logits.values().par_chunks(sample.max(1)));
    samples.for_each(|(found, maps)| {
        let (first, others) = maps.split_at(size);
        let mut largest = first.to_vec();
        for (class, plane) in (1..).zip(others.chunks_exact(size)) {
            for ((found, largest), logit) in found.iter_mut().zip(&mut largest).zip(plane) {
                // Selections instead of branches.
                let is_larger = *logit > *largest;
                *found = if is_larger { class } else { *found };
                *largest = if is_larger { *logit } else { *largest };
            }
        }
    });
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Logits of a sample of two rows of two pixels that says `classes`, of three.
    fn saying(classes: [usize; 4]) -> Value {
        let logit = |class: usize, pixel: usize| if classes[pixel] == class { 2.0 } else { -1.0 };
        let values = (0..3).flat_map(|class| (0..4).map(move |pixel| logit(class, pixel)));
        Value::map([1, 3, 2, 2], values.collect())
    }

    #[test]
    fn regions_are_measured_by_what_they_share() {
        let mut tally = PixelTally::of_masks(3);
        tally.count_confusion();
        tally.add(&saying([0, 0, 1, 2]), &[0, 1, 1, IGNORED]);
        // Class 0: one of two; class 1: one of two; class 2 only where nothing counts.
        assert_eq!(tally.figures(), [figure("mean IoU", 0.5), figure("pixel accuracy", 2.0 / 3.0)]);
        assert_eq!(tally.each(), [(0, 0.5), (1, 0.5)]);
        assert_eq!(tally.confusion(), Some(vec![vec![1, 0, 0], vec![1, 1, 0], vec![0; 3]]));
        tally.add(&saying([2, 0, 0, 0]), &[0, 0, 0, 0]);
        // Class 0: four right, one taken for it wrongly, one of it for another; class 2 none right.
        assert_eq!(tally.each(), [(0, 4.0 / 6.0), (1, 0.5), (2, 0.0)]);
    }

    #[test]
    fn colours_are_measured_as_they_look() {
        let palette = [[0, 0, 0], [255, 255, 255], [0, 0, 255]];
        let mut tally = PixelTally::of_colours(&palette);
        tally.add(&saying([0, 1, 2, 2]), &[0, 1, 2, 2]);
        assert_eq!(tally.figures(), [figure("pixel accuracy", 1.0), figure("PSNR", 100.0)]);
        tally.add(&saying([0, 1, 2, 0]), &[0, 1, 2, 2]);
        // One channel of 24 is off by 255.
        let decibels = 10.0 * 24.0_f64.log10();
        let figures = tally.figures();
        assert!((figures[1].value - decibels).abs() < 1e-9, "{figures:?}");
        assert_eq!(figures[0].value, 7.0 / 8.0);
        assert!(tally.each().is_empty());
    }
}
