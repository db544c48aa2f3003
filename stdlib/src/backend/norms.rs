//! Bodies of normalisations.

use super::Memory;
use crate::ops::planes::Planes;
use crate::ops::response_norm::ResponseNorm;

/// Statistics: the mean and 1 / sqrt(variance + eps) of each channel, or of each group.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moments<V> {
    /// The means.
    pub(crate) mean: V,
    /// One over the deviations.
    pub(crate) scale: V,
}

/// Samples in groups of neighbouring values.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Groups {
    /// Samples in the batch.
    pub(crate) samples: usize,
    /// Values of a sample.
    pub(crate) sample: usize,
    /// Values of a group.
    pub(crate) size: usize,
}

impl Groups {
    /// Groups in the batch.
    pub(crate) fn count(self) -> usize {
        self.samples * (self.sample / self.size)
    }
}

/// Norms over the batch: `x`, `dx`, `y` and `dy` are planes, everything else is a value for each
/// channel. n stands for (x - mean) scale.
pub(crate) trait BatchNorms: Memory {
    /// The mean of each channel, and its biased variance, both summed in double precision.
    fn batch_moments(
        x: Self::View<'_>,
        planes: Planes,
        mean: Self::ViewMut<'_>,
        variance: Self::ViewMut<'_>,
    );

    /// running += momentum (factor of_batch - running).
    fn move_towards(
        of_batch: Self::View<'_>,
        factor: f32,
        momentum: f32,
        running: Self::ViewMut<'_>,
    );

    /// scale = 1 / sqrt(variance + eps).
    fn inverse_deviation(variance: Self::View<'_>, eps: f32, scale: Self::ViewMut<'_>);

    /// y = (x - mean) (scale weight) + bias; without `affine` = weight, bias, these are 1 and 0.
    fn batch_norm(
        x: Self::View<'_>,
        planes: Planes,
        moments: Moments<Self::View<'_>>,
        affine: Option<[Self::View<'_>; 2]>,
        y: Self::ViewMut<'_>,
    );

    /// sums = those of dy and of dy n over each channel, in double precision: the gradients of bias
    /// and weight.
    fn batch_norm_sums(
        x: Self::View<'_>,
        dy: Self::View<'_>,
        planes: Planes,
        moments: Moments<Self::View<'_>>,
        sums: [Self::ViewMut<'_>; 2],
    );

    /// dx += scale weight (dy - (total + n along) / values of a channel), or, without `sums` = total,
    /// along, dx += scale weight dy: the statistics were not those of the batch.
    fn batch_norm_gradient(
        x: Self::View<'_>,
        dy: Self::View<'_>,
        planes: Planes,
        moments: Moments<Self::View<'_>>,
        weight: Option<Self::View<'_>>,
        sums: Option<[Self::View<'_>; 2]>,
        dx: Self::ViewMut<'_>,
    );
}

/// Norms within samples. A *position* is the vector of what its planes have there. n stands for (x - mean) scale, with the statistics of a value's group.
/// Weights and biases are each for as many neighbouring values of a sample.
pub(crate) trait Norms: Memory {
    /// The mean and 1 / sqrt(biased variance + eps) of each group, summed in double precision.
    fn group_moments(
        x: Self::View<'_>,
        groups: Groups,
        eps: f32,
        moments: Moments<Self::ViewMut<'_>>,
    );

    /// y = n weight + bias, or y = n without `affine` = weight, bias.
    fn group_norm(
        x: Self::View<'_>,
        groups: Groups,
        moments: Moments<Self::View<'_>>,
        affine: Option<[Self::View<'_>; 2]>,
        y: Self::ViewMut<'_>,
    );

    /// dw += the sums of dy n over the values of each weight.
    fn group_norm_weight_gradient(
        x: Self::View<'_>,
        dy: Self::View<'_>,
        groups: Groups,
        moments: Moments<Self::View<'_>>,
        dw: Self::ViewMut<'_>,
    );

    /// db += the sums of dy over the values of each bias.
    fn group_norm_bias_gradient(dy: Self::View<'_>, groups: Groups, db: Self::ViewMut<'_>);

    /// dx += scale (g - mean of g - n (mean of g n)), with g = dy weight and means over the group.
    fn group_norm_gradient(
        x: Self::View<'_>,
        dy: Self::View<'_>,
        groups: Groups,
        moments: Moments<Self::View<'_>>,
        weight: Option<Self::View<'_>>,
        dx: Self::ViewMut<'_>,
    );

    /// y = x / max(norm of x over the channels, eps), for each position.
    fn l2_norm(x: Self::View<'_>, planes: Planes, eps: f32, y: Self::ViewMut<'_>);

    /// dx += (dy - y (sum over channels of dy y)) / norm; dx += dy / eps where the norm is less.
    fn l2_norm_gradient(
        x: Self::View<'_>,
        dy: Self::View<'_>,
        planes: Planes,
        eps: f32,
        dx: Self::ViewMut<'_>,
    );

    /// y[c] = x[c] level[c]^-beta, with level[c] = k + alpha / size (sum of the squares of the `size`
    /// channels around c).
    fn response_norm(x: Self::View<'_>, planes: Planes, norm: ResponseNorm, y: Self::ViewMut<'_>);

    /// dx[c] += dy[c] level[c]^-beta - 2 alpha beta / size x[c] (sum of dy[d] y[d] / level[d] over the
    /// channels d that c is around of); `y` is what the norm gave.
    fn response_norm_gradient(
        x: Self::View<'_>,
        y: Self::View<'_>,
        dy: Self::View<'_>,
        planes: Planes,
        norm: ResponseNorm,
        dx: Self::ViewMut<'_>,
    );
}
