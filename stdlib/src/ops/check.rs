//! What the tests of operations share: random numbers, and gradients against differences.

use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

use crate::parameter::{Initialization, Parameter};
use crate::tape::{Slot, Tape};
use crate::value::Value;

/// Numbers between -1 and 1, the same for the same seed.
pub(crate) fn random(count: usize, seed: u64) -> Vec<f32> {
    let mut random = SmallRng::seed_from_u64(seed);
    (0..count).map(|_| random.gen_range(-1.0..1.0)).collect()
}

/// A parameter with `values`.
pub(crate) fn parameter(dims: &[usize], values: &[f32]) -> Parameter {
    let mut parameter = Parameter::new(dims, Initialization::Constant(0.0));
    parameter.values_mut().copy_from_slice(values);
    parameter
}

/// A pass through an operation.
pub(crate) struct Pass {
    /// What it gives.
    pub(crate) output: Value,
    /// Where the gradients of its inputs are.
    pub(crate) inputs: Vec<Slot>,
}

/// Asserts that the gradients of `run` at `inputs` are those that small steps show, for a random
/// linear function of the output and steps of `step` in a random direction of each input.
pub(crate) fn assert_gradients(
    inputs: &[Vec<f32>],
    step: f32,
    seed: u64,
    run: impl Fn(&[Vec<f32>], Tape) -> Pass,
) {
    let pass = run(inputs, Tape::training(seed).tracked());
    let weights = random(pass.output.values().len(), seed ^ 1);
    let mut gradients = pass.output.backward(weights.clone());
    let weighted = |inputs: &[Vec<f32>]| -> f64 {
        let output = run(inputs, Tape::training(seed)).output;
        let products = output.values().iter().zip(&weights);
        products.map(|(value, weight)| f64::from(*value) * f64::from(*weight)).sum()
    };
    for (number, slot) in pass.inputs.iter().enumerate() {
        let direction = random(inputs[number].len(), seed ^ (number as u64 + 2));
        let moved = |by: f32| {
            let mut inputs = inputs.to_vec();
            for (value, direction) in inputs[number].iter_mut().zip(&direction) {
                *value += by * direction;
            }
            weighted(&inputs)
        };
        let expected = (moved(step) - moved(-step)) / (2.0 * f64::from(step));
        let gradient = slot.take(&mut gradients).into_host();
        let products = gradient.iter().zip(&direction);
        let found: f64 = products.map(|(g, d)| f64::from(*g) * f64::from(*d)).sum();
        let error = (found - expected).abs() / expected.abs().max(1.0);
        assert!(error < 1e-2, "the gradient of input {number} gives {found}, steps {expected}");
    }
}

/// Asserts that values are equal to a reference in double precision.
pub(crate) fn assert_close(found: &[f32], expected: &[f64]) {
    assert_eq!(found.len(), expected.len(), "as many values");
    for (index, (found, expected)) in found.iter().zip(expected).enumerate() {
        let error = (f64::from(*found) - expected).abs() / expected.abs().max(1.0);
        assert!(error < 1e-5, "value {index} is {found}, not {expected}");
    }
}

/// erf(x) = 2/sqrt(pi) exp(-x²) (x + 2x³/3 + 4x⁵/15 + ...), all of whose terms have one sign.
pub(crate) fn erf_of_f64(x: f64) -> f64 {
    if x.abs() > 6.0 {
        return x.signum();
    }
    let (mut term, mut sum) = (x, 0.0);
    for n in 1..300 {
        sum += term;
        term *= 2.0 * x * x / f64::from(2 * n + 1);
    }
    std::f64::consts::FRAC_2_SQRT_PI * (-x * x).exp() * sum
}
