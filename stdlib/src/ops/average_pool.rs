//! `avgpool` and `globalavgpool`: the mean of each window, the mean of each channel.

use rayon::prelude::*;

use super::window::{Span, Window};
use crate::backend::cpu::parallel::units_per_part;
use crate::backend::cpu::runs::{add_strided, from_strided};
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
            let mut sums = vec![0.0; columns];
            for (values, x) in values.chunks_exact_mut(out_size).zip(x.chunks_exact(size)) {
                pool.average(x, values, &mut sums);
            }
        },
    );
    let y = Value::map([x.samples(), channels, pool.out[0], pool.out[1]], values);
    let (input, output, tracked) = (x.slot(), y.slot(), tape.is_tracked());
    y.put(
        tape.record(tracked, move |gradients| {
            let dy = output.take(gradients).into_host();
            let dx = input.get(gradients);
            (dx.par_chunks_mut(part * size)).zip(dy.par_chunks(part * out_size)).for_each(
                |(dx, dy)| {
                    let (mut sums, mut shares) = (vec![0.0; columns], vec![0.0; pool.out[1]]);
                    for (dx, dy) in dx.chunks_exact_mut(size).zip(dy.chunks_exact(out_size)) {
                        pool.spread(dy, dx, &mut sums, &mut shares);
                    }
                },
            );
        })
        .sole(),
    )
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
    y.put(
        tape.record(tracked, move |gradients| {
            let dy = output.take(gradients).into_host();
            for (dx, dy) in input.get(gradients).chunks_exact_mut(size).zip(dy) {
                for dx in dx {
                    *dx += dy * scale;
                }
            }
        })
        .sole(),
    )
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

    /// Writes the means of the plane `x` to `y`, which is zero before: adds the rows of a line of
    /// windows up, then the columns of each window.
    fn average(&self, x: &[f32], y: &mut [f32], sums: &mut [f32]) {
        for (line, y) in y.chunks_exact_mut(self.out[1]).enumerate() {
            sums.fill(0.0);
            for row in self.rows(line) {
                let x = &x[row * self.size[1]..][..self.size[1]];
                sums.iter_mut().zip(x).for_each(|(sum, x)| *sum += x);
            }
            for span in &self.spans {
                let y = &mut y[span.first..][..span.count];
                from_strided(y, &sums[span.start..], self.window.stride[1], |y, x| *y += x);
            }
            for (y, weight) in y.iter_mut().zip(&self.weights[1]) {
                *y *= weight * self.weights[0][line];
            }
        }
    }

    /// Adds the gradient `dy` of the means to that of the plane, `dx`: gathers what a line of
    /// windows gives to each column, then adds that to each of its rows.
    fn spread(&self, dy: &[f32], dx: &mut [f32], sums: &mut [f32], shares: &mut [f32]) {
        for (line, dy) in dy.chunks_exact(self.out[1]).enumerate() {
            for ((share, dy), weight) in shares.iter_mut().zip(dy).zip(&self.weights[1]) {
                *share = dy * weight * self.weights[0][line];
            }
            sums.fill(0.0);
            for span in &self.spans {
                let shares = &shares[span.first..][..span.count];
                add_strided(&mut sums[span.start..], self.window.stride[1], shares);
            }
            for row in self.rows(line) {
                let dx = &mut dx[row * self.size[1]..][..self.size[1]];
                dx.iter_mut().zip(&*sums).for_each(|(dx, sum)| *dx += sum);
            }
        }
    }

    /// The rows of the map in the windows of a line.
    fn rows(&self, line: usize) -> impl Iterator<Item = usize> + '_ {
        let elements = 0..self.window.kernel[0];
        elements.filter_map(move |element| self.window.position(0, line, element, self.size[0]))
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
            let window = Window { dilation: [1, 1], ceil: false, ..window };
            let shape = [samples, channels, rows, columns];
            let x = [random(shape.iter().product(), seed)];
            for count_pad in [true, false] {
                let run = |inputs: &[Vec<f32>], tape| {
                    let x = Value::map(shape, inputs[0].clone()).put(tape);
                    Pass { output: average_pool(x.clone(), &window, count_pad), inputs: vec![x.slot()] }
                };
                let [out_rows, out_columns] = window.output([rows, columns]);
                let mut expected = Vec::new();
                for plane in x[0].chunks_exact(rows * columns) {
                    for at in 0..out_rows * out_columns {
                        let out = [at / out_columns, at % out_columns];
                        let look = look(&window, out, [rows, columns]);
                        let seen: Vec<usize> = look.iter().copied().flatten().collect();
                        let sum: f64 = seen.iter().map(|&position| f64::from(plane[position])).sum();
                        let count = if count_pad { look.len() } else { seen.len() };
                        expected.push(sum / count as f64);
                    }
                }
                assert_close(run(&x, Tape::evaluation()).output.values(), &expected);
                assert_gradients(&x, 0.1, seed, run);
            }
        }

        #[test]
        fn the_global_pool_is_the_mean_of_each_channel(
            [samples, channels, rows, columns] in [0_usize..4, 1..4, 1..10, 1..10],
            seed: u64,
        ) {
            let shape = [samples, channels, rows, columns];
            let x = [random(shape.iter().product(), seed)];
            let run = |inputs: &[Vec<f32>], tape| {
                let x = Value::map(shape, inputs[0].clone()).put(tape);
                Pass { output: global_average_pool(x.clone()), inputs: vec![x.slot()] }
            };
            let planes = x[0].chunks_exact(rows * columns);
            let sums = planes.map(|plane| plane.iter().copied().map(f64::from).sum::<f64>());
            let expected: Vec<f64> = sums.map(|sum| sum / (rows * columns) as f64).collect();
            assert_close(run(&x, Tape::evaluation()).output.values(), &expected);
            assert_gradients(&x, 0.1, seed, run);
        }
    }

    #[test]
    fn a_window_over_the_edge_counts_what_the_padding_still_holds() {
        // torch.nn.functional.avg_pool2d(torch.ones(1, 1, 1, 4), (1, 3), 2, (0, 1), True, c) of
        // PyTorch 2.15, for c (count_include_pad) yes and no.
        let window = Window {
            kernel: [1, 3],
            stride: [1, 2],
            padding: super::super::window::Sides { top: 0, bottom: 0, left: 1, right: 1 },
            dilation: [1, 1],
            ceil: true,
        };
        let pool =
            |count_pad| average_pool(Value::map([1, 1, 1, 4], vec![1.0; 4]), &window, count_pad);
        assert_close(pool(true).values(), &[2.0 / 3.0, 1.0, 0.5]);
        assert_close(pool(false).values(), &[1.0, 1.0, 1.0]);
    }
}
