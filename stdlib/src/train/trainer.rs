//! The training loop.

use std::path::Path;
use std::time::{Duration, Instant};

use netlet_dsl::messages::{Epoch, Event, Failure, Figure, Progress, TrainOptions, TrainReport};

use super::model::{Model, classes_of, expect_classes};
use super::pace::{Batches, Throttle};
use super::{Fault, Metrics, Tally, Watch, zeros};
use crate::data::{Batch, Dataset, Look, Order, Part};
use crate::loss::cross_entropy;
use crate::optimizer::Optimizer;
use crate::pictures;
use crate::tape::Tape;
use crate::weights::{self, Snapshot};

/// How often the progress moves.
const PROGRESS: Duration = Duration::from_millis(100);
/// How often the curve is drawn: drawing takes some ten milliseconds.
const REDRAW: Duration = Duration::from_millis(1000);

/// One `train` command under way.
struct Training<'a> {
    model: &'a mut Model,
    data: &'a Dataset,
    options: &'a TrainOptions,
    watch: &'a mut dyn Watch,
    progress: Throttle,
    redraw: Throttle,
    /// The running loss that the progress shows.
    smooth_loss: Option<f64>,
    steps: u64,
    seconds: f64,
}

impl Model {
    /// Trains it. Goes on from its weights, its optimizer's state and its epochs, if it has them.
    ///
    /// An interrupt, seen at the next batch, ends it and keeps what was learned. After every epoch
    /// the weights are written to `recovery`, if there is such a file to write.
    ///
    /// # Errors
    /// When the network does not fit the data, or the loss is no finite number any more; the weights
    /// are then the last ones that gave one.
    pub fn train(
        &mut self,
        [net_name, data_name]: [&str; 2],
        data: &Dataset,
        options: &TrainOptions,
        recovery: Option<&Path>,
        watch: &mut dyn Watch,
    ) -> Result<TrainReport, Failure> {
        self.expect_input(&data.shape)?;
        self.sound = Some(Snapshot::of(self.network(options.seed)));
        self.prepare_optimizer(options);
        if let Some(message) = zeros::warning(&mut *self.network) {
            watch.show(Event::Warning { message });
        }
        let mut training = Training {
            model: self,
            data,
            options,
            watch,
            progress: Throttle::new(PROGRESS),
            redraw: Throttle::new(REDRAW),
            smooth_loss: None,
            steps: 0,
            seconds: 0.0,
        };
        let mut report = TrainReport {
            net: net_name.to_owned(),
            data: data_name.to_owned(),
            epochs: 0,
            steps: 0,
            loss: 0.0,
            test_metrics: Vec::new(),
            best_epoch: None,
            seconds: 0.0,
            interrupted: false,
        };
        let outcome = training.run_epochs(&mut report, recovery);
        report.steps = training.steps;
        report.seconds = training.seconds;
        training.draw(false);
        match outcome {
            Ok(()) => self.sound = None,
            Err(_) => self.recover(),
        }
        self.save_recovery(recovery);
        outcome.map(|()| report)
    }

    /// Keeps the optimizer of an earlier training if it is of the same kind.
    fn prepare_optimizer(&mut self, options: &TrainOptions) {
        let (kind, rate) = (options.optimizer, options.learning_rate);
        match &mut self.optimizer {
            Some((last, optimizer)) if *last == kind => optimizer.set_learning_rate(rate),
            other => *other = Some((kind, Optimizer::new(kind, rate))),
        }
    }

    /// Keeps the weights for the case that the process dies.
    pub fn save_recovery(&mut self, recovery: Option<&Path>) {
        if let Some(path) = recovery {
            // A training that goes well must not fail for want of its safety net.
            let _ = weights::save(&mut *self.network, path);
        }
    }
}

impl Training<'_> {
    fn run_epochs(
        &mut self,
        report: &mut TrainReport,
        recovery: Option<&Path>,
    ) -> Result<(), Failure> {
        while report.epochs < self.options.epochs {
            let number = self.model.curve.epochs().len() + 1;
            let before = self.seconds;
            let trained = self.run_epoch(number, report.epochs)?;
            report.loss = trained.0.metrics().loss;
            report.test_metrics.clear();
            let (tally, Some(test)) = (trained.0, self.test_unless(trained.1, number)?) else {
                report.interrupted = true;
                return Ok(());
            };
            report.epochs += 1;
            report.test_metrics = figures(&test);
            let metrics = tally.metrics();
            let epoch = Epoch {
                net: report.net.clone(),
                epoch: number,
                loss: metrics.loss,
                metrics: figures(&metrics),
                test_loss: test.loss,
                test_metrics: figures(&test),
                best: false,
                learning_rate: self.options.learning_rate,
                seconds: self.seconds - before,
            };
            self.model.curve.push_epoch(epoch.clone());
            self.watch.show(Event::Epoch(epoch));
            self.model.save_recovery(recovery);
        }
        Ok(())
    }

    /// Measures on the test samples, unless the training was stopped; `None` if it is now.
    fn test_unless(&mut self, stopped: bool, number: usize) -> Result<Option<Metrics>, Failure> {
        if stopped {
            return Ok(None);
        }
        let what = format!("testing epoch {number}");
        let test = self.model.evaluate(self.data, Part::Test, &what, self.watch)?;
        // The last step may be the one that went wrong.
        match test {
            Some(test) if !test.loss.is_finite() => {
                let fault = self.fault_of_test();
                Err(self.not_finite(test.loss, &fault))
            }
            test => Ok(test),
        }
    }

    /// Where the first value of the test samples that is no finite number comes from.
    fn fault_of_test(&mut self) -> Fault {
        let order = Order::plain(self.data.len(Part::Test));
        let batches = self.data.batches(Part::Test, &order, self.options.batch, Look::Plain);
        let network = &mut *self.model.network;
        let find = |batch: Batch| Fault::find(network, batch.inputs, Tape::evaluation());
        batches.flatten().map(find).find(|fault| *fault != Fault::Loss).unwrap_or(Fault::Loss)
    }

    /// Goes through the training samples once; whether it was stopped on the way.
    fn run_epoch(&mut self, number: usize, done: usize) -> Result<(Tally, bool), Failure> {
        let data = self.data;
        let seed = self.options.seed;
        let order = data.shuffled(Part::Train, seed, number)?;
        let look = Look::Random { seed, epoch: number };
        let batches = data.batches(Part::Train, &order, self.options.batch, look);
        let last = number - done + self.options.epochs - 1;
        let mut pace = Batches::new(format!("epoch {number}/{last}"), batches.len());
        let mut tally = Tally::default();
        for batch in batches {
            if self.watch.is_stopped() {
                return Ok((tally, true));
            }
            let batch = batch?;
            let samples = batch.indices.len();
            let start = Instant::now();
            let loss = self.step(batch, &mut tally)?;
            self.seconds += start.elapsed().as_secs_f64();
            pace.add(samples);
            self.note(loss, pace.progress(None));
        }
        Ok((tally, false))
    }

    /// Learns from one batch; gives its loss.
    fn step(&mut self, batch: Batch, tally: &mut Tally) -> Result<f64, Failure> {
        // Every step has dropout masks of its own, the same for the same seed.
        let seed = self.options.seed.rotate_left(32) ^ self.model.curve.steps();
        let network = &mut *self.model.network;
        let pictures = batch.inputs.clone();
        let classes = classes_of(&batch.targets)?;
        let outputs = network.run(pictures.put(Tape::training(seed)).into());
        expect_classes(network.name(), &outputs.out, self.data.classes.len())?;
        let values = outputs.out.values().to_vec();
        let mut loss = cross_entropy(outputs.out, classes);
        for (name, logits) in outputs.heads {
            expect_classes(name, &logits, self.data.classes.len())?;
            let head = network.heads().iter().find(|head| head.name == name);
            let weight = head.map_or(1.0, |head| head.loss);
            loss = loss.plus(weight as f32, cross_entropy(logits, classes));
        }
        let value = f64::from(loss.value());
        if !value.is_finite() {
            // Nothing of the failed pass is needed for another one.
            drop(loss);
            let fault = Fault::find(network, batch.inputs, Tape::training(seed));
            return Err(self.not_finite(value, &fault));
        }
        // The last one makes room first.
        self.model.sound = None;
        self.model.sound = Some(Snapshot::of(network));
        tally.add(value, &values, classes);
        let mut gradients = loss.backward();
        if let Some((_, optimizer)) = &mut self.model.optimizer {
            optimizer.step(network, &mut gradients);
        }
        self.model.curve.push_loss(value);
        self.steps += 1;
        Ok(value)
    }

    fn not_finite(&self, loss: f64, fault: &Fault) -> Failure {
        let step = self.model.curve.steps() + 1;
        let rate = self.options.learning_rate;
        let failure =
            Failure::new(format!("the loss is {loss} at step {step}, so the training was stopped"));
        let failure = fault.explain(failure);
        let failure = failure.note("the weights are those from before the step that went wrong");
        match fault {
            Fault::Data { .. } => failure,
            _ => failure.help(format!(
                "train with a smaller learning rate, such as `lr={:.0e}`",
                rate / 10.0
            )),
        }
    }

    /// Shows how far the training is, not too often.
    fn note(&mut self, loss: f64, progress: Progress) {
        let smooth = self.smooth_loss.map_or(loss, |smooth| 0.95 * smooth + 0.05 * loss);
        self.smooth_loss = Some(smooth);
        if self.progress.is_due() {
            self.watch.show(Event::Progress(Progress { loss: Some(smooth), ..progress }));
        }
        if self.redraw.is_due() {
            self.draw(true);
        }
    }

    fn draw(&mut self, live: bool) {
        if self.model.curve.steps() > 0 {
            let name = self.model.network.name();
            let picture = pictures::curve(name, &self.model.curve, live);
            self.watch.show(Event::Picture(picture));
        }
    }
}

fn figures(metrics: &Metrics) -> Vec<Figure> {
    vec![Figure { name: "accuracy".into(), value: metrics.accuracy }]
}
