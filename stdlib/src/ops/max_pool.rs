//! `maxpool`: the largest value of each window.

use std::sync::Arc;

use super::window::Window;
use crate::backend::{Memory, Places, Pooled, Pools, Windows};
use crate::device::Device;
use crate::value::Value;

/// Where each value of a pool's output stood in its plane, to put others there again.
#[derive(Clone, Debug)]
pub struct PoolIndices {
    pub(super) winners: Arc<Places>,
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
    let (planes, size) = (x.samples() * channels, [rows, columns]);
    let windows = Windows::new(window, planes, size);
    let [out_rows, out_columns] = windows.out;
    let mut y = Value::zeros(x.samples(), &[channels, out_rows, out_columns]);
    let mut winners = Device::places(y.count());
    Device::max_pool(x.view(), &windows, y.view_mut(), &mut winners);
    let winners = Arc::new(winners);
    let pooled = [x.samples(), channels, out_rows, out_columns];
    let indices = PoolIndices { winners: winners.clone(), pooled, size };
    let (input, output, tracked) = (x.slot(), y.slot(), tape.is_tracked());
    let sizes = indices.sizes();
    let y = y.put(tape.record(tracked, move |gradients| {
        let dy = output.take(gradients);
        Device::max_pool_gradient(dy.view(), &winners, sizes, input.view_mut(gradients));
    }));
    (y, indices)
}

impl PoolIndices {
    /// The sizes of planes and of what the pool left of them.
    pub(super) fn sizes(&self) -> Pooled {
        let [samples, channels, rows, columns] = self.pooled;
        let (size, out) = (self.size.iter().product(), rows * columns);
        Pooled { planes: samples * channels, size, out }
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
