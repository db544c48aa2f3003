//! `linear`: y = x W^T + b, for x of rows x inputs and W of outputs x inputs. A row is a sample, or one
//! of a matrix.

use crate::backend::{Lines, Products};
use crate::device::Device;
use crate::parameter::Parameter;
use crate::value::Value;

/// The product of every row of `x` with the transposed weight, plus the bias. Features are one row.
pub(crate) fn linear(x: Value, weight: &Parameter, bias: Option<&Parameter>) -> Value {
    let (x, tape) = x.detach();
    let &[outputs, inputs] = weight.dims() else { panic!("the weight of a linear layer has rows") };
    let mut shape = x.shape();
    let last = shape.last_mut().expect("a sample has dimensions");
    assert_eq!(std::mem::replace(last, outputs), inputs, "the input of a linear layer");
    let sizes = Lines { rows: x.count() / inputs, inputs, outputs };
    let mut y = Value::zeros(x.samples(), &shape);
    let bias_view = bias.map(Parameter::view);
    Device::linear(x.view(), weight.view(), bias_view, sizes, y.view_mut());

    let shared = weight.share();
    let (input, output) = (tape.is_tracked().then(|| x.slot()), y.slot());
    let of_weight = weight.is_trainable().then(|| weight.slot());
    let of_bias = bias.filter(|bias| bias.is_trainable()).map(Parameter::slot);
    let tracked = input.is_some() || of_weight.is_some() || of_bias.is_some();
    y.put(
        tape.record(tracked, move |gradients| {
            let dy = output.take(gradients);
            if let Some(slot) = of_weight {
                let dw = slot.view_mut(gradients);
                Device::linear_weight_gradient(x.view(), dy.view(), sizes, dw);
            }
            if let Some(slot) = of_bias {
                Device::linear_bias_gradient(dy.view(), slot.view_mut(gradients));
            }
            if let Some(slot) = input {
                let dx = slot.view_mut(gradients);
                Device::linear_input_gradient(shared.view(), dy.view(), sizes, dx);
            }
        })
        .sole(),
    )
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
            rows in prop::option::of(1_usize..5),
            seed: u64,
        ) {
            let shape: Vec<usize> = rows.into_iter().chain([inputs]).collect();
            let counts = [samples * shape.iter().product::<usize>(), outputs * inputs, outputs];
            let arguments = [0, 1, 2].map(|of| random(counts[of], seed ^ (of as u64) << 32));
            let run = |arguments: &[Vec<f32>], tape| {
                let x = Value::batch(samples, &shape, arguments[0].clone()).put(tape);
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
