//! `dropout`: values set to zero at random (Srivastava et al., 2014).

use rand::rngs::SmallRng;
use rand::{RngCore, SeedableRng};
use rayon::prelude::*;

use crate::backend::cpu::parallel::units_per_part;
use crate::value::Value;

/// Values whose mask comes from the same keys. Blocks are counted from the first value on, so that
/// masks do not depend on the threads.
const BLOCK: usize = 1 << 12;

/// In training, each value is zero with `probability` or else divided by `1 - probability`, which
/// keeps the mean. Otherwise `x` itself.
pub(crate) fn dropout(x: Value, probability: f32) -> Value {
    let (mut x, tape) = x.detach();
    if !tape.is_training() || probability == 0.0 {
        return x.put(tape);
    }
    let mask = Mask { seed: tape.draw_seed(), probability };
    let input = x.slot();
    if tape.is_sole() {
        mask.put_on(x.values_mut());
    } else {
        let mut values = x.values().to_vec();
        mask.put_on(&mut values);
        x = x.alike(values);
    }
    let (output, tracked, has_one_place) = (x.slot(), tape.is_tracked(), tape.is_sole());
    let tape = tape.record(tracked, move |gradients| {
        let mut gradient = output.take(gradients).into_host();
        mask.put_on(&mut gradient);
        if has_one_place {
            input.put(gradients, crate::backend::Numbers::from_host(gradient));
        } else {
            let parts = input.get(gradients).par_chunks_mut(BLOCK).zip(gradient.par_chunks(BLOCK));
            parts.with_min_len(least(gradient.len())).for_each(|(sum, gradient)| {
                sum.iter_mut().zip(gradient).for_each(|(sum, gradient)| *sum += gradient);
            });
        }
    });
    x.put(tape.sole())
}

/// Which values stay, as a seed to draw it from again when gradients are computed.
#[derive(Clone, Copy)]
struct Mask {
    seed: u64,
    probability: f32,
}

impl Mask {
    /// Scales the values that stay, and makes the others zero, NaN too.
    fn put_on(self, values: &mut [f32]) {
        let scale = if self.probability < 1.0 { 1.0 / (1.0 - self.probability) } else { 0.0 };
        // A number below the threshold drops its value.
        let threshold = (f64::from(self.probability) * 2.0_f64.powi(32)) as u32;
        let least = least(values.len());
        let blocks = values.par_chunks_mut(BLOCK).enumerate().with_min_len(least);
        blocks.for_each(|(block, values)| {
            let mut random = SmallRng::seed_from_u64(self.seed.wrapping_add(block as u64));
            let keys = [random.next_u32(), random.next_u32()];
            put_on_block(values, keys, threshold, scale);
        });
    }
}

/// A function of its own, whose arguments are no references that `values` might change: only then
/// the loop has no branches, which random numbers would make slow.
#[inline(never)]
fn put_on_block(values: &mut [f32], keys: [u32; 2], threshold: u32, scale: f32) {
    for (value, place) in values.iter_mut().zip(0..) {
        let drops = number(place, keys) < threshold;
        *value = if drops { 0.0 } else { *value * scale };
    }
}

/// Blocks of `values` values that a thread does at least.
fn least(values: usize) -> usize {
    units_per_part(values.div_ceil(BLOCK), values)
}

/// A random number for a place: a generator without a state, so that many places are done at once.
/// Every bit depends on every bit of the place and of the keys (Wellons, "Prospecting for Hash
/// Functions", 2018: `lowbias32`, with a key before each product).
#[inline(always)]
fn number(place: u32, keys: [u32; 2]) -> u32 {
    let x = place ^ keys[0];
    let x = (x ^ (x >> 16)).wrapping_mul(0x7FEB_352D) ^ keys[1];
    let x = (x ^ (x >> 15)).wrapping_mul(0x846C_A68B);
    x ^ (x >> 16)
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
        for distance in [1, 2, 3, 5, 8, 28, 32, 64, 224, 1024, BLOCK, 2 * BLOCK, 64 * BLOCK] {
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
