//! The shapes of windows as types: kernel, stride, padding and dilation.

use crate::ops::window::{Sides, Window};

/// A window of `H` rows and `W` columns.
#[derive(Clone, Copy, Debug)]
pub struct Kernel<const H: usize, const W: usize>;

/// Steps of `H` rows and `W` columns from one window to the next.
#[derive(Clone, Copy, Debug)]
pub struct Stride<const H: usize, const W: usize>;

/// Padding of `H` rows above and below and `W` columns left and right.
#[derive(Clone, Copy, Debug)]
pub struct Padding<const H: usize, const W: usize>;

/// Padding that differs from side to side, as PyTorch's `same` has it for even windows.
#[derive(Clone, Copy, Debug)]
pub struct PaddingSides<
    const TOP: usize,
    const BOTTOM: usize,
    const LEFT: usize,
    const RIGHT: usize,
>;

/// `H` rows and `W` columns from one element of a window to the next.
#[derive(Clone, Copy, Debug)]
pub struct Dilation<const H: usize, const W: usize>;

/// `H` rows and `W` columns that a transposed convolution's output has more at its end.
#[derive(Clone, Copy, Debug)]
pub struct OutputPadding<const H: usize, const W: usize>;

/// A pair of sizes along rows and columns.
pub trait Extent {
    /// Along rows, along columns.
    const EXTENT: [usize; 2];
}

impl<const H: usize, const W: usize> Extent for Kernel<H, W> {
    const EXTENT: [usize; 2] = [H, W];
}

impl<const H: usize, const W: usize> Extent for Stride<H, W> {
    const EXTENT: [usize; 2] = [H, W];
}

impl<const H: usize, const W: usize> Extent for Dilation<H, W> {
    const EXTENT: [usize; 2] = [H, W];
}

impl<const H: usize, const W: usize> Extent for OutputPadding<H, W> {
    const EXTENT: [usize; 2] = [H, W];
}

/// Padding on each side.
pub trait Margin {
    /// The padding.
    const SIDES: Sides;
}

impl<const H: usize, const W: usize> Margin for Padding<H, W> {
    const SIDES: Sides = Sides { top: H, bottom: H, left: W, right: W };
}

impl<const TOP: usize, const BOTTOM: usize, const LEFT: usize, const RIGHT: usize> Margin
    for PaddingSides<TOP, BOTTOM, LEFT, RIGHT>
{
    const SIDES: Sides = Sides { top: TOP, bottom: BOTTOM, left: LEFT, right: RIGHT };
}

/// The window that the four types describe.
pub(super) const fn window<K: Extent, S: Extent, P: Margin, D: Extent>(ceil: bool) -> Window {
    Window { kernel: K::EXTENT, stride: S::EXTENT, padding: P::SIDES, dilation: D::EXTENT, ceil }
}
