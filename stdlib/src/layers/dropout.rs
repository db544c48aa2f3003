//! `dropout`, `dropout2d` and `droppath`.

use crate::ops::dropout::dropout;
use crate::ops::unit_dropout::{drop_channels, drop_samples};
use crate::value::Batch;

/// Sets values to zero at random while training: PyTorch's `Dropout` (Srivastava et al., 2014).
#[derive(Clone, Copy, Debug)]
pub struct Dropout {
    probability: f32,
}

impl Dropout {
    /// A layer that drops each value with `probability`.
    ///
    /// # Panics
    /// When that is no probability.
    pub fn new(probability: f32) -> Self {
        Self { probability: expect_probability(probability) }
    }

    /// In training, `x` with values dropped and the rest scaled so that means stay; else `x`.
    pub fn forward<B: Batch>(&self, x: B) -> B {
        dropout(x.into(), self.probability).into()
    }
}

/// Sets whole channels of samples to zero at random while training: PyTorch's `Dropout2d` (Tompson
/// et al., 2015).
#[derive(Clone, Copy, Debug)]
pub struct Dropout2d {
    probability: f32,
}

impl Dropout2d {
    /// A layer that drops each channel with `probability`.
    ///
    /// # Panics
    /// When that is no probability.
    pub fn new(probability: f32) -> Self {
        Self { probability: expect_probability(probability) }
    }

    /// In training, `x` with channels dropped and the rest scaled so that means stay; else `x`.
    pub fn forward<B: Batch>(&self, x: B) -> B {
        drop_channels(x.into(), self.probability).into()
    }
}

/// Sets whole samples to zero at random while training, so that a residual branch is left out:
/// torchvision's `StochasticDepth` in its mode `row` (Huang et al., 2016).
#[derive(Clone, Copy, Debug)]
pub struct DropPath {
    probability: f32,
}

impl DropPath {
    /// A layer that drops each sample with `probability`.
    ///
    /// # Panics
    /// When that is no probability.
    pub fn new(probability: f32) -> Self {
        Self { probability: expect_probability(probability) }
    }

    /// In training, `x` with samples dropped and the rest scaled so that means stay; else `x`.
    pub fn forward<B: Batch>(&self, x: B) -> B {
        drop_samples(x.into(), self.probability).into()
    }
}

fn expect_probability(probability: f32) -> f32 {
    assert!((0.0..=1.0).contains(&probability), "{probability} is no probability");
    probability
}
