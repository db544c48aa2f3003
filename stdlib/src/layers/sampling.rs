//! Maps of another size: `upsample`, `adaptiveavgpool`, `unpool`, `pixelshuffle`.

use crate::ops;
use crate::ops::max_pool::PoolIndices;
use crate::ops::upsample::{Interpolation, upsample};
use crate::value::FeatureMap;

/// Each value from the nearest one before it: PyTorch's `interpolate(size, mode="nearest")`.
pub fn upsample_nearest<
    const C: usize,
    const H: usize,
    const W: usize,
    const OH: usize,
    const OW: usize,
>(
    x: FeatureMap<C, H, W>,
) -> FeatureMap<C, OH, OW> {
    upsample(x.into(), [OH, OW], Interpolation::Nearest).into()
}

/// Each value from the four around it: PyTorch's `interpolate(size, mode="bilinear")`.
pub fn upsample_bilinear<
    const C: usize,
    const H: usize,
    const W: usize,
    const OH: usize,
    const OW: usize,
>(
    x: FeatureMap<C, H, W>,
    align_corners: bool,
) -> FeatureMap<C, OH, OW> {
    upsample(x.into(), [OH, OW], Interpolation::Linear { align_corners }).into()
}

/// Each value from the sixteen around it: PyTorch's `interpolate(size, mode="bicubic")` (Keys,
/// 1981, with a = -0.75).
pub fn upsample_bicubic<
    const C: usize,
    const H: usize,
    const W: usize,
    const OH: usize,
    const OW: usize,
>(
    x: FeatureMap<C, H, W>,
    align_corners: bool,
) -> FeatureMap<C, OH, OW> {
    upsample(x.into(), [OH, OW], Interpolation::Cubic { align_corners }).into()
}

/// The means of `OH` x `OW` parts of each map: PyTorch's `AdaptiveAvgPool2d`.
pub fn adaptive_avg_pool<
    const C: usize,
    const H: usize,
    const W: usize,
    const OH: usize,
    const OW: usize,
>(
    x: FeatureMap<C, H, W>,
) -> FeatureMap<C, OH, OW> {
    ops::adaptive_pool::adaptive_average_pool(x.into(), [OH, OW]).into()
}

/// The values put back where a pool found its largest ones, zeros elsewhere: PyTorch's
/// `MaxUnpool2d` (Badrinarayanan et al., 2015). The output is as large as the pool's input.
///
/// # Panics
/// When `x` has not the shape of the pool's output, which the checker of the language has ruled
/// out.
pub fn max_unpool<
    const C: usize,
    const H: usize,
    const W: usize,
    const OH: usize,
    const OW: usize,
>(
    x: FeatureMap<C, H, W>,
    indices: &PoolIndices,
) -> FeatureMap<C, OH, OW> {
    ops::unpool::max_unpool(x.into(), indices).into()
}

/// Maps that are larger by a factor, their pixels taken from as many channels: PyTorch's
/// `PixelShuffle` (Shi et al., 2016).
pub fn pixel_shuffle<
    const C: usize,
    const H: usize,
    const W: usize,
    const OC: usize,
    const OH: usize,
    const OW: usize,
>(
    x: FeatureMap<C, H, W>,
) -> FeatureMap<OC, OH, OW> {
    const {
        let factor = OH / H;
        assert!(OH == H * factor && OW == W * factor, "both axes grow by the same factor");
        assert!(C == OC * factor * factor, "every pixel is a value of some channel");
    }
    ops::permute::pixel_shuffle(x.into(), OH / H).into()
}
