//! `pad` and `crop`.

use crate::ops;
use crate::ops::pad::PadMode;
use crate::ops::window::Sides;
use crate::value::FeatureMap;

/// Maps with some rows and columns more on each side, `[top, bottom, left, right]`, filled as `mode`
/// says: PyTorch's `functional.pad`.
///
/// # Panics
/// When that does not make `OH` rows and `OW` columns, which the checker of the language has ruled
/// out.
pub fn pad<const C: usize, const H: usize, const W: usize, const OH: usize, const OW: usize>(
    x: FeatureMap<C, H, W>,
    sides: [usize; 4],
    mode: PadMode,
) -> FeatureMap<C, OH, OW> {
    let [top, bottom, left, right] = sides;
    ops::pad::pad(x.into(), Sides { top, bottom, left, right }, mode).into()
}

/// The `OH` rows and `OW` columns of each map that begin at `[top, left]`.
///
/// # Panics
/// When the map has fewer, which the checker of the language has ruled out.
pub fn crop<const C: usize, const H: usize, const W: usize, const OH: usize, const OW: usize>(
    x: FeatureMap<C, H, W>,
    first: [usize; 2],
) -> FeatureMap<C, OH, OW> {
    ops::crop::crop(x.into(), first, [OH, OW]).into()
}
