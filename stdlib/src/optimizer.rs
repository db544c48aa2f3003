//! Update rules. dfdx has Adam, AdamW and gradient descent as PyTorch has them; its RMSprop has the
//! small number under the root, so PyTorch's is here.

use dfdx::tensor::Tensor;
use dfdx::tensor_ops::{AdamConfig, Momentum, SgdConfig, WeightDecay};
use netlet_dsl::messages::OptimizerKind;

use crate::device::Device;
use crate::network::{Network, parameters};
use crate::ops::runs::sum;
use crate::storage;
use crate::tape::Gradients;

/// What keeps RMSprop from dividing by zero: PyTorch's `eps`.
const EPS: f32 = 1e-8;
/// How much of the mean of squares RMSprop keeps at a step: PyTorch's `alpha`.
const ALPHA: f64 = 0.99;

/// An update rule with what it remembers of earlier steps.
#[derive(Clone, Debug)]
pub struct Optimizer {
    kind: OptimizerKind,
    learning_rate: f64,
    weight_decay: f64,
    /// For each parameter of the network, in the order of its definition, the steps that have changed
    /// it.
    steps: Vec<i32>,
    /// Numbers for each value of a parameter, by parameter: Adam's means and means of squares, the
    /// velocity of gradient descent, or RMSprop's mean of squares and velocity.
    memory: [Gradients; 2],
}

/// What an update rule remembers of one parameter.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Memory {
    /// The steps that have changed it.
    pub(crate) steps: i32,
    /// As many values each as the parameter has. None before its first step.
    pub(crate) values: Vec<Vec<f32>>,
}

impl Optimizer {
    /// The rule `kind` before its first step, with PyTorch's defaults beside the learning rate.
    pub fn new(kind: OptimizerKind, learning_rate: f64) -> Self {
        let memory = [Gradients::leaky(), Gradients::leaky()];
        Self { kind, learning_rate, weight_decay: 0.0, steps: Vec::new(), memory }
    }

    /// A rule that goes on from what it [remembered](Self::memory) of the parameters of `network`.
    pub(crate) fn resumed(
        kind: OptimizerKind,
        network: &mut dyn Network,
        memory: Vec<Memory>,
    ) -> Self {
        let mut optimizer = Self::new(kind, 0.0);
        for ((_, parameter), Memory { steps, values }) in
            parameters(network).into_iter().zip(memory)
        {
            optimizer.steps.push(steps);
            for (slot, values) in optimizer.memory.iter_mut().zip(values) {
                *parameter.gradient(slot) = values;
            }
        }
        optimizer
    }

    /// The rule.
    pub fn kind(&self) -> OptimizerKind {
        self.kind
    }

    /// What it remembers of each parameter of `network`; nothing before the first step.
    pub(crate) fn memory(&mut self, network: &mut dyn Network) -> Vec<Memory> {
        let slots = self.slots();
        let parameters = parameters(network).into_iter().zip(&self.steps);
        let memory = parameters.map(|((_, parameter), &steps)| {
            let slots = if steps > 0 { slots } else { 0 };
            let values =
                self.memory[..slots].iter_mut().map(|slot| parameter.gradient(slot).clone());
            Memory { steps, values: values.collect() }
        });
        memory.collect()
    }

    /// How many numbers the rule keeps of each value of a parameter.
    pub(crate) fn slots(&self) -> usize {
        match self.kind {
            OptimizerKind::Adam | OptimizerKind::AdamW => 2,
            OptimizerKind::Sgd { momentum, .. } => usize::from(momentum != 0.0),
            OptimizerKind::RmsProp { momentum } => 1 + usize::from(momentum != 0.0),
        }
    }

    /// Changes the learning rate of the steps to come.
    pub fn set_learning_rate(&mut self, learning_rate: f64) {
        self.learning_rate = learning_rate;
    }

    /// Changes PyTorch's `weight_decay` of the steps to come: this part of a parameter is added to its
    /// gradient; AdamW takes it off the parameter instead, times the learning rate.
    pub fn set_weight_decay(&mut self, weight_decay: f64) {
        self.weight_decay = weight_decay;
    }

    /// Changes the trainable parameters of `network` by one step along `gradients`. A parameter
    /// that had no part in the pass counts as having a gradient of zero.
    pub fn step(&mut self, network: &mut dyn Network, gradients: &mut Gradients) {
        for (place, (_, parameter)) in parameters(network).into_iter().enumerate() {
            if self.steps.len() == place {
                self.steps.push(0);
            }
            if parameter.is_trainable() {
                self.steps[place] = self.steps[place].saturating_add(1);
                self.update(parameter.tensor_mut(), self.steps[place], gradients);
            }
        }
    }

    fn update(&mut self, tensor: &mut Flat, steps: i32, gradients: &mut Gradients) {
        let failure = "dfdx fails only when memory runs out";
        let gradient = gradients.get_or_alloc_mut(tensor).expect(failure);
        let (kind, lr) = (self.kind, self.learning_rate);
        let weight_decay = self.decay();
        let [first, second] = &mut self.memory;
        let first = first.get_or_alloc_mut(tensor).expect(failure);
        match kind {
            OptimizerKind::Adam | OptimizerKind::AdamW => {
                let second = second.get_or_alloc_mut(tensor).expect(failure);
                let config = AdamConfig { lr, weight_decay, ..AdamConfig::default() };
                config.try_update(steps, tensor, first, second, gradient).expect(failure);
            }
            OptimizerKind::Sgd { momentum, nesterov } => {
                let kind = if nesterov { Momentum::Nesterov } else { Momentum::Classic };
                let momentum = (momentum != 0.0).then(|| kind(momentum));
                let config = SgdConfig { lr, momentum, weight_decay };
                config.try_update(tensor, first, gradient).expect(failure);
            }
            OptimizerKind::RmsProp { momentum } => {
                let rule = RmsProp {
                    rate: lr as f32,
                    decay: self.weight_decay as f32,
                    momentum: momentum as f32,
                };
                if momentum == 0.0 {
                    rule.update(tensor, gradient, first);
                } else {
                    let second = second.get_or_alloc_mut(tensor).expect(failure);
                    rule.update_with_momentum(tensor, gradient, first, second);
                }
            }
        }
    }

    fn decay(&self) -> Option<WeightDecay> {
        let decay = match self.kind {
            OptimizerKind::AdamW => WeightDecay::Decoupled,
            _ => WeightDecay::L2,
        };
        (self.weight_decay != 0.0).then(|| decay(self.weight_decay))
    }
}

/// A parameter's values.
type Flat = Tensor<(usize,), f32, Device>;

/// PyTorch's `RMSprop`: s = 0.99 s + 0.01 g^2; v = momentum v + g / (sqrt(s) + 1e-8); p -= lr v.
struct RmsProp {
    rate: f32,
    decay: f32,
    momentum: f32,
}

impl RmsProp {
    /// g over the root of the mean of squares, which takes up the gradient g.
    fn along(&self, p: f32, g: f32, square: &mut f32) -> f32 {
        let g = g + self.decay * p;
        *square = ALPHA as f32 * *square + (1.0 - ALPHA) as f32 * g * g;
        g / (square.sqrt() + EPS)
    }

    fn update(&self, tensor: &mut Flat, gradient: &[f32], squares: &mut [f32]) {
        for ((p, g), square) in storage::values_mut(tensor).iter_mut().zip(gradient).zip(squares) {
            *p -= self.rate * self.along(*p, *g, square);
        }
    }

    fn update_with_momentum(
        &self,
        tensor: &mut Flat,
        gradient: &[f32],
        squares: &mut [f32],
        velocity: &mut [f32],
    ) {
        let each = storage::values_mut(tensor).iter_mut().zip(gradient).zip(squares).zip(velocity);
        for (((p, g), square), v) in each {
            *v = self.momentum * *v + self.along(*p, *g, square);
            *p -= self.rate * *v;
        }
    }
}

/// The norm of the gradients of all trainable parameters together: the root of the sum of their
/// squares. It is no finite number exactly when one of them is none.
pub fn gradient_norm(network: &mut dyn Network, gradients: &mut Gradients) -> f64 {
    let trainable = parameters(network).into_iter().filter(|(_, it)| it.is_trainable());
    let squares = trainable.map(|(_, parameter)| {
        let gradient = &**parameter.gradient(gradients);
        let squares = sum(gradient, gradient, |a, b| a * b);
        // The square of a large number may be infinite where the number is not.
        if squares.is_finite() { squares } else { wide_squares(gradient) }
    });
    squares.sum::<f64>().sqrt()
}

fn wide_squares(gradient: &[f32]) -> f64 {
    gradient.iter().map(|&value| f64::from(value).powi(2)).sum()
}

/// Shortens the gradients whose [norm](gradient_norm) is `norm` to at most `most`, all by the same
/// factor: PyTorch's `clip_grad_norm_`.
pub fn clip_gradients(network: &mut dyn Network, gradients: &mut Gradients, norm: f64, most: f64) {
    // PyTorch keeps from dividing by zero this way, so that what is clipped is a little shorter.
    let factor = (most / (norm + 1e-6)) as f32;
    if factor >= 1.0 {
        return;
    }
    for (_, parameter) in parameters(network) {
        if parameter.is_trainable() {
            parameter.gradient(gradients).iter_mut().for_each(|value| *value *= factor);
        }
    }
}
