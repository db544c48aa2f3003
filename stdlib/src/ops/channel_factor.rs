//! `scale` and `prelu`: learned factors, one for each channel or one for all.

use rayon::prelude::*;

use super::planes::Planes;
use crate::backend::cpu::runs::sum;
use crate::parameter::Parameter;
use crate::value::Value;

/// Every value times the factor of its channel (Liu et al., 2015, for SSD).
///
/// # Panics
/// When there is neither one factor nor one for each channel.
pub(crate) fn scale(x: Value, factors: &Parameter) -> Value {
    multiply(x, factors, |_| true)
}

/// Every value that is not above zero times the factor of its channel; the others stay (He et al.,
/// 2015).
///
/// # Panics
/// When there is neither one factor nor one for each channel.
pub(crate) fn prelu(x: Value, factors: &Parameter) -> Value {
    multiply(x, factors, |x| x <= 0.0)
}

/// Multiplies the values that `takes` takes.
#[inline(always)]
fn multiply(
    x: Value,
    factors: &Parameter,
    takes: impl Fn(f32) -> bool + Copy + Sync + 'static,
) -> Value {
    let (x, tape) = x.detach();
    let planes = Planes::of(&x);
    let count = factors.values().len();
    assert!(
        count == 1 || count == planes.channels,
        "{count} factors of {} channels",
        planes.channels
    );
    let factor = move |factors: &[f32], channel| factors[if count == 1 { 0 } else { channel }];
    let mut values = vec![0.0; x.values().len()];
    planes.each(&mut values, x.values(), x.values(), |channel, y, x, _| {
        let factor = factor(factors.values(), channel);
        for (y, &x) in y.iter_mut().zip(x) {
            *y = if takes(x) { factor * x } else { x };
        }
    });
    let y = x.alike(values);
    let (input, output) = (tape.is_tracked().then(|| x.slot()), y.slot());
    let trained = factors.is_trainable().then(|| factors.slot());
    let (tracked, factors) = (input.is_some() || trained.is_some(), factors.share());
    y.put(
        tape.record(tracked, move |gradients| {
            let dy = output.take(gradients).into_host();
            if let Some(trained) = trained {
                let values = x.values();
                let products = |(dy, x): (&[f32], &[f32])| {
                    sum(dy, x, |dy, x| if takes(x) { dy * x } else { 0.0 })
                };
                let channel = |channel| {
                    let planes = planes.channel(&dy, channel).zip(planes.channel(values, channel));
                    planes.map(products).sum::<f64>() as f32
                };
                let channels: Vec<f32> =
                    (0..planes.channels).into_par_iter().map(channel).collect();
                let gradient = trained.get(gradients);
                for (channel, sum) in channels.into_iter().enumerate() {
                    gradient[if count == 1 { 0 } else { channel }] += sum;
                }
            }
            if let Some(input) = input {
                planes.each(input.get(gradients), &dy, x.values(), |channel, dx, dy, x| {
                    let factor = factor(factors.host(), channel);
                    for ((dx, dy), &x) in dx.iter_mut().zip(dy).zip(x) {
                        *dx += if takes(x) { factor * dy } else { *dy };
                    }
                });
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
        assert_eq!(factors.gradient(&mut gradients).as_slice(), [0.0]);
    }
}
