//! `roialign`.

use crate::ops;
use crate::ops::roi_align::RoiAlign;
use crate::value::{FeatureMap, Matrix, Volume};

/// The values of maps in boxes, as maps of `H2`x`W2` bins: torchvision's `roi_align` for each sample
/// and its own `N` boxes (He et al., 2017).
///
/// A box is left, top, right and bottom in pixels of the picture; `scale` is what a pixel of it is on
/// the map. A bin is the mean at `ratio`x`ratio` points, or if that is 0, at one for each pixel of the
/// map. If `aligned`, pixels have their values at their centres. The boxes get no gradient.
pub fn roi_align<
    const C: usize,
    const H: usize,
    const W: usize,
    const N: usize,
    const H2: usize,
    const W2: usize,
>(
    x: FeatureMap<C, H, W>,
    boxes: Matrix<N, 4>,
    scale: f32,
    ratio: usize,
    aligned: bool,
) -> Volume<N, C, H2, W2> {
    let arguments = RoiAlign { bins: [H2, W2], scale, ratio, aligned };
    ops::roi_align::roi_align(x.into(), boxes.into(), &arguments).into()
}
