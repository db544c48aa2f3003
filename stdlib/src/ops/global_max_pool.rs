//! `globalmaxpool`: the largest value of each channel.

use rayon::prelude::*;

use super::planes::Planes;
use crate::backend::cpu::parallel::units_per_part;
use crate::value::Value;

/// The largest value of each channel, as a map of one row and one column: PyTorch's
/// `AdaptiveMaxPool2d(1)`. A NaN counts as the largest; of equal values the first gets the gradient.
pub(crate) fn global_max_pool(x: Value) -> Value {
    let (x, tape) = x.detach();
    let Planes { samples, channels, size } = Planes::of(&x);
    let part = units_per_part(samples * channels, x.values().len());
    let planes = x.values().par_chunks_exact(size).with_min_len(part);
    let (places, values): (Vec<usize>, Vec<f32>) = planes.map(largest).unzip();
    let y = Value::map([samples, channels, 1, 1], values);
    let (input, output, tracked) = (x.slot(), y.slot(), tape.is_tracked());
    y.put(tape.record(tracked, move |gradients| {
        let dy = output.take(gradients).into_host();
        let planes = input.get(gradients).chunks_exact_mut(size);
        for ((dx, dy), place) in planes.zip(dy).zip(places) {
            dx[place] += dy;
        }
    }))
}

/// Where the largest value stands, and the value.
fn largest(plane: &[f32]) -> (usize, f32) {
    const LANES: usize = 16;
    // First the value alone, in lanes, so that the loop is vectors; a NaN is never less, and stays.
    let larger = |a: f32, b: f32| if a < b || b.is_nan() { b } else { a };
    let (chunks, rest) = plane.as_chunks::<LANES>();
    let mut lanes = [f32::NEG_INFINITY; LANES];
    for chunk in chunks {
        lanes.iter_mut().zip(chunk).for_each(|(lane, &value)| *lane = larger(*lane, value));
    }
    let value =
        lanes.iter().chain(rest).fold(f32::NEG_INFINITY, |best, &value| larger(best, value));
    let same = |other: &f32| *other == value || (other.is_nan() && value.is_nan());
    (plane.iter().position(same).unwrap_or(0), value)
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
