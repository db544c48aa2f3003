//! `convt` and `convt3d`: transposed convolutions of maps and of volumes.
//!
//! A transposed convolution is the gradient of a convolution with respect to its input, and the
//! convolution its own gradient. With * the convolution that leads from the output to the input,
//! G its input's gradient and W the filters:
//! y = G(W, x) + bias, dx = dy * W, and dW as if x were the gradient of dy * W.

use super::convolution::Convolution;
use crate::backend::{Convolutions, Convolved, Start};
use crate::device::Device;
use crate::parameter::Parameter;
use crate::value::Value;

/// The transposed convolution of every sample of `x`, which are maps or volumes: what the
/// `convolution` of the output, with `extra` slices, rows and columns at its end, would give back.
pub(crate) fn transposed_convolution(
    x: Value,
    weight: &Parameter,
    bias: Option<&Parameter>,
    convolution: &Convolution,
    extra: [usize; 3],
) -> Value {
    let (x, tape) = x.detach();
    let [channels, size @ ..] = x.volumes();
    assert_eq!(channels, convolution.outputs, "channels of a transposed convolution's input");
    let count: usize = convolution.weight_dims().iter().product();
    assert_eq!(weight.count(), count, "weights of a transposed convolution");
    let out = convolution.window.input(size, extra);
    let plane: usize = out.iter().product();
    let samples = x.samples();
    let sizes = Convolved { convolution: *convolution, samples, size: out, out: size };
    let mut y = x.zeros_like_volumes(convolution.inputs, out);
    if let Some(bias) = bias {
        Device::fill_channels(bias.view(), plane, y.view_mut());
    }
    Device::convolution_input_gradient(weight.view(), x.view(), &sizes, y.view_mut());

    let (input, output) = (tape.is_tracked().then(|| x.slot()), y.slot());
    let of_weight = weight.is_trainable().then(|| weight.slot());
    let of_bias = bias.filter(|bias| bias.is_trainable()).map(Parameter::slot);
    let tracked = input.is_some() || of_weight.is_some() || of_bias.is_some();
    let shared = weight.share();
    y.put(
        tape.record(tracked, move |gradients| {
            let dy = output.take(gradients);
            if let Some(slot) = of_bias {
                Device::bias_gradient(dy.view(), plane, slot.view_mut(gradients));
            }
            if let Some(slot) = of_weight {
                let dw = slot.view_mut(gradients);
                Device::convolution_weight_gradient(dy.view(), x.view(), &sizes, dw);
            }
            if let Some(slot) = input {
                let dx = slot.view_mut(gradients);
                Device::convolution(dy.view(), shared.view(), &sizes, Start::There, dx);
            }
        })
        .sole(),
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::check::{Pass, assert_close, assert_gradients, parameter, random};
    use super::super::window3::Window3;
    use super::super::window3::tests::{any_window3, look};
    use super::*;
    use crate::tape::Tape;

    /// The definition: every value of the input adds its filters to the output, each at the window
    /// of the value.
    fn expected(
        convolution: &Convolution,
        extra: [usize; 3],
        x: &Value,
        weight: &[f32],
        bias: &[f32],
    ) -> Vec<f64> {
        let [_, size @ ..] = x.volumes();
        let out = convolution.window.input(size, extra);
        let [volume, out_volume] = [size, out].map(|size| size.iter().product::<usize>());
        let group_inputs = convolution.outputs / convolution.groups;
        let group_outputs = convolution.inputs / convolution.groups;
        let filter_size: usize = convolution.window.kernel().iter().product();
        let mut values = Vec::new();
        for sample in x.values().chunks_exact(convolution.outputs * volume) {
            let mut channels: Vec<Vec<f64>> =
                bias.iter().map(|&bias| vec![f64::from(bias); out_volume]).collect();
            for (index, value) in sample.iter().enumerate() {
                let (input, at) = (index / volume, index % volume);
                let line = at / size[2];
                let look =
                    look(&convolution.window, [line / size[1], line % size[1], at % size[2]], out);
                for output in 0..group_outputs {
                    let filter = &weight[(input * group_outputs + output) * filter_size..];
                    let channel = &mut channels[input / group_inputs * group_outputs + output];
                    for (position, weight) in look.iter().zip(filter) {
                        if let Some(position) = *position {
                            channel[position] += f64::from(*value) * f64::from(*weight);
                        }
                    }
                }
            }
            values.extend(channels.into_iter().flatten());
        }
        values
    }

    fn check(
        arguments: &Convolution,
        extra: [usize; 3],
        samples: usize,
        size: &[usize],
        seed: u64,
    ) {
        let shape = [&[arguments.outputs], size].concat();
        let counts = [
            samples * shape.iter().product::<usize>(),
            arguments.weight_dims().iter().product(),
            arguments.inputs,
        ];
        let inputs = [0, 1, 2].map(|of| random(counts[of], seed.wrapping_add(of as u64)));
        let run = |inputs: &[Vec<f32>], tape| {
            let x = Value::batch(samples, &shape, inputs[0].clone()).put(tape);
            let weight = parameter(&arguments.weight_dims(), &inputs[1]);
            let bias = parameter(&[arguments.inputs], &inputs[2]);
            let output = transposed_convolution(x.clone(), &weight, Some(&bias), arguments, extra);
            Pass { output, inputs: vec![x.slot(), weight.slot(), bias.slot()] }
        };
        let x = Value::batch(samples, &shape, inputs[0].clone());
        let output = run(&inputs, Tape::evaluation()).output;
        assert_close(output.values(), &expected(arguments, extra, &x, &inputs[1], &inputs[2]));
        assert_gradients(&inputs, 0.1, seed, run);
    }

    /// What PyTorch allows as output padding: less than the stride or the dilation.
    fn any_extra(window: &Window3, seed: u64) -> [usize; 3] {
        let (stride, dilation) = (window.stride(), window.dilation());
        [0, 1, 2].map(|axis| (seed >> (8 * axis)) as usize % stride[axis].max(dilation[axis]))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn any_transposed_convolution_is_its_definition(
            window in any_window3(),
            [inputs, outputs, groups] in [1_usize..4, 1..4, 1..4],
            [samples, rows, columns] in [0_usize..4, 2..8, 2..8],
            seed: u64,
        ) {
            let window = Window3::flat(window.plane);
            let extra = any_extra(&window, seed);
            // From the output to the input.
            let (inputs, outputs) = (outputs * groups, inputs * groups);
            let arguments = Convolution { inputs, outputs, groups, window };
            check(&arguments, extra, samples, &[rows, columns], seed);
        }

        #[test]
        fn any_transposed_convolution_of_volumes_is_its_definition(
            window in any_window3(),
            [inputs, outputs, groups] in [1_usize..3, 1..3, 1..3],
            [samples, slices, rows, columns] in [0_usize..3, 2..5, 2..5, 2..5],
            seed: u64,
        ) {
            let extra = any_extra(&window, seed);
            let (inputs, outputs) = (outputs * groups, inputs * groups);
            let arguments = Convolution { inputs, outputs, groups, window };
            check(&arguments, extra, samples, &[slices, rows, columns], seed);
        }
    }
}
