//! Planes as vectors of length 1.

use rayon::prelude::*;

use super::parallel::units_per_part;
use crate::ops::planes::Planes;

/// Writes the normalised vectors to `y`.
pub(super) fn normalise(x: &[f32], planes: Planes, eps: f32, y: &mut [f32]) {
    let (size, sample) = (planes.size, planes.channels * planes.size);
    let least = units_per_part(planes.samples, x.len());
    let samples = y.par_chunks_exact_mut(sample).zip(x.par_chunks_exact(sample));
    samples.with_min_len(least).for_each(|(y, x)| {
        let scales = scales(x, size, eps);
        for (y, x) in y.chunks_exact_mut(size).zip(x.chunks_exact(size)) {
            y.iter_mut().zip(x).zip(&scales).for_each(|((y, x), scale)| *y = x * scale);
        }
    });
}

/// Adds the gradient of the batch to `dx`.
pub(super) fn add_gradients(x: &[f32], dy: &[f32], planes: Planes, eps: f32, dx: &mut [f32]) {
    let (size, sample) = (planes.size, planes.channels * planes.size);
    let least = units_per_part(planes.samples, x.len());
    let samples = dx.par_chunks_exact_mut(sample).zip(dy.par_chunks_exact(sample));
    let samples = samples.zip(x.par_chunks_exact(sample)).with_min_len(least);
    samples.for_each(|((dx, dy), x)| add_gradient(dx, dy, x, size, eps));
}

/// One over the norm of each position of the sample `x`, in planes of `size` values, but 1 / `eps`
/// at most.
fn scales(x: &[f32], size: usize, eps: f32) -> Vec<f32> {
    let mut squares = vec![0.0; size];
    for x in x.chunks_exact(size) {
        squares.iter_mut().zip(x).for_each(|(square, x)| *square += x * x);
    }
    // A comparison that is false for NaN lets it through.
    let scale = |square: f32| if square.sqrt() < eps { 1.0 / eps } else { 1.0 / square.sqrt() };
    squares.into_iter().map(scale).collect()
}

/// Adds the gradient of a sample to `dx`: moving along the vector itself changes nothing, unless it
/// is divided by `eps`.
fn add_gradient(dx: &mut [f32], dy: &[f32], x: &[f32], size: usize, eps: f32) {
    let scales = scales(x, size, eps);
    let mut along = vec![0.0; size];
    for (dy, x) in dy.chunks_exact(size).zip(x.chunks_exact(size)) {
        along.iter_mut().zip(dy.iter().zip(x)).for_each(|(along, (dy, x))| *along += dy * x);
    }
    let largest = 1.0 / eps;
    for (along, scale) in along.iter_mut().zip(&scales) {
        *along *= if *scale == largest { 0.0 } else { scale * scale };
    }
    let planes = dx.chunks_exact_mut(size).zip(dy.chunks_exact(size)).zip(x.chunks_exact(size));
    for ((dx, dy), x) in planes {
        let planes = scales.iter().zip(&along);
        for (((dx, dy), x), (scale, along)) in dx.iter_mut().zip(dy).zip(x).zip(planes) {
            *dx += scale * (dy - x * along);
        }
    }
}
