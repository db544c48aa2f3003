//! `conv`: two-dimensional convolution by way of matrix products.
//!
//! For each sample and group, with P the patches (a row for each weight of a filter, a column for
//! each position) and W the filters (outputs x weights of a filter):
//! Y = W P + bias, dW = dY P^T, dP = W^T dY. Patches are made anew for the gradient, a few lines at a
//! time: that costs less than to keep them.

use std::ops::Range;

use rayon::prelude::*;

use super::matrix::{Matrix, MatrixMut, Threads, Write, multiply};
use super::parallel::units_per_part;
use super::patches::Patches;
use super::runs::sum;
use super::window::Window;
use crate::parameter::Parameter;
use crate::storage;
use crate::value::Value;

/// Values of patches that are made at a time: what fits a core's own cache beside the rest.
const BLOCK: usize = 1 << 16;

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
    pub window: Window,
}

impl Convolution {
    /// Weights of one filter.
    pub const fn fan_in(&self) -> usize {
        self.inputs / self.groups * self.window.kernel[0] * self.window.kernel[1]
    }

    /// The shape of the weight: outputs, inputs of a group, rows, columns.
    pub const fn weight_dims(&self) -> [usize; 4] {
        let [rows, columns] = self.window.kernel;
        [self.outputs, self.inputs / self.groups, rows, columns]
    }
}

/// The convolution of every sample of `x`.
pub(crate) fn convolution(
    x: Value,
    weight: &Parameter,
    bias: Option<&Parameter>,
    convolution: &Convolution,
) -> Value {
    let (x, tape) = x.detach();
    let [channels, rows, columns] = x.planes();
    assert_eq!(channels, convolution.inputs, "channels of a convolution's input");
    assert_eq!(weight.dims(), convolution.weight_dims(), "the weight of a convolution");
    let layout = Layout::new(convolution, [rows, columns], x.samples());
    let [lines, line_width] = layout.patches.out();
    let mut values = vec![0.0; x.samples() * layout.out_size];
    layout.forward(x.values(), weight.values(), bias.map(Parameter::values), &mut values);
    let y = Value::map([x.samples(), convolution.outputs, lines, line_width], values);

    let (input, output) = (tape.is_tracked().then(|| x.slot()), y.slot());
    let of_weight = weight.is_trainable().then(|| weight.slot());
    let of_bias = bias.filter(|bias| bias.is_trainable()).map(Parameter::slot);
    let tracked = input.is_some() || of_weight.is_some() || of_bias.is_some();
    let shared = weight.share();
    y.put(tape.record(tracked, move |gradients| {
        let dy = output.take(gradients);
        if let Some(slot) = of_bias {
            layout.add_bias_gradient(&dy, slot.get(gradients));
        }
        // Both read the same patches, so both are done together; each is out of the way of the
        // other while it is written to.
        let mut dw = of_weight.as_ref().map(|slot| slot.take(gradients));
        let mut dx = input.as_ref().map(|slot| slot.take(gradients));
        let weight = storage::values(&shared);
        layout.backward(x.values(), weight, &dy, dx.as_deref_mut(), dw.as_deref_mut());
        for (slot, gradient) in [(of_weight, dw), (input, dx)] {
            if let Some((slot, gradient)) = slot.zip(gradient) {
                slot.put(gradients, gradient);
            }
        }
    }))
}

/// How the parts of a convolution lie in memory.
struct Layout {
    groups: usize,
    /// Outputs of a group.
    outputs: usize,
    /// The patches of a group.
    patches: Patches,
    /// Values of a group of a sample: input, output.
    group_in: usize,
    group_out: usize,
    /// Values of a sample: input, output.
    in_size: usize,
    out_size: usize,
    /// Lines of windows done at a time.
    block: usize,
    /// Samples that a thread does one after the other.
    part: usize,
    threads: Threads,
}

impl Layout {
    fn new(convolution: &Convolution, size: [usize; 2], samples: usize) -> Self {
        let groups = convolution.groups;
        let (inputs, outputs) = (convolution.inputs / groups, convolution.outputs / groups);
        let patches = Patches::new(&convolution.window, inputs, size);
        let [lines, line_width] = patches.out();
        let (group_in, group_out) = (inputs * size[0] * size[1], outputs * lines * line_width);
        let fitting = BLOCK / (patches.height() * line_width).max(1);
        let block = if patches.are_map() { lines } else { fitting.clamp(1, lines.max(1)) };
        let work = samples * groups * group_out * patches.height();
        // Too few samples to keep all threads busy: then the products are divided instead.
        let all = samples < rayon::current_num_threads();
        Self {
            groups,
            outputs,
            group_in,
            group_out,
            in_size: groups * group_in,
            out_size: groups * group_out,
            block: block.max(1),
            part: if all { samples.max(1) } else { units_per_part(samples, work) },
            threads: if all { Threads::All } else { Threads::One },
            patches,
        }
    }

    fn forward(&self, x: &[f32], weight: &[f32], bias: Option<&[f32]>, y: &mut [f32]) {
        let samples = y.par_chunks_mut((self.part * self.out_size).max(1));
        samples.zip(x.par_chunks(self.part * self.in_size)).for_each(|(y, x)| {
            let mut scratch = self.scratch();
            for (y, x) in y.chunks_exact_mut(self.out_size).zip(x.chunks_exact(self.in_size)) {
                if let Some(bias) = bias {
                    for (y, &bias) in y.chunks_exact_mut(self.plane()).zip(bias) {
                        y.fill(bias);
                    }
                }
                let write = if bias.is_some() { Write::Add } else { Write::Replace };
                for (group, y) in y.chunks_exact_mut(self.group_out).enumerate() {
                    let x = &x[group * self.group_in..][..self.group_in];
                    self.forward_group(x, self.weight(weight, group), y, write, &mut scratch);
                }
            }
        });
    }

    fn forward_group(
        &self,
        x: &[f32],
        weight: Matrix<'_>,
        y: &mut [f32],
        write: Write,
        Scratch { matrix, margin }: &mut Scratch,
    ) {
        let x = self.patches.pad(x, margin);
        for lines in self.blocks() {
            let patches = self.gather(x, lines.clone(), matrix);
            let to = &mut y[lines.start * self.line_width()..];
            let to = MatrixMut::new(to, self.outputs, self.width(&lines), self.plane());
            multiply(to, weight, patches, write, self.threads);
        }
    }

    /// Adds to the gradients of the input and of the weight.
    fn backward(
        &self,
        x: &[f32],
        weight: &[f32],
        dy: &[f32],
        dx: Option<&mut [f32]>,
        dw: Option<&mut [f32]>,
    ) {
        let dx: Vec<Option<&mut [f32]>> = match dx {
            Some(dx) => dx.chunks_mut((self.part * self.in_size).max(1)).map(Some).collect(),
            None => x.chunks((self.part * self.in_size).max(1)).map(|_| None).collect(),
        };
        let wants_weight = dw.is_some();
        let parts = dx.into_par_iter().zip(x.par_chunks((self.part * self.in_size).max(1)));
        let sums: Vec<Vec<f32>> = parts
            .zip(dy.par_chunks((self.part * self.out_size).max(1)))
            .map(|((dx, x), dy)| {
                let mut dw = vec![0.0; if wants_weight { weight.len() } else { 0 }];
                self.backward_part(x, weight, dy, dx, wants_weight.then_some(&mut dw));
                dw
            })
            .collect();
        let Some(dw) = dw else { return };
        for sum in sums {
            for (dw, sum) in dw.iter_mut().zip(sum) {
                *dw += sum;
            }
        }
    }

    fn backward_part(
        &self,
        x: &[f32],
        weight: &[f32],
        dy: &[f32],
        mut dx: Option<&mut [f32]>,
        mut dw: Option<&mut Vec<f32>>,
    ) {
        let (mut scratch, mut gradient_scratch) = (self.scratch(), self.scratch());
        let groups = x.chunks_exact(self.group_in).zip(dy.chunks_exact(self.group_out));
        for (index, (x, dy)) in groups.enumerate() {
            let group = index % self.groups;
            if let Some(dw) = &mut dw {
                let size = self.outputs * self.patches.height();
                self.add_weight_gradient(x, dy, &mut dw[group * size..][..size], &mut scratch);
            }
            if let Some(dx) = &mut dx {
                let dx = &mut dx[index * self.group_in..][..self.group_in];
                let weight = self.weight(weight, group);
                self.add_input_gradient(weight, dy, dx, &mut gradient_scratch);
            }
        }
    }

    fn add_weight_gradient(
        &self,
        x: &[f32],
        dy: &[f32],
        dw: &mut [f32],
        Scratch { matrix, margin }: &mut Scratch,
    ) {
        let height = self.patches.height();
        let x = self.patches.pad(x, margin);
        for lines in self.blocks() {
            let patches = self.gather(x, lines.clone(), matrix);
            let to = MatrixMut::new(dw, self.outputs, height, height);
            multiply(to, self.gradient(dy, &lines), patches.transposed(), Write::Add, self.threads);
        }
    }

    fn add_input_gradient(
        &self,
        weight: Matrix<'_>,
        dy: &[f32],
        dx: &mut [f32],
        Scratch { matrix, margin }: &mut Scratch,
    ) {
        let (height, padded) = (self.patches.height(), !margin.is_empty());
        for lines in self.blocks() {
            let (dy, width) = (self.gradient(dy, &lines), self.width(&lines));
            if self.patches.are_map() {
                let to = MatrixMut::new(dx, height, width, width);
                multiply(to, weight.transposed(), dy, Write::Add, self.threads);
            } else {
                let matrix = &mut matrix[..height * width];
                let to = MatrixMut::new(matrix, height, width, width);
                multiply(to, weight.transposed(), dy, Write::Replace, self.threads);
                self.patches.scatter(matrix, lines, if padded { margin } else { dx });
            }
        }
        if padded {
            self.patches.unpad(margin, dx);
        }
    }

    fn add_bias_gradient(&self, dy: &[f32], db: &mut [f32]) {
        let outputs = db.len();
        for (plane, dy) in dy.chunks_exact(self.plane()).enumerate() {
            db[plane % outputs] += sum(dy, dy, |dy, _| dy) as f32;
        }
    }

    /// The filters of a group.
    fn weight<'a>(&self, weight: &'a [f32], group: usize) -> Matrix<'a> {
        let height = self.patches.height();
        let size = self.outputs * height;
        Matrix::new(&weight[group * size..][..size], self.outputs, height, height)
    }

    /// The output's gradient at some lines.
    fn gradient<'a>(&self, dy: &'a [f32], lines: &Range<usize>) -> Matrix<'a> {
        let dy = &dy[lines.start * self.line_width()..];
        Matrix::new(dy, self.outputs, self.width(lines), self.plane())
    }

    /// The patches of some lines of a padded map, in `matrix` unless they are the map itself.
    fn gather<'a>(&self, x: &'a [f32], lines: Range<usize>, matrix: &'a mut [f32]) -> Matrix<'a> {
        let (height, width) = (self.patches.height(), self.width(&lines));
        if self.patches.are_map() {
            return Matrix::new(x, height, width, width);
        }
        let matrix = &mut matrix[..height * width];
        self.patches.gather(x, lines, matrix);
        Matrix::new(matrix, height, width, width)
    }

    fn scratch(&self) -> Scratch {
        let size = self.patches.height() * self.block * self.line_width();
        let matrix = vec![0.0; if self.patches.are_map() { 0 } else { size }];
        Scratch { matrix, margin: self.patches.margin() }
    }

    fn blocks(&self) -> impl Iterator<Item = Range<usize>> + use<> {
        let (lines, block) = (self.patches.out()[0], self.block);
        (0..lines).step_by(block).map(move |start| start..(start + block).min(lines))
    }

    fn line_width(&self) -> usize {
        self.patches.out()[1]
    }

    fn width(&self, lines: &Range<usize>) -> usize {
        lines.len() * self.line_width()
    }

    /// Values of an output channel.
    fn plane(&self) -> usize {
        self.patches.out()[0] * self.patches.out()[1]
    }
}

/// What a thread needs beside input and output: the patches of some lines, and a padded map.
struct Scratch {
    matrix: Vec<f32>,
    margin: Vec<f32>,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::check::{Pass, assert_close, assert_gradients, parameter, random};
    use super::super::window::tests::{any_window, look};
    use super::*;
    use crate::tape::Tape;

    /// The definition: a weighted sum over the window and the channels of the group.
    fn expected(convolution: &Convolution, x: &Value, weight: &[f32], bias: &[f32]) -> Vec<f64> {
        let [_, rows, columns] = x.planes();
        let [out_rows, out_columns] = convolution.window.output([rows, columns]);
        let (inputs, outputs) =
            (convolution.inputs / convolution.groups, convolution.outputs / convolution.groups);
        let mut values = Vec::new();
        for sample in x.values().chunks_exact(convolution.inputs * rows * columns) {
            for output in 0..convolution.outputs {
                let filter = &weight[output * convolution.fan_in()..][..convolution.fan_in()];
                for out in
                    (0..out_rows * out_columns).map(|at| [at / out_columns, at % out_columns])
                {
                    let look = look(&convolution.window, out, [rows, columns]);
                    let mut sum = f64::from(bias[output]);
                    for input in 0..inputs {
                        let plane = (output / outputs * inputs + input) * rows * columns;
                        for (position, weight) in look.iter().zip(&filter[input * look.len()..]) {
                            let value = position.map_or(0.0, |position| sample[plane + position]);
                            sum += f64::from(value) * f64::from(*weight);
                        }
                    }
                    values.push(sum);
                }
            }
        }
        values
    }

    fn run(arguments: &Convolution, shape: [usize; 4], inputs: &[Vec<f32>], tape: Tape) -> Pass {
        let x = Value::map(shape, inputs[0].clone()).put(tape);
        let weight = parameter(&arguments.weight_dims(), &inputs[1]);
        let bias = parameter(&[arguments.outputs], &inputs[2]);
        let output = convolution(x.clone(), &weight, Some(&bias), arguments);
        Pass { output, inputs: vec![x.slot(), weight.slot(), bias.slot()] }
    }

    fn check(arguments: &Convolution, [samples, rows, columns]: [usize; 3], seed: u64) {
        let shape = [samples, arguments.inputs, rows, columns];
        let counts =
            [shape.iter().product(), arguments.weight_dims().iter().product(), arguments.outputs];
        let inputs = [0, 1, 2].map(|of| random(counts[of], seed.wrapping_add(of as u64)));
        let x = Value::map(shape, inputs[0].clone());
        let pass = run(arguments, shape, &inputs, Tape::evaluation());
        assert_close(pass.output.values(), &expected(arguments, &x, &inputs[1], &inputs[2]));
        assert_gradients(&inputs, 0.1, seed, |inputs, tape| run(arguments, shape, inputs, tape));
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
            let window = Window { ceil: false, ..window };
            let (inputs, outputs) = (inputs * groups, outputs * groups);
            check(&Convolution { inputs, outputs, groups, window }, [samples, rows, columns], seed);
        }
    }

    #[test]
    fn a_map_done_in_several_blocks_is_whole() {
        let padding = super::super::window::Sides { top: 1, bottom: 1, left: 1, right: 1 };
        let window =
            Window { kernel: [3; 2], stride: [1; 2], padding, dilation: [1; 2], ceil: false };
        let arguments = Convolution { inputs: 8, outputs: 2, groups: 1, window };
        assert!(Layout::new(&arguments, [40, 40], 2).block < 40);
        check(&arguments, [2, 40, 40], 7);
    }
}
