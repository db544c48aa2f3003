//! `scale` and `prelu`: learned factors, one for each channel or one for all.

use super::planes::Planes;
use crate::backend::{Factored, Factors};
use crate::device::Device;
use crate::parameter::Parameter;
use crate::value::Value;

/// Every value times the factor of its channel (Liu et al., 2015, for SSD).
///
/// # Panics
/// When there is neither one factor nor one for each channel.
pub(crate) fn scale(x: Value, factors: &Parameter) -> Value {
    multiply(x, factors, Factored::All)
}

/// Every value that is not above zero times the factor of its channel; the others stay (He et al.,
/// 2015).
///
/// # Panics
/// When there is neither one factor nor one for each channel.
pub(crate) fn prelu(x: Value, factors: &Parameter) -> Value {
    multiply(x, factors, Factored::NotAboveZero)
}

fn multiply(x: Value, factors: &Parameter, factored: Factored) -> Value {
    let (x, tape) = x.detach();
    let planes = Planes::of(&x);
    let count = factors.count();
    assert!(
        count == 1 || count == planes.channels,
        "{count} factors of {} channels",
        planes.channels
    );
    let mut y = x.zeros_alike();
    Device::multiply(x.view(), planes, factors.view(), factored, y.view_mut());
    let (input, output) = (tape.is_tracked().then(|| x.slot()), y.slot());
    let trained = factors.is_trainable().then(|| factors.slot());
    let (tracked, factors) = (input.is_some() || trained.is_some(), factors.share());
    y.put(
        tape.record(tracked, move |gradients| {
            let dy = output.take(gradients);
            if let Some(trained) = trained {
                let gradient = trained.view_mut(gradients);
                Device::factor_gradient(x.view(), dy.view(), planes, factored, gradient);
            }
            if let Some(input) = input {
                let (factors, dx) = (factors.view(), input.view_mut(gradients));
                Device::multiply_gradient(x.view(), dy.view(), planes, factors, factored, dx);
            }
        })
        .sole(),
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::check::{Pass, assert_close, assert_gradients, parameter, random};
    use super::*;
    use crate::tape::Tape;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn any_factor_is_for_its_channel(
            [samples, channels, rows, columns] in [0_usize..4, 1..5, 1..6, 1..6],
            shared: bool,
            seed: u64,
        ) {
            let shape = [samples, channels, rows, columns];
            let count = if shared { 1 } else { channels };
            // Away from zero, where prelu has a corner.
            let x = random(shape.iter().product(), seed).iter().map(|x| x + 0.1 * x.signum()).collect();
            let inputs: [Vec<f32>; 2] = [x, random(count, seed ^ 9)];
            for only_negative in [false, true] {
                let run = |inputs: &[Vec<f32>], tape| {
                    let x = Value::map(shape, inputs[0].clone()).put(tape);
                    let factors = parameter(&[count], &inputs[1]);
                    let of = if only_negative { prelu } else { scale };
                    Pass { output: of(x.clone(), &factors), inputs: vec![x.slot(), factors.slot()] }
                };
                let definition = |(at, &x): (usize, &f32)| {
                    let channel = at / (rows * columns) % channels;
                    let factor = inputs[1][if shared { 0 } else { channel }];
                    let factor = if only_negative && x > 0.0 { 1.0 } else { factor };
                    f64::from(x) * f64::from(factor)
                };
                let expected: Vec<f64> = inputs[0].iter().enumerate().map(definition).collect();
                assert_close(run(&inputs, Tape::evaluation()).output.values(), &expected);
                assert_gradients(&inputs, 0.01, seed, run);
            }
        }
    }

    #[test]
    fn factors_that_are_frozen_get_no_gradient() {
        let mut factors = parameter(&[1], &[0.5]);
        factors.set_trainable(false);
        let x = Value::features([1, 2], vec![-2.0, 4.0]).put(Tape::training(0).tracked());
        let mut gradients = prelu(x.clone(), &factors).backward(vec![1.0, 1.0]);
        assert_eq!(x.gradient(&mut gradients), [0.5, 1.0]);
        assert_eq!(factors.gradient(&mut gradients), [0.0]);
    }
}
