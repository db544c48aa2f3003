//! `groupnorm`, `instancenorm` and `layernorm`: y = (x - mean) / sqrt(var + eps) * weight + bias,
//! with the statistics of a part of each sample, in training and afterwards alike (Wu and He, 2018;
//! Ulyanov et al., 2016; Ba et al., 2016).

use crate::backend::{Groups, Moments, Norms, Numbers};
use crate::device::Device;
use crate::parameter::{Parameter, Shared};
use crate::value::Value;

/// Each sample normalised in `groups` parts of as many values. `affine` is the weight and the bias,
/// each of them for as many neighbouring values.
///
/// # Panics
/// When the groups do not divide the values of a sample, or the weights those of a group.
pub(crate) fn group_norm(
    x: Value,
    groups: usize,
    affine: Option<&[Parameter; 2]>,
    eps: f32,
) -> Value {
    let (x, tape) = x.detach();
    let sample: usize = x.shape().iter().product();
    assert!(sample.is_multiple_of(groups), "{groups} groups of {:?}", x.shape());
    let groups = Groups { samples: x.samples(), sample, size: sample / groups };
    for parameter in affine.into_iter().flatten() {
        let (count, run) = (parameter.count(), sample / parameter.count());
        let fit = sample == run * count && groups.size.is_multiple_of(run);
        assert!(fit, "{count} weights of groups of {} values", groups.size);
    }
    let [mut mean, mut scale] = [(); 2].map(|()| Numbers::zeros(groups.count()));
    let moments = Moments { mean: mean.view_mut(), scale: scale.view_mut() };
    Device::group_moments(x.view(), groups, eps, moments);
    let moments = Moments { mean: mean.view(), scale: scale.view() };
    let mut y = x.zeros_alike();
    let views = affine.map(|affine| affine.each_ref().map(Parameter::view));
    Device::group_norm(x.view(), groups, moments, views, y.view_mut());

    let weight = affine.map(|[weight, _]| weight.share());
    let (input, output) = (tape.is_tracked().then(|| x.slot()), y.slot());
    let trained = |of: usize| affine.map(|affine| &affine[of]).filter(|of| of.is_trainable());
    let slots = [0, 1].map(|of| trained(of).map(Parameter::slot));
    let tracked = input.is_some() || slots.iter().any(Option::is_some);
    y.put(
        tape.record(tracked, move |gradients| {
            let dy = output.take(gradients);
            let moments = Moments { mean: mean.view(), scale: scale.view() };
            let [weight_slot, bias_slot] = slots;
            if let Some(slot) = weight_slot {
                let dw = slot.view_mut(gradients);
                Device::group_norm_weight_gradient(x.view(), dy.view(), groups, moments, dw);
            }
            if let Some(slot) = bias_slot {
                Device::group_norm_bias_gradient(dy.view(), groups, slot.view_mut(gradients));
            }
            if let Some(input) = input {
                let (weight, dx) = (weight.as_ref().map(Shared::view), input.view_mut(gradients));
                Device::group_norm_gradient(x.view(), dy.view(), groups, moments, weight, dx);
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
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn any_part_is_normalised_by_its_own_statistics(
            [samples, groups, channels, rows, columns] in [0_usize..4, 1..4, 1..4, 2..6, 2..6],
            // Weights for channels, as in a group norm, or for values, as in a layer norm.
            [affine, of_channels]: [bool; 2],
            seed: u64,
        ) {
            let shape = [samples, groups * channels, rows, columns];
            let sample: usize = shape[1..].iter().product();
            let weights = if of_channels { groups * channels } else { sample };
            let counts = [samples * sample, weights, weights];
            let inputs = [0, 1, 2].map(|of| random(counts[of], seed ^ (of as u64) << 32));
            let run = |inputs: &[Vec<f32>], tape| {
                let x = Value::map(shape, inputs[0].clone()).put(tape);
                let both = [1, 2].map(|of| parameter(&[weights], &inputs[of]));
                let output = group_norm(x.clone(), groups, affine.then_some(&both), 1e-3);
                Pass { output, inputs: vec![x.slot(), both[0].slot(), both[1].slot()] }
            };
            let mut expected = Vec::new();
            for (number, group) in inputs[0].chunks_exact(sample / groups).enumerate() {
                let values: Vec<f64> = group.iter().copied().map(f64::from).collect();
                let count = values.len() as f64;
                let mean = values.iter().sum::<f64>() / count;
                let var = values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / count;
                for (at, value) in values.iter().enumerate() {
                    let place = (number * values.len() + at) % sample;
                    let weight = place * weights / sample;
                    let [gain, shift] = [1, 2].map(|of| f64::from(inputs[of][weight]));
                    let y = (value - mean) / (var + 1e-3).sqrt();
                    expected.push(if affine { y * gain + shift } else { y });
                }
            }
            assert_close(run(&inputs, Tape::evaluation()).output.values(), &expected);
            assert_close(run(&inputs, Tape::training(0)).output.values(), &expected);
            assert_gradients(&inputs, 0.01, seed, run);
        }
    }

    #[test]
    fn one_value_to_a_group_keeps_everything_finite() {
        let x = Value::features([1, 2], vec![3.0, 4.0]).put(Tape::training(0).tracked());
        let y = group_norm(x.clone(), 2, None, 1e-5);
        assert_eq!(y.values(), [0.0, 0.0]);
        let mut gradients = y.backward(vec![1.0, 2.0]);
        assert_eq!(x.gradient(&mut gradients), [0.0, 0.0]);
    }
}
