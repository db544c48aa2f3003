//! `maxpool`: the largest value of each window.

use rayon::prelude::*;

use super::parallel::units_per_part;
use super::window::{Span, Window};
use crate::value::Value;

/// In place of a winner's position, as long as a window has none.
const NOBODY: u32 = u32::MAX;

/// The largest value of each window; a NaN counts as the largest. Padding never wins.
pub(crate) fn max_pool(x: Value, window: &Window) -> Value {
    let (x, tape) = x.detach();
    let [channels, rows, columns] = x.planes();
    let pool = Pool::new(window, [rows, columns]);
    let (size, out_size) = (rows * columns, pool.out[0] * pool.out[1]);
    let planes = x.samples() * channels;
    let mut values = vec![f32::NEG_INFINITY; planes * out_size];
    let mut winners = vec![NOBODY; values.len()];
    let part = units_per_part(planes, x.values().len());
    (values.par_chunks_mut(part * out_size))
        .zip(winners.par_chunks_mut(part * out_size))
        .zip(x.values().par_chunks(part * size))
        .for_each(|((values, winners), x)| {
            let planes = values.chunks_exact_mut(out_size).zip(winners.chunks_exact_mut(out_size));
            for ((values, winners), x) in planes.zip(x.chunks_exact(size)) {
                pool.largest(x, values, winners);
            }
        });
    let y = Value::map([x.samples(), channels, pool.out[0], pool.out[1]], values);
    let (input, output, tracked) = (x.slot(), y.slot(), tape.is_tracked());
    y.put(tape.record(tracked, move |gradients| {
        let dy = output.take(gradients);
        let dx = input.get(gradients);
        (dx.par_chunks_mut(part * size))
            .zip(dy.par_chunks(part * out_size))
            .zip(winners.par_chunks(part * out_size))
            .for_each(|((dx, dy), winners)| {
                let planes = dx.chunks_exact_mut(size).zip(dy.chunks_exact(out_size));
                for ((dx, dy), winners) in planes.zip(winners.chunks_exact(out_size)) {
                    for (dy, &winner) in dy.iter().zip(winners) {
                        // A dilated window may lie in the padding with all of its elements.
                        if let Some(dx) = dx.get_mut(winner as usize) {
                            *dx += dy;
                        }
                    }
                }
            });
    }))
}

struct Pool {
    window: Window,
    size: [usize; 2],
    out: [usize; 2],
    spans: Vec<Span>,
}

impl Pool {
    fn new(window: &Window, size: [usize; 2]) -> Self {
        let out = window.output(size);
        Self { window: *window, size, out, spans: window.spans(size[1], out[1]) }
    }

    /// Writes the largest values of the plane `x` to `y`, which is minus infinity before, and where
    /// they stand to `winners`. Goes through the elements of the window, and for each through a
    /// line of windows.
    fn largest(&self, x: &[f32], y: &mut [f32], winners: &mut [u32]) {
        let width = self.out[1];
        let lines = y.chunks_exact_mut(width).zip(winners.chunks_exact_mut(width));
        for (line, (y, winners)) in lines.enumerate() {
            for element in 0..self.window.kernel[0] {
                let position = self.window.position(0, line, element, self.size[0]);
                let Some(row) = position else { continue };
                let x = &x[row * self.size[1]..][..self.size[1]];
                for span in &self.spans {
                    let stride = self.window.stride[1];
                    let columns = (span.start..self.size[1]).step_by(stride);
                    let windows = y[span.first..][..span.count].iter_mut();
                    let windows = windows.zip(&mut winners[span.first..][..span.count]);
                    for ((best, winner), column) in windows.zip(columns) {
                        // Where nothing is greater than minus infinity, any of the values will do.
                        let wins = x[column] >= *best && !(x[column] == *best && *winner != NOBODY);
                        if wins || x[column].is_nan() {
                            *best = x[column];
                            *winner = (row * self.size[1] + column) as u32;
                        }
                    }
                }
            }
        }
    }
}
