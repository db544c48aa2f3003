//! The training loop.

use std::sync::Arc;
use std::time::{Duration, Instant};

use netlet_dsl::messages::{Epoch, Event, Failure, Progress, TrainOptions, TrainReport};

use super::best::{Best, Standing, expect_metric, is_reached};
use super::model::Model;
use super::pace::{Batches, Throttle};
use super::resume::{Recovery, Running};
use super::schedule::Rates;
use super::step::{Step, Stepper};
use super::weighting::class_weights;
use super::{Answers, Fault, Measuring, Metrics, Tally, Watch, zeros};
use crate::data::{Batch, Dataset, Look, Order, Part};
use crate::loss::Criterion;
use crate::optimizer::Optimizer;
use crate::pictures;
use crate::tape::Tape;
use crate::weights::Snapshot;

/// How often the progress moves.
const PROGRESS: Duration = Duration::from_millis(100);
/// How often the curve is drawn: drawing takes some ten milliseconds.
const REDRAW: Duration = Duration::from_millis(1000);
/// How long weights are trained at most before they are kept for the case that numbers run wild.
const KEEP: Duration = Duration::from_secs(5);

/// One `train` command under way.
struct Training<'a> {
    model: &'a mut Model,
    net: &'a str,
    data: &'a Dataset,
    options: &'a TrainOptions,
    recovery: Option<&'a Recovery>,
    watch: &'a mut dyn Watch,
    stepper: Stepper,
    rates: Rates,
    running: Running,
    progress: Throttle,
    redraw: Throttle,
    keep: Throttle,
    save: Throttle,
    /// Whether it was said that the training cannot be kept in a file.
    is_warned: bool,
}

/// How a training came to its end, or an epoch to its.
enum End {
    Done,
    Interrupted,
}

impl Model {
    /// Trains it. Goes on from its weights, its optimizer's state and its epochs, if it has them; a
    /// training of the same data set and options that was cut off goes on where it was kept last.
    ///
    /// An interrupt, seen at the next batch, ends it and keeps what was learned. The training is
    /// kept in the file of `recovery`, if there is one to write.
    ///
    /// # Errors
    /// When the network does not fit the data, the options do not fit them, or the loss is no finite
    /// number any more; the weights are then the last ones that were kept and gave one.
    pub fn train(
        &mut self,
        [net, data_name]: [&str; 2],
        data: &Dataset,
        options: &TrainOptions,
        recovery: Option<&Recovery>,
        watch: &mut dyn Watch,
    ) -> Result<TrainReport, Failure> {
        self.expect_input(&data.shape)?;
        let answers = Answers::of(data);
        options.until.as_ref().map_or(Ok(()), |goal| expect_metric(goal, &answers))?;
        if data.is_empty(Part::Train) {
            return Err(Failure::new(format!("`{data_name}` has no samples to learn from")));
        }
        if self.learning() == 0 {
            return Err(Failure::new(format!("all of `{net}` is frozen, so it cannot learn"))
                .help(format!("`unfreeze {net}`, or a part of it")));
        }
        // A loss that does not fit is to be known before the classes are counted.
        Criterion::new(options.loss, data.task, None, options.smoothing)?;
        let Some(weights) = class_weights(&options.weights, &answers, data, watch)? else {
            return Ok(TrainReport { interrupted: true, ..blank(net, data_name) });
        };
        let criterion = Criterion::new(options.loss, data.task, weights, options.smoothing)?;

        if options.fresh {
            self.begin_anew();
        }
        let running = self.cut_off.take().filter(|cut_off| {
            cut_off.data == data_name && cut_off.options == *options && !options.fresh
        });
        self.network(options.seed);
        self.prepare(data_name, data, options, &criterion);
        if let Some(message) = zeros::warning(&mut *self.network) {
            watch.show(Event::Warning { message });
        }
        // A balanced data set gives some samples more than once.
        let steps = data.shuffled(Part::Train, options.seed, 1)?.indices().len();
        let mut rates = Rates::new(options, steps.div_ceil(options.batch.max(1)));
        let running = match running {
            Some(running) => {
                rates.set_plateau(running.plateau);
                running
            }
            None => Running::new(data_name, options, &answers, &rates),
        };
        let mut training = Training {
            model: self,
            net,
            data,
            options,
            recovery,
            watch,
            stepper: Stepper::new(answers, criterion, options.clip),
            rates,
            running,
            progress: Throttle::new(PROGRESS),
            redraw: Throttle::new(REDRAW),
            keep: Throttle::new(KEEP),
            save: Throttle::new(recovery.map_or(KEEP, Recovery::interval)),
            is_warned: false,
        };
        training.run(blank(net, data_name))
    }

    /// Makes ready what a training begins with.
    fn prepare(
        &mut self,
        data_name: &str,
        data: &Dataset,
        options: &TrainOptions,
        criterion: &Criterion,
    ) {
        self.sound = Some(Arc::new(Snapshot::of(&mut *self.network)));
        self.see(data);
        self.loss = options.loss;
        self.curve.set_loss_title(criterion.title());
        self.best = self.best.take().filter(|best| best.data == data_name);
        // What an optimizer of the same kind remembers is worth keeping.
        let optimizer = self.optimizer.take().filter(|it| it.kind() == options.optimizer);
        let mut optimizer =
            optimizer.unwrap_or_else(|| Optimizer::new(options.optimizer, options.learning_rate));
        optimizer.set_weight_decay(options.weight_decay);
        self.optimizer = Some(optimizer);
    }
}

impl Running {
    /// A training before its first step.
    fn new(data: &str, options: &TrainOptions, answers: &Answers, rates: &Rates) -> Self {
        Self {
            data: data.to_owned(),
            options: options.clone(),
            epochs: 0,
            batches: 0,
            tally: Tally::new(answers),
            steps: 0,
            seconds: [0.0; 2],
            waited: 0,
            plateau: rates.plateau(),
            smooth_loss: None,
        }
    }
}

fn blank(net: &str, data: &str) -> TrainReport {
    TrainReport {
        net: net.to_owned(),
        data: data.to_owned(),
        epochs: 0,
        steps: 0,
        loss: 0.0,
        test_metrics: Vec::new(),
        best_epoch: None,
        seconds: 0.0,
        interrupted: false,
    }
}

impl Training<'_> {
    fn run(&mut self, mut report: TrainReport) -> Result<TrainReport, Failure> {
        let outcome = self.run_epochs(&mut report);
        report.epochs = self.running.epochs;
        report.steps = self.running.steps;
        report.seconds = self.running.seconds[0];
        match &outcome {
            Ok(End::Done) => self.put_best_back(&mut report),
            Ok(End::Interrupted) => report.interrupted = true,
            Err(_) => self.model.recover(),
        }
        self.model.sound = None;
        self.draw(false);
        self.save(false);
        outcome.map(|_| report)
    }

    fn run_epochs(&mut self, report: &mut TrainReport) -> Result<End, Failure> {
        while self.running.epochs < self.options.epochs {
            report.test_metrics = Vec::new();
            let number = self.model.curve.epochs().len() + 1;
            let end = self.run_epoch(number)?;
            report.loss = self.running.tally.metrics().loss;
            if let End::Interrupted = end {
                return Ok(End::Interrupted);
            }
            let Some(test) = self.test(number)? else { return Ok(End::Interrupted) };
            report.test_metrics.clone_from(&test.figures);
            self.end_epoch(number, &test);
            let is_enough = self.options.until.as_ref().is_some_and(|goal| is_reached(goal, &test));
            let patience = self.options.patience;
            if is_enough || patience.is_some_and(|patience| self.running.waited >= patience) {
                break;
            }
        }
        Ok(End::Done)
    }

    /// Goes through the training samples once, or through what is left of them.
    fn run_epoch(&mut self, number: usize) -> Result<End, Failure> {
        let (data, batch) = (self.data, self.options.batch.max(1));
        let seed = self.options.seed;
        let order = data.shuffled(Part::Train, seed, number)?;
        let done = self.running.batches;
        let left = Order::of(order.indices().iter().copied().skip(done * batch));
        let last = number - self.running.epochs + self.options.epochs - 1;
        let total = order.indices().len().div_ceil(batch);
        let mut pace = Batches::new(format!("epoch {number}/{last}"), total, "batches").after(done);
        let look = Look::Random { seed, epoch: number };
        for batch in data.batches(Part::Train, &left, batch, look) {
            if self.watch.is_stopped() {
                return Ok(End::Interrupted);
            }
            let batch = batch?;
            let samples = batch.inputs.samples();
            let start = Instant::now();
            let rate = self.rates.at(self.running.epochs * total + self.running.batches);
            let loss = self.step(batch, rate)?;
            self.running.seconds[0] += start.elapsed().as_secs_f64();
            pace.add(samples);
            self.note(loss, &pace);
            if self.save.is_due() {
                self.save(true);
            }
        }
        Ok(End::Done)
    }

    /// Learns from one batch; gives its loss.
    fn step(&mut self, batch: Batch, rate: f64) -> Result<f64, Failure> {
        // Every step has dropout masks of its own, the same for the same seed.
        let seed = self.options.seed.rotate_left(32) ^ self.model.curve.steps();
        let Model { network, optimizer, .. } = &mut *self.model;
        // Kept before the step, and found to be sound by it.
        let kept = self.keep.is_due().then(|| Arc::new(Snapshot::of(&mut **network)));
        let optimizer = optimizer.as_mut().expect("a training has an update rule");
        optimizer.set_learning_rate(rate);
        let tally = &mut self.running.tally;
        match self.stepper.step(&mut **network, optimizer, batch, seed, tally)? {
            Step::Learned(loss) => {
                if kept.is_some() {
                    self.model.sound = kept;
                }
                self.model.curve.push_step(loss, rate);
                self.running.steps += 1;
                self.running.batches += 1;
                Ok(loss)
            }
            Step::NotFinite { loss, fault } => Err(self.not_finite(loss, &fault)),
        }
    }

    /// Measures on the test samples; without any, what was measured in training counts. `None` when
    /// it was stopped.
    fn test(&mut self, number: usize) -> Result<Option<Metrics>, Failure> {
        if self.data.is_empty(Part::Test) {
            return Ok(Some(self.running.tally.metrics()));
        }
        let what = format!("testing epoch {number}");
        let measuring = Measuring::default();
        let test = self.model.evaluate(self.data, Part::Test, measuring, &what, self.watch)?;
        // The last step may be the one that went wrong.
        match test {
            Some(test) if !test.loss.is_finite() => {
                let fault = self.fault_of_test()?;
                Err(self.not_finite(test.loss, &fault))
            }
            test => Ok(test),
        }
    }

    /// Where the first value of the test samples that is no finite number comes from.
    fn fault_of_test(&mut self) -> Result<Fault, Failure> {
        let order = Order::plain(self.data.len(Part::Test));
        for batch in self.data.batches(Part::Test, &order, self.options.batch, Look::Plain) {
            let fault = Fault::find(&mut *self.model.network, batch?.inputs, Tape::evaluation());
            if fault != Fault::Loss {
                return Ok(fault);
            }
        }
        Ok(Fault::Loss)
    }

    /// Notes what an epoch has reached, and keeps it.
    fn end_epoch(&mut self, number: usize, test: &Metrics) {
        let score = test.score(self.data.task);
        let standing = Standing::of(score, self.model.best.as_ref());
        let running = &mut self.running;
        let trained = running.tally.metrics();
        let epoch = Epoch {
            net: self.net.to_owned(),
            epoch: number,
            loss: trained.loss,
            metrics: trained.figures,
            test_loss: test.loss,
            test_metrics: test.figures.clone(),
            best: standing.is_best(),
            learning_rate: self.model.curve.rates().last().map_or(0.0, |point| point.value),
            seconds: running.seconds[0] - running.seconds[1],
        };
        self.rates.end_epoch(test.loss);
        running.waited = if standing == Standing::Better { 0 } else { running.waited + 1 };
        running.plateau = self.rates.plateau();
        running.epochs += 1;
        running.batches = 0;
        running.tally = Tally::new(&self.stepper.answers);
        running.seconds[1] = running.seconds[0];

        let now = Arc::new(Snapshot::of(&mut *self.model.network));
        if standing.is_best() {
            let weights = self.options.best.then(|| Arc::clone(&now));
            let data = running.data.clone();
            self.model.best = Some(Best { data, epoch: number, score, weights });
        }
        self.model.sound = Some(now);
        self.model.curve.push_epoch(epoch.clone());
        self.keep.restart();
        // Who hears of an epoch can rely on it.
        self.save(true);
        self.watch.show(Event::Epoch(epoch));
    }

    /// Puts the weights of the best epoch back, if a later one was not so good.
    fn put_best_back(&mut self, report: &mut TrainReport) {
        let last = self.model.curve.epochs().len();
        let Some(best) = self.model.best.as_ref().filter(|_| self.options.best) else { return };
        let Some(weights) = best.weights.as_ref().filter(|_| best.epoch < last) else { return };
        weights.restore(&mut *self.model.network);
        report.best_epoch = Some(best.epoch);
        let epochs = self.model.curve.epochs().iter();
        if let Some(epoch) = epochs.rev().find(|epoch| epoch.epoch == best.epoch) {
            report.test_metrics.clone_from(&epoch.test_metrics);
        }
    }

    fn not_finite(&self, loss: f64, fault: &Fault) -> Failure {
        let step = self.model.curve.steps() + 1;
        let what = match fault {
            Fault::Gradient => "the gradient is not finite".to_owned(),
            _ => format!("the loss is {loss}"),
        };
        let failure = Failure::new(format!("{what} at step {step}, so the training was stopped"));
        let failure = fault
            .explain(failure)
            .note("the weights are those from before that were last kept and gave a finite loss");
        match fault {
            Fault::Data { .. } => failure,
            _ => failure.help(format!(
                "train with a smaller learning rate, such as `lr={:.0e}`",
                self.options.learning_rate / 10.0
            )),
        }
    }

    /// Shows how far the training is, not too often.
    fn note(&mut self, loss: f64, pace: &Batches) {
        let smooth = self.running.smooth_loss.map_or(loss, |smooth| 0.95 * smooth + 0.05 * loss);
        self.running.smooth_loss = Some(smooth);
        if self.progress.is_due() {
            let progress = Progress { loss: Some(smooth), ..pace.progress(None) };
            self.watch.show(Event::Progress(progress));
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

    /// Keeps the training, under way or ended. One that goes well must not fail for want of its
    /// safety net, so what hinders it is said once.
    fn save(&mut self, under_way: bool) {
        let Some(recovery) = self.recovery else { return };
        let running = under_way.then_some(&self.running);
        let saved = self.model.save_running(recovery, running);
        self.save.restart();
        if let (Err(failure), false) = (saved, self.is_warned) {
            self.is_warned = true;
            let message = format!(
                "{}; the training goes on, but what it has learned would be lost if its process died",
                failure.headline
            );
            self.watch.show(Event::Warning { message });
        }
    }
}
