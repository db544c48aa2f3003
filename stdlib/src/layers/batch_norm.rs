//! `batchnorm`.

use crate::network::Layer;
use crate::ops::batch_norm::batch_norm;
use crate::parameter::{Buffer, Initialization, Parameter};
use crate::value::{FeatureMap, Features, Value};

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

    fn forward(&mut self, x: Value) -> Value {
        let running = [self.running_mean.values_mut(), self.running_var.values_mut()];
        batch_norm(x, self.affine.as_ref(), running, self.options.eps, self.options.momentum)
    }

    fn parameters(&mut self) -> Vec<(&'static str, &mut Parameter)> {
        ["weight", "bias"].into_iter().zip(self.affine.iter_mut().flatten()).collect()
    }

    fn buffers(&mut self) -> Vec<(&'static str, &mut Buffer)> {
        vec![("running_mean", &mut self.running_mean), ("running_var", &mut self.running_var)]
    }
}
