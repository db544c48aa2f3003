//! `conv` and `conv3d`: convolutions of maps and of volumes.

use super::window3::Window3;
use crate::backend::{Convolutions, Convolved, Start};
use crate::device::Device;
use crate::parameter::Parameter;
use crate::value::Value;

/// The arguments of a convolution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Convolution {
    /// Channels of the input.
    pub inputs: usize,
    /// Channels of the output.
    pub outputs: usize,
    /// Groups of channels that do not see each other.
    pub groups: usize,
    /// The window.
    pub window: Window3,
}

impl Convolution {
    /// Weights of one filter.
    pub const fn fan_in(&self) -> usize {
        let [slices, rows, columns] = self.window.kernel();
        self.inputs / self.groups * slices * rows * columns
    }

    /// The shape of the weight: outputs, inputs of a group, slices, rows, columns.
    pub const fn weight_dims(&self) -> [usize; 5] {
        let [slices, rows, columns] = self.window.kernel();
        [self.outputs, self.inputs / self.groups, slices, rows, columns]
    }
}

/// The convolution of every sample of `x`, which are maps or volumes.
pub(crate) fn convolution(
    x: Value,
    weight: &Parameter,
    bias: Option<&Parameter>,
    convolution: &Convolution,
) -> Value {
    let (x, tape) = x.detach();
    let [channels, size @ ..] = x.volumes();
    assert_eq!(channels, convolution.inputs, "channels of a convolution's input");
    let count: usize = convolution.weight_dims().iter().product();
    assert_eq!(weight.count(), count, "weights of a convolution");
    let out = convolution.window.output(size);
    let sizes = Convolved { convolution: *convolution, samples: x.samples(), size, out };
    let mut y = x.zeros_like_volumes(convolution.outputs, out);
    let start = bias.map_or(Start::Nothing, |bias| Start::Bias(bias.view()));
    Device::convolution(x.view(), weight.view(), &sizes, start, y.view_mut());

    let (input, output) = (tape.is_tracked().then(|| x.slot()), y.slot());
    let of_weight = weight.is_trainable().then(|| weight.slot());
    let of_bias = bias.filter(|bias| bias.is_trainable()).map(Parameter::slot);
    let tracked = input.is_some() || of_weight.is_some() || of_bias.is_some();
    let shared = weight.share();
    y.put(
        tape.record(tracked, move |gradients| {
            let dy = output.take(gradients);
            if let Some(slot) = of_bias {
                let plane = out.iter().product();
                Device::bias_gradient(dy.view(), plane, slot.view_mut(gradients));
            }
            if let Some(slot) = of_weight {
                let dw = slot.view_mut(gradients);
                Device::convolution_weight_gradient(x.view(), dy.view(), &sizes, dw);
            }
            if let Some(slot) = input {
                let dx = slot.view_mut(gradients);
                Device::convolution_input_gradient(shared.view(), dy.view(), &sizes, dx);
            }
        })
        .sole(),
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::check::{Pass, assert_close, assert_gradients, parameter, random};
    use super::super::window::tests::any_window;
    use super::super::window::{Sides, Window};
    use super::super::window3::tests::{any_window3, look};
    use super::*;
    use crate::tape::Tape;

    /// The definition: a weighted sum over the window and the channels of the group.
    fn expected(convolution: &Convolution, x: &Value, weight: &[f32], bias: &[f32]) -> Vec<f64> {
        let [_, size @ ..] = x.volumes();
        let volume: usize = size.iter().product();
        let [out_slices, out_rows, out_columns] = convolution.window.output(size);
        let (inputs, outputs) =
            (convolution.inputs / convolution.groups, convolution.outputs / convolution.groups);
        let mut values = Vec::new();
        for sample in x.values().chunks_exact(convolution.inputs * volume) {
            for output in 0..convolution.outputs {
                let filter = &weight[output * convolution.fan_in()..][..convolution.fan_in()];
                for at in 0..out_slices * out_rows * out_columns {
                    let line = at / out_columns;
                    let out = [line / out_rows, line % out_rows, at % out_columns];
                    let look = look(&convolution.window, out, size);
                    let mut sum = f64::from(bias[output]);
                    for input in 0..inputs {
                        let channel = (output / outputs * inputs + input) * volume;
                        for (position, weight) in look.iter().zip(&filter[input * look.len()..]) {
                            let value = position.map_or(0.0, |position| sample[channel + position]);
                            sum += f64::from(value) * f64::from(*weight);
                        }
                    }
                    values.push(sum);
                }
            }
        }
        values
    }

    fn check(arguments: &Convolution, samples: usize, size: &[usize], seed: u64) {
        let shape = [&[arguments.inputs], size].concat();
        let counts = [
            samples * shape.iter().product::<usize>(),
            arguments.weight_dims().iter().product(),
            arguments.outputs,
        ];
        let inputs = [0, 1, 2].map(|of| random(counts[of], seed.wrapping_add(of as u64)));
        let run = |inputs: &[Vec<f32>], tape| {
            let x = Value::batch(samples, &shape, inputs[0].clone()).put(tape);
            let weight = parameter(&arguments.weight_dims(), &inputs[1]);
            let bias = parameter(&[arguments.outputs], &inputs[2]);
            let output = convolution(x.clone(), &weight, Some(&bias), arguments);
            Pass { output, inputs: vec![x.slot(), weight.slot(), bias.slot()] }
        };
        let x = Value::batch(samples, &shape, inputs[0].clone());
        let output = run(&inputs, Tape::evaluation()).output;
        assert_close(output.values(), &expected(arguments, &x, &inputs[1], &inputs[2]));
        assert_gradients(&inputs, 0.1, seed, run);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn any_convolution_is_its_definition(
            window in any_window(),
            [inputs, outputs, groups] in [1_usize..4, 1..4, 1..3],
            [samples, rows, columns] in [0_usize..5, 5..10, 5..10],
            seed: u64,
        ) {
            let window = Window3::flat(Window { ceil: false, ..window });
            let (inputs, outputs) = (inputs * groups, outputs * groups);
            let arguments = Convolution { inputs, outputs, groups, window };
            check(&arguments, samples, &[rows, columns], seed);
        }

        #[test]
        fn any_convolution_of_volumes_is_its_definition(
            window in any_window3(),
            [inputs, outputs, groups] in [1_usize..3, 1..3, 1..3],
            [samples, slices, rows, columns] in [0_usize..4, 5..8, 5..8, 5..8],
            seed: u64,
        ) {
            let (inputs, outputs) = (inputs * groups, outputs * groups);
            let arguments = Convolution { inputs, outputs, groups, window };
            check(&arguments, samples, &[slices, rows, columns], seed);
        }

        #[test]
        fn any_depthwise_convolution_is_its_definition(
            window in any_window(),
            [channels, multiplier] in [2_usize..5, 1..4],
            [samples, rows, columns] in [0_usize..4, 5..20, 5..20],
            seed: u64,
        ) {
            let window = Window3::flat(Window { ceil: false, ..window });
            let outputs = channels * multiplier;
            let arguments = Convolution { inputs: channels, outputs, groups: channels, window };
            check(&arguments, samples, &[rows, columns], seed);
        }

        #[test]
        fn any_depthwise_convolution_of_volumes_is_its_definition(
            window in any_window3(),
            [channels, multiplier] in [2_usize..4, 1..3],
            [samples, slices, rows, columns] in [0_usize..3, 5..8, 5..8, 5..8],
            seed: u64,
        ) {
            let outputs = channels * multiplier;
            let arguments = Convolution { inputs: channels, outputs, groups: channels, window };
            check(&arguments, samples, &[slices, rows, columns], seed);
        }
    }

    #[test]
    fn a_map_done_in_several_blocks_is_whole() {
        let padding = Sides { top: 1, bottom: 1, left: 1, right: 1 };
        let window =
            Window { kernel: [3; 2], stride: [1; 2], padding, dilation: [1; 2], ceil: false };
        let window = Window3::flat(window);
        check(&Convolution { inputs: 8, outputs: 2, groups: 1, window }, 2, &[40, 40], 7);
        check(&Convolution { inputs: 2, outputs: 4, groups: 2, window }, 3, &[60, 60], 8);
    }
}
