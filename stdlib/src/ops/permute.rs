//! `permute` and `pixelshuffle`: the same values in another order.

use rayon::prelude::*;

use crate::backend::cpu::parallel::units_per_part;
use crate::value::Value;

/// Each sample with its axes in another order: axis `i` of the output is `axes[i]` of `x`.
///
/// # Panics
/// When `axes` does not name every axis once.
pub(crate) fn permute(x: Value, axes: &[usize]) -> Value {
    let shape = x.shape();
    let order = Order::new(&shape, axes);
    let shape: Vec<usize> = axes.iter().map(|&axis| shape[axis]).collect();
    reorder(x, order, &shape)
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
    let order = Order::new(&[channels, factor, factor, rows, columns], &[0, 3, 1, 4, 2]);
    reorder(x, order, &[channels, rows * factor, columns * factor])
}

fn reorder(x: Value, order: Order, shape: &[usize]) -> Value {
    let (x, tape) = x.detach();
    let size: usize = shape.iter().product();
    let part = size * units_per_part(x.samples(), x.values().len());
    let mut values = vec![0.0; x.values().len()];
    values.par_chunks_mut(part).zip(x.values().par_chunks(part)).for_each(|(y, x)| {
        for (y, x) in y.chunks_exact_mut(size).zip(x.chunks_exact(size)) {
            for [from, to] in order.starts() {
                let x = x[from..].iter().step_by(order.line.from);
                let y = y[to..].iter_mut().step_by(order.line.to).take(order.line.size);
                y.zip(x).for_each(|(y, x)| *y = *x);
            }
        }
    });
    let y = Value::batch(x.samples(), shape, values);
    let (input, output, tracked) = (x.slot(), y.slot(), tape.is_tracked());
    y.put(tape.record(tracked, move |gradients| {
        let dy = output.take(gradients).into_host();
        let dx = input.get(gradients).par_chunks_mut(part);
        dx.zip(dy.par_chunks(part)).for_each(|(dx, dy)| {
            for (dx, dy) in dx.chunks_exact_mut(size).zip(dy.chunks_exact(size)) {
                for [from, to] in order.starts() {
                    let dx = dx[from..].iter_mut().step_by(order.line.from).take(order.line.size);
                    let dy = dy[to..].iter().step_by(order.line.to);
                    dx.zip(dy).for_each(|(dx, dy)| *dx += dy);
                }
            }
        });
    }))
}

/// Where the values of a sample come from, in lines along one axis.
struct Order {
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

impl Order {
    fn new(shape: &[usize], axes: &[usize]) -> Self {
        let mut named = axes.to_vec();
        named.sort_unstable();
        let all = named.into_iter().eq(0..shape.len());
        assert!(all, "{axes:?} is no order of the axes of {shape:?}");
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
        Self { line, axes }
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
