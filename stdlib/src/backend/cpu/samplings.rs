//! Weighted sums of values around places.

use dfdx::tensor::Cpu;

use super::super::{Boxed, Resampled, Samplings};
use super::memory::{View, ViewMut};
use super::roi_align;

impl Samplings for Cpu {
    fn resample(x: View<'_>, resampled: &Resampled, y: ViewMut<'_>) {
        resampled.forward(x.0, y.0);
    }

    fn resample_gradient(dy: View<'_>, resampled: &Resampled, dx: ViewMut<'_>) {
        resampled.add_gradient(dy.0, dx.0);
    }

    fn roi_align(x: View<'_>, boxes: View<'_>, sizes: &Boxed, y: ViewMut<'_>) {
        roi_align::align(x.0, boxes.0, sizes, y.0);
    }

    fn roi_align_gradient(dy: View<'_>, boxes: View<'_>, sizes: &Boxed, dx: ViewMut<'_>) {
        roi_align::add_gradient(dy.0, boxes.0, sizes, dx.0);
    }
}
