//! Measuring a network on samples whose answers are known.

use netlet_dsl::messages::{Event, Failure, Task};

use super::pace::{Batches, Throttle};
use super::{Answers, Metrics, Model, Tally, Watch, fit};
use crate::data::{Batch, Dataset, Look, Order, Part, Targets};
use crate::loss::Criterion;
use crate::network::{Network, Outputs};
use crate::ops::softmax::softmax;
use crate::value::Value;

/// Samples in a batch when nothing is learned: few enough to stop at once, many enough to be fast.
pub(super) const BATCH: usize = 250;
/// Values of a batch when nothing is learned, beyond which it has fewer samples.
const VALUES: usize = 1 << 22;
/// Looks at a sample that a prediction is the mean over, the plain one among them.
pub const LOOKS: usize = 8;

/// What is measured, and how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Measuring {
    /// Whether to count which class is taken for which.
    pub confusion: bool,
    /// Whether predictions are means over transformed samples: test-time augmentation.
    pub tta: bool,
}

/// The samples in a batch when nothing is learned, for samples of a shape.
pub(super) fn batch_size(shape: &[usize]) -> usize {
    (VALUES / shape.iter().product::<usize>().max(1)).clamp(1, BATCH)
}

/// One of the [`LOOKS`]; the first is the plain one.
pub fn look(number: usize) -> Look {
    if number == 0 { Look::Plain } else { Look::Random { seed: 0, epoch: number } }
}

/// Random looks at the samples of an order, beside the plain one.
pub(super) struct Looks<'a>(Vec<crate::data::Batches<'a>>);

impl<'a> Looks<'a> {
    /// Those that test-time augmentation takes.
    ///
    /// # Errors
    /// When the answers are no classes.
    pub(super) fn new(
        data: &'a Dataset,
        part: Part,
        order: &Order,
        size: usize,
    ) -> Result<Self, Failure> {
        expect_classes_of_samples(data.task)?;
        let looks = (1..LOOKS).map(|number| data.batches(part, order, size, look(number)));
        Ok(Self(looks.collect()))
    }

    /// Logits whose probabilities are the means over those of all looks at the next batch, given the
    /// logits of the plain one.
    pub(super) fn mean(
        &mut self,
        network: &mut dyn Network,
        logits: Value,
    ) -> Result<Value, Failure> {
        let mut sum = softmax(logits.clone()).values().to_vec();
        for batches in &mut self.0 {
            let Some(batch) = batches.next() else { continue };
            let probabilities = softmax(network.run(batch?.inputs.into()).out);
            sum.iter_mut().zip(probabilities.values()).for_each(|(sum, p)| *sum += p);
        }
        // The softmax of logarithms of probabilities is the probabilities.
        Ok(logits.alike(sum.into_iter().map(logit_of_sum).collect()))
    }
}

/// Checks that test-time augmentation says something of the answers of a task.
pub(super) fn expect_classes_of_samples(task: Task) -> Result<(), Failure> {
    if task == Task::Class {
        return Ok(());
    }
    Err(Failure::new("`tta` is for classes of whole samples")
        .note("answers that lie in a picture would have to be moved back with it")
        .help("leave `tta` out"))
}

/// A logit whose exponential is the mean of `LOOKS` probabilities of this sum. None is quite zero.
pub(super) fn logit_of_sum(sum: f32) -> f32 {
    (sum / LOOKS as f32).max(f32::MIN_POSITIVE).ln()
}

impl Model {
    /// Measures it on a part of `data`; `None` when it was stopped. The loss is that of its last
    /// training, without class weights and smoothing.
    ///
    /// # Errors
    /// When the network does not fit the data, or the data cannot be read.
    pub fn evaluate(
        &mut self,
        data: &Dataset,
        part: Part,
        measuring: Measuring,
        what: &str,
        watch: &mut dyn Watch,
    ) -> Result<Option<Metrics>, Failure> {
        let (answers, criterion) = self.measure_of(data)?;
        let size = batch_size(&data.shape);
        let order = Order::plain(data.len(part));
        let mut looks = match measuring.tta {
            true => Some(Looks::new(data, part, &order, size)?),
            false => None,
        };
        let mut tally = match measuring.confusion {
            true => Tally::with_confusion(&answers),
            false => Tally::new(&answers),
        };
        let each = |network: &mut dyn Network, outputs: Outputs, batch: &Batch| {
            let outputs = match &mut looks {
                Some(looks) => Outputs { out: looks.mean(network, outputs.out)?, ..outputs },
                None => outputs,
            };
            let loss = criterion.of_prediction(outputs, network.heads(), &batch.targets);
            tally.add(&loss, &batch.targets);
            Ok(())
        };
        let whole = self.each_batch(data, part, &order, what, watch, each)?;
        Ok(whole.then(|| tally.metrics()))
    }

    /// The `count` samples of a part with the largest losses, the largest first; `None` when it was
    /// stopped.
    ///
    /// # Errors
    /// When the network does not fit the data, or the data cannot be read.
    pub fn worst(
        &mut self,
        data: &Dataset,
        part: Part,
        count: usize,
        watch: &mut dyn Watch,
    ) -> Result<Option<Vec<(usize, f64)>>, Failure> {
        let (_, criterion) = self.measure_of(data)?;
        let order = Order::plain(data.len(part));
        let mut losses = Vec::new();
        let each = |network: &mut dyn Network, outputs: Outputs, batch: &Batch| {
            let heads = network.heads();
            for (place, &index) in batch.indices.iter().enumerate() {
                let samples = batch.indices.len();
                let outputs = sample_of(&outputs, place);
                let targets = batch.targets.of_sample(place, samples);
                let loss = criterion.of_prediction(outputs, heads, &targets).value();
                losses.push((index, loss));
            }
            Ok(())
        };
        if !self.each_batch(data, part, &order, "looking for the worst", watch, each)? {
            return Ok(None);
        }
        // What is no number is worst of all.
        losses.sort_by(|(_, one), (_, other)| other.abs().total_cmp(&one.abs()));
        losses.truncate(count);
        Ok(Some(losses))
    }

    /// What data asks, and the loss by which it is measured. Remembers the former.
    fn measure_of(&mut self, data: &Dataset) -> Result<(Answers, Criterion), Failure> {
        self.expect_input(&data.shape)?;
        let answers = Answers::of(data);
        // The last training may have been on data of another kind.
        let criterion = Criterion::new(self.loss, data.task, None, 0.0).or_else(|_| {
            Criterion::new(netlet_dsl::messages::LossKind::Auto, data.task, None, 0.0)
        })?;
        self.see(data);
        Ok((answers, criterion))
    }

    /// Calls `each` with the outputs for the batches of an order; whether it went through all.
    pub(super) fn each_batch(
        &mut self,
        data: &Dataset,
        part: Part,
        order: &Order,
        what: &str,
        watch: &mut dyn Watch,
        mut each: impl FnMut(&mut dyn Network, Outputs, &Batch) -> Result<(), Failure>,
    ) -> Result<bool, Failure> {
        let answers = Answers::of(data);
        let network = self.network(0);
        let batches = data.batches(part, order, batch_size(&data.shape), Look::Plain);
        let mut pace = Batches::new(what.to_owned(), batches.len(), "batches");
        let mut throttle = Throttle::of_progress();
        for batch in batches {
            if watch.is_stopped() {
                return Ok(false);
            }
            let batch = batch?;
            let outputs = network.run(batch.inputs.clone().into());
            let shape = batch.inputs.shape();
            fit::expect_outputs(network.name(), &outputs, &answers, &shape, &batch.targets)?;
            each(network, outputs, &batch)?;
            pace.add(batch.indices.len());
            if throttle.is_due() {
                watch.show(Event::Progress(pace.progress(None)));
            }
        }
        Ok(true)
    }
}

/// The outputs for one sample of a batch.
pub(super) fn sample_of(outputs: &Outputs, place: usize) -> Outputs {
    let of = |value: &Value| {
        let shape = value.shape();
        let size = shape.iter().product::<usize>();
        Value::batch(1, &shape, value.values()[place * size..][..size].to_vec())
    };
    let heads = outputs.heads.iter().map(|(name, value)| (*name, of(value))).collect();
    Outputs { out: of(&outputs.out), heads }
}

impl Targets {
    /// The answer to one of `samples` samples, as a batch of its own.
    pub(super) fn of_sample(&self, place: usize, samples: usize) -> Self {
        fn own<T: Clone>(all: &[T], place: usize, samples: usize) -> Vec<T> {
            let size = all.len() / samples.max(1);
            all[place * size..][..size].to_vec()
        }
        match self {
            Self::Classes(classes) => Self::Classes(own(classes, place, samples)),
            Self::Masks(pixels) => Self::Masks(own(pixels, place, samples)),
            Self::Boxes(things) => Self::Boxes(own(things, place, samples)),
            Self::Values(values) => Self::Values(own(values, place, samples)),
            Self::None => Self::None,
        }
    }
}
