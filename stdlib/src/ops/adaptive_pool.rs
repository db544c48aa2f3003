//! `adaptiveavgpool`: a map of a given size, each of whose values is the mean of its share.

use super::resample::{Taps, resample};
use crate::value::Value;

/// The means of `size` = rows, columns parts of each map, which share a row or a column where the
/// map has not a multiple of them.
pub(crate) fn adaptive_average_pool(x: Value, size: [usize; 2]) -> Value {
    let [_, rows, columns] = x.planes();
    resample(x, shares(rows, size[0]), shares(columns, size[1]))
}

/// The parts of an axis of `size` values, rounded outwards, with their means' weights.
fn shares(size: usize, count: usize) -> Taps {
    Taps::new(count, |part| {
        let range = part * size / count..((part + 1) * size).div_ceil(count);
        let weight = 1.0 / range.len() as f32;
        range.map(move |place| (place, weight))
    })
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
        fn any_pool_is_its_definition(
            [samples, channels, rows, columns] in [0_usize..4, 1..4, 1..10, 1..10],
            size in [1_usize..12, 1..12],
            seed: u64,
        ) {
            let shape = [samples, channels, rows, columns];
            let x = [random(shape.iter().product(), seed)];
            let run = |inputs: &[Vec<f32>], tape| {
                let x = Value::map(shape, inputs[0].clone()).put(tape);
                Pass { output: adaptive_average_pool(x.clone(), size), inputs: vec![x.slot()] }
            };
            // From floor(i in / out) to ceil((i + 1) in / out), as in PyTorch.
            let bounds = |part: usize, of: usize, count: usize| {
                let bound = |part: usize| part as f64 * of as f64 / count as f64;
                bound(part).floor() as usize..bound(part + 1).ceil() as usize
            };
            let mut expected = Vec::new();
            for plane in x[0].chunks_exact(rows * columns) {
                for out in 0..size[0] * size[1] {
                    let rows = bounds(out / size[1], rows, size[0]);
                    let seen = rows.flat_map(|row| {
                        let columns_seen = bounds(out % size[1], columns, size[1]);
                        columns_seen.map(move |column| f64::from(plane[row * columns + column]))
                    });
                    let seen: Vec<f64> = seen.collect();
                    expected.push(seen.iter().sum::<f64>() / seen.len() as f64);
                }
            }
            assert_close(run(&x, Tape::evaluation()).output.values(), &expected);
            assert_gradients(&x, 0.1, seed, run);
        }
    }
}
