//! Bodies that move values.

use super::Memory;
use crate::ops::pad::PadMode;
use crate::ops::window::Sides;

/// A part of each plane.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Part {
    /// Rows and columns of a plane.
    pub(crate) size: [usize; 2],
    /// The row and the column that the part begins at.
    pub(crate) first: [usize; 2],
    /// Rows and columns of the part.
    pub(crate) part: [usize; 2],
}

/// Planes with padding around them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Padded {
    /// Planes in the batch.
    pub(crate) planes: usize,
    /// Rows and columns of a plane, of which there are some.
    pub(crate) size: [usize; 2],
    /// The padding.
    pub(crate) sides: Sides,
    /// What it holds.
    pub(crate) mode: PadMode,
}

/// An order of axes.
#[derive(Clone, Debug)]
pub(crate) struct Order {
    /// The shape of a sample of the input.
    pub(crate) shape: Vec<usize>,
    /// The axis of the input that each axis of the output is.
    pub(crate) axes: Vec<usize>,
}

/// Where values stand.
pub(crate) trait Layouts: Memory {
    /// y[s] = x[0][s], x[1][s] and so on, one after the other, for each of the `samples`. Sample s of
    /// part p has widths[p] values.
    fn concat(x: &[Self::View<'_>], widths: &[usize], samples: usize, y: Self::ViewMut<'_>);

    /// dx[s] += the `width` values of dy[s] from `first` on; a sample of dy has `total`.
    fn concat_gradient(
        dy: Self::View<'_>,
        total: usize,
        first: usize,
        width: usize,
        dx: Self::ViewMut<'_>,
    );

    /// y = the part of each plane of x.
    fn crop(x: Self::View<'_>, part: Part, y: Self::ViewMut<'_>);

    /// The part of each plane of dx += dy.
    fn crop_gradient(dy: Self::View<'_>, part: Part, dx: Self::ViewMut<'_>);

    /// y = x with its padding.
    fn pad(x: Self::View<'_>, padded: Padded, y: Self::ViewMut<'_>);

    /// dx[p] += dy[q] for every q that the padding took from p.
    fn pad_gradient(dy: Self::View<'_>, padded: Padded, dx: Self::ViewMut<'_>);

    /// y[s][i[axes[0]], i[axes[1]], ...] = x[s][i[0], i[1], ...], for each of the `samples`.
    fn permute(x: Self::View<'_>, order: &Order, samples: usize, y: Self::ViewMut<'_>);

    /// dx[s][i[0], i[1], ...] += dy[s][i[axes[0]], i[axes[1]], ...].
    fn permute_gradient(dy: Self::View<'_>, order: &Order, samples: usize, dx: Self::ViewMut<'_>);
}
