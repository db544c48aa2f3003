//! The same values in another order.

use rayon::prelude::*;

use super::super::Order;
use super::parallel::units_per_part;

/// Where the values of a sample come from, in lines along one axis.
pub(super) struct Lines {
    /// Values of a sample.
    size: usize,
    line: Axis,
    /// The others.
    axes: Vec<Axis>,
}

/// An axis: how far apart its values are in the input and in the output.
#[derive(Clone, Copy)]
struct Axis {
    size: usize,
    from: usize,
    to: usize,
}

impl Lines {
    /// Writes the samples in their new order to `y`.
    pub(super) fn forward(&self, x: &[f32], samples: usize, y: &mut [f32]) {
        let size = self.size;
        let part = size * units_per_part(samples, x.len());
        y.par_chunks_mut(part).zip(x.par_chunks(part)).for_each(|(y, x)| {
            for (y, x) in y.chunks_exact_mut(size).zip(x.chunks_exact(size)) {
                for [from, to] in self.starts() {
                    let x = x[from..].iter().step_by(self.line.from);
                    let y = y[to..].iter_mut().step_by(self.line.to).take(self.line.size);
                    y.zip(x).for_each(|(y, x)| *y = *x);
                }
            }
        });
    }

    /// Adds the gradient of the reordered samples to `dx`.
    pub(super) fn add_gradient(&self, dy: &[f32], samples: usize, dx: &mut [f32]) {
        let size = self.size;
        let part = size * units_per_part(samples, dx.len());
        dx.par_chunks_mut(part).zip(dy.par_chunks(part)).for_each(|(dx, dy)| {
            for (dx, dy) in dx.chunks_exact_mut(size).zip(dy.chunks_exact(size)) {
                for [from, to] in self.starts() {
                    let dx = dx[from..].iter_mut().step_by(self.line.from).take(self.line.size);
                    let dy = dy[to..].iter().step_by(self.line.to);
                    dx.zip(dy).for_each(|(dx, dy)| *dx += dy);
                }
            }
        });
    }

    pub(super) fn new(Order { shape, axes }: &Order) -> Self {
        let size = shape.iter().product();
        let from = |axis: usize| shape[axis + 1..].iter().product();
        let to = |place: usize| axes[place + 1..].iter().map(|&axis| shape[axis]).product();
        let axes = axes.iter().enumerate();
        let mut axes: Vec<Axis> = axes
            .map(|(place, &axis)| Axis { size: shape[axis], from: from(axis), to: to(place) })
            .collect();
        // Lines are along an axis that is contiguous on one side, the longer of the two.
        let contiguous = axes.iter().enumerate().filter(|(_, axis)| axis.from == 1 || axis.to == 1);
        let line = contiguous.max_by_key(|(_, axis)| axis.size).map(|(place, _)| place);
        let line = line.map_or(Axis { size: 1, from: 1, to: 1 }, |place| axes.remove(place));
        Self { size, line, axes }
    }

    /// Where each line begins, in the input and in the output.
    fn starts(&self) -> impl Iterator<Item = [usize; 2]> + '_ {
        let lines: usize = self.axes.iter().map(|axis| axis.size).product();
        (0..lines).map(|mut line| {
            let (mut from, mut to) = (0, 0);
            for axis in self.axes.iter().rev() {
                from += line % axis.size * axis.from;
                to += line % axis.size * axis.to;
                line /= axis.size;
            }
            [from, to]
        })
    }
}
