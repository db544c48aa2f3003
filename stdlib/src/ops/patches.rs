//! The patches of a map under a sliding window as the columns of a matrix, which turns a
//! convolution into a product (im2col; Chellapilla et al., 2006), and back.

use std::ops::Range;

use super::window::{Span, Window};

/// How the patches of a map of some channels are laid out.
///
/// The matrix has a row for each element of the window in each channel, and a column for each
/// window. Windows come in whole lines, so that a part of a large map can be done at a time.
#[derive(Clone, Debug)]
pub(crate) struct Patches {
    window: Window,
    channels: usize,
    size: [usize; 2],
    out: [usize; 2],
    spans: Vec<Span>,
}

impl Patches {
    pub(crate) fn new(window: &Window, channels: usize, size: [usize; 2]) -> Self {
        let out = window.output(size);
        let spans = window.spans(size[1], out[1]);
        Self { window: *window, channels, size, out, spans }
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

    /// Writes the patches of some lines of windows to `matrix`.
    pub(crate) fn gather(&self, map: &[f32], lines: Range<usize>, matrix: &mut [f32]) {
        let stride = self.window.stride[1];
        self.each_run(lines, |row, span, at, line_width| {
            let line = &mut matrix[at..][..line_width];
            let Some(row) = row else { return line.fill(0.0) };
            line[..span.first].fill(0.0);
            line[span.first + span.count..].fill(0.0);
            let line = &mut line[span.first..][..span.count];
            let values = &map[row + span.start..];
            if stride == 1 {
                line.copy_from_slice(&values[..span.count]);
            } else {
                for (to, value) in line.iter_mut().zip(values.iter().step_by(stride)) {
                    *to = *value;
                }
            }
        });
    }

    /// Adds every element of the patches in `matrix` to where it comes from in `map`.
    pub(crate) fn scatter(&self, matrix: &[f32], lines: Range<usize>, map: &mut [f32]) {
        let stride = self.window.stride[1];
        self.each_run(lines, |row, span, at, _| {
            let Some(row) = row else { return };
            let line = &matrix[at + span.first..][..span.count];
            let values = &mut map[row + span.start..];
            if stride == 1 {
                for (value, from) in values.iter_mut().zip(line) {
                    *value += from;
                }
            } else {
                for (value, from) in values.iter_mut().step_by(stride).zip(line) {
                    *value += from;
                }
            }
        });
    }

    /// Calls `each` for every line of windows in every row of the matrix, with where the row of the
    /// map begins that it comes from, if inside, and where the line begins in the matrix.
    #[inline(always)]
    fn each_run(
        &self,
        lines: Range<usize>,
        mut each: impl FnMut(Option<usize>, &Span, usize, usize),
    ) {
        let [rows, columns] = self.size;
        let mut at = 0;
        for channel in 0..self.channels {
            for element in 0..self.window.kernel[0] {
                for span in &self.spans {
                    for line in lines.clone() {
                        let row = self.window.position(0, line, element, rows);
                        let row = row.map(|row| (channel * rows + row) * columns);
                        each(row, span, at, self.out[1]);
                        at += self.out[1];
                    }
                }
            }
        }
    }
}
