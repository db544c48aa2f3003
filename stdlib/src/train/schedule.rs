//! How the learning rate goes over a training.

use std::f64::consts::PI;

use netlet_dsl::messages::{Schedule, TrainOptions};
use serde::{Deserialize, Serialize};

/// The part of the steps in which one cycle rises: PyTorch's `pct_start`.
const RISE: f64 = 0.3;
/// What the largest rate is over the first: PyTorch's `div_factor`.
const FIRST: f64 = 25.0;
/// What the first rate is over the last: PyTorch's `final_div_factor`.
const LAST: f64 = 1e4;
/// The part by which a loss has to be smaller to count as such: PyTorch's `threshold`.
const THRESHOLD: f64 = 1e-4;
/// The least change of a rate that is made: PyTorch's `eps`.
const LEAST: f64 = 1e-8;

/// The learning rate of each step of a training.
///
/// Over the first `warmup` epochs it rises in a line, from a first step of the whole over their
/// steps; [`Schedule::Cosine`] and [`Schedule::OneCycle`] go over the steps after these.
#[derive(Clone, Debug)]
pub struct Rates {
    schedule: Schedule,
    rate: f64,
    steps_an_epoch: usize,
    /// Steps in all.
    steps: usize,
    /// Steps of these in which the rate rises first.
    warmup: usize,
    plateau: Plateau,
}

/// What [`Schedule::Plateau`] has seen: PyTorch's `ReduceLROnPlateau`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Plateau {
    /// What the learning rate has become.
    rate: f64,
    best: Option<f64>,
    /// Epochs since the loss was last smaller.
    waited: usize,
}

impl Rates {
    /// The rates of a training by `options` whose epochs have `steps_an_epoch` steps.
    pub fn new(options: &TrainOptions, steps_an_epoch: usize) -> Self {
        let rate = options.learning_rate;
        let steps = steps_an_epoch * options.epochs;
        let warmup = (options.warmup * steps_an_epoch as f64).round() as usize;
        Self {
            schedule: options.schedule,
            rate,
            steps_an_epoch,
            steps,
            warmup: warmup.min(steps),
            plateau: Plateau { rate, best: None, waited: 0 },
        }
    }

    /// The rate of a step, counted from 0 since the training began.
    pub fn at(&self, step: usize) -> f64 {
        let risen = match self.warmup {
            0 => 1.0,
            warmup => ((step + 1) as f64 / warmup as f64).min(1.0),
        };
        let (after, steps) = (step.saturating_sub(self.warmup), self.steps - self.warmup);
        let rate = match self.schedule {
            Schedule::None => self.rate,
            Schedule::Step { every, factor } => {
                let epoch = step / self.steps_an_epoch.max(1);
                self.rate * factor.powi((epoch / every.max(1)) as i32)
            }
            Schedule::Cosine => between(self.rate, 0.0, after as f64 / steps.max(1) as f64),
            Schedule::OneCycle => self.one_cycle(after as f64, steps as f64),
            Schedule::Plateau { .. } => self.plateau.rate,
        };
        risen * rate
    }

    /// Notes the test loss at the end of an epoch.
    pub fn end_epoch(&mut self, test_loss: f64) {
        let Schedule::Plateau { patience, factor } = self.schedule else { return };
        let Plateau { rate, best, waited } = &mut self.plateau;
        if best.is_none_or(|best| test_loss < best * (1.0 - THRESHOLD)) {
            *best = Some(test_loss);
            *waited = 0;
        } else {
            *waited += 1;
        }
        if *waited > patience {
            *waited = 0;
            if *rate - *rate * factor > LEAST {
                *rate *= factor;
            }
        }
    }

    /// What the test losses have led to, for a training that is taken up again.
    pub(crate) fn plateau(&self) -> Plateau {
        self.plateau
    }

    /// Takes up what earlier test losses have led to.
    pub(crate) fn set_plateau(&mut self, plateau: Plateau) {
        self.plateau = plateau;
    }

    /// PyTorch's `OneCycleLR` with its defaults.
    fn one_cycle(&self, step: f64, steps: f64) -> f64 {
        // A training that is all rise has no cycle.
        if steps == 0.0 {
            return self.rate;
        }
        let first = self.rate / FIRST;
        let top = RISE * steps - 1.0;
        if step <= top {
            return between(first, self.rate, step / top.max(f64::MIN_POSITIVE));
        }
        between(self.rate, first / LAST, (step - top) / (steps - 1.0 - top))
    }
}

/// A number between two, along half a cosine.
fn between(start: f64, end: f64, part: f64) -> f64 {
    end + (start - end) / 2.0 * (1.0 + (PI * part).cos())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Test losses of five epochs, and the rates that schedules and epochs of a rise come to.
    #[derive(Deserialize)]
    struct Said {
        losses: [f64; 5],
        rates: Vec<(Schedule, f64, Vec<f64>)>,
    }

    /// The rates of every step of five epochs of four steps, with a rate of 0.1.
    fn rates(schedule: Schedule, warmup: f64, losses: [f64; 5]) -> Vec<f64> {
        let options = TrainOptions {
            epochs: 5,
            learning_rate: 0.1,
            schedule,
            warmup,
            ..TrainOptions::default()
        };
        let mut rates = Rates::new(&options, 4);
        let mut found = Vec::new();
        for (epoch, loss) in losses.into_iter().enumerate() {
            found.extend((4 * epoch..4 * epoch + 4).map(|step| rates.at(step)));
            rates.end_epoch(loss);
        }
        found
    }

    fn assert_rates(found: &[f64], expected: &[f64]) {
        assert_eq!(found.len(), expected.len());
        for (step, (found, expected)) in found.iter().zip(expected).enumerate() {
            let error = (found - expected).abs() / expected.abs();
            assert!(error < 1e-9, "step {step}: {found} is not {expected}");
        }
    }

    #[test]
    fn each_schedule_is_pytorchs() {
        // By the schedulers of PyTorch 2.15, see `tests/losses/make.py`.
        let said: Said = serde_json::from_str(include_str!("../../tests/losses/schedules.json"))
            .expect("what the script wrote");
        for (schedule, warmup, expected) in &said.rates {
            assert_rates(&rates(*schedule, *warmup, said.losses), expected);
        }
    }

    #[test]
    fn a_training_of_a_step_has_a_rate() {
        for schedule in [Schedule::None, Schedule::Cosine, Schedule::OneCycle] {
            for warmup in [0.0, 1.0] {
                let options = TrainOptions { schedule, warmup, ..TrainOptions::default() };
                let rate = Rates::new(&options, 1).at(0);
                assert!(rate > 0.0 && rate.is_finite(), "{schedule:?}: {rate}");
            }
        }
    }
}
