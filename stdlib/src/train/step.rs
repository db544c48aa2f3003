//! One step of learning.

use super::{Answers, Fault, Tally, fit};
use crate::data::Batch;
use crate::loss::Criterion;
use crate::network::Network;
use crate::optimizer::{Optimizer, clip_gradients, gradient_norm};
use crate::tape::Tape;
use crate::weights::Buffers;
use netlet_dsl::messages::Failure;

/// What steps are made of.
pub(super) struct Stepper {
    pub(super) answers: Answers,
    pub(super) criterion: Criterion,
    /// The longest norm of all gradients together.
    pub(super) clip: Option<f64>,
    /// The running statistics before the step, which its forward pass changes.
    before: Buffers,
}

/// How a step ended.
pub(super) enum Step {
    /// The network has learned from a batch of this loss.
    Learned(f64),
    /// Nothing has changed, since a number is not finite.
    NotFinite {
        /// The loss.
        loss: f64,
        fault: Fault,
    },
}

impl Stepper {
    pub(super) fn new(answers: Answers, criterion: Criterion, clip: Option<f64>) -> Self {
        Self { answers, criterion, clip, before: Buffers::default() }
    }

    /// Has the network learn from a batch, and counts that in `tally`. `seed` decides the dropout
    /// masks. A loss or a gradient that is not finite changes nothing, so that weights stay sound.
    ///
    /// # Errors
    /// When the network's outputs do not fit the data.
    pub(super) fn step(
        &mut self,
        network: &mut dyn Network,
        optimizer: &mut Optimizer,
        batch: Batch,
        seed: u64,
        tally: &mut Tally,
    ) -> Result<Step, Failure> {
        self.before.keep(network);
        let inputs = batch.inputs.clone();
        let shape = inputs.shape();
        let outputs = network.run(inputs.put(Tape::training(seed)).into());
        fit::expect_outputs(network.name(), &outputs, &self.answers, &shape, &batch.targets)?;
        let loss = self.criterion.of(outputs, network.heads(), &batch.targets);
        let value = loss.value();
        if !value.is_finite() {
            // Nothing of the failed pass is needed for another one.
            drop(loss);
            self.before.restore(network);
            let fault = Fault::find(network, batch.inputs, Tape::training(seed));
            self.before.restore(network);
            return Ok(Step::NotFinite { loss: value, fault });
        }
        tally.add(&loss, &batch.targets);
        let mut gradients = loss.backward();
        let norm = gradient_norm(network, &mut gradients);
        if !norm.is_finite() {
            self.before.restore(network);
            return Ok(Step::NotFinite { loss: value, fault: Fault::Gradient });
        }
        if let Some(most) = self.clip {
            clip_gradients(network, &mut gradients, norm, most);
        }
        optimizer.step(network, &mut gradients);
        Ok(Step::Learned(value))
    }
}
