//! `batchnorm`: y = (x - mean) / sqrt(var + eps) * weight + bias, channel by channel, with the
//! statistics of the batch in training and running ones otherwise (Ioffe and Szegedy, 2015).

use super::planes::Planes;
use crate::backend::{BatchNorms, Elementwise, Moments, Numbers};
use crate::device::Device;
use crate::parameter::{Buffer, Parameter, Shared};
use crate::value::Value;

/// The normalised batch. `affine` is the weight and the bias; `running` the running mean and
/// variance, which in training move by `momentum` towards those of the batch, the variance
/// unbiased.
pub(crate) fn batch_norm(
    x: Value,
    affine: Option<&[Parameter; 2]>,
    running: [&mut Buffer; 2],
    eps: f32,
    momentum: f32,
) -> Value {
    let (x, tape) = x.detach();
    let planes = Planes::of(&x);
    let training = tape.is_training();
    let [mut mean, mut variance, mut scale] = [(); 3].map(|()| Numbers::zeros(planes.channels));
    if training {
        Device::batch_moments(x.view(), planes, mean.view_mut(), variance.view_mut());
        // One value has no unbiased variance; PyTorch refuses it, here it counts as no variance.
        let count = planes.count();
        let unbiased = count as f32 / (count.max(2) - 1) as f32;
        let [running_mean, running_variance] = running;
        Device::move_towards(mean.view(), 1.0, momentum, running_mean.view_mut());
        Device::move_towards(variance.view(), unbiased, momentum, running_variance.view_mut());
    } else {
        Device::copy(running[0].view(), mean.view_mut());
        Device::copy(running[1].view(), variance.view_mut());
    }
    Device::inverse_deviation(variance.view(), eps, scale.view_mut());
    let moments = Moments { mean: mean.view(), scale: scale.view() };
    let mut y = x.zeros_alike();
    let views = affine.map(|affine| affine.each_ref().map(Parameter::view));
    Device::batch_norm(x.view(), planes, moments, views, y.view_mut());

    let weight = affine.map(|[weight, _]| weight.share());
    let (input, output) = (tape.is_tracked().then(|| x.slot()), y.slot());
    let trained = |of: usize| affine.map(|affine| &affine[of]).filter(|of| of.is_trainable());
    let slots = [0, 1].map(|of| trained(of).map(Parameter::slot));
    let tracked = input.is_some() || slots.iter().any(Option::is_some);
    y.put(
        tape.record(tracked, move |gradients| {
            let dy = output.take(gradients);
            let moments = Moments { mean: mean.view(), scale: scale.view() };
            let [mut total, mut along] = [(); 2].map(|()| Numbers::zeros(planes.channels));
            let sums = [total.view_mut(), along.view_mut()];
            Device::batch_norm_sums(x.view(), dy.view(), planes, moments, sums);
            for (slot, sum) in slots.into_iter().zip([&along, &total]) {
                if let Some(slot) = slot {
                    slot.add(gradients, sum);
                }
            }
            if let Some(input) = input {
                let weight = weight.as_ref().map(Shared::view);
                // In training the statistics depend on the input too.
                let sums = training.then(|| [total.view(), along.view()]);
                let dx = input.view_mut(gradients);
                Device::batch_norm_gradient(x.view(), dy.view(), planes, moments, weight, sums, dx);
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
        fn any_batch_is_normalised_by_its_own_statistics(
            [samples, channels, rows, columns] in [2_usize..5, 1..4, 2..8, 2..8],
            seed: u64,
        ) {
            let shape = [samples, channels, rows, columns];
            let counts = [shape.iter().product(), channels, channels];
            let inputs = [0, 1, 2].map(|of| random(counts[of], seed ^ (of as u64) << 32));
            let run = |inputs: &[Vec<f32>], tape| {
                let x = Value::map(shape, inputs[0].clone()).put(tape);
                let affine = [1, 2].map(|of| parameter(&[channels], &inputs[of]));
                let mut running = [0.0, 1.0].map(|first| Buffer::new(&[channels], first));
                let output = batch_norm(x.clone(), Some(&affine), running.each_mut(), 1e-5, 0.1);
                Pass { output, inputs: vec![x.slot(), affine[0].slot(), affine[1].slot()] }
            };
            let output = run(&inputs, Tape::training(0)).output;
            let of_channel = |values: &[f32], channel: usize| -> Vec<f32> {
                let planes = values.chunks_exact(rows * columns).skip(channel);
                planes.step_by(channels).flatten().copied().collect()
            };
            let mut expected = vec![vec![]; channels];
            for channel in 0..channels {
                let values: Vec<f64> =
                    of_channel(&inputs[0], channel).into_iter().map(f64::from).collect();
                let count = values.len() as f64;
                let mean = values.iter().sum::<f64>() / count;
                let var = values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / count;
                let [gain, shift] = [1, 2].map(|of| f64::from(inputs[of][channel]));
                let values = values.iter().map(|x| (x - mean) / (var + 1e-5).sqrt() * gain + shift);
                expected[channel] = values.collect();
            }
            for (channel, expected) in expected.iter().enumerate() {
                assert_close(&of_channel(output.values(), channel), expected);
            }
            assert_gradients(&inputs, 0.01, seed, run);
        }
    }

    #[test]
    fn one_value_to_a_channel_keeps_everything_finite() {
        let x = Value::features([1, 2], vec![3.0, 4.0]).put(Tape::training(0));
        let [mut mean, mut var] = [0.0, 1.0].map(|first| Buffer::new(&[2], first));
        let y = batch_norm(x, None, [&mut mean, &mut var], 1e-5, 0.1);
        assert_eq!(y.values(), [0.0, 0.0]);
        assert_eq!((mean.values(), var.values()), (&[0.3, 0.4][..], &[0.9, 0.9][..]));
    }
}
