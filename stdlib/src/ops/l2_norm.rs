//! `l2norm`: the channels of each position as a vector of length 1.

use rayon::prelude::*;

use crate::backend::cpu::parallel::units_per_part;
use crate::value::Value;

/// Each position's channels divided by their norm, or by `eps` where that is larger: PyTorch's
/// `normalize(dim=1)`. Of vectors, the features.
pub(crate) fn l2_norm(x: Value, eps: f32) -> Value {
    let (x, tape) = x.detach();
    let [channels, rows, columns] = x.planes();
    let (size, sample) = (rows * columns, channels * rows * columns);
    let least = units_per_part(x.samples(), x.values().len());
    let mut values = vec![0.0; x.values().len()];
    let samples = values.par_chunks_exact_mut(sample).zip(x.values().par_chunks_exact(sample));
    samples.with_min_len(least).for_each(|(y, x)| {
        let scales = scales(x, size, eps);
        for (y, x) in y.chunks_exact_mut(size).zip(x.chunks_exact(size)) {
            y.iter_mut().zip(x).zip(&scales).for_each(|((y, x), scale)| *y = x * scale);
        }
    });
    let y = x.alike(values);
    let (input, output, tracked) = (x.slot(), y.slot(), tape.is_tracked());
    y.put(tape.record(tracked, move |gradients| {
        let dy = output.take(gradients).into_host();
        let dx = input.get(gradients).par_chunks_exact_mut(sample);
        let samples = dx.zip(dy.par_chunks_exact(sample)).zip(x.values().par_chunks_exact(sample));
        samples.with_min_len(least).for_each(|((dx, dy), x)| add_gradient(dx, dy, x, size, eps));
    }))
}

/// One over the norm of each position of the sample `x`, in planes of `size` values, but 1 / `eps`
/// at most.
fn scales(x: &[f32], size: usize, eps: f32) -> Vec<f32> {
    let mut squares = vec![0.0; size];
    for x in x.chunks_exact(size) {
        squares.iter_mut().zip(x).for_each(|(square, x)| *square += x * x);
    }
    // A comparison that is false for NaN lets it through.
    let scale = |square: f32| if square.sqrt() < eps { 1.0 / eps } else { 1.0 / square.sqrt() };
    squares.into_iter().map(scale).collect()
}

/// Adds the gradient of a sample to `dx`: moving along the vector itself changes nothing, unless it
/// is divided by `eps`.
fn add_gradient(dx: &mut [f32], dy: &[f32], x: &[f32], size: usize, eps: f32) {
    let scales = scales(x, size, eps);
    let mut along = vec![0.0; size];
    for (dy, x) in dy.chunks_exact(size).zip(x.chunks_exact(size)) {
        along.iter_mut().zip(dy.iter().zip(x)).for_each(|(along, (dy, x))| *along += dy * x);
    }
    let largest = 1.0 / eps;
    for (along, scale) in along.iter_mut().zip(&scales) {
        *along *= if *scale == largest { 0.0 } else { scale * scale };
    }
    let planes = dx.chunks_exact_mut(size).zip(dy.chunks_exact(size)).zip(x.chunks_exact(size));
    for ((dx, dy), x) in planes {
        let positions = scales.iter().zip(&along);
        for (((dx, dy), x), (scale, along)) in dx.iter_mut().zip(dy).zip(x).zip(positions) {
            *dx += scale * (dy - x * along);
        }
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
        fn any_norm_is_its_definition(
            [samples, channels, rows, columns] in [0_usize..4, 1..6, 1..6, 1..6],
            large_eps: bool,
            seed: u64,
        ) {
            // Either no norm is below it or all are, away from the corner between.
            let eps = if large_eps { 10.0 } else { 1e-3 };
            let shape = [samples, channels, rows, columns];
            let size = rows * columns;
            let x = random(shape.iter().product(), seed).into_iter().map(|x| x + 0.3 * x.signum());
            let x = [x.collect::<Vec<f32>>()];
            let run = |inputs: &[Vec<f32>], tape| {
                let x = Value::map(shape, inputs[0].clone()).put(tape);
                Pass { output: l2_norm(x.clone(), eps), inputs: vec![x.slot()] }
            };
            let mut expected = Vec::new();
            for sample in x[0].chunks_exact(channels * size) {
                for (at, &x) in sample.iter().enumerate() {
                    let vector = sample.iter().skip(at % size).step_by(size);
                    let norm = vector.map(|x| f64::from(*x).powi(2)).sum::<f64>().sqrt();
                    expected.push(f64::from(x) / norm.max(f64::from(eps)));
                }
            }
            assert_close(run(&x, Tape::evaluation()).output.values(), &expected);
            assert_gradients(&x, 0.01, seed, run);
        }
    }

    #[test]
    fn a_vector_of_zeros_stays() {
        let x = Value::features([1, 2], vec![0.0; 2]).put(Tape::training(0).tracked());
        let y = l2_norm(x.clone(), 0.5);
        assert_eq!(y.values(), [0.0; 2]);
        let mut gradients = y.backward(vec![1.0, 3.0]);
        assert_eq!(x.gradient(&mut gradients), [2.0, 6.0]);
    }
}
