//! The normalisations that look at each sample by itself.

use crate::network::Layer;
use crate::ops;
use crate::ops::group_norm::group_norm;
use crate::ops::response_norm::ResponseNorm;
use crate::parameter::{Initialization, Parameter};
use crate::value::{Batch, FeatureMap, Value, Volume};

/// The arguments of the normalisations of samples.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NormOptions {
    /// Added to the variance.
    pub eps: f32,
    /// Whether a scale and a shift are learned.
    pub affine: bool,
}

/// Each channel of each sample normalised by itself: PyTorch's `InstanceNorm2d` (Ulyanov et al.,
/// 2016).
///
/// `weight` and `bias` are `C` each.
#[derive(Debug)]
pub struct InstanceNorm2d<const C: usize>(Norm);

impl<const C: usize> InstanceNorm2d<C> {
    /// A layer whose scale is 1 and whose shift is 0.
    pub fn new(options: NormOptions) -> Self {
        Self(Norm::new(&[C], C, options))
    }

    /// The normalised maps.
    pub fn forward<const H: usize, const W: usize>(
        &self,
        x: FeatureMap<C, H, W>,
    ) -> FeatureMap<C, H, W> {
        self.0.forward(x.into()).into()
    }
}

impl<const C: usize> Layer for InstanceNorm2d<C> {
    fn parameters(&mut self) -> Vec<(&'static str, &mut Parameter)> {
        self.0.parameters()
    }
}

/// Each channel of each volume normalised by itself: PyTorch's `InstanceNorm3d`.
///
/// `weight` and `bias` are `C` each.
#[derive(Debug)]
pub struct InstanceNorm3d<const C: usize>(Norm);

impl<const C: usize> InstanceNorm3d<C> {
    /// A layer whose scale is 1 and whose shift is 0.
    pub fn new(options: NormOptions) -> Self {
        Self(Norm::new(&[C], C, options))
    }

    /// The normalised volumes.
    pub fn forward<const D: usize, const H: usize, const W: usize>(
        &self,
        x: Volume<C, D, H, W>,
    ) -> Volume<C, D, H, W> {
        self.0.forward(x.into()).into()
    }
}

impl<const C: usize> Layer for InstanceNorm3d<C> {
    fn parameters(&mut self) -> Vec<(&'static str, &mut Parameter)> {
        self.0.parameters()
    }
}

/// Each of `GROUPS` groups of neighbouring channels of each sample normalised by itself: PyTorch's
/// `GroupNorm` (Wu and He, 2018).
///
/// `weight` and `bias` are `C` each.
#[derive(Debug)]
pub struct GroupNorm<const GROUPS: usize, const C: usize>(Norm);

impl<const GROUPS: usize, const C: usize> GroupNorm<GROUPS, C> {
    /// A layer whose scale is 1 and whose shift is 0.
    pub fn new(options: NormOptions) -> Self {
        const { assert!(GROUPS > 0 && C.is_multiple_of(GROUPS), "groups must divide the channels") };
        Self(Norm::new(&[C], GROUPS, options))
    }

    /// The normalised batch.
    pub fn forward<B: Batch>(&self, x: B) -> B {
        const { assert!(B::SHAPE[0] == C, "a scale for each channel") };
        self.0.forward(x.into()).into()
    }
}

impl<const GROUPS: usize, const C: usize> Layer for GroupNorm<GROUPS, C> {
    fn parameters(&mut self) -> Vec<(&'static str, &mut Parameter)> {
        self.0.parameters()
    }
}

/// Each sample normalised by itself: PyTorch's `LayerNorm` over all its dimensions (Ba et al.,
/// 2016).
///
/// `weight` and `bias` have the shape of a sample.
#[derive(Debug)]
pub struct LayerNorm {
    dims: Vec<usize>,
    norm: Norm,
}

impl LayerNorm {
    /// A layer for samples of shape `dims`, whose scale is 1 and whose shift is 0.
    pub fn new(dims: &[usize], options: NormOptions) -> Self {
        Self { dims: dims.to_vec(), norm: Norm::new(dims, 1, options) }
    }

    /// The normalised batch.
    ///
    /// # Panics
    /// When the samples have another shape, which the checker of the language has ruled out.
    pub fn forward<B: Batch>(&self, x: B) -> B {
        assert_eq!(B::SHAPE, self.dims, "the shape of a sample");
        self.norm.forward(x.into()).into()
    }
}

impl Layer for LayerNorm {
    fn parameters(&mut self) -> Vec<(&'static str, &mut Parameter)> {
        self.norm.parameters()
    }
}

#[derive(Debug)]
struct Norm {
    groups: usize,
    eps: f32,
    affine: Option<[Parameter; 2]>,
}

impl Norm {
    fn new(dims: &[usize], groups: usize, options: NormOptions) -> Self {
        let affine = options
            .affine
            .then(|| [1.0, 0.0].map(|value| Parameter::new(dims, Initialization::Constant(value))));
        Self { groups, eps: options.eps, affine }
    }

    fn forward(&self, x: Value) -> Value {
        group_norm(x, self.groups, self.affine.as_ref(), self.eps)
    }

    fn parameters(&mut self) -> Vec<(&'static str, &mut Parameter)> {
        ["weight", "bias"].into_iter().zip(self.affine.iter_mut().flatten()).collect()
    }
}

/// Each value divided by (k + alpha * m)^beta, with m the mean of the squares of `size` channels
/// around it: PyTorch's `LocalResponseNorm` (Krizhevsky et al., 2012).
pub fn local_response_norm<B: Batch>(x: B, size: usize, alpha: f32, beta: f32, k: f32) -> B {
    let norm = ResponseNorm { size, alpha, beta, k };
    ops::response_norm::local_response_norm(x.into(), norm).into()
}

/// Each position's channels divided by their norm, or by `eps` where that is larger: PyTorch's
/// `normalize(dim=1)`.
pub fn l2_norm<B: Batch>(x: B, eps: f32) -> B {
    ops::l2_norm::l2_norm(x.into(), eps).into()
}
