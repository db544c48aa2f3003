//! What a network's trainings so far have reached, step by step.

use netlet_dsl::messages::{CurvePoint, Epoch};
use serde::{Deserialize, Serialize};

/// The most loss points kept: twice as many as a curve is wide.
const MOST_POINTS: usize = 1440;

/// The losses and epochs of all trainings of the same weights.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Curve {
    /// What the loss is called.
    loss_title: String,
    epochs: Vec<Epoch>,
    /// The step at which each epoch ended.
    epoch_ends: Vec<u64>,
    losses: Vec<CurvePoint>,
    /// The learning rates of the last steps that the points stand for.
    rates: Vec<CurvePoint>,
    /// Steps that one point stands for; doubles when there are too many points.
    steps_a_point: u64,
    /// The sum and the number of losses that belong to the next point.
    pending: (f64, u64),
    steps: u64,
}

impl Default for Curve {
    fn default() -> Self {
        Self {
            loss_title: "loss".into(),
            epochs: Vec::new(),
            epoch_ends: Vec::new(),
            losses: Vec::new(),
            rates: Vec::new(),
            steps_a_point: 1,
            pending: (0.0, 0),
            steps: 0,
        }
    }
}

impl Curve {
    /// Says what the loss is called, such as `cross entropy`.
    pub fn set_loss_title(&mut self, title: &str) {
        title.clone_into(&mut self.loss_title);
    }

    /// What the loss is called.
    pub fn loss_title(&self) -> &str {
        &self.loss_title
    }

    /// Notes the training loss of a step and its learning rate.
    pub fn push_step(&mut self, loss: f64, rate: f64) {
        self.steps += 1;
        self.pending = (self.pending.0 + loss, self.pending.1 + 1);
        if self.pending.1 == self.steps_a_point {
            let value = self.pending.0 / self.pending.1 as f64;
            self.losses.push(CurvePoint { step: self.steps, value });
            self.rates.push(CurvePoint { step: self.steps, value: rate });
            self.pending = (0.0, 0);
        }
        if self.losses.len() > MOST_POINTS {
            self.halve();
        }
    }

    /// Notes the end of an epoch.
    pub fn push_epoch(&mut self, epoch: Epoch) {
        self.epochs.push(epoch);
        self.epoch_ends.push(self.steps);
    }

    /// Steps so far.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// The epochs so far.
    pub fn epochs(&self) -> &[Epoch] {
        &self.epochs
    }

    /// The place among the epochs of the best one: the last that none before it was better than.
    pub fn best(&self) -> Option<usize> {
        self.epochs.iter().rposition(|epoch| epoch.best)
    }

    /// The step at which each epoch ended.
    pub fn epoch_ends(&self) -> &[u64] {
        &self.epoch_ends
    }

    /// Mean training losses of neighbouring steps.
    pub fn losses(&self) -> &[CurvePoint] {
        &self.losses
    }

    /// The learning rates of the same steps.
    pub fn rates(&self) -> &[CurvePoint] {
        &self.rates
    }

    /// Joins neighbouring points, so that a long training takes no more memory than a short one.
    fn halve(&mut self) {
        let pairs = self.losses.chunks_exact(2);
        let rest = pairs.remainder().to_vec();
        let joined = pairs.map(|pair| CurvePoint {
            step: pair[1].step,
            value: (pair[0].value + pair[1].value) / 2.0,
        });
        self.losses = joined.collect();
        self.rates = self.rates.chunks_exact(2).map(|pair| pair[1]).collect();
        if let [left] = rest[..] {
            self.pending.0 += left.value * self.steps_a_point as f64;
            self.pending.1 += self.steps_a_point;
        }
        self.steps_a_point *= 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_curve_keeps_its_mean_and_stays_short() {
        let mut curve = Curve::default();
        for step in 0..10_000u32 {
            curve.push_step(f64::from(step), 10.0 * f64::from(step + 1));
        }
        assert_eq!(curve.steps(), 10_000);
        assert!(curve.losses().len() <= MOST_POINTS, "{}", curve.losses().len());
        let each = curve.losses()[1].step - curve.losses()[0].step;
        for (point, rate) in curve.losses().iter().zip(curve.rates()) {
            // The mean of the steps that the point stands for.
            let middle = point.step as f64 - 0.5 - each as f64 / 2.0;
            assert!((point.value - middle).abs() < 1e-9, "{point:?}");
            assert_eq!((rate.step, rate.value), (point.step, 10.0 * point.step as f64));
        }
    }
}
