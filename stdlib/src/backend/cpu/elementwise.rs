//! Arithmetic on values.

use dfdx::tensor::Cpu;
use rayon::prelude::*;

use super::super::Elementwise;
use super::memory::{View, ViewMut};
use super::parallel::units_per_part;

impl Elementwise for Cpu {
    fn add(values: View<'_>, to: ViewMut<'_>) {
        let part = units_per_part(to.0.len(), to.0.len());
        to.0.par_chunks_mut(part).zip(values.0.par_chunks(part)).for_each(|(to, values)| {
            to.iter_mut().zip(values).for_each(|(to, value)| *to += value);
        });
    }

    fn copy(values: View<'_>, to: ViewMut<'_>) {
        to.0.copy_from_slice(values.0);
    }

    fn scale(factor: f32, to: ViewMut<'_>) {
        to.0.iter_mut().for_each(|to| *to *= factor);
    }
}
