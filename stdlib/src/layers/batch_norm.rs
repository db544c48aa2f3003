//! `batchnorm`.

use crate::network::Layer;
use crate::ops::batch_norm::batch_norm;
use crate::parameter::{Buffer, Initialization, Parameter};
use crate::value::{FeatureMap, Features, Value, Volume};

/// The arguments of batch normalisation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BatchNormOptions {
    /// Added to the variance.
    pub eps: f32,
    /// The weight of a batch in the running statistics.
    pub momentum: f32,
    /// Whether a scale and a shift are learned.
    pub affine: bool,
}

/// Batch normalisation of feature maps, channel by channel: PyTorch's `BatchNorm2d` (Ioffe and
/// Szegedy, 2015).
///
/// `weight`, `bias`, `running_mean` and `running_var` are `C` each.
#[derive(Debug)]
pub struct BatchNorm2d<const C: usize>(Statistics);

impl<const C: usize> BatchNorm2d<C> {
    /// A layer that changes nothing yet.
    pub fn new(options: BatchNormOptions) -> Self {
        Self(Statistics::new(C, options))
    }

    /// The normalised batch: by its own statistics in training, else by the running ones.
    pub fn forward<const H: usize, const W: usize>(
        &mut self,
        x: FeatureMap<C, H, W>,
    ) -> FeatureMap<C, H, W> {
        self.0.forward(x.into()).into()
    }
}

impl<const C: usize> Layer for BatchNorm2d<C> {
    fn parameters(&mut self) -> Vec<(&'static str, &mut Parameter)> {
        self.0.parameters()
    }

    fn buffers(&mut self) -> Vec<(&'static str, &mut Buffer)> {
        self.0.buffers()
    }
}

/// Batch normalisation of vectors, feature by feature: PyTorch's `BatchNorm1d`.
#[derive(Debug)]
pub struct BatchNorm1d<const F: usize>(Statistics);

impl<const F: usize> BatchNorm1d<F> {
    /// A layer that changes nothing yet.
    pub fn new(options: BatchNormOptions) -> Self {
        Self(Statistics::new(F, options))
    }

    /// The normalised batch: by its own statistics in training, else by the running ones.
    pub fn forward(&mut self, x: Features<F>) -> Features<F> {
        self.0.forward(x.into()).into()
    }
}

impl<const F: usize> Layer for BatchNorm1d<F> {
    fn parameters(&mut self) -> Vec<(&'static str, &mut Parameter)> {
        self.0.parameters()
    }

    fn buffers(&mut self) -> Vec<(&'static str, &mut Buffer)> {
        self.0.buffers()
    }
}

/// Batch normalisation of volumes, channel by channel: PyTorch's `BatchNorm3d`.
#[derive(Debug)]
pub struct BatchNorm3d<const C: usize>(Statistics);

impl<const C: usize> BatchNorm3d<C> {
    /// A layer that changes nothing yet.
    pub fn new(options: BatchNormOptions) -> Self {
        Self(Statistics::new(C, options))
    }

    /// The normalised batch: by its own statistics in training, else by the running ones.
    pub fn forward<const D: usize, const H: usize, const W: usize>(
        &mut self,
        x: Volume<C, D, H, W>,
    ) -> Volume<C, D, H, W> {
        self.0.forward(x.into()).into()
    }
}

impl<const C: usize> Layer for BatchNorm3d<C> {
    fn parameters(&mut self) -> Vec<(&'static str, &mut Parameter)> {
        self.0.parameters()
    }

    fn buffers(&mut self) -> Vec<(&'static str, &mut Buffer)> {
        self.0.buffers()
    }
}

#[derive(Debug)]
struct Statistics {
    options: BatchNormOptions,
    affine: Option<[Parameter; 2]>,
    running_mean: Buffer,
    running_var: Buffer,
}

impl Statistics {
    fn new(channels: usize, options: BatchNormOptions) -> Self {
        let affine = options.affine.then(|| {
            [1.0, 0.0].map(|value| Parameter::new(&[channels], Initialization::Constant(value)))
        });
        let running_mean = Buffer::new(&[channels], 0.0);
        let running_var = Buffer::new(&[channels], 1.0);
        Self { options, affine, running_mean, running_var }
    }

    /// Statistics that are frozen are used in training as they are in predictions, as Keras does.
    fn forward(&mut self, x: Value) -> Value {
        let Self { options, affine, running_mean, running_var } = self;
        let frozen = running_mean.is_frozen();
        let running = [running_mean, running_var];
        let (x, tape) = x.detach();
        let x = x.put(tape.settled(frozen));
        let y = batch_norm(x, affine.as_ref(), running, options.eps, options.momentum);
        let (y, tape) = y.detach();
        y.put(tape.settled(false))
    }

    fn parameters(&mut self) -> Vec<(&'static str, &mut Parameter)> {
        ["weight", "bias"].into_iter().zip(self.affine.iter_mut().flatten()).collect()
    }

    fn buffers(&mut self) -> Vec<(&'static str, &mut Buffer)> {
        vec![("running_mean", &mut self.running_mean), ("running_var", &mut self.running_var)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tape::Tape;

    #[test]
    fn frozen_statistics_are_those_of_predictions_and_stay() {
        let options = BatchNormOptions { eps: 1e-5, momentum: 0.1, affine: true };
        let mut layer = BatchNorm1d::<2>::new(options);
        for (_, parameter) in layer.parameters() {
            parameter.values_mut().fill(1.0);
        }
        let mut run = |frozen, tape: Tape| {
            for (_, buffer) in layer.buffers() {
                buffer.set_frozen(frozen);
            }
            let x = Value::features([2, 2], vec![1.0, 2.0, 5.0, 9.0]).put(tape.tracked());
            let y: Value = layer.forward(x.into()).into();
            (y.values().to_vec(), y.tape(), layer.0.running_var.values().to_vec())
        };
        let (expected, ..) = run(false, Tape::evaluation());
        let (found, tape, variances) = run(true, Tape::training(0));
        assert_eq!((found, variances), (expected.clone(), vec![1.0; 2]));
        assert!(tape.is_training() && tape.is_tracked(), "those behind it learn: {tape:?}");
        assert_ne!(run(false, Tape::training(0)).0, expected);
    }

    #[test]
    fn a_volume_is_normalised_as_the_map_with_its_slices_below_one_another() {
        let values: Vec<f32> = (0..96_u8).map(|i| f32::from(i * 37 % 64)).collect();
        let options = BatchNormOptions { eps: 1e-5, momentum: 0.1, affine: true };
        let (mut flat, mut deep) = (BatchNorm2d::<3>::new(options), BatchNorm3d::<3>::new(options));
        let map = Value::map([2, 3, 4, 4], values.clone()).put(Tape::training(0));
        let volume = Value::volume([2, 3, 2, 2, 4], values).put(Tape::training(0));
        let map: Value = flat.forward::<4, 4>(map.into()).into();
        let volume: Value = deep.forward::<2, 2, 4>(volume.into()).into();
        assert_eq!(volume.shape(), [3, 2, 2, 4]);
        assert_eq!(volume.values(), map.values());
        assert_eq!(deep.0.running_var, flat.0.running_var);
    }
}
