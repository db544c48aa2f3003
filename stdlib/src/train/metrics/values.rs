//! Numbers.

use netlet_dsl::messages::Figure;
use serde::{Deserialize, Serialize};

use super::figure;

/// Sums over numbers and how far predictions are from them, for each number of a sample.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct ValueTally {
    samples: u64,
    each: Vec<Sums>,
}

#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
struct Sums {
    /// Of the distances.
    absolute: f64,
    /// Of their squares.
    squared: f64,
    /// The mean of the true numbers, and the sum of their squared differences from it (Welford, 1962).
    mean: f64,
    spread: f64,
}

impl ValueTally {
    pub(super) fn add(&mut self, output: &[f32], truth: &[f32], samples: usize) {
        let count = truth.len() / samples.max(1);
        self.each.resize(count, Sums::default());
        for (output, truth) in output.chunks(count.max(1)).zip(truth.chunks(count.max(1))) {
            self.samples += 1;
            for ((sums, output), truth) in self.each.iter_mut().zip(output).zip(truth) {
                let [output, truth] = [output, truth].map(|it| f64::from(*it));
                sums.absolute += (output - truth).abs();
                sums.squared += (output - truth).powi(2);
                let before = truth - sums.mean;
                sums.mean += before / self.samples as f64;
                sums.spread += before * (truth - sums.mean);
            }
        }
    }

    /// The mean absolute error, and the coefficient of determination 1 - sum (x - t)^2 /
    /// sum (t - mean)^2, mean over the numbers of a sample: scikit-learn's `r2_score`.
    pub(super) fn figures(&self) -> Vec<Figure> {
        let mean = |of: fn(&Sums) -> f64| {
            self.each.iter().map(of).sum::<f64>() / self.each.len().max(1) as f64
        };
        let absolute = mean(|sums| sums.absolute) / self.samples.max(1) as f64;
        vec![figure("MAE", absolute), figure("R2", mean(Sums::determination))]
    }
}

impl Sums {
    /// Numbers that are all the same are hit or missed.
    fn determination(&self) -> f64 {
        match (self.spread > 0.0, self.squared > 0.0) {
            (true, _) => 1.0 - self.squared / self.spread,
            (false, false) => 1.0,
            (false, true) => 0.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_scikit_learn() {
        let mut tally = ValueTally::default();
        // `r2_score([[3, 1], [-0.5, 1], [2, 1], [7, 1]], [[2.5, 1], [0, 1], [2, 1], [8, 1]])` is the
        // mean of 0.9486081370449679 and 1.
        tally.add(&[2.5, 1.0, 0.0, 1.0], &[3.0, 1.0, -0.5, 1.0], 2);
        tally.add(&[2.0, 1.0, 8.0, 1.0], &[2.0, 1.0, 7.0, 1.0], 2);
        let figures = tally.figures();
        assert_eq!(figures[0], figure("MAE", 0.25));
        assert!((figures[1].value - (1.0 + 0.948_608_137_044_967_9) / 2.0).abs() < 1e-12);
    }
}
