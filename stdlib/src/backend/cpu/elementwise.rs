//! Arithmetic on values.

use dfdx::tensor::Cpu;

use super::super::Elementwise;
use super::memory::{View, ViewMut};

impl Elementwise for Cpu {
    fn add(values: View<'_>, to: ViewMut<'_>) {
        to.0.iter_mut().zip(values.0).for_each(|(to, value)| *to += value);
    }

    fn copy(values: View<'_>, to: ViewMut<'_>) {
        to.0.copy_from_slice(values.0);
    }

    fn scale(factor: f32, to: ViewMut<'_>) {
        to.0.iter_mut().for_each(|to| *to *= factor);
    }
}
