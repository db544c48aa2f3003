//! Planes made anew from their rows and columns.

use rayon::prelude::*;

use super::super::Resampled;
use super::parallel::units_per_part;

impl Resampled {
    /// Writes the planes of the output to `y`.
    pub(super) fn forward(&self, x: &[f32], y: &mut [f32]) {
        let (part, [size, out_size]) = self.part();
        let parts = y.par_chunks_mut(part * out_size).zip(x.par_chunks(part * size));
        parts.for_each(|(y, x)| {
            let mut between = vec![0.0; self.size[0] * self.columns.size()];
            for (y, x) in y.chunks_exact_mut(out_size).zip(x.chunks_exact(size)) {
                self.sum(x, y, &mut between);
            }
        });
    }

    /// Adds the gradient of the output to that of the planes.
    pub(super) fn add_gradient(&self, dy: &[f32], dx: &mut [f32]) {
        let (part, [size, out_size]) = self.part();
        let parts = dx.par_chunks_mut(part * size).zip(dy.par_chunks(part * out_size));
        parts.for_each(|(dx, dy)| {
            let mut between = vec![0.0; self.size[0] * self.columns.size()];
            for (dx, dy) in dx.chunks_exact_mut(size).zip(dy.chunks_exact(out_size)) {
                self.spread(dy, dx, &mut between);
            }
        });
    }

    /// Planes that a thread does, and values of a plane of the input and of the output.
    fn part(&self) -> (usize, [usize; 2]) {
        let size = self.size[0] * self.size[1];
        let out_size = self.rows.size() * self.columns.size();
        (units_per_part(self.planes, self.planes * size.max(out_size)), [size, out_size])
    }

    /// Writes the output of the plane `x` to `y`, which is zero before: the columns of each row to
    /// `between`, then whole rows of that.
    fn sum(&self, x: &[f32], y: &mut [f32], between: &mut [f32]) {
        let width = self.columns.size();
        for (to, x) in between.chunks_exact_mut(width).zip(x.chunks_exact(self.size[1])) {
            for (to, taps) in to.iter_mut().zip(self.columns.each()) {
                *to = taps.iter().map(|&(place, weight)| x[place] * weight).sum();
            }
        }
        for (y, taps) in y.chunks_exact_mut(width).zip(self.rows.each()) {
            for &(row, weight) in taps {
                let from = &between[row * width..][..width];
                y.iter_mut().zip(from).for_each(|(y, from)| *y += from * weight);
            }
        }
    }

    /// Adds the gradient `dy` of the output to that of the plane, `dx`: the same the other way
    /// round.
    fn spread(&self, dy: &[f32], dx: &mut [f32], between: &mut [f32]) {
        let width = self.columns.size();
        between.fill(0.0);
        for (dy, taps) in dy.chunks_exact(width).zip(self.rows.each()) {
            for &(row, weight) in taps {
                let to = &mut between[row * width..][..width];
                to.iter_mut().zip(dy).for_each(|(to, dy)| *to += dy * weight);
            }
        }
        for (dx, from) in dx.chunks_exact_mut(self.size[1]).zip(between.chunks_exact(width)) {
            for (from, taps) in from.iter().zip(self.columns.each()) {
                for &(place, weight) in taps {
                    dx[place] += from * weight;
                }
            }
        }
    }
}
