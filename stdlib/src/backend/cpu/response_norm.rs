//! Local response normalisation.

use std::ops::Range;

use rayon::prelude::*;

use super::parallel::units_per_part;
use crate::ops::planes::Planes;
use crate::ops::response_norm::ResponseNorm;

impl ResponseNorm {
    /// Writes the normalised maps to `y`.
    pub(super) fn normalise(self, x: &[f32], planes: Planes, y: &mut [f32]) {
        let (size, sample) = (planes.size, planes.channels * planes.size);
        let least = units_per_part(planes.samples, x.len());
        let samples = y.par_chunks_exact_mut(sample).zip(x.par_chunks_exact(sample));
        samples.with_min_len(least).for_each(|(y, x)| {
            self.levels(x, y, size);
            self.raise(y);
            y.iter_mut().zip(x).for_each(|(y, x)| *y *= x);
        });
    }

    /// Adds the gradient of the batch to `dx`.
    pub(super) fn add_gradients(
        self,
        x: &[f32],
        y: &[f32],
        dy: &[f32],
        planes: Planes,
        dx: &mut [f32],
    ) {
        let (size, sample) = (planes.size, planes.channels * planes.size);
        let least = units_per_part(planes.samples, x.len());
        let samples = dx.par_chunks_exact_mut(sample).zip(dy.par_chunks_exact(sample));
        let values = x.par_chunks_exact(sample).zip(y.par_chunks_exact(sample));
        samples.zip(values).with_min_len(least).for_each(|((dx, dy), (x, y))| {
            self.add_gradient(dx, dy, x, y, size);
        });
    }

    /// Writes k + alpha / size * (sum of squares) of a sample `x`, in planes of `size` values, to
    /// `levels`.
    fn levels(self, x: &[f32], levels: &mut [f32], size: usize) {
        let factor = self.alpha / self.size as f32;
        let channels = x.len() / size;
        for (channel, levels) in levels.chunks_exact_mut(size).enumerate() {
            levels.fill(self.k);
            for x in x[planes(self.around(channel, channels), size)].chunks_exact(size) {
                levels.iter_mut().zip(x).for_each(|(level, x)| *level += factor * (x * x));
            }
        }
    }

    /// The channels whose squares count for `channel`.
    fn around(self, channel: usize, channels: usize) -> Range<usize> {
        let (before, behind) = (self.size / 2, (self.size - 1) / 2);
        channel.saturating_sub(before)..(channel + behind + 1).min(channels)
    }

    /// The channels for which the square of `channel` counts.
    fn seen_by(self, channel: usize, channels: usize) -> Range<usize> {
        let (before, behind) = (self.size / 2, (self.size - 1) / 2);
        channel.saturating_sub(behind)..(channel + before + 1).min(channels)
    }

    /// Raises every level to the power of -beta. That of the paper and of PyTorch's default is two
    /// square roots, far quicker than a power.
    fn raise(self, levels: &mut [f32]) {
        if self.beta == 0.75 {
            for level in levels {
                let root = level.sqrt();
                *level = 1.0 / (root * root.sqrt());
            }
        } else {
            levels.iter_mut().for_each(|level| *level = level.powf(-self.beta));
        }
    }

    /// Adds the gradient of a sample to `dx`: directly, and by way of the levels that a value is a
    /// part of. `y` is what the norm gave.
    fn add_gradient(self, dx: &mut [f32], dy: &[f32], x: &[f32], y: &[f32], size: usize) {
        let mut levels = vec![0.0; x.len()];
        self.levels(x, &mut levels, size);
        // What one unit of each level takes from the sum: dy * y / level.
        let mut shares: Vec<f32> = dy.iter().zip(y).map(|(dy, y)| dy * y).collect();
        shares.iter_mut().zip(&levels).for_each(|(share, level)| *share /= level);
        self.raise(&mut levels);
        let factor = 2.0 * self.alpha * self.beta / self.size as f32;
        let channels = x.len() / size;
        let mut sums = vec![0.0; size];
        for channel in 0..channels {
            sums.fill(0.0);
            for shares in shares[planes(self.seen_by(channel, channels), size)].chunks_exact(size) {
                sums.iter_mut().zip(shares).for_each(|(sum, share)| *sum += share);
            }
            let plane = planes(channel..channel + 1, size);
            let dx = &mut dx[plane.clone()];
            dx.iter_mut().zip(x[plane.clone()].iter().zip(&sums)).for_each(|(dx, (x, sum))| {
                *dx -= factor * x * sum;
            });
            dx.iter_mut().zip(dy[plane.clone()].iter().zip(&levels[plane])).for_each(
                |(dx, (dy, level))| {
                    *dx += dy * level;
                },
            );
        }
    }
}

/// Where the planes of these channels lie in a sample.
fn planes(channels: Range<usize>, size: usize) -> Range<usize> {
    channels.start * size..channels.end * size
}
