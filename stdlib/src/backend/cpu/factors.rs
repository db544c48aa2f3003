//! Learned factors.

use dfdx::tensor::Cpu;
use rayon::prelude::*;

use super::super::{Factored, Factors};
use super::memory::{View, ViewMut};
use super::runs::sum;
use crate::ops::planes::Planes;

impl Factors for Cpu {
    fn multiply(
        x: View<'_>,
        planes: Planes,
        factors: View<'_>,
        factored: Factored,
        y: ViewMut<'_>,
    ) {
        match factored {
            Factored::All => multiply(x.0, planes, factors.0, |_| true, y.0),
            Factored::NotAboveZero => multiply(x.0, planes, factors.0, |x| x <= 0.0, y.0),
        }
    }

    fn factor_gradient(
        x: View<'_>,
        dy: View<'_>,
        planes: Planes,
        factored: Factored,
        gradient: ViewMut<'_>,
    ) {
        let (x, dy, to) = (x.0, dy.0, gradient.0);
        match factored {
            Factored::All => add_factor_gradient(x, dy, planes, |_| true, to),
            Factored::NotAboveZero => add_factor_gradient(x, dy, planes, |x| x <= 0.0, to),
        }
    }

    fn multiply_gradient(
        x: View<'_>,
        dy: View<'_>,
        planes: Planes,
        factors: View<'_>,
        factored: Factored,
        dx: ViewMut<'_>,
    ) {
        let (x, dy, factors, dx) = (x.0, dy.0, factors.0, dx.0);
        match factored {
            Factored::All => add_gradient(x, dy, planes, factors, |_| true, dx),
            Factored::NotAboveZero => add_gradient(x, dy, planes, factors, |x| x <= 0.0, dx),
        }
    }
}

/// Multiplies the values that `takes` takes. Inlined, so that the test is a part of the loop.
#[inline(always)]
fn multiply(
    x: &[f32],
    planes: Planes,
    factors: &[f32],
    takes: impl Fn(f32) -> bool + Sync,
    y: &mut [f32],
) {
    planes.each(y, x, x, |channel, y, x, _| {
        let factor = factor(factors, channel);
        for (y, &x) in y.iter_mut().zip(x) {
            *y = if takes(x) { factor * x } else { x };
        }
    });
}

#[inline(always)]
fn add_factor_gradient(
    x: &[f32],
    dy: &[f32],
    planes: Planes,
    takes: impl Fn(f32) -> bool + Copy + Sync,
    gradient: &mut [f32],
) {
    let products =
        |(dy, x): (&[f32], &[f32])| sum(dy, x, |dy, x| if takes(x) { dy * x } else { 0.0 });
    let channel = |channel| {
        let pairs = planes.channel(dy, channel).zip(planes.channel(x, channel));
        pairs.map(products).sum::<f64>() as f32
    };
    let channels: Vec<f32> = (0..planes.channels).into_par_iter().map(channel).collect();
    let count = gradient.len();
    for (channel, sum) in channels.into_iter().enumerate() {
        gradient[if count == 1 { 0 } else { channel }] += sum;
    }
}

#[inline(always)]
fn add_gradient(
    x: &[f32],
    dy: &[f32],
    planes: Planes,
    factors: &[f32],
    takes: impl Fn(f32) -> bool + Sync,
    dx: &mut [f32],
) {
    planes.each(dx, dy, x, |channel, dx, dy, x| {
        let factor = factor(factors, channel);
        for ((dx, dy), &x) in dx.iter_mut().zip(dy).zip(x) {
            *dx += if takes(x) { factor * dy } else { *dy };
        }
    });
}

/// The factor of a channel.
fn factor(factors: &[f32], channel: usize) -> f32 {
    factors[if factors.len() == 1 { 0 } else { channel }]
}
