//! `avgpool` and `globalavgpool`: the mean of each window, the mean of each channel.

use rayon::prelude::*;

use super::parallel::units_per_part;
use super::window::{Span, Window};
use crate::value::Value;

/// The mean of each window. `count_pad` says whether zeros of the padding count.
pub(crate) fn average_pool(x: Value, window: &Window, count_pad: bool) -> Value {
    let (x, tape) = x.detach();
    let [channels, rows, columns] = x.planes();
    let pool = Pool::new(window, [rows, columns], count_pad);
    let (size, out_size) = (rows * columns, pool.out[0] * pool.out[1]);
    let planes = x.samples() * channels;
    let part = units_per_part(planes, x.values().len());
    let mut values = vec![0.0; planes * out_size];
    (values.par_chunks_mut(part * out_size)).zip(x.values().par_chunks(part * size)).for_each(
        |(values, x)| {
            for (values, x) in values.chunks_exact_mut(out_size).zip(x.chunks_exact(size)) {
                pool.average(x, values);
            }
        },
    );
    let y = Value::map([x.samples(), channels, pool.out[0], pool.out[1]], values);
    let (input, output, tracked) = (x.slot(), y.slot(), tape.is_tracked());
    y.put(tape.record(tracked, move |gradients| {
        let dy = output.take(gradients);
        let dx = input.get(gradients);
        (dx.par_chunks_mut(part * size)).zip(dy.par_chunks(part * out_size)).for_each(
            |(dx, dy)| {
                for (dx, dy) in dx.chunks_exact_mut(size).zip(dy.chunks_exact(out_size)) {
                    pool.spread(dy, dx);
                }
            },
        );
    }))
}

/// The mean of each channel, as a map of one row and one column.
pub(crate) fn global_average_pool(x: Value) -> Value {
    let (x, tape) = x.detach();
    let [channels, rows, columns] = x.planes();
    let size = rows * columns;
    let scale = 1.0 / size as f32;
    let means = x.values().chunks_exact(size).map(|plane| plane.iter().sum::<f32>() * scale);
    let y = Value::map([x.samples(), channels, 1, 1], means.collect());
    let (input, output, tracked) = (x.slot(), y.slot(), tape.is_tracked());
    y.put(tape.record(tracked, move |gradients| {
        let dy = output.take(gradients);
        for (dx, dy) in input.get(gradients).chunks_exact_mut(size).zip(dy) {
            for dx in dx {
                *dx += dy * scale;
            }
        }
    }))
}

struct Pool {
    window: Window,
    size: [usize; 2],
    out: [usize; 2],
    spans: Vec<Span>,
    /// The weight of a value in the mean of each window is the product of one along each axis.
    weights: [Vec<f32>; 2],
}

impl Pool {
    fn new(window: &Window, size: [usize; 2], count_pad: bool) -> Self {
        let out = window.output(size);
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
        Self { window: *window, size, out, spans: window.spans(size[1], out[1]), weights }
    }

    /// Writes the means of the plane `x` to `y`, which is zero before.
    fn average(&self, x: &[f32], y: &mut [f32]) {
        for (line, y) in y.chunks_exact_mut(self.out[1]).enumerate() {
            for row in self.rows(line) {
                let x = &x[row * self.size[1]..][..self.size[1]];
                for span in &self.spans {
                    let x = x[span.start..].iter().step_by(self.window.stride[1]);
                    for (y, x) in y[span.first..][..span.count].iter_mut().zip(x) {
                        *y += x;
                    }
                }
            }
            for (y, weight) in y.iter_mut().zip(&self.weights[1]) {
                *y *= weight * self.weights[0][line];
            }
        }
    }

    /// Adds the gradient `dy` of the means to that of the plane, `dx`.
    fn spread(&self, dy: &[f32], dx: &mut [f32]) {
        let mut shares = vec![0.0; self.out[1]];
        for (line, dy) in dy.chunks_exact(self.out[1]).enumerate() {
            for ((share, dy), weight) in shares.iter_mut().zip(dy).zip(&self.weights[1]) {
                *share = dy * weight * self.weights[0][line];
            }
            for row in self.rows(line) {
                let dx = &mut dx[row * self.size[1]..][..self.size[1]];
                for span in &self.spans {
                    let dx = dx[span.start..].iter_mut().step_by(self.window.stride[1]);
                    for (dx, share) in dx.zip(&shares[span.first..][..span.count]) {
                        *dx += share;
                    }
                }
            }
        }
    }

    /// The rows of the map in the windows of a line.
    fn rows(&self, line: usize) -> impl Iterator<Item = usize> + '_ {
        let elements = 0..self.window.kernel[0];
        elements.filter_map(move |element| self.window.position(0, line, element, self.size[0]))
    }
}
