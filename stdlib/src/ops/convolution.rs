//! `conv` and `conv3d`: convolutions of maps and of volumes.

use rayon::prelude::*;

use super::window3::Window3;
use crate::backend::cpu::depthwise::Depthwise;
use crate::backend::cpu::matrix::Write;
use crate::backend::cpu::parallel::units_per_part;
use crate::backend::cpu::products::Products;
use crate::backend::cpu::runs::sum;
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
    assert_eq!(weight.values().len(), count, "weights of a convolution");
    let out = convolution.window.output(size);
    let method = Method::new(convolution, size, out, x.samples());
    let plane: usize = out.iter().product();
    let mut values = vec![0.0; x.samples() * convolution.outputs * plane];
    let start = bias.map_or(Start::Nothing, |bias| Start::Bias(bias.values()));
    method.forward(x.values(), weight.values(), start, &mut values);
    let y = x.like_volumes(convolution.outputs, out, values);

    let (input, output) = (tape.is_tracked().then(|| x.slot()), y.slot());
    let of_weight = weight.is_trainable().then(|| weight.slot());
    let of_bias = bias.filter(|bias| bias.is_trainable()).map(Parameter::slot);
    let tracked = input.is_some() || of_weight.is_some() || of_bias.is_some();
    let shared = weight.share();
    y.put(
        tape.record(tracked, move |gradients| {
            let dy = output.take(gradients).into_host();
            if let Some(slot) = of_bias {
                add_bias_gradient(&dy, plane, slot.get(gradients));
            }
            if let Some(slot) = of_weight {
                method.weight_gradient(x.values(), &dy, slot.get(gradients));
            }
            if let Some(slot) = input {
                method.input_gradient(shared.host(), &dy, slot.get(gradients));
            }
        })
        .sole(),
    )
}

/// What a convolution's result is added to.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Start<'a> {
    /// Nothing: it replaces what is there.
    Nothing,
    /// The bias, a value for each channel.
    Bias(&'a [f32]),
    /// What is there.
    There,
}

impl Start<'_> {
    /// Readies a sample whose channels have `plane` values.
    pub(crate) fn fill(self, y: &mut [f32], plane: usize) {
        if let Start::Bias(bias) = self {
            for (y, &bias) in y.chunks_exact_mut(plane.max(1)).zip(bias) {
                y.fill(bias);
            }
        }
    }

    /// How to write to a sample that is ready.
    pub(crate) fn write(self) -> Write {
        if matches!(self, Start::Nothing) { Write::Replace } else { Write::Add }
    }
}

/// The way that a convolution is computed.
pub(crate) enum Method {
    Products(Products),
    Depthwise(Depthwise),
}

impl Method {
    /// The faster one for volumes of `size` = slices, rows, columns, with `out` windows along each.
    pub(crate) fn new(
        convolution: &Convolution,
        size: [usize; 3],
        out: [usize; 3],
        samples: usize,
    ) -> Self {
        if convolution.groups == convolution.inputs && convolution.groups > 1 {
            Self::Depthwise(Depthwise::new(convolution, size, out))
        } else {
            Self::Products(Products::new(convolution, size, out, samples))
        }
    }

    /// Writes the convolution of `x` to `y`, or adds it to what is there.
    pub(crate) fn forward(&self, x: &[f32], weight: &[f32], start: Start<'_>, y: &mut [f32]) {
        match self {
            Self::Products(products) => products.forward(x, weight, start, y),
            Self::Depthwise(depthwise) => depthwise.forward(x, weight, start, y),
        }
    }

    /// Adds to the gradient of the weight.
    pub(crate) fn weight_gradient(&self, x: &[f32], dy: &[f32], dw: &mut [f32]) {
        match self {
            Self::Products(products) => products.weight_gradient(x, dy, dw),
            Self::Depthwise(depthwise) => depthwise.weight_gradient(x, dy, dw),
        }
    }

    /// Adds to the gradient of the input.
    pub(crate) fn input_gradient(&self, weight: &[f32], dy: &[f32], dx: &mut [f32]) {
        match self {
            Self::Products(products) => products.input_gradient(weight, dy, dx),
            Self::Depthwise(depthwise) => depthwise.input_gradient(weight, dy, dx),
        }
    }
}

/// Adds the sum of each channel, of `plane` values a sample, to the bias's gradient.
pub(crate) fn add_bias_gradient(dy: &[f32], plane: usize, db: &mut [f32]) {
    let (outputs, part) = (db.len(), units_per_part(db.len(), dy.len()));
    db.par_chunks_mut(part).enumerate().for_each(|(number, db)| {
        for (index, db) in db.iter_mut().enumerate() {
            let channel = dy.chunks_exact(plane.max(1)).skip(number * part + index);
            let sums = channel.step_by(outputs).map(|dy| sum(dy, dy, |dy, _| dy));
            *db += sums.sum::<f64>() as f32;
        }
    });
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
