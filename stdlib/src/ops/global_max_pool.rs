//! `globalmaxpool`: the largest value of each channel.

use super::planes::Planes;
use crate::backend::{Memory, Pooled, Pools};
use crate::device::Device;
use crate::value::Value;

/// The largest value of each channel, as a map of one row and one column: PyTorch's
/// `AdaptiveMaxPool2d(1)`. A NaN counts as the largest; of equal values the first gets the gradient.
pub(crate) fn global_max_pool(x: Value) -> Value {
    let (x, tape) = x.detach();
    let planes = Planes::of(&x);
    let mut y = Value::zeros(x.samples(), &[planes.channels, 1, 1]);
    let mut places = Device::places(y.count());
    Device::global_max_pool(x.view(), planes, y.view_mut(), &mut places);
    let (input, output, tracked) = (x.slot(), y.slot(), tape.is_tracked());
    let sizes = Pooled { planes: y.count(), size: planes.size, out: 1 };
    y.put(tape.record(tracked, move |gradients| {
        let dy = output.take(gradients);
        Device::max_pool_gradient(dy.view(), &places, sizes, input.view_mut(gradients));
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
        fn any_pool_is_the_largest_of_each_channel(
            [samples, channels, rows, columns] in [0_usize..4, 1..4, 1..10, 1..10],
            seed: u64,
        ) {
            let shape = [samples, channels, rows, columns];
            // The ranks of random numbers: no two are alike, and small steps keep their order.
            let random = random(shape.iter().product(), seed);
            let rank = |x| random.iter().filter(|&y| y < x).count() as f32;
            let x = [random.iter().map(rank).collect::<Vec<f32>>()];
            let run = |inputs: &[Vec<f32>], tape| {
                let x = Value::map(shape, inputs[0].clone()).put(tape);
                Pass { output: global_max_pool(x.clone()), inputs: vec![x.slot()] }
            };
            let planes = x[0].chunks_exact(rows * columns);
            let largest = |plane: &[f32]| plane.iter().copied().map(f64::from).fold(-1.0, f64::max);
            assert_close(
                run(&x, Tape::evaluation()).output.values(),
                &planes.map(largest).collect::<Vec<f64>>(),
            );
            assert_gradients(&x, 0.25, seed, run);
        }
    }

    #[test]
    fn nan_is_the_largest_and_of_equals_the_first() {
        let x = Value::map([1, 2, 1, 3], vec![1.0, f32::NAN, 2.0, 3.0, 3.0, 0.0]);
        let x = x.put(Tape::training(0).tracked());
        let y = global_max_pool(x.clone());
        assert!(y.values()[0].is_nan());
        let mut gradients = y.backward(vec![1.0, 2.0]);
        assert_eq!(x.gradient(&mut gradients), [0.0, 1.0, 0.0, 2.0, 0.0, 0.0]);
    }
}
