//! A window that slides over feature maps, as convolutions and pools have it.

/// How a window slides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Rows and columns.
    pub kernel: [usize; 2],
    /// Rows and columns from one window to the next.
    pub stride: [usize; 2],
    /// Padding around the map.
    pub padding: Sides,
    /// Rows and columns from one element of the window to the next.
    pub dilation: [usize; 2],
    /// Whether a last window that reaches over the edge counts (PyTorch's `ceil_mode`).
    pub ceil: bool,
}

/// Padding on each side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sides {
    /// Rows above.
    pub top: usize,
    /// Rows below.
    pub bottom: usize,
    /// Columns on the left.
    pub left: usize,
    /// Columns on the right.
    pub right: usize,
}

impl Sides {
    /// No padding.
    pub const NONE: Self = Self { top: 0, bottom: 0, left: 0, right: 0 };
}

impl Window {
    /// How many windows fit a map of `size` = rows, columns: along rows, along columns. None when
    /// the padded map is smaller than a window.
    pub const fn output(&self, size: [usize; 2]) -> [usize; 2] {
        [self.output_along(0, size[0]), self.output_along(1, size[1])]
    }

    /// Padding before the first element along `axis`.
    pub const fn before(&self, axis: usize) -> usize {
        if axis == 0 { self.padding.top } else { self.padding.left }
    }

    /// Padding after the last element along `axis`.
    pub const fn after(&self, axis: usize) -> usize {
        if axis == 0 { self.padding.bottom } else { self.padding.right }
    }

    const fn output_along(&self, axis: usize, size: usize) -> usize {
        let (before, after) = (self.before(axis), self.after(axis));
        let span = (self.kernel[axis] - 1) * self.dilation[axis] + 1;
        let padded = size + before + after;
        let stride = self.stride[axis];
        if padded < span {
            // Even the first window may reach over the edge, by less than a step.
            return if self.ceil && padded + stride > span { 1 } else { 0 };
        }
        let count = (padded - span) / stride + 1;
        let overhang = !(padded - span).is_multiple_of(stride);
        // The last window must begin in the map or the padding before it.
        if self.ceil && overhang && count * stride < size + before { count + 1 } else { count }
    }

    /// Rows or columns of the map that `size` windows fit exactly, and `extra` more.
    pub(crate) const fn input_along(&self, axis: usize, size: usize, extra: usize) -> usize {
        let span = (self.kernel[axis] - 1) * self.dilation[axis] + 1;
        let padded = (size - 1) * self.stride[axis] + span + extra;
        padded.saturating_sub(self.before(axis) + self.after(axis))
    }

    /// Where element `element` of the window number `index` lies along `axis`, if inside the map.
    pub(crate) fn position(
        &self,
        axis: usize,
        index: usize,
        element: usize,
        size: usize,
    ) -> Option<usize> {
        let position = index * self.stride[axis] + element * self.dilation[axis];
        position.checked_sub(self.before(axis)).filter(|&position| position < size)
    }

    /// For each column of the window, the windows of a line that have it inside a map of `columns`
    /// columns.
    pub(crate) fn spans(&self, columns: usize, out_columns: usize) -> Vec<Span> {
        let (stride, before) = (self.stride[1], self.before(1));
        let span = |element: usize| {
            let offset = element * self.dilation[1];
            let first = before.saturating_sub(offset).div_ceil(stride).min(out_columns);
            let end = (columns + before).saturating_sub(offset).div_ceil(stride).min(out_columns);
            let count = end.saturating_sub(first);
            let start = if count == 0 { 0 } else { first * stride + offset - before };
            Span { first, count, start }
        };
        (0..self.kernel[1]).map(span).collect()
    }
}

/// Neighbouring windows of a line that all have some column of theirs inside the map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    /// The first of the windows.
    pub(crate) first: usize,
    /// How many there are.
    pub(crate) count: usize,
    /// The column of the map that the first one has there; each next one's is a stride further.
    pub(crate) start: usize,
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Any window that fits a map of 5 to 9 rows and columns, padded by half of it at most.
    pub(crate) fn any_window() -> impl Strategy<Value = Window> {
        let pair = |range: std::ops::Range<usize>| [range.clone(), range];
        (pair(1..4), pair(1..4), pair(1..3), any::<[bool; 4]>(), any::<bool>()).prop_map(
            |(kernel, stride, dilation, padded, ceil)| {
                let most = [0, 1].map(|axis| kernel[axis] / 2);
                let side = |padded: bool, axis: usize| if padded { most[axis] } else { 0 };
                let [top, bottom, left, right] =
                    [0, 1, 2, 3].map(|number| side(padded[number], number / 2));
                let padding = Sides { top, bottom, left, right };
                Window { kernel, stride, padding, dilation, ceil }
            },
        )
    }

    /// The positions in a map of `size` that the window at `out` looks at, one after the other;
    /// none where it looks at the padding.
    pub(crate) fn look(window: &Window, out: [usize; 2], size: [usize; 2]) -> Vec<Option<usize>> {
        let [rows, columns] = window.kernel;
        let elements = (0..rows).flat_map(|row| (0..columns).map(move |column| [row, column]));
        let position = |[row, column]: [usize; 2]| {
            let row = window.position(0, out[0], row, size[0])?;
            Some(row * size[1] + window.position(1, out[1], column, size[1])?)
        };
        elements.map(position).collect()
    }

    fn window(kernel: usize, stride: usize, padding: usize, dilation: usize) -> Window {
        let sides = Sides { top: padding, bottom: padding, left: padding, right: padding };
        Window {
            kernel: [kernel; 2],
            stride: [stride; 2],
            padding: sides,
            dilation: [dilation; 2],
            ceil: false,
        }
    }

    #[test]
    fn sizes_are_those_of_well_known_layers() {
        // AlexNet's first convolution, ResNet's stem and its pool, DenseNet's transition.
        assert_eq!(window(11, 4, 0, 1).output([227, 227]), [55, 55]);
        assert_eq!(window(7, 2, 3, 1).output([224, 224]), [112, 112]);
        assert_eq!(window(3, 2, 1, 1).output([112, 112]), [56, 56]);
        assert_eq!(window(2, 2, 0, 1).output([56, 28]), [28, 14]);
        assert_eq!(window(3, 1, 2, 2).output([9, 9]), [9, 9]);
        assert_eq!(window(5, 1, 0, 1).output([4, 9]), [0, 5]);
    }

    #[test]
    fn ceil_counts_a_window_over_the_edge_unless_it_begins_in_the_padding_behind() {
        let ceil =
            |kernel, stride, padding| Window { ceil: true, ..window(kernel, stride, padding, 1) };
        // GoogLeNet's pools.
        assert_eq!(ceil(3, 2, 0).output([112, 112]), [56, 56]);
        assert_eq!(ceil(2, 2, 0).output([7, 8]), [4, 4]);
        // As torch.nn.functional.max_pool2d(x, 2, 2, 0, ceil_mode=True) of 1x1x1x1: a step less one
        // over the edge.
        assert_eq!(ceil(2, 2, 0).output([1, 1]), [1, 1]);
        assert_eq!(ceil(3, 2, 0).output([1, 2]), [0, 1]);
        // As torch.nn.functional.max_pool2d(x, 2, 2, 1, ceil_mode=True) of 1x1x5x5.
        assert_eq!(ceil(2, 2, 1).output([5, 5]), [3, 3]);
    }

    #[test]
    fn spans_agree_with_every_single_position() {
        for (kernel, stride, padding, dilation) in
            [(3, 1, 1, 1), (3, 2, 1, 1), (4, 3, 3, 2), (5, 1, 0, 1), (2, 3, 0, 1)]
        {
            let window = window(kernel, stride, padding, dilation);
            for columns in 1..12 {
                let count = window.output([columns, columns])[1];
                for (element, span) in window.spans(columns, count).into_iter().enumerate() {
                    for index in 0..count {
                        let within = (span.first..span.first + span.count).contains(&index);
                        let found = within.then(|| span.start + (index - span.first) * stride);
                        assert_eq!(found, window.position(1, index, element, columns));
                    }
                }
            }
        }
    }
}
