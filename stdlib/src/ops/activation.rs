//! `relu`, `gelu`, `tanh` and the like: one function for each value.

use crate::backend::Activations;
use crate::device::Device;
use crate::tape::Tape;
use crate::value::Value;

/// A function that is applied to each value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Activation {
    /// `max(x, 0)`.
    Relu,
    /// `max(x, 0)`, and 6 at most.
    Relu6,
    /// `x` above zero, `alpha (exp(x) - 1)` below (Clevert et al., 2015).
    Elu(f32),
    /// [`Elu`](Self::Elu) with the scales that keep mean and variance (Klambauer et al., 2017).
    Selu,
    /// `x` above zero, that times the slope below.
    LeakyRelu(f32),
    /// `x` times the chance that a standard normal number is below it (Hendrycks and Gimpel, 2016).
    Gelu,
    /// `x sigmoid(x)`.
    Silu,
    /// `x hardsigmoid(x)` (Howard et al., 2019).
    HardSwish,
    /// `(x + 3) / 6` between 0 and 1.
    HardSigmoid,
    /// `1 / (1 + exp(-x))`.
    Sigmoid,
    /// The hyperbolic tangent.
    Tanh,
    /// `ln(1 + exp(x))`; from 20 on that is `x` to the last bit, PyTorch's threshold.
    Softplus,
}

/// `activation` of every value. NaN gives NaN.
pub(crate) fn activate(x: Value, activation: Activation) -> Value {
    let (x, tape) = x.detach();
    if tape.is_sole() && (activation.slope_is_of_the_output() || !tape.is_tracked()) {
        return in_place(x, tape, activation);
    }
    let mut y = x.zeros_alike();
    Device::activate(x.view(), activation, y.view_mut());
    let keeps_output = activation.slope_is_of_the_output();
    let kept = if keeps_output { y.clone() } else { x.clone() };
    let (input, output) = (x.slot(), y.slot());
    let tracked = tape.is_tracked();
    let tape = tape.record(tracked, move |gradients| {
        let (dy, dx) = (output.take(gradients), input.view_mut(gradients));
        Device::activation_gradient(kept.view(), dy.view(), activation, dx);
    });
    y.put(if keeps_output { tape } else { tape.sole() })
}

/// The same in the place of `x`, which nobody else holds. The gradient too has one place for both.
fn in_place(mut x: Value, tape: Tape, activation: Activation) -> Value {
    Device::activate_in_place(activation, x.view_mut());
    let (place, kept, tracked) = (x.slot(), x.clone(), tape.is_tracked());
    x.put(tape.record(tracked, move |gradients| {
        let mut gradient = place.take(gradients);
        Device::activation_gradient_in_place(kept.view(), activation, gradient.view_mut());
        place.put(gradients, gradient);
    }))
}

impl Activation {
    /// Whether the slope is a function of the output: that is what the next layer keeps too, so it
    /// costs no memory.
    pub(crate) fn slope_is_of_the_output(self) -> bool {
        match self {
            // With a slope below zero both signs of the input give one of the output.
            Self::LeakyRelu(slope) => slope >= 0.0,
            Self::Elu(_) | Self::Gelu | Self::Silu | Self::HardSwish => false,
            _ => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::check::{Pass, assert_gradients, erf_of_f64, random};
    use super::*;

    /// All of them, those with an argument at `argument`.
    fn all(argument: f32) -> [Activation; 12] {
        use Activation::*;
        let (elu, leaky) = (Elu(argument), LeakyRelu(argument));
        [Relu, Relu6, elu, Selu, leaky, Gelu, Silu, HardSwish, HardSigmoid, Sigmoid, Tanh, Softplus]
    }

    /// The function as its documentation writes it.
    fn definition(activation: Activation, x: f64) -> f64 {
        let elu = |alpha: f64| if x > 0.0 { x } else { alpha * x.exp_m1() };
        let sigmoid = 1.0 / (1.0 + (-x).exp());
        match activation {
            Activation::Relu => x.max(0.0),
            Activation::Relu6 => x.clamp(0.0, 6.0),
            Activation::Elu(alpha) => elu(f64::from(alpha)),
            Activation::Selu => 1.050_700_987_355_480_5 * elu(1.673_263_242_354_377_2),
            Activation::LeakyRelu(slope) => {
                if x > 0.0 {
                    x
                } else {
                    f64::from(slope) * x
                }
            }
            Activation::Gelu => x * 0.5 * (1.0 + erf_of_f64(x / std::f64::consts::SQRT_2)),
            Activation::Silu => x * sigmoid,
            Activation::HardSwish => x * (x + 3.0).clamp(0.0, 6.0) / 6.0,
            Activation::HardSigmoid => (x + 3.0).clamp(0.0, 6.0) / 6.0,
            Activation::Sigmoid => sigmoid,
            Activation::Tanh => x.tanh(),
            Activation::Softplus => {
                if x > 20.0 {
                    x
                } else {
                    x.exp().ln_1p()
                }
            }
        }
    }

    fn of(activation: Activation, x: f32) -> f32 {
        activate(Value::features([1, 1], vec![x]), activation).values()[0]
    }

    #[test]
    fn all_are_accurate_everywhere() {
        for activation in all(0.3) {
            let fine = (-20_000..=20_000).map(|i| i as f32 * 1e-3);
            for x in fine.chain([1e-7, -1e-7, 25.0, -25.0]) {
                let (found, expected) =
                    (f64::from(of(activation, x)), definition(activation, f64::from(x)));
                let error = (found - expected).abs();
                // As in PyTorch, 1 + erf(x) has the precision of the 1.
                let bound = if activation == Activation::Gelu { 1.0 } else { expected.abs() };
                assert!(error <= 2e-6 * bound, "{activation:?}({x}) is {found}, not {expected}");
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn any_gradient_is_the_slope(
            [samples, features] in [0_usize..4, 1..40],
            argument in -1.5_f32..1.5,
            seed: u64,
        ) {
            // Away from the corners of the functions.
            let corners = [-3.0, 0.0, 3.0, 6.0];
            let x = random(samples * features, seed).into_iter().map(|x| x * 9.0).map(|x| {
                let near = corners.iter().find(|corner| (x - **corner).abs() < 0.05);
                near.map_or(x, |corner| corner + 0.1)
            });
            let x = [x.collect::<Vec<f32>>()];
            for activation in all(argument) {
                for is_sole in [false, true] {
                    assert_gradients(&x, 0.01, seed, |inputs, tape| {
                        let tape = if is_sole { tape.sole() } else { tape };
                        let x = Value::features([samples, features], inputs[0].clone()).put(tape);
                        let slot = x.slot();
                        Pass { output: activate(x, activation), inputs: vec![slot] }
                    });
                }
            }
        }
    }

    #[test]
    fn slopes_at_the_corners_are_pytorchs() {
        use Activation::*;
        for (activation, x, expected) in [
            (Relu, 0.0, 0.0),
            (Relu6, 0.0, 0.0),
            (Relu6, 6.0, 0.0),
            (LeakyRelu(0.25), 0.0, 0.25),
            (LeakyRelu(-0.25), -2.0, -0.25),
            (HardSigmoid, -3.0, 0.0),
            (HardSigmoid, 3.0, 0.0),
            (Softplus, 30.0, 1.0),
        ] {
            let x = Value::features([1, 1], vec![x]).put(Tape::training(0).tracked());
            let mut gradients = activate(x.clone(), activation).backward(vec![1.0]);
            assert_eq!(x.gradient(&mut gradients), [expected], "{activation:?}");
        }
    }

    #[test]
    fn nan_and_infinities_pass() {
        for activation in all(0.3) {
            assert!(of(activation, f32::NAN).is_nan(), "{activation:?}");
        }
        assert_eq!(of(Activation::Tanh, f32::INFINITY), 1.0);
        assert_eq!(of(Activation::Tanh, f32::NEG_INFINITY), -1.0);
        assert_eq!(of(Activation::Sigmoid, f32::INFINITY), 1.0);
        assert!(of(Activation::Sigmoid, f32::NEG_INFINITY) < 1e-37);
        assert_eq!(of(Activation::Softplus, f32::INFINITY), f32::INFINITY);
        assert!(of(Activation::Softplus, f32::NEG_INFINITY) < 1e-37);
        assert_eq!(of(Activation::Relu, f32::INFINITY), f32::INFINITY);
    }
}
