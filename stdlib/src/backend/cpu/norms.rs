//! Normalisation within samples.

use dfdx::tensor::Cpu;

use super::super::{Groups, Moments, Norms};
use super::group_norm::{self, Norm};
use super::l2_norm;
use super::memory::{View, ViewMut};
use crate::ops::planes::Planes;
use crate::ops::response_norm::ResponseNorm;

impl Norms for Cpu {
    fn group_moments(x: View<'_>, groups: Groups, eps: f32, moments: Moments<ViewMut<'_>>) {
        let moments = Moments { mean: moments.mean.0, scale: moments.scale.0 };
        group_norm::moments(x.0, groups, eps, moments);
    }

    fn group_norm(
        x: View<'_>,
        groups: Groups,
        moments: Moments<View<'_>>,
        affine: Option<[View<'_>; 2]>,
        y: ViewMut<'_>,
    ) {
        let norm = Norm::new(groups, moments);
        let affine = affine.map(|affine| affine.map(|weights| norm.repeat(weights.0)));
        let [gain, shift] = [0, 1].map(|of| affine.as_ref().map(|affine| &affine[of][..]));
        norm.normalise(x.0, gain, shift, y.0);
    }

    fn group_norm_weight_gradient(
        x: View<'_>,
        dy: View<'_>,
        groups: Groups,
        moments: Moments<View<'_>>,
        dw: ViewMut<'_>,
    ) {
        Norm::new(groups, moments).add_gradient_of_weight(x.0, dy.0, dw.0);
    }

    fn group_norm_bias_gradient(dy: View<'_>, groups: Groups, db: ViewMut<'_>) {
        group_norm::add_gradient_of_bias(groups, dy.0, db.0);
    }

    fn group_norm_gradient(
        x: View<'_>,
        dy: View<'_>,
        groups: Groups,
        moments: Moments<View<'_>>,
        weight: Option<View<'_>>,
        dx: ViewMut<'_>,
    ) {
        let norm = Norm::new(groups, moments);
        let gain = weight.map(|weight| norm.repeat(weight.0));
        norm.add_gradient(x.0, dy.0, gain.as_deref(), dx.0);
    }

    fn l2_norm(x: View<'_>, planes: Planes, eps: f32, y: ViewMut<'_>) {
        l2_norm::normalise(x.0, planes, eps, y.0);
    }

    fn l2_norm_gradient(x: View<'_>, dy: View<'_>, planes: Planes, eps: f32, dx: ViewMut<'_>) {
        l2_norm::add_gradients(x.0, dy.0, planes, eps, dx.0);
    }

    fn response_norm(x: View<'_>, planes: Planes, norm: ResponseNorm, y: ViewMut<'_>) {
        norm.normalise(x.0, planes, y.0);
    }

    fn response_norm_gradient(
        x: View<'_>,
        y: View<'_>,
        dy: View<'_>,
        planes: Planes,
        norm: ResponseNorm,
        dx: ViewMut<'_>,
    ) {
        norm.add_gradients(x.0, y.0, dy.0, planes, dx.0);
    }
}

impl<'a> Norm<'a> {
    fn new(groups: Groups, moments: Moments<View<'a>>) -> Self {
        Self { groups, moments: Moments { mean: moments.mean.0, scale: moments.scale.0 } }
    }
}
