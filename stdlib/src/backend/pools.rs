//! Bodies of pools.

use super::Memory;
use crate::ops::planes::Planes;
use crate::ops::window::Window;

/// Planes of maps, and windows that slide over each of them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Windows {
    /// How windows slide.
    pub(crate) window: Window,
    /// Planes in the batch: samples x channels.
    pub(crate) planes: usize,
    /// Rows and columns of a plane.
    pub(crate) size: [usize; 2],
    /// Rows and columns of windows.
    pub(crate) out: [usize; 2],
}

impl Windows {
    /// Windows over maps of some `planes` of `size`.
    pub(crate) fn new(window: &Window, planes: usize, size: [usize; 2]) -> Self {
        Self { window: *window, planes, size, out: window.output(size) }
    }
}

/// Pools. `x` and `dx` are planes x size, `y`, `dy` and places planes x out.
pub(crate) trait Pools: Memory {
    /// y[w] = the largest value of window w, and its place in the plane. A NaN counts as the largest,
    /// and the last of several; of equal values the first. A window that lies in the padding has minus
    /// infinity and no place.
    fn max_pool(
        x: Self::View<'_>,
        windows: &Windows,
        y: Self::ViewMut<'_>,
        places: &mut Self::Places,
    );

    /// dx[place of w] += dy[w], window by window.
    fn max_pool_gradient(
        dy: Self::View<'_>,
        places: &Self::Places,
        sizes: Pooled,
        dx: Self::ViewMut<'_>,
    );

    /// y[place of w] = x[w], the last of several windows: here `x` is planes x out, and `y` planes x
    /// size.
    fn max_unpool(x: Self::View<'_>, places: &Self::Places, sizes: Pooled, y: Self::ViewMut<'_>);

    /// dx[w] += dy[place of w], with dx and dy like x and y of the unpool.
    fn max_unpool_gradient(
        dy: Self::View<'_>,
        places: &Self::Places,
        sizes: Pooled,
        dx: Self::ViewMut<'_>,
    );

    /// y[w] = the mean of window w; `count_pad` says whether zeros of the padding count.
    fn average_pool(x: Self::View<'_>, windows: &Windows, count_pad: bool, y: Self::ViewMut<'_>);

    /// dx[p] += dy[w] / (what w counts), for all positions p of each window w.
    fn average_pool_gradient(
        dy: Self::View<'_>,
        windows: &Windows,
        count_pad: bool,
        dx: Self::ViewMut<'_>,
    );

    /// y[c] = the largest value of plane c, and its place: as with a window of the whole plane.
    fn global_max_pool(
        x: Self::View<'_>,
        planes: Planes,
        y: Self::ViewMut<'_>,
        places: &mut Self::Places,
    );

    /// y[c] = the mean of plane c.
    fn global_average_pool(x: Self::View<'_>, planes: Planes, y: Self::ViewMut<'_>);

    /// dx[p] += dy[c] / size, for all positions p of each plane c.
    fn global_average_pool_gradient(dy: Self::View<'_>, planes: Planes, dx: Self::ViewMut<'_>);
}

/// What a pool left of planes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pooled {
    /// Planes in the batch.
    pub(crate) planes: usize,
    /// Values of a plane.
    pub(crate) size: usize,
    /// Windows of a plane.
    pub(crate) out: usize,
}
