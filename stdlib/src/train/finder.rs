//! Which learning rate suits a network: growing ones are tried (Smith, 2017).

use netlet_dsl::messages::{Event, Failure, Progress, RatePoint, TrainOptions};

use super::pace::{Batches, Throttle};
use super::step::{Step, Stepper};
use super::weighting::class_weights;
use super::{Answers, Model, Tally, Watch};
use crate::data::{Dataset, Look, Part};
use crate::loss::Criterion;
use crate::optimizer::Optimizer;
use crate::weights::Snapshot;

/// Steps, and so learning rates.
const STEPS: usize = 100;
/// The first rate beside the last.
const FIRST: f64 = 1e-7;
/// What the running mean of the losses keeps at a step.
const SMOOTH: f64 = 0.98;
/// The loss beside the least one from which on larger rates are of no use.
const TOO_LARGE: f64 = 4.0;
/// Points at the start and the end between which the steepest fall is looked for: the mean is of few
/// losses at first, and at the end the loss runs away.
const SKIPPED: [usize; 2] = [10, 5];

/// What trying learning rates came to.
#[derive(Clone, Debug, PartialEq)]
pub struct RatesTried {
    /// The rates with their smoothed losses.
    pub losses: Vec<RatePoint>,
    /// The rate at which the loss falls most steeply, where it falls.
    pub suggestion: Option<f64>,
}

impl Model {
    /// Learns with a rate that grows from step to step, a ten-millionth of the last one at first, and
    /// puts weights and optimizer back as they were. Ends when the loss is four times its least.
    /// `None` when it was stopped.
    ///
    /// # Errors
    /// When the network or the options do not fit the data.
    pub fn find_learning_rate(
        &mut self,
        data: &Dataset,
        options: &TrainOptions,
        watch: &mut dyn Watch,
    ) -> Result<Option<RatesTried>, Failure> {
        self.expect_input(&data.shape)?;
        if data.is_empty(Part::Train) {
            return Err(Failure::new("the data has no samples to learn from"));
        }
        let answers = Answers::of(data);
        let Some(weights) = class_weights(&options.weights, &answers, data, watch)? else {
            return Ok(None);
        };
        let criterion = Criterion::new(options.loss, data.task, weights, options.smoothing)?;
        let mut stepper = Stepper::new(answers, criterion, options.clip);
        // A training to come may begin with weights from another seed.
        let had_weights = self.has_weights;
        let before = Snapshot::of(self.network(options.seed));
        // So that the weights are put back also when the process goes on after a panic.
        self.sound = Some(std::sync::Arc::new(before));
        let tried = self.try_rates(data, options, &mut stepper, watch);
        if let Some(before) = self.sound.take() {
            before.restore(&mut *self.network);
        }
        self.has_weights = had_weights;
        tried
    }

    fn try_rates(
        &mut self,
        data: &Dataset,
        options: &TrainOptions,
        stepper: &mut Stepper,
        watch: &mut dyn Watch,
    ) -> Result<Option<RatesTried>, Failure> {
        let network = &mut *self.network;
        let mut optimizer = Optimizer::new(options.optimizer, options.learning_rate);
        optimizer.set_weight_decay(options.weight_decay);
        let mut tally = Tally::new(&stepper.answers);
        let mut losses: Vec<RatePoint> = Vec::new();
        let (mut mean, mut least) = (0.0, f64::INFINITY);
        let mut pace = Batches::new("trying learning rates".into(), STEPS, "batches");
        let mut throttle = Throttle::of_progress();
        'epochs: for epoch in 1.. {
            let order = data.shuffled(Part::Train, options.seed, epoch)?;
            let look = Look::Random { seed: options.seed, epoch };
            for batch in data.batches(Part::Train, &order, options.batch.max(1), look) {
                if watch.is_stopped() {
                    return Ok(None);
                }
                let batch = batch?;
                let (step, samples) = (losses.len(), batch.inputs.samples());
                let rate = rate(options.learning_rate, step);
                optimizer.set_learning_rate(rate);
                let seed = options.seed.rotate_left(32) ^ step as u64;
                let done = stepper.step(network, &mut optimizer, batch, seed, &mut tally)?;
                let Step::Learned(loss) = done else { break 'epochs };
                mean = SMOOTH * mean + (1.0 - SMOOTH) * loss;
                // The mean begins at zero: what that takes off is put back.
                let loss = mean / (1.0 - SMOOTH.powi(step as i32 + 1));
                losses.push(RatePoint { rate, loss });
                least = least.min(loss);
                if losses.len() == STEPS || loss > TOO_LARGE * least {
                    break 'epochs;
                }
                pace.add(samples);
                if throttle.is_due() {
                    let progress = Progress { loss: Some(loss), ..pace.progress(None) };
                    watch.show(Event::Progress(progress));
                }
            }
        }
        let suggestion = steepest(&losses);
        Ok(Some(RatesTried { losses, suggestion }))
    }
}

/// The rate of a step: the same factor lies between each and the next.
fn rate(last: f64, step: usize) -> f64 {
    last * FIRST.powf(1.0 - step as f64 / (STEPS - 1) as f64)
}

/// The rate at which the loss falls most steeply by the logarithm of the rate.
fn steepest(points: &[RatePoint]) -> Option<f64> {
    let [first, last] = SKIPPED;
    let inner = points.get(first..points.len().saturating_sub(last))?;
    let slope = |pair: &[RatePoint]| {
        let [one, next] = pair else { return 0.0 };
        (next.loss - one.loss) / (next.rate / one.rate).ln()
    };
    let slopes = inner.windows(2).map(|pair| (slope(pair), pair[0].rate));
    let steepest = slopes.min_by(|(one, _), (other, _)| one.total_cmp(other))?;
    (steepest.0 < 0.0).then_some(steepest.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_grow_by_one_factor() {
        assert!((rate(0.5, 0) - 0.5e-7).abs() < 1e-20);
        assert_eq!(rate(0.5, STEPS - 1), 0.5);
        let factor = |step| rate(0.5, step + 1) / rate(0.5, step);
        assert!((factor(0) - factor(70)).abs() < 1e-9);
    }

    #[test]
    fn the_steepest_fall_is_found_where_there_is_one() {
        let points = |loss: fn(f64) -> f64| -> Vec<RatePoint> {
            let point = |step| RatePoint { rate: rate(1.0, step), loss: loss(step as f64) };
            (0..STEPS).map(point).collect()
        };
        // A slide whose middle is at step 60.
        let found = steepest(&points(|step| -((step - 60.0) / 5.0).tanh())).expect("a fall");
        assert!(found == rate(1.0, 59) || found == rate(1.0, 60), "{found}");
        assert_eq!(steepest(&points(|step| step)), None);
        assert_eq!(steepest(&[]), None);
    }
}
