//! `maxpool3d`: the largest value of each window of volumes.

use super::max_pool::max_pool;
use super::reshape::reshape;
use super::window3::Window3;
use crate::value::Value;

/// The largest value of each window; a NaN counts as the largest. Padding never wins.
///
/// The largest value of a window is the largest of those of its slices. Of several such values the
/// first one wins in each step, and so of all of them, as in PyTorch.
pub(crate) fn max_pool3(x: Value, window: &Window3) -> Value {
    let [channels, slices, rows, columns] = x.volumes();
    let [out_slices, out_rows, out_columns] = window.output([slices, rows, columns]);
    let each_slice = max_pool(reshape(x, &[channels * slices, rows, columns]), &window.plane);
    let stacks = reshape(each_slice, &[channels, slices, out_rows * out_columns]);
    let y = max_pool(stacks, &window.slices);
    reshape(y, &[channels, out_slices, out_rows, out_columns])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::check::{Pass, assert_close, assert_gradients, random};
    use super::super::window3::tests::{any_window3, look};
    use super::*;
    use crate::tape::Tape;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn any_pool_is_its_definition(
            window in any_window3(),
            ceil: bool,
            [samples, channels, slices, rows, columns] in [0_usize..3, 1..3, 5..8, 5..8, 5..8],
            seed: u64,
        ) {
            let mut window = window;
            (window.slices.ceil, window.plane.ceil) = (ceil, ceil);
            let size = [slices, rows, columns];
            let shape = [samples, channels, slices, rows, columns];
            // The ranks of random numbers: no two are alike, and small steps keep their order.
            let random = random(shape.iter().product(), seed);
            let rank = |x| random.iter().filter(|&y| y < x).count() as f32;
            let x: Vec<f32> = random.iter().map(rank).collect();
            let run = |inputs: &[Vec<f32>], tape| {
                let x = Value::volume(shape, inputs[0].clone()).put(tape);
                Pass { output: max_pool3(x.clone(), &window), inputs: vec![x.slot()] }
            };
            let [out_slices, out_rows, out_columns] = window.output(size);
            let mut expected = Vec::new();
            for channel in x.chunks_exact(slices * rows * columns) {
                for at in 0..out_slices * out_rows * out_columns {
                    let line = at / out_columns;
                    let out = [line / out_rows, line % out_rows, at % out_columns];
                    let seen = look(&window, out, size).into_iter().flatten();
                    let seen = seen.map(|position| f64::from(channel[position]));
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
    fn the_first_of_equal_values_wins() {
        let window = window_of_two();
        let x = Value::volume([1, 1, 2, 2, 2], vec![0.0, 7.0, 7.0, 0.0, 7.0, 0.0, 0.0, 7.0]);
        let x = x.put(Tape::training(0).tracked());
        let y = max_pool3(x.clone(), &window);
        assert_eq!((y.shape(), y.values()), (vec![1, 1, 1, 1], &[7.0][..]));
        let mut gradients = y.backward(vec![3.0]);
        assert_eq!(x.gradient(&mut gradients), [0.0, 3.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
    }

    fn window_of_two() -> Window3 {
        let mut window = Window3::flat(super::super::window::Window {
            kernel: [2; 2],
            stride: [2; 2],
            padding: super::super::window::Sides::NONE,
            dilation: [1; 2],
            ceil: false,
        });
        (window.slices.kernel, window.slices.stride) = ([2, 1], [2, 1]);
        window
    }
}
