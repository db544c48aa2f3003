//! Convolutions by way of matrix products.
//!
//! For each sample and group, with P the patches (a row for each weight of a filter, a column for
//! each position) and W the filters (outputs x weights of a filter):
//! Y = W P + bias, dW = dY P^T, dP = W^T dY. Patches are made anew for the gradient, a few lines at a
//! time: that costs less than to keep them.

use rayon::prelude::*;

use super::super::Start;
use super::matrix::{Matrix, MatrixMut, Threads, Write, multiply};
use super::parallel::units_per_part;
use super::patches::{Block, Patches};
use crate::ops::convolution::Convolution;

/// Values of patches that are made at a time: what fits a core's own cache beside the rest.
const BLOCK: usize = 1 << 16;

/// How the parts of a convolution lie in memory.
pub(crate) struct Products {
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

impl Products {
    /// For volumes of `size` = slices, rows, columns, with `out` windows along each.
    pub(crate) fn new(
        convolution: &Convolution,
        size: [usize; 3],
        out: [usize; 3],
        samples: usize,
    ) -> Self {
        let groups = convolution.groups;
        let (inputs, outputs) = (convolution.inputs / groups, convolution.outputs / groups);
        let patches = Patches::new(&convolution.window, inputs, size, out);
        let [_, lines, line_width] = patches.out();
        let group_in = inputs * size.iter().product::<usize>();
        let group_out = outputs * out.iter().product::<usize>();
        let fitting = BLOCK / (patches.height() * line_width).max(1);
        let block = if patches.are_volume() { lines } else { fitting.clamp(1, lines.max(1)) };
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

    /// Writes the convolution of `x` to `y`, or adds it to what is there.
    pub(crate) fn forward(&self, x: &[f32], weight: &[f32], start: Start<&[f32]>, y: &mut [f32]) {
        let samples = y.par_chunks_mut((self.part * self.out_size).max(1));
        samples.zip(x.par_chunks(self.part * self.in_size)).for_each(|(y, x)| {
            let mut scratch = self.scratch();
            for (y, x) in y.chunks_exact_mut(self.out_size).zip(x.chunks_exact(self.in_size)) {
                start.fill(y, self.plane());
                for (group, y) in y.chunks_exact_mut(self.group_out).enumerate() {
                    let x = &x[group * self.group_in..][..self.group_in];
                    let weight = self.weight(weight, group);
                    self.forward_group(x, weight, y, start.write(), &mut scratch);
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
        for block in self.blocks() {
            let patches = self.gather(x, &block, matrix);
            let to = &mut y[self.first(&block)..];
            let to = MatrixMut::new(to, self.outputs, self.width(&block), self.plane());
            multiply(to, weight, patches, write, self.threads);
        }
    }

    /// Adds to the gradient of the weight.
    pub(crate) fn weight_gradient(&self, x: &[f32], dy: &[f32], dw: &mut [f32]) {
        let parts = x.par_chunks((self.part * self.in_size).max(1));
        let sums = parts.zip(dy.par_chunks((self.part * self.out_size).max(1))).map(|(x, dy)| {
            let (mut sums, mut scratch) = (vec![0.0; dw.len()], self.scratch());
            let size = self.outputs * self.patches.height();
            let groups = x.chunks_exact(self.group_in).zip(dy.chunks_exact(self.group_out));
            for (index, (x, dy)) in groups.enumerate() {
                let sums = &mut sums[index % self.groups * size..][..size];
                self.add_weight_gradient(x, dy, sums, &mut scratch);
            }
            sums
        });
        for sums in sums.collect::<Vec<_>>() {
            for (dw, sum) in dw.iter_mut().zip(sums) {
                *dw += sum;
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
        for block in self.blocks() {
            let patches = self.gather(x, &block, matrix);
            let to = MatrixMut::new(dw, self.outputs, height, height);
            multiply(to, self.gradient(dy, &block), patches.transposed(), Write::Add, self.threads);
        }
    }

    /// Adds to the gradient of the input.
    pub(crate) fn input_gradient(&self, weight: &[f32], dy: &[f32], dx: &mut [f32]) {
        let parts = dx.par_chunks_mut((self.part * self.in_size).max(1));
        parts.zip(dy.par_chunks((self.part * self.out_size).max(1))).for_each(|(dx, dy)| {
            let mut scratch = self.scratch();
            let groups = dx.chunks_exact_mut(self.group_in).zip(dy.chunks_exact(self.group_out));
            for (index, (dx, dy)) in groups.enumerate() {
                let weight = self.weight(weight, index % self.groups);
                self.add_input_gradient(weight, dy, dx, &mut scratch);
            }
        });
    }

    fn add_input_gradient(
        &self,
        weight: Matrix<'_>,
        dy: &[f32],
        dx: &mut [f32],
        Scratch { matrix, margin }: &mut Scratch,
    ) {
        let (height, padded) = (self.patches.height(), !margin.is_empty());
        for block in self.blocks() {
            let (dy, width) = (self.gradient(dy, &block), self.width(&block));
            if self.patches.are_volume() {
                let to = MatrixMut::new(dx, height, width, width);
                multiply(to, weight.transposed(), dy, Write::Add, self.threads);
            } else {
                let matrix = &mut matrix[..height * width];
                let to = MatrixMut::new(matrix, height, width, width);
                multiply(to, weight.transposed(), dy, Write::Replace, self.threads);
                self.patches.scatter(matrix, &block, if padded { margin } else { dx });
            }
        }
        if padded {
            self.patches.unpad(margin, dx);
        }
    }

    /// The filters of a group.
    fn weight<'a>(&self, weight: &'a [f32], group: usize) -> Matrix<'a> {
        let height = self.patches.height();
        let size = self.outputs * height;
        Matrix::new(&weight[group * size..][..size], self.outputs, height, height)
    }

    /// The output's gradient at some windows.
    fn gradient<'a>(&self, dy: &'a [f32], block: &Block) -> Matrix<'a> {
        let dy = &dy[self.first(block)..];
        Matrix::new(dy, self.outputs, self.width(block), self.plane())
    }

    /// The patches of some windows of a padded volume, in `matrix` unless they are the volume
    /// itself.
    fn gather<'a>(&self, x: &'a [f32], block: &Block, matrix: &'a mut [f32]) -> Matrix<'a> {
        let (height, width) = (self.patches.height(), self.width(block));
        if self.patches.are_volume() {
            return Matrix::new(x, height, width, width);
        }
        let matrix = &mut matrix[..height * width];
        self.patches.gather(x, block, matrix);
        Matrix::new(matrix, height, width, width)
    }

    fn scratch(&self) -> Scratch {
        let size = self.patches.height() * self.block * self.line_width();
        let matrix = vec![0.0; if self.patches.are_volume() { 0 } else { size }];
        Scratch { matrix, margin: self.patches.margin() }
    }

    fn blocks(&self) -> impl Iterator<Item = Block> + use<> {
        let ([slices, lines, _], block) = (self.patches.out(), self.block);
        (0..slices).flat_map(move |slice| {
            let starts = (0..lines).step_by(block);
            starts.map(move |start| Block { slice, lines: start..(start + block).min(lines) })
        })
    }

    /// The first of a block of windows, among all.
    fn first(&self, block: &Block) -> usize {
        (block.slice * self.patches.out()[1] + block.lines.start) * self.line_width()
    }

    fn line_width(&self) -> usize {
        self.patches.out()[2]
    }

    fn width(&self, block: &Block) -> usize {
        block.lines.len() * self.line_width()
    }

    /// Values of an output channel.
    fn plane(&self) -> usize {
        self.patches.out().iter().product()
    }
}

/// What a thread needs beside input and output: the patches of some windows, and a padded volume.
struct Scratch {
    matrix: Vec<f32>,
    margin: Vec<f32>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::window::{Sides, Window};
    use crate::ops::window3::Window3;

    #[test]
    fn a_large_map_is_done_in_several_blocks_and_a_window_of_one_in_one() {
        let padding = Sides { top: 1, bottom: 1, left: 1, right: 1 };
        let window =
            Window { kernel: [3; 2], stride: [1; 2], padding, dilation: [1; 2], ceil: false };
        let blocks = |window, size: [usize; 3]| {
            let window = Window3::flat(window);
            let convolution = Convolution { inputs: 8, outputs: 2, groups: 1, window };
            Products::new(&convolution, size, window.output(size), 2).blocks().count()
        };
        assert!(blocks(window, [1, 40, 40]) > 1);
        let point = Window { kernel: [1; 2], padding: Sides::NONE, ..window };
        assert_eq!(blocks(point, [9, 40, 40]), 1);
    }
}
