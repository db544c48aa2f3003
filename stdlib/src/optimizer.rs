//! Update rules, by dfdx.

use dfdx::tensor_ops::{AdamConfig, Momentum, SgdConfig};
use netlet_dsl::messages::OptimizerKind;

use crate::network::{Network, parameters};
use crate::tape::Gradients;

/// An update rule with what it remembers of earlier steps.
#[derive(Debug)]
pub struct Optimizer {
    rule: Rule,
}

#[derive(Debug)]
enum Rule {
    Adam { config: AdamConfig, steps: i32, means: Gradients, squares: Gradients },
    Sgd { config: SgdConfig, velocities: Gradients },
}

impl Optimizer {
    /// The rule `kind` before its first step, with PyTorch's defaults beside the learning rate.
    pub fn new(kind: OptimizerKind, learning_rate: f64) -> Self {
        let rule = match kind {
            OptimizerKind::Adam => Rule::Adam {
                config: AdamConfig { lr: learning_rate, ..AdamConfig::default() },
                steps: 0,
                means: Gradients::leaky(),
                squares: Gradients::leaky(),
            },
            OptimizerKind::AdamW | OptimizerKind::RmsProp { .. } => unimplemented!("{kind:?}"),
            OptimizerKind::Sgd { momentum, .. } => {
                let momentum = (momentum != 0.0).then_some(Momentum::Classic(momentum));
                let config = SgdConfig { lr: learning_rate, momentum, weight_decay: None };
                Rule::Sgd { config, velocities: Gradients::leaky() }
            }
        };
        Self { rule }
    }

    /// Changes the learning rate of the steps to come.
    pub fn set_learning_rate(&mut self, learning_rate: f64) {
        match &mut self.rule {
            Rule::Adam { config, .. } => config.lr = learning_rate,
            Rule::Sgd { config, .. } => config.lr = learning_rate,
        }
    }

    /// Changes the trainable parameters of `network` by one step along `gradients`. A parameter
    /// that had no part in the pass counts as having a gradient of zero.
    pub fn step(&mut self, network: &mut dyn Network, gradients: &mut Gradients) {
        if let Rule::Adam { steps, .. } = &mut self.rule {
            *steps = steps.saturating_add(1);
        }
        for (_, parameter) in parameters(network) {
            if !parameter.is_trainable() {
                continue;
            }
            let tensor = parameter.tensor_mut();
            let memory = "dfdx fails only when memory runs out";
            let gradient = gradients.get_or_alloc_mut(tensor).expect(memory);
            match &mut self.rule {
                Rule::Adam { config, steps, means, squares } => {
                    let mean = means.get_or_alloc_mut(tensor).expect(memory);
                    let square = squares.get_or_alloc_mut(tensor).expect(memory);
                    config.try_update(*steps, tensor, mean, square, gradient).expect(memory);
                }
                Rule::Sgd { config, velocities } => {
                    let velocity = velocities.get_or_alloc_mut(tensor).expect(memory);
                    config.try_update(tensor, velocity, gradient).expect(memory);
                }
            }
        }
    }
}
