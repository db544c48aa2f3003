//! Convolutions, each in the faster one of two ways.

use dfdx::tensor::Cpu;
use rayon::prelude::*;

use super::super::{Convolutions, Convolved, Start};
use super::depthwise::Depthwise;
use super::matrix::Write;
use super::memory::{View, ViewMut};
use super::parallel::units_per_part;
use super::products::Products;
use super::runs::sum;

impl Convolutions for Cpu {
    fn convolution(
        x: View<'_>,
        weight: View<'_>,
        sizes: &Convolved,
        start: Start<View<'_>>,
        y: ViewMut<'_>,
    ) {
        let start = match start {
            Start::Nothing => Start::Nothing,
            Start::Bias(bias) => Start::Bias(bias.0),
            Start::There => Start::There,
        };
        match Method::new(sizes) {
            Method::Products(products) => products.forward(x.0, weight.0, start, y.0),
            Method::Depthwise(depthwise) => depthwise.forward(x.0, weight.0, start, y.0),
        }
    }

    fn convolution_weight_gradient(x: View<'_>, dy: View<'_>, sizes: &Convolved, dw: ViewMut<'_>) {
        match Method::new(sizes) {
            Method::Products(products) => products.weight_gradient(x.0, dy.0, dw.0),
            Method::Depthwise(depthwise) => depthwise.weight_gradient(x.0, dy.0, dw.0),
        }
    }

    fn convolution_input_gradient(
        weight: View<'_>,
        dy: View<'_>,
        sizes: &Convolved,
        dx: ViewMut<'_>,
    ) {
        match Method::new(sizes) {
            Method::Products(products) => products.input_gradient(weight.0, dy.0, dx.0),
            Method::Depthwise(depthwise) => depthwise.input_gradient(weight.0, dy.0, dx.0),
        }
    }

    fn fill_channels(bias: View<'_>, plane: usize, y: ViewMut<'_>) {
        for sample in y.0.chunks_exact_mut((bias.0.len() * plane).max(1)) {
            Start::Bias(bias.0).fill(sample, plane);
        }
    }

    fn bias_gradient(dy: View<'_>, plane: usize, db: ViewMut<'_>) {
        let (dy, db) = (dy.0, db.0);
        let (outputs, part) = (db.len(), units_per_part(db.len(), dy.len()));
        db.par_chunks_mut(part).enumerate().for_each(|(number, db)| {
            for (index, db) in db.iter_mut().enumerate() {
                let channel = dy.chunks_exact(plane.max(1)).skip(number * part + index);
                let sums = channel.step_by(outputs).map(|dy| sum(dy, dy, |dy, _| dy));
                *db += sums.sum::<f64>() as f32;
            }
        });
    }
}

impl Start<&[f32]> {
    /// Readies a sample whose channels have `plane` values.
    pub(super) fn fill(self, y: &mut [f32], plane: usize) {
        if let Self::Bias(bias) = self {
            for (y, &bias) in y.chunks_exact_mut(plane.max(1)).zip(bias) {
                y.fill(bias);
            }
        }
    }

    /// How to write to a sample that is ready.
    pub(super) fn write(self) -> Write {
        if matches!(self, Self::Nothing) { Write::Replace } else { Write::Add }
    }
}

/// The way that a convolution is computed.
enum Method {
    Products(Products),
    Depthwise(Depthwise),
}

impl Method {
    /// The faster one.
    fn new(sizes: &Convolved) -> Self {
        let Convolved { convolution, samples, size, out } = sizes;
        if convolution.groups == convolution.inputs && convolution.groups > 1 {
            Self::Depthwise(Depthwise::new(convolution, *size, *out))
        } else {
            Self::Products(Products::new(convolution, *size, *out, *samples))
        }
    }
}
