//! A network with all that its trainings have left: weights, optimizer, curve.

use std::time::Duration;

use netlet_dsl::messages::{Event, Failure, OptimizerKind, Prediction};

use super::pace::{Batches, Throttle};
use super::{Curve, Metrics, Tally, Watch};
use crate::data::{Dataset, Look, Order, Part, Targets};
use crate::initialization::initialize;
use crate::loss::cross_entropy;
use crate::network::Network;
use crate::ops::reshape::flatten;
use crate::ops::softmax::softmax;
use crate::optimizer::Optimizer;
use crate::value::Value;
use crate::weights::Snapshot;

/// Samples in a batch when nothing is learned: few enough to stop at once, many enough to be fast.
const BATCH: usize = 250;
/// How many of the likeliest classes a prediction names.
const TOP: usize = 5;

/// A network in use.
pub struct Model {
    pub(super) network: Box<dyn Network>,
    /// The update rule of its last training, with what that remembers.
    pub(super) optimizer: Option<(OptimizerKind, Optimizer)>,
    pub(super) curve: Curve,
    /// While it is trained, the last weights that were found to give a finite loss.
    pub(super) sound: Option<Snapshot>,
    has_weights: bool,
    /// Names of its outputs, from the data that it was last trained or measured on.
    classes: Option<Vec<String>>,
}

impl Model {
    /// A network without weights yet.
    pub fn new(network: Box<dyn Network>) -> Self {
        Self {
            network,
            optimizer: None,
            curve: Curve::default(),
            sound: None,
            has_weights: false,
            classes: None,
        }
    }

    /// The network, with weights: initial ones, drawn from `seed`, if it has no others.
    pub fn network(&mut self, seed: u64) -> &mut dyn Network {
        if !self.has_weights {
            initialize(&mut *self.network, seed);
            self.has_weights = true;
        }
        &mut *self.network
    }

    /// The losses and epochs of its trainings.
    pub fn curve(&self) -> &Curve {
        &self.curve
    }

    /// Forgets its trainings, since its weights have been replaced from outside.
    pub fn forget_training(&mut self) {
        self.optimizer = None;
        self.curve = Curve::default();
    }

    /// Puts its weights back to what they were before a training went wrong, if one did: the last
    /// ones that gave a finite loss. What the optimizer remembers is forgotten.
    pub fn recover(&mut self) {
        if let Some(sound) = self.sound.take() {
            sound.restore(&mut *self.network);
            self.optimizer = None;
        }
    }

    /// Names for its outputs: the classes of the data it last saw, or numbers.
    pub fn classes(&mut self, pictures: &Value) -> Vec<String> {
        let numbers = |count: usize| (0..count).map(|number| format!("class {number}")).collect();
        match &self.classes {
            Some(classes) => classes.clone(),
            None => {
                numbers(self.network(0).run(pictures.clone().into()).out.shape().iter().product())
            }
        }
    }

    /// The names of its outputs, where it has seen data that gives them.
    pub fn class_names(&self) -> &[String] {
        self.classes.as_deref().unwrap_or_default()
    }

    /// Measures it on a part of `data`; `None` when it was stopped.
    ///
    /// # Errors
    /// When the network does not fit the data.
    pub fn evaluate(
        &mut self,
        data: &Dataset,
        part: Part,
        what: &str,
        watch: &mut dyn Watch,
    ) -> Result<Option<Metrics>, Failure> {
        self.expect_input(&data.shape)?;
        self.classes = Some(data.classes.clone());
        let network = self.network(0);
        let mut tally = Tally::default();
        let order = Order::plain(data.len(part));
        let batches = data.batches(part, &order, BATCH, Look::Plain);
        let mut pace = Batches::new(what.to_owned(), batches.len());
        let mut throttle = Throttle::new(Duration::from_millis(200));
        for batch in batches {
            if watch.is_stopped() {
                return Ok(None);
            }
            let batch = batch?;
            let classes = classes_of(&batch.targets)?;
            let logits = network.run(batch.inputs.into()).out;
            expect_classes(network.name(), &logits, data.classes.len())?;
            let values = logits.values().to_vec();
            let loss = cross_entropy(logits, classes).value();
            tally.add(f64::from(loss), &values, classes);
            pace.add(classes.len());
            if throttle.is_due() {
                watch.show(Event::Progress(pace.progress(None)));
            }
        }
        Ok(Some(tally.metrics()))
    }

    /// The likeliest classes of each picture of a batch, five at most.
    ///
    /// # Errors
    /// When the network does not take such pictures, or has not as many outputs as there are
    /// classes.
    pub fn predict(
        &mut self,
        pictures: Value,
        classes: &[String],
    ) -> Result<Vec<Prediction>, Failure> {
        self.expect_input(&pictures.shape())?;
        let network = self.network(0);
        let logits = network.run(pictures.into()).out;
        expect_classes(network.name(), &logits, classes.len())?;
        let probabilities = softmax(flatten(logits));
        Ok(probabilities
            .values()
            .chunks(classes.len())
            .map(|row| prediction(row, classes))
            .collect())
    }
}

impl Model {
    /// Checks that samples of `shape` are what the network takes.
    pub(super) fn expect_input(&self, shape: &[usize]) -> Result<(), Failure> {
        let expected = self.network.input();
        if shape == expected {
            return Ok(());
        }
        let (name, expected) = (self.network.name(), dimensions(expected));
        Err(Failure::new(format!("`{name}` does not take these samples"))
            .note(format!("it takes {expected}, but they are {}", dimensions(shape)))
            .help(format!("define the network on {}", dimensions(shape))))
    }
}

fn prediction(probabilities: &[f32], classes: &[String]) -> Prediction {
    let mut ranked: Vec<(&String, f32)> =
        classes.iter().zip(probabilities.iter().copied()).collect();
    ranked.sort_by(|left, right| right.1.total_cmp(&left.1));
    let top = ranked.into_iter().take(TOP);
    Prediction {
        label: None,
        top: top.map(|(class, probability)| (class.clone(), f64::from(probability))).collect(),
        ..Prediction::default()
    }
}

/// The classes that a batch is to be given.
pub(super) fn classes_of(targets: &Targets) -> Result<&[usize], Failure> {
    match targets {
        Targets::Classes(classes) => Ok(classes),
        _ => Err(Failure::new("only samples with a class each can be learned")),
    }
}

/// Checks that a network's output is one logit for each class.
pub(super) fn expect_classes(net: &str, logits: &Value, classes: usize) -> Result<(), Failure> {
    let found = logits.shape();
    if found == [classes] {
        return Ok(());
    }
    Err(Failure::new(format!("`{net}` does not tell the data's classes apart"))
        .note(format!(
            "expected {classes} outputs, one for each class, found {}",
            dimensions(&found)
        ))
        .help(format!("end the network with `linear {classes}`")))
}

/// A shape as the language writes it.
fn dimensions(shape: &[usize]) -> String {
    shape.iter().map(usize::to_string).collect::<Vec<_>>().join("x")
}
