//! `avgpool` and `globalavgpool`: the mean of each window, the mean of each channel.

use super::planes::Planes;
use super::window::Window;
use crate::backend::{Pools, Windows};
use crate::device::Device;
use crate::value::Value;

/// The mean of each window. `count_pad` says whether zeros of the padding count.
pub(crate) fn average_pool(x: Value, window: &Window, count_pad: bool) -> Value {
    let (x, tape) = x.detach();
    let [channels, rows, columns] = x.planes();
    let windows = Windows::new(window, x.samples() * channels, [rows, columns]);
    let [out_rows, out_columns] = windows.out;
    let mut y = Value::zeros(x.samples(), &[channels, out_rows, out_columns]);
    Device::average_pool(x.view(), &windows, count_pad, y.view_mut());
    let (input, output, tracked) = (x.slot(), y.slot(), tape.is_tracked());
    y.put(
        tape.record(tracked, move |gradients| {
            let (dy, dx) = (output.take(gradients), input.view_mut(gradients));
            Device::average_pool_gradient(dy.view(), &windows, count_pad, dx);
        })
        .sole(),
    )
}

/// The mean of each channel, as a map of one row and one column.
pub(crate) fn global_average_pool(x: Value) -> Value {
    let (x, tape) = x.detach();
    let planes = Planes::of(&x);
    let mut y = Value::zeros(x.samples(), &[planes.channels, 1, 1]);
    Device::global_average_pool(x.view(), planes, y.view_mut());
    let (input, output, tracked) = (x.slot(), y.slot(), tape.is_tracked());
    y.put(
        tape.record(tracked, move |gradients| {
            let (dy, dx) = (output.take(gradients), input.view_mut(gradients));
            Device::global_average_pool_gradient(dy.view(), planes, dx);
        })
        .sole(),
    )
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
