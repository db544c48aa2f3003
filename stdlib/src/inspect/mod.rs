//! Looking into a network: the feature maps of a layer, the filters of a convolution, and what in a
//! picture speaks for a class.

mod class;
mod feature_maps;
mod filters;
mod grad_cam;
mod place;

pub use class::class_number;
pub use feature_maps::{FeatureMaps, feature_maps};
pub use filters::{Filters, filters};
pub use grad_cam::{Evidence, GradCam, grad_cam};

/// A shape as messages write it, such as `6x24x24`.
fn written(shape: &[usize]) -> String {
    shape.iter().map(usize::to_string).collect::<Vec<_>>().join("x")
}
