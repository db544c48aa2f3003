//! `groupnorm`, `instancenorm` and `layernorm`: y = (x - mean) / sqrt(var + eps) * weight + bias,
//! with the statistics of a part of each sample, in training and afterwards alike (Wu and He, 2018;
//! Ulyanov et al., 2016; Ba et al., 2016).

use std::ops::Range;

use rayon::prelude::*;

use crate::backend::cpu::parallel::units_per_part;
use crate::backend::cpu::runs::sum;
use crate::parameter::Parameter;
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
    let size = sample / groups;
    let norm = Norm { sample, size, moments: moments(x.values(), size, eps) };
    let [gain, shift] = [0, 1].map(|of| affine.map(|affine| norm.repeat(affine[of].values())));
    let mut values = vec![0.0; x.values().len()];
    norm.normalise(x.values(), gain.as_deref(), shift.as_deref(), &mut values);
    let y = x.alike(values);

    let weight = affine.map(|[weight, _]| weight.share());
    let (input, output) = (tape.is_tracked().then(|| x.slot()), y.slot());
    let trained = |of: usize| affine.map(|affine| &affine[of]).filter(|of| of.is_trainable());
    let slots = [0, 1].map(|of| trained(of).map(Parameter::slot));
    let tracked = input.is_some() || slots.iter().any(Option::is_some);
    y.put(
        tape.record(tracked, move |gradients| {
            let dy = output.take(gradients).into_host();
            let [weight_slot, bias_slot] = slots;
            if let Some(slot) = weight_slot {
                norm.add_gradient_of_weight(x.values(), &dy, slot.get(gradients));
            }
            if let Some(slot) = bias_slot {
                norm.add_gradient_of_bias(&dy, slot.get(gradients));
            }
            if let Some(input) = input {
                let gain = weight.as_ref().map(|weight| norm.repeat(weight.host()));
                norm.add_gradient(x.values(), &dy, gain.as_deref(), input.get(gradients));
            }
        })
        .sole(),
    )
}

/// The mean and 1 / sqrt(var + eps) of every `size` values.
fn moments(x: &[f32], size: usize, eps: f32) -> Vec<(f32, f32)> {
    let moments = |x: &[f32]| {
        let count = size as f64;
        let mean = (sum(x, x, |x, _| x) / count) as f32;
        let var = sum(x, x, |x, _| (x - mean) * (x - mean)) / count;
        (mean, 1.0 / (var as f32 + eps).sqrt())
    };
    let least = units_per_part(x.len() / size, x.len());
    x.par_chunks_exact(size).with_min_len(least).map(moments).collect()
}

/// A batch's normalisation: samples of `sample` values in groups of `size`, and the mean and
/// 1 / sqrt(var + eps) of each group.
struct Norm {
    sample: usize,
    size: usize,
    moments: Vec<(f32, f32)>,
}

impl Norm {
    /// One of `weights` for each value of a sample, so that the loops over values are the same for
    /// all norms.
    fn repeat(&self, weights: &[f32]) -> Vec<f32> {
        let times = self.sample / weights.len();
        let fit = self.sample == times * weights.len() && self.size.is_multiple_of(times);
        assert!(fit, "{} weights of groups of {} values", weights.len(), self.size);
        weights.iter().flat_map(|&weight| std::iter::repeat_n(weight, times)).collect()
    }

    /// The part of what belongs to a sample's values that belongs to a group's, the groups counted
    /// over all samples.
    fn part<'v>(&self, of_sample: &'v [f32], group: usize) -> &'v [f32] {
        &of_sample[group * self.size % self.sample..][..self.size]
    }

    fn normalise(&self, x: &[f32], gain: Option<&[f32]>, shift: Option<&[f32]>, y: &mut [f32]) {
        let least = units_per_part(self.moments.len(), x.len());
        let groups = y.par_chunks_exact_mut(self.size).zip(x.par_chunks_exact(self.size));
        groups.enumerate().with_min_len(least).for_each(|(group, (y, x))| {
            let (mean, scale) = self.moments[group];
            y.iter_mut().zip(x).for_each(|(y, x)| *y = (x - mean) * scale);
            if let (Some(gain), Some(shift)) = (gain, shift) {
                let affine = self.part(gain, group).iter().zip(self.part(shift, group));
                y.iter_mut().zip(affine).for_each(|(y, (gain, shift))| *y = *y * gain + shift);
            }
        });
    }

    /// Adds the gradient of the input to `dx`. The statistics depend on the input too, which takes
    /// the mean of the gradient and its part along the normalised values out of it.
    fn add_gradient(&self, x: &[f32], dy: &[f32], gain: Option<&[f32]>, dx: &mut [f32]) {
        let least = units_per_part(self.moments.len(), x.len());
        let groups = dx.par_chunks_exact_mut(self.size).zip(dy.par_chunks_exact(self.size));
        let groups = groups.zip(x.par_chunks_exact(self.size)).enumerate().with_min_len(least);
        groups.for_each_init(Vec::new, |gained, (group, ((dx, dy), x))| {
            let dy = gain.map_or(dy, |gain| {
                gained.clear();
                gained.extend(dy.iter().zip(self.part(gain, group)).map(|(dy, gain)| dy * gain));
                gained
            });
            let (mean, scale) = self.moments[group];
            let share = 1.0 / self.size as f64;
            let level = (sum(dy, dy, |dy, _| dy) * share) as f32;
            let along = sum(dy, x, |dy, x| dy * (x - mean)) * share * f64::from(scale);
            let along = along as f32 * scale;
            for ((dx, dy), x) in dx.iter_mut().zip(dy).zip(x) {
                *dx += scale * (dy - level - (x - mean) * along);
            }
        });
    }

    /// Adds the sums of the gradient times the normalised values to `gradient`.
    fn add_gradient_of_weight(&self, x: &[f32], dy: &[f32], gradient: &mut [f32]) {
        self.each_part(gradient, |gradient, group, values| {
            let (mean, scale) = self.moments[group];
            let (dy, x) = (&dy[values.clone()], &x[values]);
            let run = dy.len() / gradient.len();
            if run == 1 {
                for ((gradient, dy), x) in gradient.iter_mut().zip(dy).zip(x) {
                    *gradient += dy * (x - mean) * scale;
                }
            } else {
                let runs = dy.chunks_exact(run).zip(x.chunks_exact(run));
                for (gradient, (dy, x)) in gradient.iter_mut().zip(runs) {
                    *gradient += (sum(dy, x, |dy, x| dy * (x - mean)) * f64::from(scale)) as f32;
                }
            }
        });
    }

    /// Adds the sums of the gradient to `gradient`.
    fn add_gradient_of_bias(&self, dy: &[f32], gradient: &mut [f32]) {
        self.each_part(gradient, |gradient, _, values| {
            let dy = &dy[values];
            let run = dy.len() / gradient.len();
            if run == 1 {
                gradient.iter_mut().zip(dy).for_each(|(gradient, dy)| *gradient += dy);
            } else {
                for (gradient, dy) in gradient.iter_mut().zip(dy.chunks_exact(run)) {
                    *gradient += sum(dy, dy, |dy, _| dy) as f32;
                }
            }
        });
    }

    /// Calls `each` with gradients of weights, the group that they are a part of, and where its
    /// values for them lie: for each weight in the samples' order, whatever the threads.
    fn each_part(
        &self,
        gradient: &mut [f32],
        each: impl Fn(&mut [f32], usize, Range<usize>) + Sync,
    ) {
        let (samples, groups) =
            (self.moments.len() * self.size / self.sample, self.sample / self.size);
        let run = self.sample / gradient.len();
        let weights = gradient.len() / groups;
        let part = units_per_part(weights, samples * self.sample);
        // Parts of the weights of one group, which share its statistics.
        gradient.par_chunks_mut(weights).enumerate().for_each(|(group, gradient)| {
            gradient.par_chunks_mut(part).enumerate().for_each(|(number, gradient)| {
                for sample in 0..samples {
                    let group = sample * groups + group;
                    let first = group * self.size + number * part * run;
                    each(gradient, group, first..first + gradient.len() * run);
                }
            });
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
