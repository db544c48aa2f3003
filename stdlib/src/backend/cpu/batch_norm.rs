//! Batch normalisation.

use dfdx::tensor::Cpu;
use rayon::prelude::*;

use super::super::{BatchNorms, Moments};
use super::memory::{View, ViewMut};
use super::runs::sum;
use crate::ops::planes::Planes;

impl BatchNorms for Cpu {
    fn batch_moments(x: View<'_>, planes: Planes, mean: ViewMut<'_>, variance: ViewMut<'_>) {
        let (x, count) = (x.0, planes.count() as f64);
        let channels = mean.0.par_iter_mut().zip(variance.0);
        channels.enumerate().for_each(|(channel, (mean, variance))| {
            let total: f64 = planes.channel(x, channel).map(|x| sum(x, x, |x, _| x)).sum();
            let middle = (total / count) as f32;
            let squares = |x| sum(x, x, |x, _| (x - middle) * (x - middle));
            let squares: f64 = planes.channel(x, channel).map(squares).sum();
            (*mean, *variance) = (middle, (squares / count) as f32);
        });
    }

    fn move_towards(of_batch: View<'_>, factor: f32, momentum: f32, running: ViewMut<'_>) {
        for (running, of_batch) in running.0.iter_mut().zip(of_batch.0) {
            *running += momentum * (of_batch * factor - *running);
        }
    }

    fn inverse_deviation(variance: View<'_>, eps: f32, scale: ViewMut<'_>) {
        for (scale, variance) in scale.0.iter_mut().zip(variance.0) {
            *scale = 1.0 / (variance + eps).sqrt();
        }
    }

    fn batch_norm(
        x: View<'_>,
        planes: Planes,
        moments: Moments<View<'_>>,
        affine: Option<[View<'_>; 2]>,
        y: ViewMut<'_>,
    ) {
        planes.each(y.0, x.0, x.0, |channel, y, x, _| {
            let (mean, scale) = (moments.mean.0[channel], moments.scale.0[channel]);
            let [gain, shift] = affine.map_or([1.0, 0.0], |affine| affine.map(|it| it.0[channel]));
            let slope = scale * gain;
            for (y, x) in y.iter_mut().zip(x) {
                *y = (x - mean) * slope + shift;
            }
        });
    }

    fn batch_norm_sums(
        x: View<'_>,
        dy: View<'_>,
        planes: Planes,
        moments: Moments<View<'_>>,
        [total, along]: [ViewMut<'_>; 2],
    ) {
        let channels = total.0.par_iter_mut().zip(along.0).enumerate();
        channels.for_each(|(channel, (total_of, along_of))| {
            let (mean, scale) = (moments.mean.0[channel], moments.scale.0[channel]);
            let (mut total, mut along) = (0.0, 0.0);
            let pairs = planes.channel(dy.0, channel).zip(planes.channel(x.0, channel));
            for (dy, x) in pairs {
                total += sum(dy, dy, |dy, _| dy);
                along += sum(dy, x, |dy, x| dy * (x - mean));
            }
            (*total_of, *along_of) = (total as f32, (along * f64::from(scale)) as f32);
        });
    }

    fn batch_norm_gradient(
        x: View<'_>,
        dy: View<'_>,
        planes: Planes,
        moments: Moments<View<'_>>,
        weight: Option<View<'_>>,
        sums: Option<[View<'_>; 2]>,
        dx: ViewMut<'_>,
    ) {
        let share = 1.0 / planes.count() as f32;
        planes.each(dx.0, dy.0, x.0, |channel, dx, dy, x| {
            let (mean, scale) = (moments.mean.0[channel], moments.scale.0[channel]);
            let slope = scale * weight.map_or(1.0, |weight| weight.0[channel]);
            let [total, along] = sums.map_or([0.0; 2], |sums| sums.map(|of| of.0[channel]));
            let (level, along) = (total * share, along * share * scale);
            for ((dx, dy), x) in dx.iter_mut().zip(dy).zip(x) {
                *dx += slope * (dy - level - (x - mean) * along);
            }
        });
    }
}
