//! Bodies that look between values.

use super::Memory;
use crate::ops::resample::Taps;
use crate::ops::roi_align::RoiAlign;

/// Planes made anew from their rows and columns.
#[derive(Debug)]
pub(crate) struct Resampled {
    /// Planes in the batch.
    pub(crate) planes: usize,
    /// Rows and columns of a plane.
    pub(crate) size: [usize; 2],
    /// The rows that each row of the output is made of, and their weights.
    pub(crate) rows: Taps,
    /// The columns.
    pub(crate) columns: Taps,
}

/// The sizes of boxes in maps.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Boxed {
    /// Channels of a map.
    pub(crate) channels: usize,
    /// Rows and columns of a map.
    pub(crate) size: [usize; 2],
    /// Boxes in each sample.
    pub(crate) boxes: usize,
    /// How they become maps.
    pub(crate) arguments: RoiAlign,
}

/// Weighted sums of values around places.
pub(crate) trait Samplings: Memory {
    /// y[i, j] = sum over rows r of i and columns c of j of rows[i, r] columns[j, c] x[r, c], for each
    /// plane.
    fn resample(x: Self::View<'_>, resampled: &Resampled, y: Self::ViewMut<'_>);

    /// dx[r, c] += rows[i, r] columns[j, c] dy[i, j], for all of them.
    fn resample_gradient(dy: Self::View<'_>, resampled: &Resampled, dx: Self::ViewMut<'_>);

    /// y[s, b, c, i, j] = the mean of channel c of sample s at the points of bin i, j of box b, as
    /// `ops/roi_align.rs` says. `boxes`: samples x boxes x (left, top, right, bottom).
    fn roi_align(x: Self::View<'_>, boxes: Self::View<'_>, sizes: &Boxed, y: Self::ViewMut<'_>);

    /// dx[s, c, p] += the weight of p in bin i, j of box b times dy[s, b, c, i, j], for all of them.
    fn roi_align_gradient(
        dy: Self::View<'_>,
        boxes: Self::View<'_>,
        sizes: &Boxed,
        dx: Self::ViewMut<'_>,
    );
}
