//! The largest value of each window and of each plane, and values put back where they stood.

use rayon::prelude::*;

use super::super::{Pooled, Windows};
use super::memory::NOWHERE;
use super::parallel::units_per_part;
use crate::ops::planes::Planes;
use crate::ops::window::Span;

pub(super) struct MaxPool {
    windows: Windows,
    spans: Vec<Span>,
}

impl MaxPool {
    pub(super) fn new(windows: &Windows) -> Self {
        let spans = windows.window.spans(windows.size[1], windows.out[1]);
        Self { windows: *windows, spans }
    }

    pub(super) fn forward(&self, x: &[f32], y: &mut [f32], winners: &mut [u32]) {
        let Windows { planes, size, out, .. } = self.windows;
        let (size, out_size) = (size[0] * size[1], out[0] * out[1]);
        let part = units_per_part(planes, x.len());
        (y.par_chunks_mut(part * out_size))
            .zip(winners.par_chunks_mut(part * out_size))
            .zip(x.par_chunks(part * size))
            .for_each(|((y, winners), x)| {
                let planes = y.chunks_exact_mut(out_size).zip(winners.chunks_exact_mut(out_size));
                for ((y, winners), x) in planes.zip(x.chunks_exact(size)) {
                    self.largest(x, y, winners);
                }
            });
    }

    /// Writes the largest values of the plane `x` to `y`, and where they stand to `winners`,
    /// which are nowhere before. Goes through the elements of the window, and for each through a
    /// line of windows.
    fn largest(&self, x: &[f32], y: &mut [f32], winners: &mut [u32]) {
        y.fill(f32::NEG_INFINITY);
        let width = self.windows.out[1];
        let lines = y.chunks_exact_mut(width).zip(winners.chunks_exact_mut(width));
        for (line, (y, winners)) in lines.enumerate() {
            for element in 0..self.windows.window.kernel[0] {
                let position = self.windows.window.position(0, line, element, self.windows.size[0]);
                let Some(row) = position else { continue };
                let x = &x[row * self.windows.size[1]..][..self.windows.size[1]];
                for span in &self.spans {
                    let stride = self.windows.window.stride[1];
                    let columns = (span.start..self.windows.size[1]).step_by(stride);
                    let windows = y[span.first..][..span.count].iter_mut();
                    let windows = windows.zip(&mut winners[span.first..][..span.count]);
                    for ((best, winner), column) in windows.zip(columns) {
                        // Where nothing is greater than minus infinity, any of the values will do.
                        let wins =
                            x[column] >= *best && !(x[column] == *best && *winner != NOWHERE);
                        if wins || x[column].is_nan() {
                            *best = x[column];
                            *winner = (row * self.windows.size[1] + column) as u32;
                        }
                    }
                }
            }
        }
    }
}

/// Adds the gradient `dy` of the largest values to that of the planes.
pub(super) fn add_gradient(dy: &[f32], winners: &[u32], sizes: Pooled, dx: &mut [f32]) {
    let Pooled { planes, size, out } = sizes;
    let part = units_per_part(planes, dx.len());
    (dx.par_chunks_mut(part * size))
        .zip(dy.par_chunks(part * out))
        .zip(winners.par_chunks(part * out))
        .for_each(|((dx, dy), winners)| {
            let planes = dx.chunks_exact_mut(size).zip(dy.chunks_exact(out));
            for ((dx, dy), winners) in planes.zip(winners.chunks_exact(out)) {
                for (dy, &winner) in dy.iter().zip(winners) {
                    // A dilated window may lie in the padding with all of its elements.
                    if let Some(dx) = dx.get_mut(winner as usize) {
                        *dx += dy;
                    }
                }
            }
        });
}

/// Writes the values `x` of windows to where the largest ones stood.
pub(super) fn put_back(x: &[f32], winners: &[u32], sizes: Pooled, y: &mut [f32]) {
    let Pooled { planes, size, out } = sizes;
    let part = units_per_part(planes, y.len());
    (y.par_chunks_mut(part * size))
        .zip(x.par_chunks(part * out))
        .zip(winners.par_chunks(part * out))
        .for_each(|((y, x), winners)| {
            let planes = y.chunks_exact_mut(size).zip(x.chunks_exact(out));
            for ((y, x), winners) in planes.zip(winners.chunks_exact(out)) {
                for (x, &winner) in x.iter().zip(winners) {
                    // A dilated window may lie in the padding with all of its elements.
                    if let Some(y) = y.get_mut(winner as usize) {
                        *y = *x;
                    }
                }
            }
        });
}

/// Adds the gradient `dy` of the planes to that of the values which were put back in them.
pub(super) fn add_gradient_of_put_back(dy: &[f32], winners: &[u32], sizes: Pooled, dx: &mut [f32]) {
    let Pooled { planes, size, out } = sizes;
    let part = units_per_part(planes, dy.len());
    let parts = dx.par_chunks_mut(part * out).zip(dy.par_chunks(part * size));
    parts.zip(winners.par_chunks(part * out)).for_each(|((dx, dy), winners)| {
        let planes = dx.chunks_exact_mut(out).zip(dy.chunks_exact(size));
        for ((dx, dy), winners) in planes.zip(winners.chunks_exact(out)) {
            for (dx, &winner) in dx.iter_mut().zip(winners) {
                *dx += dy.get(winner as usize).copied().unwrap_or(0.0);
            }
        }
    });
}

/// Writes the largest value of each plane to `y`, and where it stands to `places`.
pub(super) fn largest_of_planes(x: &[f32], planes: Planes, y: &mut [f32], places: &mut [u32]) {
    let part = units_per_part(planes.samples * planes.channels, x.len());
    let found = y.par_iter_mut().zip(places).with_min_len(part);
    found.zip(x.par_chunks_exact(planes.size)).for_each(|((y, place), plane)| {
        let (at, value) = largest(plane);
        *y = value;
        *place = at as u32;
    });
}

/// Where the largest value stands, and the value.
fn largest(plane: &[f32]) -> (usize, f32) {
    const LANES: usize = 16;
    // First the value alone, in lanes, so that the loop is vectors; a NaN is never less, and stays.
    let larger = |a: f32, b: f32| if a < b || b.is_nan() { b } else { a };
    let (chunks, rest) = plane.as_chunks::<LANES>();
    let mut lanes = [f32::NEG_INFINITY; LANES];
    for chunk in chunks {
        lanes.iter_mut().zip(chunk).for_each(|(lane, &value)| *lane = larger(*lane, value));
    }
    let value =
        lanes.iter().chain(rest).fold(f32::NEG_INFINITY, |best, &value| larger(best, value));
    let same = |other: &f32| *other == value || (other.is_nan() && value.is_nan());
    (plane.iter().position(same).unwrap_or(0), value)
}
