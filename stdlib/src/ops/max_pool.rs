//! `maxpool`: the largest value of each window.

use std::sync::Arc;

use rayon::prelude::*;

use super::window::{Span, Window};
use crate::backend::cpu::parallel::units_per_part;
use crate::value::Value;

/// In place of a winner's position, as long as a window has none.
const NOBODY: u32 = u32::MAX;

/// Where each value of a pool's output stood in its plane, to put others there again.
#[derive(Clone, Debug)]
pub struct PoolIndices {
    pub(super) winners: Arc<Vec<u32>>,
    /// Samples, channels, rows and columns of the pool's output.
    pub(super) pooled: [usize; 4],
    /// Rows and columns of its input.
    pub(super) size: [usize; 2],
}

/// The largest value of each window; a NaN counts as the largest. Padding never wins.
pub(crate) fn max_pool(x: Value, window: &Window) -> Value {
    max_pool_with_indices(x, window).0
}

/// The same with the places of the largest values; of equal ones, the first.
pub(crate) fn max_pool_with_indices(x: Value, window: &Window) -> (Value, PoolIndices) {
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
    let pooled = [x.samples(), channels, pool.out[0], pool.out[1]];
    let winners = Arc::new(winners);
    let indices = PoolIndices { winners: winners.clone(), pooled, size: [rows, columns] };
    let y = Value::map(pooled, values);
    let (input, output, tracked) = (x.slot(), y.slot(), tape.is_tracked());
    let y = y.put(tape.record(tracked, move |gradients| {
        let dy = output.take(gradients).into_host();
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
    }));
    (y, indices)
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::check::{Pass, assert_close, assert_gradients, random};
    use super::super::window::tests::{any_window, look};
    use super::*;
    use crate::tape::Tape;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn any_pool_is_its_definition(
            window in any_window(),
            [samples, channels, rows, columns] in [0_usize..4, 1..4, 5..10, 5..10],
            seed: u64,
        ) {
            let shape = [samples, channels, rows, columns];
            // The ranks of random numbers: no two are alike, and small steps keep their order.
            let random = random(shape.iter().product(), seed);
            let rank = |x| random.iter().filter(|&y| y < x).count() as f32;
            let x: Vec<f32> = random.iter().map(rank).collect();
            let run = |inputs: &[Vec<f32>], tape| {
                let x = Value::map(shape, inputs[0].clone()).put(tape);
                Pass { output: max_pool(x.clone(), &window), inputs: vec![x.slot()] }
            };
            let [out_rows, out_columns] = window.output([rows, columns]);
            let mut expected = Vec::new();
            for plane in x.chunks_exact(rows * columns) {
                for at in 0..out_rows * out_columns {
                    let look = look(&window, [at / out_columns, at % out_columns], [rows, columns]);
                    let seen = look.into_iter().flatten().map(|position| f64::from(plane[position]));
                    expected.push(seen.fold(f64::NEG_INFINITY, f64::max));
                }
            }
            let x = [x];
            assert_close(run(&x, Tape::evaluation()).output.values(), &expected);
            if expected.iter().all(|value| value.is_finite()) {
                assert_gradients(&x, 0.25, seed, run);
            }
        }
    }

    #[test]
    fn nan_is_the_largest_and_minus_infinity_has_a_place() {
        let window = Window {
            kernel: [1, 2],
            stride: [1, 2],
            padding: super::super::window::Sides { top: 0, bottom: 0, left: 0, right: 0 },
            dilation: [1, 1],
            ceil: false,
        };
        let low = f32::NEG_INFINITY;
        let x = Value::map([1, 1, 1, 6], vec![f32::NAN, 1.0, 1.0, f32::NAN, low, low]);
        let x = x.put(Tape::training(0).tracked());
        let y = max_pool(x.clone(), &window);
        assert!(y.values()[0].is_nan() && y.values()[1].is_nan());
        assert_eq!(y.values()[2], low);
        let mut gradients = y.backward(vec![1.0, 2.0, 3.0]);
        assert_eq!(x.gradient(&mut gradients), [1.0, 0.0, 0.0, 2.0, 3.0, 0.0]);
    }
}
