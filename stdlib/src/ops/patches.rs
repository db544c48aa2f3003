//! The patches of a map under a sliding window as the columns of a matrix, which turns a
//! convolution into a product (im2col; Chellapilla et al., 2006), and back.
//!
//! The map is padded first, if it has to be: then every line of windows is a run of values at equal
//! distances, whatever its place, and to copy it takes no decisions.

use std::ops::Range;

use super::runs::{add_strided, copy_lines, from_strided};
use super::window::Window;

/// How the patches of a map of some channels are laid out.
///
/// The matrix has a row for each element of the window in each channel, and a column for each
/// window. Windows come in whole lines, so that a part of a large map can be done at a time.
#[derive(Clone, Debug)]
pub(crate) struct Patches {
    window: Window,
    channels: usize,
    /// Rows and columns of the map.
    size: [usize; 2],
    /// Rows and columns of the padded map.
    padded: [usize; 2],
    /// Lines of windows, and windows in a line.
    out: [usize; 2],
}

impl Patches {
    pub(crate) fn new(window: &Window, channels: usize, size: [usize; 2]) -> Self {
        let padded = [0, 1].map(|axis| window.before(axis) + size[axis] + window.after(axis));
        Self { window: *window, channels, size, padded, out: window.output(size) }
    }

    /// Rows of the matrix.
    pub(crate) fn height(&self) -> usize {
        self.channels * self.window.kernel[0] * self.window.kernel[1]
    }

    /// Lines of windows, and windows in a line.
    pub(crate) fn out(&self) -> [usize; 2] {
        self.out
    }

    /// Whether the matrix of all lines is the map itself: a 1x1 window that goes everywhere.
    pub(crate) fn are_map(&self) -> bool {
        self.window.kernel == [1, 1] && self.out == self.size && self.window.stride == [1, 1]
    }

    /// A padded map of zeros to be used again and again; empty if there is no padding.
    pub(crate) fn margin(&self) -> Vec<f32> {
        if self.padded == self.size {
            return Vec::new();
        }
        vec![0.0; self.channels * self.padded[0] * self.padded[1]]
    }

    /// The padded `map`, in `margin` if there is padding.
    pub(crate) fn pad<'a>(&self, map: &'a [f32], margin: &'a mut [f32]) -> &'a [f32] {
        if margin.is_empty() {
            return map;
        }
        for (to, from) in self.inner_lines(margin).zip(map.chunks_exact(self.size[1])) {
            to.copy_from_slice(from);
        }
        margin
    }

    /// Adds what is inside the padding in `margin` to `map`, and clears it.
    pub(crate) fn unpad(&self, margin: &mut [f32], map: &mut [f32]) {
        for (from, to) in self.inner_lines(margin).zip(map.chunks_exact_mut(self.size[1])) {
            for (to, from) in to.iter_mut().zip(from) {
                *to += *from;
            }
        }
        margin.fill(0.0);
    }

    /// Writes the patches of some lines of windows of a padded map to `matrix`.
    pub(crate) fn gather(&self, padded: &[f32], lines: Range<usize>, matrix: &mut [f32]) {
        let ([_, width], [down, along]) = (self.out, self.window.stride);
        let rows = matrix.chunks_exact_mut(lines.len() * width);
        for (row, start) in rows.zip(self.starts(&lines)) {
            let padded = &padded[start..];
            if along == 1 {
                copy_lines(row, width, padded, down * self.padded[1]);
            } else {
                let from = padded.chunks(down * self.padded[1]);
                for (to, from) in row.chunks_exact_mut(width).zip(from) {
                    from_strided(to, from, along, |to, value| *to = value);
                }
            }
        }
    }

    /// Adds every element of the patches in `matrix` to where it comes from in a padded map.
    pub(crate) fn scatter(&self, matrix: &[f32], lines: Range<usize>, padded: &mut [f32]) {
        let ([_, width], [down, along]) = (self.out, self.window.stride);
        let rows = matrix.chunks_exact(lines.len() * width);
        for (row, start) in rows.zip(self.starts(&lines)) {
            let to = padded[start..].chunks_mut(down * self.padded[1]);
            for (to, from) in to.zip(row.chunks_exact(width)) {
                add_strided(to, along, from);
            }
        }
    }

    /// Where in the padded map the first of some lines of windows looks, for each row of the
    /// matrix.
    fn starts(&self, lines: &Range<usize>) -> impl Iterator<Item = usize> + use<> {
        let (window, [rows, columns]) = (self.window, self.padded);
        let first = lines.start * window.stride[0];
        (0..self.channels).flat_map(move |channel| {
            (0..window.kernel[0]).flat_map(move |down| {
                let row = channel * rows + first + down * window.dilation[0];
                (0..window.kernel[1]).map(move |along| row * columns + along * window.dilation[1])
            })
        })
    }

    /// The lines inside the padding, channel by channel.
    fn inner_lines<'a>(&self, margin: &'a mut [f32]) -> impl Iterator<Item = &'a mut [f32]> {
        let ([rows, columns], [padded_rows, padded_columns]) = (self.size, self.padded);
        let (top, left) = (self.window.before(0), self.window.before(1));
        let channels = margin.chunks_exact_mut((padded_rows * padded_columns).max(1));
        channels.flat_map(move |channel| {
            let lines = channel.chunks_exact_mut(padded_columns).skip(top).take(rows);
            lines.map(move |line| &mut line[left..][..columns])
        })
    }
}
