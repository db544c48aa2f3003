//! One function for each value.

use std::f32::consts::FRAC_1_SQRT_2;

use dfdx::tensor::Cpu;
use rayon::prelude::*;

use super::super::Activations;
use super::erf::erf;
use super::exponential::{exp, exp_m1, ln_1p};
use super::memory::{View, ViewMut};
use super::parallel::units_per_part;
use super::softmax;
use crate::ops::activation::Activation;
use crate::ops::planes::Planes;
use crate::ops::softmax::Scale;

/// What SELU multiplies everything with, and what the exponential has before it in all.
const SELU: f32 = 1.050_701;
const SELU_BELOW: f32 = 1.758_099_3;

/// Values that are put aside at a time where a result takes the place of what it is computed from.
const ASIDE: usize = 1 << 10;

impl Activations for Cpu {
    fn activate(x: View<'_>, activation: Activation, y: ViewMut<'_>) {
        let part = units_per_part(y.0.len(), y.0.len());
        let parts = y.0.par_chunks_mut(part).zip(x.0.par_chunks(part));
        parts.for_each(|(y, x)| activation.apply(x, y));
    }

    fn activate_in_place(activation: Activation, y: ViewMut<'_>) {
        let part = units_per_part(y.0.len(), y.0.len());
        y.0.par_chunks_mut(part).for_each(|values| {
            let mut aside = [0.0; ASIDE];
            for y in values.chunks_mut(ASIDE) {
                let x = &mut aside[..y.len()];
                x.copy_from_slice(y);
                activation.apply(x, y);
            }
        });
    }

    fn activation_gradient(kept: View<'_>, dy: View<'_>, activation: Activation, dx: ViewMut<'_>) {
        let part = units_per_part(dy.0.len(), dy.0.len());
        let parts = dx.0.par_chunks_mut(part).zip(dy.0.par_chunks(part));
        parts
            .zip(kept.0.par_chunks(part))
            .for_each(|((dx, dy), kept)| activation.add_slope(dx, dy, kept));
    }

    fn activation_gradient_in_place(kept: View<'_>, activation: Activation, gradient: ViewMut<'_>) {
        let part = units_per_part(kept.0.len(), kept.0.len());
        let parts = gradient.0.par_chunks_mut(part).zip(kept.0.par_chunks(part));
        parts.for_each(|(gradient, kept)| {
            let mut aside = [0.0; ASIDE];
            for (dx, kept) in gradient.chunks_mut(ASIDE).zip(kept.chunks(ASIDE)) {
                let dy = &mut aside[..dx.len()];
                dy.copy_from_slice(dx);
                dx.fill(0.0);
                activation.add_slope(dx, dy, kept);
            }
        });
    }

    fn softmax(x: View<'_>, planes: Planes, scale: Scale, y: ViewMut<'_>) {
        softmax::normalise(x.0, planes, scale, y.0);
    }

    fn softmax_gradient(y: View<'_>, dy: View<'_>, planes: Planes, scale: Scale, dx: ViewMut<'_>) {
        softmax::add_gradient(y.0, dy.0, planes, scale, dx.0);
    }
}

impl Activation {
    /// Writes the function of `x` to `y`. The match is outside of the loops, which are vectors.
    fn apply(self, x: &[f32], y: &mut [f32]) {
        match self {
            Self::Relu => apply(x, y, |x| if x <= 0.0 { 0.0 } else { x }),
            Self::Relu6 => apply(x, y, |x| clamp(x, 6.0)),
            Self::Elu(alpha) => apply(x, y, |x| if x > 0.0 { x } else { alpha * exp_m1(x) }),
            Self::Selu => {
                apply(x, y, |x| if x > 0.0 { SELU * x } else { SELU_BELOW * exp_m1(x) });
            }
            Self::LeakyRelu(slope) => apply(x, y, |x| if x > 0.0 { x } else { slope * x }),
            Self::Gelu => apply(x, y, |x| x * normal(x)),
            Self::Silu => apply(x, y, |x| x * sigmoid(x)),
            Self::HardSwish => apply(x, y, |x| x * clamp(x + 3.0, 6.0) / 6.0),
            Self::HardSigmoid => apply(x, y, |x| clamp(x + 3.0, 6.0) / 6.0),
            Self::Sigmoid => apply(x, y, sigmoid),
            Self::Tanh => apply(x, y, tanh),
            Self::Softplus => {
                apply(x, y, |x| if x <= 0.0 { 0.0 } else { x } + ln_1p(exp(-x.abs())));
            }
        }
    }

    /// Adds `dy` times the slope to `dx`: as a function of the input, or of the output.
    fn add_slope(self, dx: &mut [f32], dy: &[f32], kept: &[f32]) {
        match self {
            Self::Relu => add_slope(dx, dy, kept, |y| if y <= 0.0 { 0.0 } else { 1.0 }),
            Self::Relu6 => add_slope(dx, dy, kept, |y| within(y, 6.0)),
            Self::Elu(alpha) => {
                add_slope(dx, dy, kept, |x| if x > 0.0 { 1.0 } else { alpha * exp(x) });
            }
            Self::Selu => {
                add_slope(dx, dy, kept, |y| if y > 0.0 { SELU } else { y + SELU_BELOW });
            }
            Self::LeakyRelu(slope) => {
                add_slope(dx, dy, kept, |kept| if kept > 0.0 { 1.0 } else { slope });
            }
            Self::Gelu => add_slope(dx, dy, kept, |x| normal(x) + x * normal_density(x)),
            Self::Silu => add_slope(dx, dy, kept, |x| {
                let s = sigmoid(x);
                s * (1.0 + x * (1.0 - s))
            }),
            Self::HardSwish => add_slope(dx, dy, kept, |x| {
                let above = if x < 3.0 { x / 3.0 + 0.5 } else { 1.0 };
                if x <= -3.0 { 0.0 } else { above }
            }),
            Self::HardSigmoid => add_slope(dx, dy, kept, |y| within(y, 1.0) / 6.0),
            Self::Sigmoid => add_slope(dx, dy, kept, |y| y * (1.0 - y)),
            Self::Tanh => add_slope(dx, dy, kept, |y| 1.0 - y * y),
            // sigmoid(x) = 1 - exp(-softplus(x)).
            Self::Softplus => add_slope(dx, dy, kept, |y| -exp_m1(-y)),
        }
    }
}

#[inline(always)]
fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + exp(-x))
}

/// tanh(x) = t / (t + 2) with t = exp(2x) - 1, and the sign taken out so that t is never near -1.
#[inline(always)]
fn tanh(x: f32) -> f32 {
    let t = exp_m1(2.0 * x.abs());
    // Beyond 20 the result is 1 to the last bit, and t may have no room left for the 2.
    (t / (t + 2.0)).copysign(x)
}

/// The chance that a standard normal number is below `x`.
#[inline(always)]
fn normal(x: f32) -> f32 {
    0.5 * (1.0 + erf(x * FRAC_1_SQRT_2))
}

/// exp(-x²/2) / sqrt(2 pi).
#[inline(always)]
fn normal_density(x: f32) -> f32 {
    const AT_ZERO: f32 = 0.398_942_3;
    AT_ZERO * exp(-0.5 * x * x)
}

/// `x` between 0 and `end`. NaN stays.
#[inline(always)]
fn clamp(x: f32, end: f32) -> f32 {
    let x = if x <= 0.0 { 0.0 } else { x };
    if x >= end { end } else { x }
}

/// The slope of [`clamp`]: 1 strictly between 0 and `end`, else 0.
#[inline(always)]
fn within(y: f32, end: f32) -> f32 {
    let below = if y >= end { 0.0 } else { 1.0 };
    if y <= 0.0 { 0.0 } else { below }
}

#[inline(always)]
fn apply(x: &[f32], y: &mut [f32], function: impl Fn(f32) -> f32) {
    for (y, &x) in y.iter_mut().zip(x) {
        *y = function(x);
    }
}

/// Adds `dy` times the slope, as a function of what was kept, to `dx`.
#[inline(always)]
fn add_slope(dx: &mut [f32], dy: &[f32], kept: &[f32], slope: impl Fn(f32) -> f32) {
    for ((dx, &dy), &kept) in dx.iter_mut().zip(dy).zip(kept) {
        *dx += dy * slope(kept);
    }
}
