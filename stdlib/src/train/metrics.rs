//! How well a classifier does.

/// What was measured over some samples.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Metrics {
    /// Samples measured.
    pub samples: usize,
    /// Mean cross entropy, in nats.
    pub loss: f64,
    /// The fraction whose class was the likeliest.
    pub accuracy: f64,
    /// The fraction whose class was among the five likeliest.
    pub top5: f64,
}

/// Counts towards [`Metrics`], batch by batch.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally {
    samples: usize,
    loss: f64,
    right: usize,
    in_top5: usize,
}

impl Tally {
    /// Counts a batch: its mean loss, its logits (samples x classes) and its true classes.
    ///
    /// A class counts as likelier than the true one only if its logit is larger, so ties count for
    /// the network, except that a logit that is no number never does.
    pub fn add(&mut self, loss: f64, logits: &[f32], classes: &[usize]) {
        self.samples += classes.len();
        self.loss += loss * classes.len() as f64;
        let count = logits.len() / classes.len().max(1);
        for (row, &class) in logits.chunks(count.max(1)).zip(classes) {
            let own = row[class];
            let likelier = row.iter().filter(|&&other| other > own || own.is_nan()).count();
            self.right += usize::from(likelier == 0);
            self.in_top5 += usize::from(likelier < 5);
        }
    }

    /// The figures so far; zeros when nothing was counted.
    pub fn metrics(&self) -> Metrics {
        let samples = self.samples.max(1) as f64;
        Metrics {
            samples: self.samples,
            loss: self.loss / samples,
            accuracy: self.right as f64 / samples,
            top5: self.in_top5 as f64 / samples,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_of_different_sizes_weigh_by_their_samples() {
        let mut tally = Tally::default();
        // Six classes: ranks 1, 2 and 6 of the true class.
        tally.add(1.0, &[9.0, 1.0, 2.0, 3.0, 4.0, 5.0, 9.0, 8.0, 0.0, 0.0, 0.0, 0.0], &[0, 1]);
        tally.add(4.0, &[0.0, 1.0, 2.0, 3.0, 4.0, 5.0], &[0]);
        let metrics = tally.metrics();
        assert_eq!(metrics.samples, 3);
        assert_eq!(metrics.loss, 2.0);
        assert_eq!(metrics.accuracy, 1.0 / 3.0);
        assert_eq!(metrics.top5, 2.0 / 3.0);
    }

    #[test]
    fn a_logit_that_is_no_number_is_never_right() {
        let mut tally = Tally::default();
        tally.add(0.0, &[f32::NAN, 0.0], &[0]);
        assert_eq!(tally.metrics().accuracy, 0.0);
    }
}
