//! What is kept of a training in a file, so that one that was cut off can go on.
//!
//! The file is a weights file as any other: beside the weights it has bytes, which `load` passes over
//! as it does all integers. They are the state below, as a message pack, since that brings numbers
//! back bit for bit; what the optimizer remembers; and the weights of the best epoch.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use netlet_dsl::messages::{Failure, LossKind, Matching, OptimizerKind, TrainOptions};
use serde::{Deserialize, Serialize};

use super::best::Best;
use super::schedule::Plateau;
use super::{Answers, Curve, Model, Tally};
use crate::network::{Network, parameters};
use crate::optimizer::{Memory, Optimizer};
use crate::weights::{self, Bytes, Extra, Snapshot};

const STATE: &str = "training.state";
const OPTIMIZER: &str = "training.optimizer";
const BEST: &str = "training.best";
/// How long a training goes on at most before it is kept again.
const EVERY: Duration = Duration::from_secs(60);

/// Where a training is kept, for the case that its process dies.
#[derive(Clone, Debug)]
pub struct Recovery {
    path: PathBuf,
    every: Duration,
}

impl Recovery {
    /// In a file, at the end of every epoch and at least once a minute.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), every: EVERY }
    }

    /// The same, but at least once in such a time.
    pub fn every(self, every: Duration) -> Self {
        Self { every, ..self }
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn interval(&self) -> Duration {
        self.every
    }
}

/// A `train` command under way: all that decides how it goes on, beside the network's state.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Running {
    /// The data set's name.
    pub(super) data: String,
    pub(super) options: TrainOptions,
    /// Whole epochs done.
    pub(super) epochs: usize,
    /// Batches done of the epoch under way.
    pub(super) batches: usize,
    /// What was measured in it.
    pub(super) tally: Tally,
    pub(super) steps: u64,
    /// Seconds spent in steps, in all and up to the epoch under way.
    pub(super) seconds: [f64; 2],
    /// Epochs since the last one that was better than all before.
    pub(super) waited: usize,
    pub(super) plateau: Plateau,
    /// The running loss that the progress shows.
    pub(super) smooth_loss: Option<f64>,
}

/// A model's state beside its weights.
#[derive(Serialize, Deserialize)]
struct State {
    curve: Curve,
    /// Its rule, and the steps that have changed each parameter.
    optimizer: Option<(OptimizerKind, Vec<i32>)>,
    best: Option<Best>,
    /// Whether the best weights are those of the network, so that they are not there twice.
    best_is_now: bool,
    frozen: Vec<String>,
    seen: Option<Answers>,
    loss: LossKind,
    running: Option<Running>,
}

impl Model {
    /// Keeps its weights and its trainings for the case that the process dies.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn save_recovery(&mut self, recovery: &Recovery) -> Result<(), Failure> {
        self.save_running(recovery, None)
    }

    /// Keeps also a training under way.
    pub(super) fn save_running(
        &mut self,
        recovery: &Recovery,
        running: Option<&Running>,
    ) -> Result<(), Failure> {
        let kept = self.best.as_ref().and_then(|best| best.weights.clone());
        let best_is_now = kept.as_ref().is_some_and(|kept| kept.is_of(&mut *self.network));
        let network = &mut *self.network;
        let memory = self.optimizer.as_mut().map_or_else(Vec::new, |it| it.memory(network));
        let steps = memory.iter().map(|memory| memory.steps).collect();
        let frozen = frozen(network);
        let state = State {
            curve: self.curve.clone(),
            optimizer: self.optimizer.as_ref().map(|it| (it.kind(), steps)),
            best: self.best.clone(),
            best_is_now,
            frozen,
            seen: self.seen.clone(),
            loss: self.loss,
            running: running.cloned(),
        };
        let state = rmp_serde::to_vec_named(&state)
            .map_err(|error| Failure::new(format!("a training cannot be written: {error}")))?;
        let memory = memory.iter().flat_map(|memory| &memory.values).map(Vec::as_slice);
        let best = kept.as_ref().filter(|_| !best_is_now);
        let best = best.into_iter().flat_map(|kept| kept.tensors()).map(Vec::as_slice);
        let extras = [
            Extra { name: STATE, bytes: Bytes::Plain(state) },
            Extra { name: OPTIMIZER, bytes: Bytes::Floats(memory.collect()) },
            Extra { name: BEST, bytes: Bytes::Floats(best.collect()) },
        ];
        weights::save_with(&mut *self.network, &recovery.path, &extras)?;
        Ok(())
    }

    /// Takes up weights and trainings from the file that [`Model::save_recovery`] or a training has
    /// written. A training that was cut off goes on when it is commanded again.
    ///
    /// # Errors
    /// When the file cannot be read, or is of another network. Nothing is changed then.
    pub fn resume(&mut self, path: &Path) -> Result<usize, Failure> {
        let Some([state, memory, best]) = weights::extras(path, [STATE, OPTIMIZER, BEST])? else {
            let loaded = weights::load(self.network(0), path, Matching::Name)?;
            self.forget_training();
            return Ok(loaded.tensors);
        };
        let odd = |what: &str| {
            Failure::new(format!("`{}` is no whole file of a training: {what}", path.display()))
        };
        let state: State =
            rmp_serde::from_slice(&state).map_err(|error| odd(&error.to_string()))?;
        let optimizer = match state.optimizer {
            Some((kind, steps)) => {
                let optimizer = remembered(&mut *self.network, kind, &steps, &memory);
                Some(optimizer.ok_or_else(|| odd("its optimizer is of another network"))?)
            }
            None => None,
        };
        // The network's own numbers are not looked at, only how many there are.
        let kept = match (&state.best, best.is_empty()) {
            (Some(_), false) => Some(
                Snapshot::of_values(&mut *self.network, &floats(&best))
                    .ok_or_else(|| odd("its best weights are of another network"))?,
            ),
            _ => None,
        };
        let loaded = weights::load(&mut *self.network, path, Matching::Name)?;
        self.has_weights = true;
        self.optimizer = optimizer;
        let now = state.best_is_now.then(|| Snapshot::of(&mut *self.network));
        self.best = state.best.map(|best| Best { weights: kept.or(now).map(Arc::new), ..best });
        self.curve = state.curve;
        self.seen = state.seen;
        self.loss = state.loss;
        self.cut_off = state.running;
        for part in state.frozen {
            self.set_trainable(Some(&part), false);
        }
        Ok(loaded.tensors)
    }
}

/// The layers that training does not change.
fn frozen(network: &mut dyn Network) -> Vec<String> {
    let layers = network.layers().into_iter();
    let frozen = layers.filter_map(|(path, layer)| {
        let of_parameters = layer.parameters().iter().any(|(_, it)| !it.is_trainable());
        let of_buffers = layer.buffers().iter().any(|(_, it)| it.is_frozen());
        (of_parameters || of_buffers).then(|| path.to_owned())
    });
    frozen.collect()
}

/// An optimizer with what it remembered of the parameters of `network`, if that is as much.
fn remembered(
    network: &mut dyn Network,
    kind: OptimizerKind,
    steps: &[i32],
    bytes: &[u8],
) -> Option<Optimizer> {
    let values = floats(bytes);
    let mut left = &values[..];
    let slots = Optimizer::new(kind, 0.0).slots();
    let mut memory = Vec::new();
    for ((_, parameter), &steps) in parameters(network).into_iter().zip(steps) {
        let mut values = Vec::new();
        for _ in 0..if steps > 0 { slots } else { 0 } {
            let (own, rest) = left.split_at_checked(parameter.values().len())?;
            values.push(own.to_vec());
            left = rest;
        }
        memory.push(Memory { steps, values });
    }
    left.is_empty().then(|| Optimizer::resumed(kind, network, memory))
}

fn floats(bytes: &[u8]) -> Vec<f32> {
    bytes.as_chunks().0.iter().map(|chunk| f32::from_le_bytes(*chunk)).collect()
}
