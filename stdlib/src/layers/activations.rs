//! The activations: one function for each value, or for the channels of each position.

use crate::network::Layer;
use crate::ops::activation::{Activation, activate};
use crate::ops::{channel_factor, softmax as probabilities};
use crate::parameter::{Initialization, Parameter};
use crate::value::Batch;

/// `max(x, 0)`: PyTorch's `ReLU`.
pub fn relu<B: Batch>(x: B) -> B {
    activate(x.into(), Activation::Relu).into()
}

/// `max(x, 0)`, and 6 at most: PyTorch's `ReLU6`.
pub fn relu6<B: Batch>(x: B) -> B {
    activate(x.into(), Activation::Relu6).into()
}

/// `x` above zero, `alpha (exp(x) - 1)` below: PyTorch's `ELU` (Clevert et al., 2015).
pub fn elu<B: Batch>(x: B, alpha: f32) -> B {
    activate(x.into(), Activation::Elu(alpha)).into()
}

/// The exponential linear unit that keeps mean and variance: PyTorch's `SELU` (Klambauer et al.,
/// 2017).
pub fn selu<B: Batch>(x: B) -> B {
    activate(x.into(), Activation::Selu).into()
}

/// `x` above zero, `slope` times that below: PyTorch's `LeakyReLU`.
pub fn leaky_relu<B: Batch>(x: B, slope: f32) -> B {
    activate(x.into(), Activation::LeakyRelu(slope)).into()
}

/// `x` times the chance that a standard normal number is below it: PyTorch's `GELU` without an
/// approximation (Hendrycks and Gimpel, 2016).
pub fn gelu<B: Batch>(x: B) -> B {
    activate(x.into(), Activation::Gelu).into()
}

/// `x sigmoid(x)`: PyTorch's `SiLU`.
pub fn silu<B: Batch>(x: B) -> B {
    activate(x.into(), Activation::Silu).into()
}

/// `x hardsigmoid(x)`: PyTorch's `Hardswish` (Howard et al., 2019).
pub fn hardswish<B: Batch>(x: B) -> B {
    activate(x.into(), Activation::HardSwish).into()
}

/// `(x + 3) / 6` between 0 and 1: PyTorch's `Hardsigmoid`.
pub fn hardsigmoid<B: Batch>(x: B) -> B {
    activate(x.into(), Activation::HardSigmoid).into()
}

/// `1 / (1 + exp(-x))`: PyTorch's `Sigmoid`.
pub fn sigmoid<B: Batch>(x: B) -> B {
    activate(x.into(), Activation::Sigmoid).into()
}

/// The hyperbolic tangent: PyTorch's `Tanh`.
pub fn tanh<B: Batch>(x: B) -> B {
    activate(x.into(), Activation::Tanh).into()
}

/// `ln(1 + exp(x))`: PyTorch's `Softplus`.
pub fn softplus<B: Batch>(x: B) -> B {
    activate(x.into(), Activation::Softplus).into()
}

/// The probabilities of the features, or of each position's channels, from their logits: PyTorch's
/// `Softmax(dim=1)`.
pub fn softmax<B: Batch>(x: B) -> B {
    probabilities::softmax(x.into()).into()
}

/// The logarithms of the [`softmax`]: PyTorch's `LogSoftmax(dim=1)`.
pub fn log_softmax<B: Batch>(x: B) -> B {
    probabilities::log_softmax(x.into()).into()
}

/// `x` above zero, that times a learned slope below: PyTorch's `PReLU` (He et al., 2015).
///
/// `weight` is one slope for all, or one for each channel.
#[derive(Debug)]
pub struct PRelu {
    weight: Parameter,
}

impl PRelu {
    /// A layer of `count` slopes: 1, or as many as its input has channels.
    pub fn new(count: usize) -> Self {
        Self { weight: Parameter::new(&[count], Initialization::Constant(0.25)) }
    }

    /// The function of every value.
    ///
    /// # Panics
    /// When there is neither one slope nor one for each channel, which the checker of the language
    /// has ruled out.
    pub fn forward<B: Batch>(&self, x: B) -> B {
        channel_factor::prelu(x.into(), &self.weight).into()
    }
}

impl Layer for PRelu {
    fn parameters(&mut self) -> Vec<(&'static str, &mut Parameter)> {
        vec![("weight", &mut self.weight)]
    }
}

/// A learned factor for each channel, as SSD has it after its [`l2_norm`](super::l2_norm) (Liu et
/// al., 2015).
///
/// `weight` is `C`.
#[derive(Debug)]
pub struct Scale<const C: usize> {
    weight: Parameter,
}

impl<const C: usize> Scale<C> {
    /// A layer whose factors start at `init`.
    pub fn new(init: f32) -> Self {
        Self { weight: Parameter::new(&[C], Initialization::Constant(init)) }
    }

    /// Every value times its channel's factor.
    pub fn forward<B: Batch>(&self, x: B) -> B {
        const { assert!(B::SHAPE[0] == C, "a factor for each channel") };
        channel_factor::scale(x.into(), &self.weight).into()
    }
}

impl<const C: usize> Layer for Scale<C> {
    fn parameters(&mut self) -> Vec<(&'static str, &mut Parameter)> {
        vec![("weight", &mut self.weight)]
    }
}
