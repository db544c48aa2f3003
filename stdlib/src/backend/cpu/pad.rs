//! Rows and columns added around planes.

use rayon::prelude::*;

use super::super::Padded;
use super::parallel::units_per_part;
use crate::ops::pad::PadMode;

pub(super) struct Padding {
    planes: usize,
    rows: Axis,
    columns: Axis,
}

impl Padding {
    pub(super) fn new(padded: Padded) -> Self {
        let Padded { planes, size: [rows, columns], sides, mode } = padded;
        Self {
            planes,
            rows: Axis::new(sides.top, rows, sides.bottom, mode),
            columns: Axis::new(sides.left, columns, sides.right, mode),
        }
    }

    /// Writes the padded planes to `y`.
    pub(super) fn forward(&self, x: &[f32], y: &mut [f32]) {
        let [size, out_size] = self.sizes();
        let part = units_per_part(self.planes, y.len());
        let parts = y.par_chunks_mut(part * out_size).zip(x.par_chunks(part * size));
        parts.for_each(|(y, x)| {
            for (y, x) in y.chunks_exact_mut(out_size).zip(x.chunks_exact(size)) {
                self.fill(y, x);
            }
        });
    }

    /// Adds the gradient of the padded planes to that of the planes.
    pub(super) fn add_gradient(&self, dy: &[f32], dx: &mut [f32]) {
        let [size, out_size] = self.sizes();
        let part = units_per_part(self.planes, dy.len());
        let parts = dx.par_chunks_mut(part * size).zip(dy.par_chunks(part * out_size));
        parts.for_each(|(dx, dy)| {
            for (dx, dy) in dx.chunks_exact_mut(size).zip(dy.chunks_exact(out_size)) {
                self.add_back(dx, dy);
            }
        });
    }

    /// Values of a plane without and with its padding.
    fn sizes(&self) -> [usize; 2] {
        [self.rows.size * self.columns.size, self.rows.from.len() * self.columns.from.len()]
    }

    /// Writes the plane `x` with its padding to `y`, which is zero before.
    fn fill(&self, y: &mut [f32], x: &[f32]) {
        let columns = &self.columns;
        for (y, row) in y.chunks_exact_mut(columns.from.len()).zip(&self.rows.from) {
            let Some(row) = row else { continue };
            let x = &x[row * columns.size..][..columns.size];
            y[columns.before..][..columns.size].copy_from_slice(x);
            for (to, from) in columns.margins() {
                y[to] = x[from];
            }
        }
    }

    /// Adds the gradient `dy` of a padded plane to that of the plane.
    fn add_back(&self, dx: &mut [f32], dy: &[f32]) {
        let columns = &self.columns;
        for (dy, row) in dy.chunks_exact(columns.from.len()).zip(&self.rows.from) {
            let Some(row) = row else { continue };
            let dx = &mut dx[row * columns.size..][..columns.size];
            for (dx, dy) in dx.iter_mut().zip(&dy[columns.before..]) {
                *dx += dy;
            }
            for (to, from) in columns.margins() {
                dx[from] += dy[to];
            }
        }
    }
}

/// Padding along rows or columns.
struct Axis {
    before: usize,
    size: usize,
    /// Where each value comes from, padding included; none for a zero.
    from: Vec<Option<usize>>,
}

impl Axis {
    fn new(before: usize, size: usize, after: usize, mode: PadMode) -> Self {
        let last = size - 1;
        // The period of the pattern, and where in the map each of its values lies.
        let fold = |position: usize, period: usize, mirror: usize| {
            let position = position % period;
            if position < size { position } else { mirror - position }
        };
        let from = |position: usize| {
            // Positions count from the start of the padding; the pattern from that of the map.
            let along = |period: usize| position + (period - before % period);
            match mode {
                PadMode::Zero => position.checked_sub(before).filter(|&at| at < size),
                PadMode::Replicate => Some(position.saturating_sub(before).min(last)),
                PadMode::Reflect if size == 1 => Some(0),
                PadMode::Reflect => Some(fold(along(2 * last), 2 * last, 2 * last)),
                PadMode::Symmetric => Some(fold(along(2 * size), 2 * size, 2 * size - 1)),
                PadMode::Circular => Some(fold(along(size), size, 0)),
            }
        };
        Self { before, size, from: (0..before + size + after).map(from).collect() }
    }

    /// Each place in the padding that is not zero, and where its value comes from.
    fn margins(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        let places = (0..self.before).chain(self.before + self.size..self.from.len());
        places.filter_map(|place| Some((place, self.from[place]?)))
    }
}
