//! `l2norm`: the channels of each position as a vector of length 1.

use super::planes::Planes;
use crate::backend::Norms;
use crate::device::Device;
use crate::value::Value;

/// Each position's channels divided by their norm, or by `eps` where that is larger: PyTorch's
/// `normalize(dim=1)`. Of vectors, the features.
pub(crate) fn l2_norm(x: Value, eps: f32) -> Value {
    let (x, tape) = x.detach();
    let planes = Planes::of(&x);
    let mut y = x.zeros_alike();
    Device::l2_norm(x.view(), planes, eps, y.view_mut());
    let (input, output, tracked) = (x.slot(), y.slot(), tape.is_tracked());
    y.put(tape.record(tracked, move |gradients| {
        let (dy, dx) = (output.take(gradients), input.view_mut(gradients));
        Device::l2_norm_gradient(x.view(), dy.view(), planes, eps, dx);
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
