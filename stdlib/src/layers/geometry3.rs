//! The shapes of windows over volumes as types, as `geometry` has them for maps.

use crate::ops::window::{Sides, Window};
use crate::ops::window3::Window3;

/// A window of `D` slices, `H` rows and `W` columns.
#[derive(Clone, Copy, Debug)]
pub struct Kernel3<const D: usize, const H: usize, const W: usize>;

/// Steps of `D` slices, `H` rows and `W` columns from one window to the next.
#[derive(Clone, Copy, Debug)]
pub struct Stride3<const D: usize, const H: usize, const W: usize>;

/// Padding of `D` slices in front and behind, `H` rows above and below, and `W` columns left and
/// right.
#[derive(Clone, Copy, Debug)]
pub struct Padding3<const D: usize, const H: usize, const W: usize>;

/// Padding that differs from side to side, as PyTorch's `same` has it for even windows.
#[derive(Clone, Copy, Debug)]
pub struct PaddingSides3<
    const FRONT: usize,
    const BACK: usize,
    const TOP: usize,
    const BOTTOM: usize,
    const LEFT: usize,
    const RIGHT: usize,
>;

/// `D` slices, `H` rows and `W` columns from one element of a window to the next.
#[derive(Clone, Copy, Debug)]
pub struct Dilation3<const D: usize, const H: usize, const W: usize>;

/// `D` slices, `H` rows and `W` columns that a transposed convolution's output has more at its end.
#[derive(Clone, Copy, Debug)]
pub struct OutputPadding3<const D: usize, const H: usize, const W: usize>;

/// Three sizes along slices, rows and columns.
pub trait Extent3 {
    /// Along slices, along rows, along columns.
    const EXTENT: [usize; 3];
}

macro_rules! extents {
    ($($name:ident)+) => {$(
        impl<const D: usize, const H: usize, const W: usize> Extent3 for $name<D, H, W> {
            const EXTENT: [usize; 3] = [D, H, W];
        }
    )+};
}

extents!(Kernel3 Stride3 Dilation3 OutputPadding3);

/// Padding of a volume on each side.
pub trait Margin3 {
    /// Before the first of slices, rows and columns.
    const BEFORE: [usize; 3];
    /// Behind the last of each.
    const AFTER: [usize; 3];
}

impl<const D: usize, const H: usize, const W: usize> Margin3 for Padding3<D, H, W> {
    const BEFORE: [usize; 3] = [D, H, W];
    const AFTER: [usize; 3] = [D, H, W];
}

impl<
    const FRONT: usize,
    const BACK: usize,
    const TOP: usize,
    const BOTTOM: usize,
    const LEFT: usize,
    const RIGHT: usize,
> Margin3 for PaddingSides3<FRONT, BACK, TOP, BOTTOM, LEFT, RIGHT>
{
    const BEFORE: [usize; 3] = [FRONT, TOP, LEFT];
    const AFTER: [usize; 3] = [BACK, BOTTOM, RIGHT];
}

/// The window that the four types describe.
pub(super) const fn window3<K: Extent3, S: Extent3, P: Margin3, D: Extent3>(ceil: bool) -> Window3 {
    let (kernel, stride, dilation) = (K::EXTENT, S::EXTENT, D::EXTENT);
    let ([front, top, left], [back, bottom, right]) = (P::BEFORE, P::AFTER);
    let slices = Window {
        kernel: [kernel[0], 1],
        stride: [stride[0], 1],
        padding: Sides { top: front, bottom: back, left: 0, right: 0 },
        dilation: [dilation[0], 1],
        ceil,
    };
    let plane = Window {
        kernel: [kernel[1], kernel[2]],
        stride: [stride[1], stride[2]],
        padding: Sides { top, bottom, left, right },
        dilation: [dilation[1], dilation[2]],
        ceil,
    };
    Window3 { slices, plane }
}
