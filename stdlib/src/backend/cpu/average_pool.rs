//! The mean of each window, and of each plane.

use rayon::prelude::*;

use super::super::Windows;
use super::parallel::units_per_part;
use super::runs::{add_strided, from_strided};
use crate::ops::planes::Planes;
use crate::ops::window::Span;

pub(super) struct AveragePool {
    windows: Windows,
    spans: Vec<Span>,
    /// The weight of a value in the mean of each window is the product of one along each axis.
    weights: [Vec<f32>; 2],
}

impl AveragePool {
    pub(super) fn new(windows: &Windows, count_pad: bool) -> Self {
        let Windows { window, size, out, .. } = windows;
        let weights = [0, 1].map(|axis| {
            // Positions count from the first padded element. What reaches beyond the padding never
            // counts, as in PyTorch.
            let (before, padded) = (window.before(axis), size[axis] + window.before(axis));
            let counted = if count_pad { 0..padded + window.after(axis) } else { before..padded };
            let first = (0..out[axis]).map(|index| index * window.stride[axis]);
            let count = first.map(|first| {
                (first + window.kernel[axis]).min(counted.end) - first.max(counted.start)
            });
            count.map(|count| 1.0 / count as f32).collect()
        });
        Self { windows: *windows, spans: window.spans(size[1], out[1]), weights }
    }

    pub(super) fn forward(&self, x: &[f32], y: &mut [f32]) {
        let Windows { planes, size, out, .. } = self.windows;
        let (columns, size, out_size) = (size[1], size[0] * size[1], out[0] * out[1]);
        let part = units_per_part(planes, x.len());
        let parts = y.par_chunks_mut(part * out_size).zip(x.par_chunks(part * size));
        parts.for_each(|(y, x)| {
            let mut sums = vec![0.0; columns];
            for (y, x) in y.chunks_exact_mut(out_size).zip(x.chunks_exact(size)) {
                self.average(x, y, &mut sums);
            }
        });
    }

    pub(super) fn add_gradient(&self, dy: &[f32], dx: &mut [f32]) {
        let Windows { planes, size, out, .. } = self.windows;
        let (columns, size, out_size) = (size[1], size[0] * size[1], out[0] * out[1]);
        let part = units_per_part(planes, dx.len());
        let parts = dx.par_chunks_mut(part * size).zip(dy.par_chunks(part * out_size));
        parts.for_each(|(dx, dy)| {
            let (mut sums, mut shares) = (vec![0.0; columns], vec![0.0; out[1]]);
            for (dx, dy) in dx.chunks_exact_mut(size).zip(dy.chunks_exact(out_size)) {
                self.spread(dy, dx, &mut sums, &mut shares);
            }
        });
    }

    /// Writes the means of the plane `x` to `y`, which is zero before: adds the rows of a line of
    /// windows up, then the columns of each window.
    fn average(&self, x: &[f32], y: &mut [f32], sums: &mut [f32]) {
        for (line, y) in y.chunks_exact_mut(self.windows.out[1]).enumerate() {
            sums.fill(0.0);
            for row in self.rows(line) {
                let x = &x[row * self.windows.size[1]..][..self.windows.size[1]];
                sums.iter_mut().zip(x).for_each(|(sum, x)| *sum += x);
            }
            for span in &self.spans {
                let y = &mut y[span.first..][..span.count];
                from_strided(y, &sums[span.start..], self.windows.window.stride[1], |y, x| *y += x);
            }
            for (y, weight) in y.iter_mut().zip(&self.weights[1]) {
                *y *= weight * self.weights[0][line];
            }
        }
    }

    /// Adds the gradient `dy` of the means to that of the plane, `dx`: gathers what a line of
    /// windows gives to each column, then adds that to each of its rows.
    fn spread(&self, dy: &[f32], dx: &mut [f32], sums: &mut [f32], shares: &mut [f32]) {
        for (line, dy) in dy.chunks_exact(self.windows.out[1]).enumerate() {
            for ((share, dy), weight) in shares.iter_mut().zip(dy).zip(&self.weights[1]) {
                *share = dy * weight * self.weights[0][line];
            }
            sums.fill(0.0);
            for span in &self.spans {
                let shares = &shares[span.first..][..span.count];
                add_strided(&mut sums[span.start..], self.windows.window.stride[1], shares);
            }
            for row in self.rows(line) {
                let dx = &mut dx[row * self.windows.size[1]..][..self.windows.size[1]];
                dx.iter_mut().zip(&*sums).for_each(|(dx, sum)| *dx += sum);
            }
        }
    }

    /// The rows of the map in the windows of a line.
    fn rows(&self, line: usize) -> impl Iterator<Item = usize> + '_ {
        let elements = 0..self.windows.window.kernel[0];
        elements.filter_map(move |element| {
            self.windows.window.position(0, line, element, self.windows.size[0])
        })
    }
}

/// Writes the mean of each plane of `x` to `y`.
pub(super) fn means(x: &[f32], planes: Planes, y: &mut [f32]) {
    let scale = 1.0 / planes.size as f32;
    for (y, plane) in y.iter_mut().zip(x.chunks_exact(planes.size)) {
        *y = plane.iter().sum::<f32>() * scale;
    }
}

/// Adds the gradient `dy` of the means to that of the planes.
pub(super) fn add_gradient_of_means(dy: &[f32], planes: Planes, dx: &mut [f32]) {
    let scale = 1.0 / planes.size as f32;
    for (dx, dy) in dx.chunks_exact_mut(planes.size).zip(dy) {
        for dx in dx {
            *dx += dy * scale;
        }
    }
}
