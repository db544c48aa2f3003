//! A network with all that its trainings have left: weights, optimizer, curve.

use std::sync::Arc;

use netlet_dsl::messages::{Failure, LossKind};

use super::best::Best;
use super::fit::dimensions;
use super::resume::Running;
use super::{Answers, Curve};
use crate::data::{Dataset, Preparation};
use crate::initialization::initialize;
use crate::network::{Network, parameters};
use crate::optimizer::Optimizer;
use crate::weights::Snapshot;

/// A network in use.
pub struct Model {
    pub(super) network: Box<dyn Network>,
    /// The update rule of its last training, with what that remembers.
    pub(super) optimizer: Option<Optimizer>,
    pub(super) curve: Curve,
    /// While it is trained, the last weights that were kept and found to give a finite loss.
    pub(super) sound: Option<Arc<Snapshot>>,
    /// The best epoch of its trainings on one data set.
    pub(super) best: Option<Best>,
    /// A training that was cut off, which the next one like it goes on with.
    pub(super) cut_off: Option<Running>,
    /// The loss of its last training.
    pub(super) loss: LossKind,
    /// What the data that it was last trained or measured on asks of it.
    pub(super) seen: Option<Answers>,
    /// What that data does to pictures.
    pub(super) preparation: Preparation,
    pub(super) has_weights: bool,
}

impl Model {
    /// A network without weights yet.
    pub fn new(network: Box<dyn Network>) -> Self {
        Self {
            network,
            optimizer: None,
            curve: Curve::default(),
            sound: None,
            best: None,
            cut_off: None,
            loss: LossKind::Auto,
            seen: None,
            preparation: Preparation::default(),
            has_weights: false,
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

    /// Whether it has no weights yet.
    pub fn is_new(&self) -> bool {
        !self.has_weights
    }

    /// The losses and epochs of its trainings.
    pub fn curve(&self) -> &Curve {
        &self.curve
    }

    /// Forgets its trainings, since its weights have been replaced from outside.
    pub fn forget_training(&mut self) {
        self.optimizer = None;
        self.curve = Curve::default();
        self.best = None;
        self.cut_off = None;
        self.loss = LossKind::Auto;
    }

    /// Begins anew: other weights come with the next use, and its trainings are forgotten.
    pub fn begin_anew(&mut self) {
        self.forget_training();
        self.has_weights = false;
    }

    /// Puts its weights back to what they were before a training went wrong, if one did: the last
    /// ones that were kept and gave a finite loss. What the optimizer remembers is forgotten.
    pub fn recover(&mut self) {
        if let Some(sound) = self.sound.take() {
            sound.restore(&mut *self.network);
            self.optimizer = None;
        }
    }

    /// What the data that it last saw asks of it.
    pub fn seen(&self) -> Option<&Answers> {
        self.seen.as_ref()
    }

    /// What the data that it last saw does to pictures, for those that belong to no data set.
    pub fn preparation(&self) -> &Preparation {
        &self.preparation
    }

    /// Remembers what data asks of it.
    pub(super) fn see(&mut self, data: &Dataset) {
        self.seen = Some(Answers::of(data));
        self.preparation = data.preparation();
    }

    /// The names of its outputs, where it has seen data that gives them.
    pub fn class_names(&self) -> &[String] {
        self.seen.as_ref().map_or(&[], |seen| &seen.classes)
    }

    /// Says whether training changes a part of it from now on: that with the label `part`, or all.
    /// The norms of a frozen part use their running statistics, and do not change them.
    pub fn set_trainable(&mut self, part: Option<&str>, trainable: bool) -> Trainable {
        let mut values = 0;
        for (path, layer) in self.network.layers() {
            if !part.is_none_or(|part| is_in_part(path, part)) {
                continue;
            }
            for (_, buffer) in layer.buffers() {
                buffer.set_frozen(!trainable);
            }
            for (_, parameter) in layer.parameters() {
                parameter.set_trainable(trainable);
                values += parameter.values().len() as u64;
            }
        }
        Trainable { values, learning: self.learning() }
    }

    /// Values that training changes.
    pub(super) fn learning(&mut self) -> u64 {
        let parameters = parameters(&mut *self.network).into_iter();
        let learning = parameters.filter(|(_, parameter)| parameter.is_trainable());
        learning.map(|(_, parameter)| parameter.values().len() as u64).sum()
    }

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

/// What freezing a part, or letting it learn, came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trainable {
    /// Values of the part's parameters.
    pub values: u64,
    /// Values of the whole network that training changes now.
    pub learning: u64,
}

/// Whether a layer's path is that of a part or lies within it.
pub(crate) fn is_in_part(path: &str, part: &str) -> bool {
    path.strip_prefix(part).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}
