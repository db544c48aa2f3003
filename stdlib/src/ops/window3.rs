//! A window that slides over volumes.

use super::window::{Sides, Window};

/// How a window slides across the slices of a volume, and in each slice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window3 {
    /// Across slices: a window of one column over a map that has them as its rows.
    pub slices: Window,
    /// Along rows and columns.
    pub plane: Window,
}

impl Window3 {
    /// The window `plane` in every slice by itself: a map is a volume of one slice.
    pub const fn flat(plane: Window) -> Self {
        let slices = Window {
            kernel: [1, 1],
            stride: [1, 1],
            padding: Sides::NONE,
            dilation: [1, 1],
            ceil: false,
        };
        Self { slices, plane }
    }

    /// How many windows fit a volume of `size` = slices, rows, columns, along each.
    pub const fn output(&self, size: [usize; 3]) -> [usize; 3] {
        let [rows, columns] = self.plane.output([size[1], size[2]]);
        [self.slices.output([size[0], 1])[0], rows, columns]
    }

    /// Slices, rows and columns of the volume whose `output` is `size`, and of `extra` more: the
    /// size of a transposed convolution's output.
    pub const fn input(&self, size: [usize; 3], extra: [usize; 3]) -> [usize; 3] {
        [
            self.slices.input_along(0, size[0], extra[0]),
            self.plane.input_along(0, size[1], extra[1]),
            self.plane.input_along(1, size[2], extra[2]),
        ]
    }

    /// Slices, rows and columns.
    pub const fn kernel(&self) -> [usize; 3] {
        [self.slices.kernel[0], self.plane.kernel[0], self.plane.kernel[1]]
    }

    /// Slices, rows and columns from one window to the next.
    pub(crate) const fn stride(&self) -> [usize; 3] {
        [self.slices.stride[0], self.plane.stride[0], self.plane.stride[1]]
    }

    /// Slices, rows and columns from one element of the window to the next.
    pub(crate) const fn dilation(&self) -> [usize; 3] {
        [self.slices.dilation[0], self.plane.dilation[0], self.plane.dilation[1]]
    }

    /// Slices, rows and columns of padding before the first element.
    pub(crate) const fn before(&self) -> [usize; 3] {
        [self.slices.before(0), self.plane.before(0), self.plane.before(1)]
    }

    /// Slices, rows and columns of padding after the last element.
    pub(crate) const fn after(&self) -> [usize; 3] {
        [self.slices.after(0), self.plane.after(0), self.plane.after(1)]
    }
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::super::window::tests::any_window;
    use super::*;

    /// Any window that fits a volume of 5 to 9 slices, rows and columns; `ceil` is no.
    pub(crate) fn any_window3() -> impl Strategy<Value = Window3> {
        (any_window(), any_window()).prop_map(|(slices, plane)| {
            let padding = Sides { left: 0, right: 0, ..slices.padding };
            let [kernel, stride, dilation] =
                [slices.kernel, slices.stride, slices.dilation].map(|[along, _]| [along, 1]);
            let slices = Window { kernel, stride, padding, dilation, ceil: false };
            Window3 { slices, plane: Window { ceil: false, ..plane } }
        })
    }

    /// The positions in a volume of `size` that the window at `out` looks at, one after the other;
    /// none where it looks at the padding.
    pub(crate) fn look(window: &Window3, out: [usize; 3], size: [usize; 3]) -> Vec<Option<usize>> {
        let [slices, rows, columns] = window.kernel();
        let elements = (0..slices * rows * columns).map(|element| {
            [element / (rows * columns), element / columns % rows, element % columns]
        });
        let position = |[slice, row, column]: [usize; 3]| {
            let slice = window.slices.position(0, out[0], slice, size[0])?;
            let row = window.plane.position(0, out[1], row, size[1])?;
            let column = window.plane.position(1, out[2], column, size[2])?;
            Some((slice * size[1] + row) * size[2] + column)
        };
        elements.map(position).collect()
    }

    proptest! {
        #[test]
        fn the_input_is_the_least_that_has_the_output(
            window in any_window3(),
            size in [5_usize..10, 5..10, 5..10],
        ) {
            let least = window.input(window.output(size), [0; 3]);
            for axis in 0..3 {
                prop_assert!(least[axis] <= size[axis]);
                prop_assert!(size[axis] < least[axis] + window.stride()[axis]);
            }
        }
    }
}
