//! `dropout2d` and `droppath`: whole channels or whole samples set to zero at random (Tompson et
//! al., 2015; Huang et al., 2016).

use crate::backend::{Numbers, Random};
use crate::device::Device;
use crate::value::Value;

/// In training, each channel of each sample is zero with `probability` or else divided by
/// `1 - probability`, which keeps the mean. Otherwise `x` itself.
pub(crate) fn drop_channels(x: Value, probability: f32) -> Value {
    let [_, rows, columns] = x.planes();
    drop_units(x, probability, rows * columns)
}

/// In training, each sample is zero with `probability` or else divided by `1 - probability`.
/// Otherwise `x` itself.
pub(crate) fn drop_samples(x: Value, probability: f32) -> Value {
    let size = x.shape().iter().product();
    drop_units(x, probability, size)
}

/// Drops units of `size` neighbouring values.
fn drop_units(x: Value, probability: f32, size: usize) -> Value {
    let (x, tape) = x.detach();
    if !tape.is_training() || probability == 0.0 {
        return x.put(tape);
    }
    let mut factors = Numbers::zeros(x.count() / size);
    Device::draw_factors(tape.draw_seed(), probability, factors.view_mut());
    let mut y = x.zeros_alike();
    Device::add_units(x.view(), factors.view(), y.view_mut());
    let (input, output, tracked) = (x.slot(), y.slot(), tape.is_tracked());
    let tape = tape.record(tracked, move |gradients| {
        let (dy, dx) = (output.take(gradients), input.view_mut(gradients));
        Device::add_units(dy.view(), factors.view(), dx);
    });
    y.put(tape.sole())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::check::{Pass, assert_gradients, random};
    use super::*;
    use crate::tape::Tape;

    fn ones(shape: [usize; 4], tape: Tape) -> Value {
        Value::map(shape, vec![1.0; shape.iter().product()]).put(tape)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn any_unit_is_dropped_or_scaled_whole(
            shape in [0_usize..4, 1..4, 1..4, 1..4],
            probability in 0.0_f32..=1.0,
            seed: u64,
        ) {
            let x = [random(shape.iter().product(), seed)];
            for (drop, size) in [
                (drop_channels as fn(Value, f32) -> Value, shape[2] * shape[3]),
                (drop_samples, shape[1] * shape[2] * shape[3]),
            ] {
                let run = |inputs: &[Vec<f32>], tape| {
                    let x = Value::map(shape, inputs[0].clone()).put(tape);
                    Pass { output: drop(x.clone(), probability), inputs: vec![x.slot()] }
                };
                let y = run(&x, Tape::training(seed)).output;
                for (y, x) in y.values().chunks(size).zip(x[0].chunks(size)) {
                    let scaled: Vec<f32> = x.iter().map(|x| x * (1.0 / (1.0 - probability))).collect();
                    prop_assert!(y == scaled || y.iter().all(|&y| y == 0.0));
                }
                assert_gradients(&x, 0.1, seed, run);
            }
        }
    }

    #[test]
    fn the_asked_fraction_is_dropped() {
        for probability in [0.1, 0.5, 0.9] {
            for y in [
                drop_channels(ones([100, 100, 1, 2], Tape::training(3)), probability),
                drop_samples(ones([10_000, 1, 1, 2], Tape::training(3)), probability),
            ] {
                let dropped = y.values().iter().filter(|&&y| y == 0.0).count() as f32 / 2e4;
                assert!((dropped - probability).abs() < 0.015, "{dropped} of {probability}");
            }
        }
    }

    #[test]
    fn masks_differ_from_draw_to_draw_and_repeat_with_the_seed() {
        let draw = |seed| {
            let tape = Tape::training(seed);
            [0; 2].map(|_| drop_samples(ones([64, 1, 1, 1], tape.clone()), 0.5).values().to_vec())
        };
        let [first, second] = draw(1);
        assert_ne!(first, second);
        assert_eq!([first, second], draw(1));
        assert_ne!(draw(1), draw(2));
    }

    #[test]
    fn nothing_is_dropped_outside_training_and_all_of_it_at_one() {
        for drop in [drop_channels, drop_samples] {
            let run =
                |tape, probability| drop(ones([9, 2, 1, 1], tape), probability).values().to_vec();
            assert_eq!(run(Tape::evaluation(), 0.5), [1.0; 18]);
            assert_eq!(run(Tape::inspection(), 0.5), [1.0; 18]);
            assert_eq!(run(Tape::training(0), 1.0), [0.0; 18]);
        }
    }
}
