//! Normalisation of parts of samples.

use std::ops::Range;

use rayon::prelude::*;

use super::super::{Groups, Moments};
use super::parallel::units_per_part;
use super::runs::sum;

/// Writes the mean and 1 / sqrt(var + eps) of every group.
pub(super) fn moments(x: &[f32], groups: Groups, eps: f32, moments: Moments<&mut [f32]>) {
    let of = |x: &[f32]| {
        let count = groups.size as f64;
        let mean = (sum(x, x, |x, _| x) / count) as f32;
        let var = sum(x, x, |x, _| (x - mean) * (x - mean)) / count;
        (mean, 1.0 / (var as f32 + eps).sqrt())
    };
    let least = units_per_part(groups.count(), x.len());
    let found = moments.mean.par_iter_mut().zip(moments.scale).with_min_len(least);
    let each = found.zip(x.par_chunks_exact(groups.size));
    each.for_each(|((mean, scale), x)| (*mean, *scale) = of(x));
}

/// A batch's normalisation.
pub(super) struct Norm<'a> {
    pub(super) groups: Groups,
    pub(super) moments: Moments<&'a [f32]>,
}

impl Norm<'_> {
    /// The mean and 1 / sqrt(var + eps) of a group.
    fn moments(&self, group: usize) -> (f32, f32) {
        (self.moments.mean[group], self.moments.scale[group])
    }

    /// One of `weights` for each value of a sample, so that the loops over values are the same for
    /// all norms.
    pub(super) fn repeat(&self, weights: &[f32]) -> Vec<f32> {
        let times = self.groups.sample / weights.len();
        weights.iter().flat_map(|&weight| std::iter::repeat_n(weight, times)).collect()
    }

    /// The part of what belongs to a sample's values that belongs to a group's, the groups counted
    /// over all samples.
    fn part<'v>(&self, of_sample: &'v [f32], group: usize) -> &'v [f32] {
        &of_sample[group * self.groups.size % self.groups.sample..][..self.groups.size]
    }

    pub(super) fn normalise(
        &self,
        x: &[f32],
        gain: Option<&[f32]>,
        shift: Option<&[f32]>,
        y: &mut [f32],
    ) {
        let least = units_per_part(self.groups.count(), x.len());
        let groups =
            y.par_chunks_exact_mut(self.groups.size).zip(x.par_chunks_exact(self.groups.size));
        groups.enumerate().with_min_len(least).for_each(|(group, (y, x))| {
            let (mean, scale) = self.moments(group);
            y.iter_mut().zip(x).for_each(|(y, x)| *y = (x - mean) * scale);
            if let (Some(gain), Some(shift)) = (gain, shift) {
                let affine = self.part(gain, group).iter().zip(self.part(shift, group));
                y.iter_mut().zip(affine).for_each(|(y, (gain, shift))| *y = *y * gain + shift);
            }
        });
    }

    /// Adds the gradient of the input to `dx`. The statistics depend on the input too, which takes
    /// the mean of the gradient and its part along the normalised values out of it.
    pub(super) fn add_gradient(&self, x: &[f32], dy: &[f32], gain: Option<&[f32]>, dx: &mut [f32]) {
        let least = units_per_part(self.groups.count(), x.len());
        let groups =
            dx.par_chunks_exact_mut(self.groups.size).zip(dy.par_chunks_exact(self.groups.size));
        let groups =
            groups.zip(x.par_chunks_exact(self.groups.size)).enumerate().with_min_len(least);
        groups.for_each_init(Vec::new, |gained, (group, ((dx, dy), x))| {
            let dy = gain.map_or(dy, |gain| {
                gained.clear();
                gained.extend(dy.iter().zip(self.part(gain, group)).map(|(dy, gain)| dy * gain));
                gained
            });
            let (mean, scale) = self.moments(group);
            let share = 1.0 / self.groups.size as f64;
            let level = (sum(dy, dy, |dy, _| dy) * share) as f32;
            let along = sum(dy, x, |dy, x| dy * (x - mean)) * share * f64::from(scale);
            let along = along as f32 * scale;
            for ((dx, dy), x) in dx.iter_mut().zip(dy).zip(x) {
                *dx += scale * (dy - level - (x - mean) * along);
            }
        });
    }

    /// Adds the sums of the gradient times the normalised values to `gradient`.
    pub(super) fn add_gradient_of_weight(&self, x: &[f32], dy: &[f32], gradient: &mut [f32]) {
        each_part(self.groups, gradient, |gradient, group, values| {
            let (mean, scale) = self.moments(group);
            let (dy, x) = (&dy[values.clone()], &x[values]);
            let run = dy.len() / gradient.len();
            if run == 1 {
                for ((gradient, dy), x) in gradient.iter_mut().zip(dy).zip(x) {
                    *gradient += dy * (x - mean) * scale;
                }
            } else {
                let runs = dy.chunks_exact(run).zip(x.chunks_exact(run));
                for (gradient, (dy, x)) in gradient.iter_mut().zip(runs) {
                    *gradient += (sum(dy, x, |dy, x| dy * (x - mean)) * f64::from(scale)) as f32;
                }
            }
        });
    }
}

/// Adds the sums of the gradient to `gradient`.
pub(super) fn add_gradient_of_bias(groups: Groups, dy: &[f32], gradient: &mut [f32]) {
    each_part(groups, gradient, |gradient, _, values| {
        let dy = &dy[values];
        let run = dy.len() / gradient.len();
        if run == 1 {
            gradient.iter_mut().zip(dy).for_each(|(gradient, dy)| *gradient += dy);
        } else {
            for (gradient, dy) in gradient.iter_mut().zip(dy.chunks_exact(run)) {
                *gradient += sum(dy, dy, |dy, _| dy) as f32;
            }
        }
    });
}

/// Calls `each` with gradients of weights, the group that they are a part of, and where its
/// values for them lie: for each weight in the samples' order, whatever the threads.
fn each_part(
    groups: Groups,
    gradient: &mut [f32],
    each: impl Fn(&mut [f32], usize, Range<usize>) + Sync,
) {
    let Groups { samples, sample, size } = groups;
    let (groups, run) = (sample / size, sample / gradient.len());
    let weights = gradient.len() / groups;
    let part = units_per_part(weights, samples * sample);
    // Parts of the weights of one group, which share its statistics.
    gradient.par_chunks_mut(weights).enumerate().for_each(|(group, gradient)| {
        gradient.par_chunks_mut(part).enumerate().for_each(|(number, gradient)| {
            for sample in 0..samples {
                let group = sample * groups + group;
                let first = group * size + number * part * run;
                each(gradient, group, first..first + gradient.len() * run);
            }
        });
    });
}
