//! `linear`: y = x W^T + b, for x of samples x inputs and W of outputs x inputs.

use super::matrix::{Matrix, MatrixMut, Threads, Write, multiply};
use crate::parameter::Parameter;
use crate::storage;
use crate::value::Value;

/// The product of every sample with the transposed weight, plus the bias.
pub(crate) fn linear(x: Value, weight: &Parameter, bias: Option<&Parameter>) -> Value {
    let (x, tape) = x.detach();
    let &[outputs, inputs] = weight.dims() else { panic!("the weight of a linear layer has rows") };
    let samples = x.samples();
    assert_eq!(x.shape(), [inputs], "the input of a linear layer");
    let y = Value::features([samples, outputs], forward(&x, weight, bias, [outputs, inputs]));

    let tracks_input = tape.is_tracked();
    let (kept, shared) = (x.clone(), weight.share());
    let (input, output) = (tracks_input.then(|| x.slot()), y.slot());
    let of_weight = weight.is_trainable().then(|| weight.slot());
    let of_bias = bias.filter(|bias| bias.is_trainable()).map(Parameter::slot);
    let tracked = tracks_input || of_weight.is_some() || of_bias.is_some();
    y.put(tape.record(tracked, move |gradients| {
        let dy = output.take(gradients);
        let dy_matrix = Matrix::new(&dy, samples, outputs, outputs);
        if let Some(slot) = of_weight {
            let to = MatrixMut::new(slot.get(gradients), outputs, inputs, inputs);
            let x = Matrix::new(kept.values(), samples, inputs, inputs);
            multiply(to, dy_matrix.transposed(), x, Write::Add, Threads::All);
        }
        if let Some(slot) = of_bias {
            let db = slot.get(gradients);
            for dy in dy.chunks_exact(outputs) {
                for (db, dy) in db.iter_mut().zip(dy) {
                    *db += dy;
                }
            }
        }
        if let Some(slot) = input {
            let to = MatrixMut::new(slot.get(gradients), samples, inputs, inputs);
            let weight = Matrix::new(storage::values(&shared), outputs, inputs, inputs);
            multiply(to, dy_matrix, weight, Write::Add, Threads::All);
        }
    }))
}

fn forward(
    x: &Value,
    weight: &Parameter,
    bias: Option<&Parameter>,
    [outputs, inputs]: [usize; 2],
) -> Vec<f32> {
    let samples = x.samples();
    let (mut y, write) = match bias {
        Some(bias) => (bias.values().repeat(samples), Write::Add),
        None => (vec![0.0; samples * outputs], Write::Replace),
    };
    multiply(
        MatrixMut::new(&mut y, samples, outputs, outputs),
        Matrix::new(x.values(), samples, inputs, inputs),
        Matrix::new(weight.values(), outputs, inputs, inputs).transposed(),
        write,
        Threads::All,
    );
    y
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::check::{Pass, assert_close, assert_gradients, parameter, random};
    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn any_linear_layer_is_its_definition(
            [samples, inputs, outputs] in [0_usize..20, 1..20, 1..20],
            seed: u64,
        ) {
            let counts = [samples * inputs, outputs * inputs, outputs];
            let arguments = [0, 1, 2].map(|of| random(counts[of], seed ^ (of as u64) << 32));
            let run = |arguments: &[Vec<f32>], tape| {
                let x = Value::features([samples, inputs], arguments[0].clone()).put(tape);
                let weight = parameter(&[outputs, inputs], &arguments[1]);
                let bias = parameter(&[outputs], &arguments[2]);
                let output = linear(x.clone(), &weight, Some(&bias));
                Pass { output, inputs: vec![x.slot(), weight.slot(), bias.slot()] }
            };
            let [x, weight, bias] = &arguments;
            let mut expected = Vec::new();
            for x in x.chunks_exact(inputs) {
                for (weight, bias) in weight.chunks_exact(inputs).zip(bias) {
                    let products = x.iter().zip(weight).map(|(x, w)| f64::from(*x) * f64::from(*w));
                    expected.push(products.sum::<f64>() + f64::from(*bias));
                }
            }
            assert_close(run(&arguments, crate::tape::Tape::evaluation()).output.values(), &expected);
            assert_gradients(&arguments, 0.1, seed, run);
        }
    }
}
