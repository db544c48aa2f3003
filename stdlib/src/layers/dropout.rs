//! `dropout`.

use crate::ops::dropout::dropout;
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
        assert!((0.0..=1.0).contains(&probability), "{probability} is no probability");
        Self { probability }
    }

    /// In training, `x` with values dropped and the rest scaled so that means stay; else `x`.
    pub fn forward<B: Batch>(&self, x: B) -> B {
        dropout(x.into(), self.probability).into()
    }
}
