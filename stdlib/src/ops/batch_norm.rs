//! `batchnorm`: y = (x - mean) / sqrt(var + eps) * weight + bias, channel by channel, with the
//! statistics of the batch in training and running ones otherwise (Ioffe and Szegedy, 2015).

use rayon::prelude::*;

use super::planes::Planes;
use crate::backend::cpu::runs::sum;
use crate::parameter::Parameter;
use crate::value::Value;

/// The normalised batch. `affine` is the weight and the bias; `running` the running mean and
/// variance, which in training move by `momentum` towards those of the batch, the variance
/// unbiased.
pub(crate) fn batch_norm(
    x: Value,
    affine: Option<&[Parameter; 2]>,
    running: [&mut [f32]; 2],
    eps: f32,
    momentum: f32,
) -> Value {
    let (x, tape) = x.detach();
    let planes = Planes::of(&x);
    let training = tape.is_training();
    let moments = if training {
        let moments = moments(planes, x.values());
        move_running(running, &moments, momentum, planes.count());
        moments
    } else {
        running[0].iter().zip(&*running[1]).map(|(&mean, &var)| (mean, var)).collect()
    };
    let moments = moments.into_iter().map(|(mean, var)| (mean, 1.0 / (var + eps).sqrt())).collect();
    let norm = Norm { planes, moments, training };

    let weight = affine.map(|[weight, _]| weight.share());
    let [gain, shift] = [0, 1].map(|of| affine.map(|affine| affine[of].values()));
    let mut values = vec![0.0; x.values().len()];
    norm.normalise(x.values(), gain, shift, &mut values);
    let y = x.alike(values);

    let (input, output) = (tape.is_tracked().then(|| x.slot()), y.slot());
    let trained = |of: usize| affine.map(|affine| &affine[of]).filter(|of| of.is_trainable());
    let slots = [0, 1].map(|of| trained(of).map(Parameter::slot));
    let tracked = input.is_some() || slots.iter().any(Option::is_some);
    y.put(
        tape.record(tracked, move |gradients| {
            let dy = output.take(gradients).into_host();
            let sums = norm.gradient_sums(x.values(), &dy);
            for (slot, of) in
                slots.into_iter().zip([|sums: &Sums| sums.along, |sums: &Sums| sums.dy])
            {
                let Some(slot) = slot else { continue };
                for (gradient, sums) in slot.get(gradients).iter_mut().zip(&sums) {
                    *gradient += of(sums);
                }
            }
            if let Some(input) = input {
                let gain = weight.as_ref().map(|w| w.host());
                norm.add_gradient(x.values(), &dy, &sums, gain, input.get(gradients));
            }
        })
        .sole(),
    )
}

/// Moves running statistics towards those of a batch with `count` values in each channel.
fn move_running(running: [&mut [f32]; 2], moments: &[(f32, f32)], momentum: f32, count: usize) {
    let [means, variances] = running;
    // One value has no unbiased variance; PyTorch refuses it, here it counts as no variance.
    let unbiased = count as f32 / (count.max(2) - 1) as f32;
    for ((mean, var), (batch_mean, batch_var)) in means.iter_mut().zip(variances).zip(moments) {
        *mean += momentum * (batch_mean - *mean);
        *var += momentum * (batch_var * unbiased - *var);
    }
}

/// Mean and biased variance of each channel.
fn moments(planes: Planes, x: &[f32]) -> Vec<(f32, f32)> {
    let count = planes.count() as f64;
    let moments = |channel| {
        let total: f64 = planes.channel(x, channel).map(|x| sum(x, x, |x, _| x)).sum();
        let mean = (total / count) as f32;
        let squares = |x| sum(x, x, |x, _| (x - mean) * (x - mean));
        let squares: f64 = planes.channel(x, channel).map(squares).sum();
        (mean, (squares / count) as f32)
    };
    (0..planes.channels).into_par_iter().map(moments).collect()
}

/// A batch's normalisation: the mean and 1 / sqrt(var + eps) of each channel.
struct Norm {
    planes: Planes,
    moments: Vec<(f32, f32)>,
    training: bool,
}

/// Sums over a channel.
struct Sums {
    /// Of the gradient.
    dy: f32,
    /// Of the gradient times the normalised value.
    along: f32,
}

impl Norm {
    fn normalise(&self, x: &[f32], gain: Option<&[f32]>, shift: Option<&[f32]>, y: &mut [f32]) {
        self.planes.each(y, x, x, |channel, y, x, _| {
            let (mean, scale) = self.moments[channel];
            let slope = scale * gain.map_or(1.0, |gain| gain[channel]);
            let shift = shift.map_or(0.0, |shift| shift[channel]);
            for (y, x) in y.iter_mut().zip(x) {
                *y = (x - mean) * slope + shift;
            }
        });
    }

    fn gradient_sums(&self, x: &[f32], dy: &[f32]) -> Vec<Sums> {
        let sums = |channel| {
            let (mean, scale) = self.moments[channel];
            let (mut total, mut along) = (0.0, 0.0);
            let planes = self.planes.channel(dy, channel).zip(self.planes.channel(x, channel));
            for (dy, x) in planes {
                total += sum(dy, dy, |dy, _| dy);
                along += sum(dy, x, |dy, x| dy * (x - mean));
            }
            Sums { dy: total as f32, along: (along * f64::from(scale)) as f32 }
        };
        (0..self.planes.channels).into_par_iter().map(sums).collect()
    }

    /// Adds the gradient of the input to `dx`. In training the statistics depend on the input too,
    /// which takes the mean of the gradient and its part along the normalised values out of it.
    fn add_gradient(
        &self,
        x: &[f32],
        dy: &[f32],
        sums: &[Sums],
        gain: Option<&[f32]>,
        dx: &mut [f32],
    ) {
        let share = if self.training { 1.0 / self.planes.count() as f32 } else { 0.0 };
        self.planes.each(dx, dy, x, |channel, dx, dy, x| {
            let (mean, scale) = self.moments[channel];
            let slope = scale * gain.map_or(1.0, |gain| gain[channel]);
            let (level, along) = (sums[channel].dy * share, sums[channel].along * share * scale);
            for ((dx, dy), x) in dx.iter_mut().zip(dy).zip(x) {
                *dx += slope * (dy - level - (x - mean) * along);
            }
        });
    }
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
                let mut running = [vec![0.0; channels], vec![1.0; channels]];
                let output =
                    batch_norm(x.clone(), Some(&affine), running.each_mut().map(|r| &mut r[..]), 1e-5, 0.1);
                Pass { output, inputs: vec![x.slot(), affine[0].slot(), affine[1].slot()] }
            };
            let output = run(&inputs, Tape::training(0)).output;
            let planes = Planes::of(&output);
            let mut expected = vec![vec![]; channels];
            for channel in 0..channels {
                let values: Vec<f64> =
                    planes.channel(&inputs[0], channel).flatten().copied().map(f64::from).collect();
                let count = values.len() as f64;
                let mean = values.iter().sum::<f64>() / count;
                let var = values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / count;
                let [gain, shift] = [1, 2].map(|of| f64::from(inputs[of][channel]));
                let values = values.iter().map(|x| (x - mean) / (var + 1e-5).sqrt() * gain + shift);
                expected[channel] = values.collect();
            }
            for (channel, expected) in expected.iter().enumerate() {
                let found: Vec<f32> =
                    planes.channel(output.values(), channel).flatten().copied().collect();
                assert_close(&found, expected);
            }
            assert_gradients(&inputs, 0.01, seed, run);
        }
    }

    #[test]
    fn one_value_to_a_channel_keeps_everything_finite() {
        let x = Value::features([1, 2], vec![3.0, 4.0]).put(Tape::training(0));
        let (mut mean, mut var) = ([0.0; 2], [1.0; 2]);
        let y = batch_norm(x, None, [&mut mean, &mut var], 1e-5, 0.1);
        assert_eq!(y.values(), [0.0, 0.0]);
        assert_eq!((mean, var), ([0.3, 0.4], [0.9, 0.9]));
    }
}
