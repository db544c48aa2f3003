//! `relu`, `tanh` and `sigmoid`: one function for each value.

use rayon::prelude::*;

use super::exponential::{exp, exp_m1};
use super::parallel::units_per_part;
use crate::value::Value;

/// A function that is applied to each value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Activation {
    /// `max(x, 0)`.
    Relu,
    /// `1 / (1 + exp(-x))`.
    Sigmoid,
    /// The hyperbolic tangent.
    Tanh,
}

/// `activation` of every value. NaN gives NaN.
pub(crate) fn activate(x: Value, activation: Activation) -> Value {
    let (x, tape) = x.detach();
    let mut values = vec![0.0; x.values().len()];
    let part = units_per_part(values.len(), values.len());
    values.par_chunks_mut(part).zip(x.values().par_chunks(part)).for_each(
        |(y, x)| match activation {
            Activation::Relu => apply(x, y, |x| if x <= 0.0 { 0.0 } else { x }),
            Activation::Sigmoid => apply(x, y, |x| 1.0 / (1.0 + exp(-x))),
            Activation::Tanh => apply(x, y, tanh),
        },
    );
    let y = x.alike(values);
    let (input, output, kept) = (x.slot(), y.slot(), y.clone());
    y.put(tape.clone().record(tape.is_tracked(), move |gradients| {
        let dy = output.take(gradients);
        let dx = input.get(gradients);
        let parts = dx.par_chunks_mut(part).zip(dy.par_chunks(part));
        parts.zip(kept.values().par_chunks(part)).for_each(|((dx, dy), y)| match activation {
            Activation::Relu => add_slope(dx, dy, y, |y| if y <= 0.0 { 0.0 } else { 1.0 }),
            Activation::Sigmoid => add_slope(dx, dy, y, |y| y * (1.0 - y)),
            Activation::Tanh => add_slope(dx, dy, y, |y| 1.0 - y * y),
        });
    }))
}

/// tanh(x) = t / (t + 2) with t = exp(2x) - 1, and the sign taken out so that t is never near -1.
#[inline(always)]
fn tanh(x: f32) -> f32 {
    let t = exp_m1(2.0 * x.abs());
    // Beyond 20 the result is 1 to the last bit, and t may have no room left for the 2.
    (t / (t + 2.0)).copysign(x)
}

#[inline(always)]
fn apply(x: &[f32], y: &mut [f32], function: impl Fn(f32) -> f32) {
    for (y, &x) in y.iter_mut().zip(x) {
        *y = function(x);
    }
}

/// Adds `dy` times the slope, as a function of the output, to `dx`.
#[inline(always)]
fn add_slope(dx: &mut [f32], dy: &[f32], y: &[f32], slope: impl Fn(f32) -> f32) {
    for ((dx, &dy), &y) in dx.iter_mut().zip(dy).zip(y) {
        *dx += dy * slope(y);
    }
}

#[cfg(test)]
mod tests {
    use super::super::check::{Pass, assert_gradients, random};
    use super::*;

    fn of(activation: Activation, x: f32) -> f32 {
        activate(Value::features([1, 1], vec![x]), activation).values()[0]
    }

    #[test]
    fn tanh_and_sigmoid_are_accurate_everywhere() {
        for x in (-20_000..=20_000).map(|i| i as f32 * 1e-3).chain([1e-7, -1e-7, 50.0, -50.0]) {
            let exact = f64::from(x);
            for (activation, expected) in [
                (Activation::Tanh, exact.tanh()),
                (Activation::Sigmoid, 1.0 / (1.0 + (-exact).exp())),
            ] {
                let found = f64::from(of(activation, x));
                let error = (found - expected).abs();
                let bound = 1e-6 * expected.abs();
                assert!(error <= bound, "{activation:?}({x}) is {found}, not {expected}");
            }
        }
    }

    #[test]
    fn gradients_are_the_slopes() {
        // Away from zero, where relu has none.
        let x: Vec<f32> = random(1000, 5).iter().map(|x| x * 3.0 + 0.1 * x.signum()).collect();
        for activation in [Activation::Relu, Activation::Sigmoid, Activation::Tanh] {
            assert_gradients(std::slice::from_ref(&x), 0.01, 6, |inputs, tape| {
                let x = Value::features([2, 500], inputs[0].clone()).put(tape);
                Pass { output: activate(x.clone(), activation), inputs: vec![x.slot()] }
            });
        }
    }

    #[test]
    fn nan_and_infinities_pass() {
        for activation in [Activation::Relu, Activation::Sigmoid, Activation::Tanh] {
            assert!(of(activation, f32::NAN).is_nan());
        }
        assert_eq!(of(Activation::Tanh, f32::INFINITY), 1.0);
        assert_eq!(of(Activation::Tanh, f32::NEG_INFINITY), -1.0);
        assert_eq!(of(Activation::Sigmoid, f32::INFINITY), 1.0);
        assert!(of(Activation::Sigmoid, f32::NEG_INFINITY) < 1e-37);
        assert_eq!(of(Activation::Relu, f32::INFINITY), f32::INFINITY);
    }
}
