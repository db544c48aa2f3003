//! `linear`: a matrix and a bias.

use crate::network::Layer;
use crate::ops::linear::linear;
use crate::parameter::{Initialization, Parameter};
use crate::value::Features;

/// `x` times the transposed weight plus the bias: PyTorch's `Linear`.
///
/// `weight` is `OUT` x `IN`, `bias` is `OUT`.
#[derive(Debug)]
pub struct Linear<const IN: usize, const OUT: usize> {
    weight: Parameter,
    bias: Option<Parameter>,
}

impl<const IN: usize, const OUT: usize> Linear<IN, OUT> {
    /// A layer with its weights at zero until they are initialized or loaded.
    #[expect(clippy::new_without_default, reason = "a layer at zero is no default to fall back on")]
    pub fn new() -> Self {
        let bias = Parameter::new(&[OUT], Initialization::fan_in(IN));
        Self { bias: Some(bias), ..Self::without_bias() }
    }

    /// A layer that adds no bias.
    pub fn without_bias() -> Self {
        Self { weight: Parameter::new(&[OUT, IN], Initialization::fan_in(IN)), bias: None }
    }

    /// The product for every sample.
    pub fn forward(&self, x: Features<IN>) -> Features<OUT> {
        linear(x.into(), &self.weight, self.bias.as_ref()).into()
    }
}

impl<const IN: usize, const OUT: usize> Layer for Linear<IN, OUT> {
    fn parameters(&mut self) -> Vec<(&'static str, &mut Parameter)> {
        let weight = ("weight", &mut self.weight);
        std::iter::once(weight).chain(self.bias.as_mut().map(|bias| ("bias", bias))).collect()
    }
}
