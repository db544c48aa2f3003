//! The first values of a network's parameters.

use rand::SeedableRng;
use rand::distributions::{Distribution, Uniform};
use rand::rngs::SmallRng;
use rand_distr::Normal;

use crate::network::{Network, Start};
use crate::parameter::Parameter;

/// The deviation of [`Start::Normal`].
const DEVIATION: f32 = 0.02;

/// Gives every parameter its first values, the same for the same `seed`, and puts running
/// statistics back.
pub fn initialize(network: &mut dyn Network, seed: u64) {
    let mut random = SmallRng::seed_from_u64(seed);
    let starts = network.starts();
    for (path, layer) in network.layers() {
        let start = starts.iter().find(|(of, _)| *of == path).map(|(_, start)| *start);
        for (name, parameter) in layer.parameters() {
            match start {
                Some(start) => begin(parameter, name, start, &mut random),
                None => parameter.initialize(&mut random),
            }
        }
        for (_, buffer) in layer.buffers() {
            buffer.initialize();
        }
    }
}

/// Gives a parameter the first values of `start`.
fn begin(parameter: &mut Parameter, name: &str, start: Start, random: &mut SmallRng) {
    if name == "bias" || start == Start::Zeros {
        return parameter.values_mut().fill(0.0);
    }
    let (inputs, outputs) = fans(parameter.dims());
    // The weights of norms and the like have one dimension: no inputs are summed.
    let is_factor = parameter.dims().len() < 2;
    match start {
        Start::He | Start::Xavier if is_factor => parameter.initialize(random),
        Start::He => draw(parameter, normal(0.0, (2.0 / inputs).sqrt()), random),
        Start::Xavier => {
            let bound = (6.0 / (inputs + outputs)).sqrt();
            draw(parameter, Uniform::new_inclusive(-bound, bound), random);
        }
        _ => draw(parameter, normal(if is_factor { 1.0 } else { 0.0 }, DEVIATION), random),
    }
}

fn normal(mean: f32, deviation: f32) -> Normal<f32> {
    Normal::new(mean, deviation).expect("deviations are finite and not negative")
}

fn draw(parameter: &mut Parameter, from: impl Distribution<f32>, random: &mut SmallRng) {
    parameter.values_mut().iter_mut().for_each(|value| *value = from.sample(random));
}

/// How many values an output is summed from, and how many outputs an input goes to, as PyTorch's
/// `_calculate_fan_in_and_fan_out` has it.
fn fans(dims: &[usize]) -> (f32, f32) {
    let window = dims.iter().skip(2).product::<usize>().max(1);
    let (first, second) = (dims.first().copied().unwrap_or(1), dims.get(1).copied().unwrap_or(1));
    ((second * window).max(1) as f32, (first * window).max(1) as f32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::{Inputs, Layer, Outputs};
    use crate::prelude::{Conv2d, FeatureMap, Kernel};

    struct One {
        conv1: Conv2d<64, 128, Kernel<3, 3>>,
        start: &'static [(&'static str, Start)],
    }

    impl Network for One {
        fn name(&self) -> &'static str {
            "One"
        }

        fn inputs(&self) -> &'static [(&'static str, &'static [usize])] {
            &[("input", &[64, 3, 3])]
        }

        fn starts(&self) -> &'static [(&'static str, Start)] {
            self.start
        }

        fn layers(&mut self) -> Vec<(&'static str, &mut dyn Layer)> {
            vec![("conv1", &mut self.conv1)]
        }

        fn run(&mut self, mut inputs: Inputs) -> Outputs {
            let x: FeatureMap<64, 3, 3> = inputs.take();
            let out: FeatureMap<128, 1, 1> = self.conv1.forward(x);
            Outputs::new(out)
        }
    }

    /// Mean, deviation and largest of the weight; whether the bias is all zero.
    fn begun(start: &'static [(&'static str, Start)]) -> ([f32; 3], bool) {
        let mut network = One { conv1: Conv2d::new(), start };
        initialize(&mut network, 3);
        let mut parameters = network.conv1.parameters();
        let bias = parameters[1].1.values().iter().all(|&value| value == 0.0);
        let values = parameters[0].1.values_mut();
        let count = values.len() as f32;
        let mean = values.iter().sum::<f32>() / count;
        let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f32>() / count;
        let largest = values.iter().fold(0.0, |largest: f32, value| largest.max(value.abs()));
        ([mean, variance.sqrt(), largest], bias)
    }

    fn assert_close(found: f32, expected: f32) {
        assert!((found - expected).abs() < 0.02 * expected, "{found} is not {expected}");
    }

    #[test]
    fn weights_begin_with_the_published_deviations() {
        // 64 x 3 x 3 = 576 inputs, 128 x 3 x 3 = 1152 outputs of a value.
        let ([mean, deviation, _], bias) = begun(&[("conv1", Start::He)]);
        assert!(mean.abs() < 1e-3 && bias);
        assert_close(deviation, (2.0_f32 / 576.0).sqrt());
        let ([_, deviation, largest], bias) = begun(&[("conv1", Start::Xavier)]);
        assert_close(deviation, (2.0_f32 / (576.0 + 1152.0)).sqrt());
        assert_close(largest, (6.0_f32 / (576.0 + 1152.0)).sqrt());
        assert!(bias);
        let ([_, deviation, _], bias) = begun(&[("conv1", Start::Normal)]);
        assert_close(deviation, 0.02);
        assert!(bias);
        assert_eq!(begun(&[("conv1", Start::Zeros)]), ([0.0, 0.0, 0.0], true));
        // PyTorch's default: uniform within 1/sqrt(576), the bias too.
        let ([_, _, largest], bias) = begun(&[("another", Start::Zeros)]);
        assert_close(largest, 1.0 / 24.0);
        assert!(!bias);
    }
}
