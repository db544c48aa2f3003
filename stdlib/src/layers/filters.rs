//! What every convolution keeps.

use crate::ops::convolution::Convolution;
use crate::parameter::{Initialization, Parameter};

/// The weight and the bias of a convolution.
#[derive(Debug)]
pub(super) struct Filters {
    pub(super) weight: Parameter,
    pub(super) bias: Option<Parameter>,
}

impl Filters {
    /// A weight of shape `dims` and no bias, at zero until they are initialized or loaded.
    pub(super) fn new(convolution: &Convolution, dims: &[usize]) -> Self {
        let initialization = Initialization::fan_in(convolution.fan_in());
        Self { weight: Parameter::new(dims, initialization), bias: None }
    }

    /// The same with a bias for each of the `outputs`.
    pub(super) fn with_bias(self, convolution: &Convolution, outputs: usize) -> Self {
        let initialization = Initialization::fan_in(convolution.fan_in());
        Self { bias: Some(Parameter::new(&[outputs], initialization)), ..self }
    }

    pub(super) fn parameters(&mut self) -> Vec<(&'static str, &mut Parameter)> {
        let weight = ("weight", &mut self.weight);
        std::iter::once(weight).chain(self.bias.as_mut().map(|bias| ("bias", bias))).collect()
    }
}
