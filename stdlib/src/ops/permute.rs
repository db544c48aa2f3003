//! `permute` and `pixelshuffle`: the same values in another order.

use crate::backend::{Layouts, Order};
use crate::device::Device;
use crate::value::Value;

/// Each sample with its axes in another order: axis `i` of the output is `axes[i]` of `x`.
///
/// # Panics
/// When `axes` does not name every axis once.
pub(crate) fn permute(x: Value, axes: &[usize]) -> Value {
    let shape = x.shape();
    let mut named = axes.to_vec();
    named.sort_unstable();
    let all = named.into_iter().eq(0..shape.len());
    assert!(all, "{axes:?} is no order of the axes of {shape:?}");
    let out: Vec<usize> = axes.iter().map(|&axis| shape[axis]).collect();
    let order = Order { shape, axes: axes.to_vec() };
    reorder(x, order, &out)
}

/// Maps that are `factor` times as high and wide, their pixels taken from the channels: PyTorch's
/// `PixelShuffle` (Shi et al., 2016).
///
/// # Panics
/// When the square of the factor does not divide the channels.
pub(crate) fn pixel_shuffle(x: Value, factor: usize) -> Value {
    let [channels, rows, columns] = x.planes();
    assert!(channels.is_multiple_of(factor * factor), "{channels} channels by {factor}x{factor}");
    let channels = channels / (factor * factor);
    let shape = vec![channels, factor, factor, rows, columns];
    let order = Order { shape, axes: vec![0, 3, 1, 4, 2] };
    reorder(x, order, &[channels, rows * factor, columns * factor])
}

fn reorder(x: Value, order: Order, shape: &[usize]) -> Value {
    let (x, tape) = x.detach();
    let samples = x.samples();
    let mut y = Value::zeros(samples, shape);
    Device::permute(x.view(), &order, samples, y.view_mut());
    let (input, output, tracked) = (x.slot(), y.slot(), tape.is_tracked());
    y.put(tape.record(tracked, move |gradients| {
        let dy = output.take(gradients);
        Device::permute_gradient(dy.view(), &order, samples, input.view_mut(gradients));
    }))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::check::{Pass, assert_close, assert_gradients, random};
    use super::*;
    use crate::tape::Tape;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn any_permutation_moves_every_value(
            samples in 0_usize..4,
            shape in [1_usize..5, 1..5, 1..5],
            axes in Just([0_usize, 1, 2]).prop_shuffle(),
            seed: u64,
        ) {
            let x = [random(samples * shape.iter().product::<usize>(), seed)];
            let run = |inputs: &[Vec<f32>], tape| {
                let x = Value::batch(samples, &shape, inputs[0].clone()).put(tape);
                Pass { output: permute(x.clone(), &axes), inputs: vec![x.slot()] }
            };
            let out = axes.map(|axis| shape[axis]);
            let mut expected = Vec::new();
            for sample in x[0].chunks_exact(shape.iter().product()) {
                for place in 0..sample.len() {
                    let at = [place / (out[1] * out[2]), place / out[2] % out[1], place % out[2]];
                    let mut from = [0; 3];
                    axes.iter().zip(at).for_each(|(&axis, at)| from[axis] = at);
                    let from = (from[0] * shape[1] + from[1]) * shape[2] + from[2];
                    expected.push(f64::from(sample[from]));
                }
            }
            let output = run(&x, Tape::evaluation()).output;
            assert_eq!(output.shape(), out);
            assert_close(output.values(), &expected);
            assert_gradients(&x, 0.1, seed, run);
        }

        #[test]
        fn any_shuffle_takes_pixels_from_channels(
            [samples, channels, rows, columns, factor] in [0_usize..4, 1..4, 1..4, 1..4, 1..4],
            seed: u64,
        ) {
            let shape = [samples, channels * factor * factor, rows, columns];
            let x = [random(shape.iter().product(), seed)];
            let run = |inputs: &[Vec<f32>], tape| {
                let x = Value::map(shape, inputs[0].clone()).put(tape);
                Pass { output: pixel_shuffle(x.clone(), factor), inputs: vec![x.slot()] }
            };
            let mut expected = Vec::new();
            for sample in x[0].chunks_exact(shape[1..].iter().product()) {
                for channel in 0..channels {
                    for (row, column) in (0..rows * factor)
                        .flat_map(|row| (0..columns * factor).map(move |column| (row, column)))
                    {
                        let within = row % factor * factor + column % factor;
                        let plane = channel * factor * factor + within;
                        let from = (plane * rows + row / factor) * columns + column / factor;
                        expected.push(f64::from(sample[from]));
                    }
                }
            }
            assert_close(run(&x, Tape::evaluation()).output.values(), &expected);
            assert_gradients(&x, 0.1, seed, run);
        }
    }

    #[test]
    #[should_panic(expected = "[0, 0, 1] is no order of the axes of [1, 2, 3]")]
    fn an_axis_named_twice_is_refused() {
        permute(Value::map([1, 1, 2, 3], vec![0.0; 6]), &[0, 0, 1]);
    }
}
