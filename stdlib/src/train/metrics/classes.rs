//! Classes of samples.

use netlet_dsl::messages::Figure;
use serde::{Deserialize, Serialize};

use super::{Confusion, figure, part};

/// Among how many of the likeliest classes the true one is looked for, and below which number of
/// classes that says nothing.
const TOP: usize = 5;

/// Counts of samples whose class is found.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct ClassTally {
    /// Of each true class, those that are right and all.
    classes: Vec<(u64, u64)>,
    in_top: u64,
    confusion: Option<Confusion>,
}

impl ClassTally {
    pub(super) fn new(classes: usize) -> Self {
        Self { classes: vec![(0, 0); classes], in_top: 0, confusion: None }
    }

    pub(super) fn count_confusion(&mut self) {
        self.confusion = Some(Confusion::new(self.classes.len()));
    }

    pub(super) fn add(&mut self, logits: &[f32], truth: &[usize]) {
        let count = self.classes.len().max(1);
        for (row, &class) in logits.chunks(count).zip(truth) {
            let own = row[class];
            let likelier = row.iter().filter(|&&other| other > own || own.is_nan()).count();
            self.classes[class].0 += u64::from(likelier == 0);
            self.classes[class].1 += 1;
            self.in_top += u64::from(likelier < TOP);
            if let Some(confusion) = &mut self.confusion {
                confusion.add(class, if likelier == 0 { class } else { likeliest(row) });
            }
        }
    }

    /// The fraction whose class was the likeliest.
    pub(super) fn accuracy(&self) -> f64 {
        part(self.classes.iter().map(|of| of.0).sum(), self.samples())
    }

    pub(super) fn figures(&self) -> Vec<Figure> {
        let top = || figure("top-5", part(self.in_top, self.samples()));
        let has_top = self.classes.len() > TOP;
        let accuracy = figure("accuracy", self.accuracy());
        std::iter::once(accuracy).chain(has_top.then(top)).collect()
    }

    /// The accuracy of each class that occurs.
    pub(super) fn each(&self) -> Vec<(usize, f64)> {
        let found = self.classes.iter().enumerate().filter(|(_, (_, all))| *all > 0);
        found.map(|(class, &(right, all))| (class, part(right, all))).collect()
    }

    pub(super) fn confusion(&self) -> Option<Vec<Vec<u64>>> {
        self.confusion.as_ref().map(Confusion::rows)
    }

    fn samples(&self) -> u64 {
        self.classes.iter().map(|of| of.1).sum()
    }
}

/// The number of the largest logit; of several, the first.
pub(super) fn likeliest(logits: &[f32]) -> usize {
    let mut best = 0;
    for (class, logit) in logits.iter().enumerate() {
        if *logit > logits[best] || logits[best].is_nan() {
            best = class;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_logit_that_is_no_number_is_never_right() {
        let mut tally = ClassTally::new(2);
        tally.count_confusion();
        tally.add(&[f32::NAN, 0.0], &[0]);
        assert_eq!(tally.accuracy(), 0.0);
        assert_eq!(tally.confusion(), Some(vec![vec![0, 1], vec![0, 0]]));
    }

    #[test]
    fn ties_count_for_the_network() {
        let mut tally = ClassTally::new(3);
        tally.count_confusion();
        tally.add(&[1.0, 1.0, 0.0, 1.0, 2.0, 2.0], &[1, 0]);
        assert_eq!(tally.figures(), [figure("accuracy", 0.5)]);
        assert_eq!(tally.confusion(), Some(vec![vec![0, 1, 0], vec![0, 1, 0], vec![0; 3]]));
        assert_eq!(tally.each(), [(0, 0.0), (1, 1.0)]);
    }
}
