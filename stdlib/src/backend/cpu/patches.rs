//! The patches of a volume under a sliding window as the columns of a matrix, which turns a
//! convolution into a product (im2col; Chellapilla et al., 2006), and back. A map is a volume of one
//! slice.
//!
//! The volume is padded first, if it has to be: then every line of windows is a run of values at
//! equal distances, whatever its place, and to copy it takes no decisions.

use std::ops::Range;

use super::runs::{add_strided, copy_lines, from_strided};
use crate::ops::window3::Window3;

/// Windows that are done at a time: some lines of a slice of windows.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    pub(crate) slice: usize,
    pub(crate) lines: Range<usize>,
}

/// How the patches of a volume of some channels are laid out.
///
/// The matrix has a row for each element of the window in each channel, and a column for each
/// window. Windows come in whole lines, so that a part of a large volume can be done at a time.
#[derive(Clone, Debug)]
pub(crate) struct Patches {
    window: Window3,
    channels: usize,
    /// Slices, rows and columns of the volume.
    size: [usize; 3],
    /// Slices, rows and columns of the padded volume.
    padded: [usize; 3],
    /// Slices of windows, lines in each, and windows in a line.
    out: [usize; 3],
}

impl Patches {
    /// The patches of a volume of `size` = slices, rows, columns, with `out` windows along each.
    pub(crate) fn new(
        window: &Window3,
        channels: usize,
        size: [usize; 3],
        out: [usize; 3],
    ) -> Self {
        let (before, after) = (window.before(), window.after());
        let padded = [0, 1, 2].map(|axis| before[axis] + size[axis] + after[axis]);
        let mut patches = Self { window: *window, channels, size, padded, out };
        if patches.are_volume() {
            // The rows of all slices are as good as those of one.
            let [slices, rows, columns] = size;
            let flat = [1, slices * rows, columns];
            (patches.size, patches.padded, patches.out) = (flat, flat, flat);
        }
        patches
    }

    /// Rows of the matrix.
    pub(crate) fn height(&self) -> usize {
        self.channels * self.window.kernel().iter().product::<usize>()
    }

    /// Slices of windows, lines in each, and windows in a line.
    pub(crate) fn out(&self) -> [usize; 3] {
        self.out
    }

    /// Whether the matrix of all lines is the volume itself: a 1x1x1 window that goes everywhere.
    pub(crate) fn are_volume(&self) -> bool {
        self.window.kernel() == [1; 3]
            && self.window.stride() == [1; 3]
            && self.out == self.size
            && self.padded == self.size
    }

    /// A padded volume of zeros to be used again and again; empty if there is no padding.
    pub(crate) fn margin(&self) -> Vec<f32> {
        if self.padded == self.size {
            return Vec::new();
        }
        vec![0.0; self.channels * self.padded.iter().product::<usize>()]
    }

    /// The padded `volume`, in `margin` if there is padding.
    pub(crate) fn pad<'a>(&self, volume: &'a [f32], margin: &'a mut [f32]) -> &'a [f32] {
        if margin.is_empty() {
            return volume;
        }
        for (to, from) in self.inner_lines(margin).zip(volume.chunks_exact(self.size[2])) {
            to.copy_from_slice(from);
        }
        margin
    }

    /// Adds what is inside the padding in `margin` to `volume`, and clears it.
    pub(crate) fn unpad(&self, margin: &mut [f32], volume: &mut [f32]) {
        for (from, to) in self.inner_lines(margin).zip(volume.chunks_exact_mut(self.size[2])) {
            for (to, from) in to.iter_mut().zip(from) {
                *to += *from;
            }
        }
        margin.fill(0.0);
    }

    /// Writes the patches of a block of windows of a padded volume to `matrix`.
    pub(crate) fn gather(&self, padded: &[f32], block: &Block, matrix: &mut [f32]) {
        let ([.., width], [_, down, along]) = (self.out, self.window.stride());
        let rows = matrix.chunks_exact_mut(block.lines.len() * width);
        for (row, start) in rows.zip(self.starts(block)) {
            let padded = &padded[start..];
            if along == 1 {
                copy_lines(row, width, padded, down * self.padded[2]);
            } else {
                let from = padded.chunks(down * self.padded[2]);
                for (to, from) in row.chunks_exact_mut(width).zip(from) {
                    from_strided(to, from, along, |to, value| *to = value);
                }
            }
        }
    }

    /// Adds every element of the patches in `matrix` to where it comes from in a padded volume.
    pub(crate) fn scatter(&self, matrix: &[f32], block: &Block, padded: &mut [f32]) {
        let ([.., width], [_, down, along]) = (self.out, self.window.stride());
        let rows = matrix.chunks_exact(block.lines.len() * width);
        for (row, start) in rows.zip(self.starts(block)) {
            let to = padded[start..].chunks_mut(down * self.padded[2]);
            for (to, from) in to.zip(row.chunks_exact(width)) {
                add_strided(to, along, from);
            }
        }
    }

    /// Where in the padded volume the first of a block of windows looks, for each row of the matrix.
    fn starts(&self, block: &Block) -> impl Iterator<Item = usize> + use<> {
        let [slices, rows, columns] = self.padded;
        let (kernel, stride) = (self.window.kernel(), self.window.stride());
        let dilation = self.window.dilation();
        let first = [block.slice * stride[0], block.lines.start * stride[1]];
        let planes = (0..self.channels).flat_map(move |channel| {
            (0..kernel[0]).map(move |deep| channel * slices + first[0] + deep * dilation[0])
        });
        planes.flat_map(move |plane| {
            (0..kernel[1]).flat_map(move |down| {
                let row = plane * rows + first[1] + down * dilation[1];
                (0..kernel[2]).map(move |along| row * columns + along * dilation[2])
            })
        })
    }

    /// The lines inside the padding, channel by channel.
    fn inner_lines<'a>(&self, margin: &'a mut [f32]) -> impl Iterator<Item = &'a mut [f32]> {
        let ([slices, rows, columns], padded) = (self.size, self.padded);
        let [front, top, left] = self.window.before();
        let channels = margin.chunks_exact_mut(padded.iter().product::<usize>().max(1));
        let planes = channels.flat_map(move |channel| {
            channel.chunks_exact_mut(padded[1] * padded[2]).skip(front).take(slices)
        });
        planes.flat_map(move |plane| {
            let lines = plane.chunks_exact_mut(padded[2]).skip(top).take(rows);
            lines.map(move |line| &mut line[left..][..columns])
        })
    }
}
