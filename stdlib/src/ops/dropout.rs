//! `dropout`: values set to zero at random (Srivastava et al., 2014).

use crate::backend::{Elementwise, Random};
use crate::device::Device;
use crate::value::Value;

/// In training, each value is zero with `probability` or else divided by `1 - probability`, which
/// keeps the mean. Otherwise `x` itself.
pub(crate) fn dropout(x: Value, probability: f32) -> Value {
    let (mut x, tape) = x.detach();
    if !tape.is_training() || probability == 0.0 {
        return x.put(tape);
    }
    let (seed, input) = (tape.draw_seed(), x.slot());
    if !tape.is_sole() {
        x = x.copy();
    }
    Device::drop_values(seed, probability, x.view_mut());
    let (output, tracked, has_one_place) = (x.slot(), tape.is_tracked(), tape.is_sole());
    let tape = tape.record(tracked, move |gradients| {
        let mut gradient = output.take(gradients);
        Device::drop_values(seed, probability, gradient.view_mut());
        if has_one_place {
            input.put(gradients, gradient);
        } else {
            Device::add(gradient.view(), input.view_mut(gradients));
        }
    });
    x.put(tape.sole())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tape::Tape;

    fn ones(count: usize, tape: Tape) -> Value {
        Value::features([1, count], vec![1.0; count]).put(tape)
    }

    #[test]
    fn the_asked_fraction_is_dropped_and_the_mean_stays() {
        for probability in [0.1, 0.5, 0.9] {
            let y = dropout(ones(100_000, Tape::training(3)), probability);
            let dropped = y.values().iter().filter(|&&y| y == 0.0).count() as f32 / 1e5;
            assert!((dropped - probability).abs() < 0.01, "{dropped} of {probability}");
            let mean = y.values().iter().sum::<f32>() / 1e5;
            assert!((mean - 1.0).abs() < 0.03, "a mean of {mean} at {probability}");
        }
    }

    #[test]
    fn whether_a_value_is_dropped_says_nothing_about_others() {
        let probability = 0.3_f32;
        let y = dropout(ones(1 << 20, Tape::training(6)), probability);
        let dropped: Vec<bool> = y.values().iter().map(|&y| y == 0.0).collect();
        // Neighbours, places of nearby lines and channels, and the same place of other blocks.
        for distance in [1, 2, 3, 5, 8, 28, 32, 64, 224, 1024, 4096, 8192, 262_144] {
            let pairs = dropped.iter().zip(&dropped[distance..]);
            let both = pairs.filter(|(one, other)| **one && **other).count() as f32;
            let share = both / (dropped.len() - distance) as f32;
            let expected = probability * probability;
            // Five deviations of a share of a million.
            assert!((share - expected).abs() < 0.0017, "{share} at a distance of {distance}");
        }
    }

    #[test]
    fn masks_do_not_depend_on_the_threads() {
        let with = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
            let run = || dropout(ones(300_000, Tape::training(7)), 0.4).values().to_vec();
            pool.expect("threads").install(run)
        };
        assert_eq!(with(1), with(3));
    }

    #[test]
    fn gradients_pass_where_values_did() {
        for tape in [Tape::training(4).tracked(), Tape::training(4).tracked().sole()] {
            let x = ones(10_001, tape);
            let slot = x.slot();
            let y = dropout(x, 0.3);
            let mut gradients = y.backward(vec![1.0; 10_001]);
            assert_eq!(slot.take(&mut gradients).into_host(), y.values());
        }
    }

    #[test]
    fn masks_differ_from_draw_to_draw_and_repeat_with_the_seed() {
        let draw = |seed| {
            let tape = Tape::training(seed);
            [0; 2].map(|_| dropout(ones(64, tape.clone()), 0.5).values().to_vec())
        };
        let [first, second] = draw(1);
        assert_ne!(first, second);
        assert_eq!([first, second], draw(1));
        assert_ne!(draw(1), draw(2));
    }

    #[test]
    fn nothing_is_dropped_outside_training_and_all_of_it_at_one() {
        assert_eq!(dropout(ones(64, Tape::evaluation()), 0.5).values(), [1.0; 64]);
        assert_eq!(dropout(ones(64, Tape::inspection()), 0.5).values(), [1.0; 64]);
        assert_eq!(dropout(ones(64, Tape::training(0)), 1.0).values(), [0.0; 64]);
    }
}
