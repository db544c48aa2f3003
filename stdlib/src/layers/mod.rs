//! The layers of the language as types whose shapes the compiler checks.
//!
//! They are thin: each hands its work to a function of [`crate::ops`] that is compiled once, with
//! the runtime. Nothing here loops over values, since a network's own code is compiled without
//! optimisation, so that it is compiled at once.

mod batch_norm;
mod conv;
mod conv3d;
mod conv_transpose;
mod dropout;
mod filters;
mod functions;
mod geometry;
mod geometry3;
mod linear;
mod pad;
mod pool;
mod pool3;
mod roi_align;

pub use crate::ops::pad::PadMode;
pub use batch_norm::{BatchNorm1d, BatchNorm2d, BatchNorm3d, BatchNormOptions};
pub use conv::Conv2d;
pub use conv_transpose::{ConvTranspose2d, ConvTranspose3d};
pub use conv3d::Conv3d;
pub use dropout::Dropout;
pub use functions::{
    add, concat, flatten, global_avg_pool, global_avg_pool_keep, relu, sigmoid, tanh,
};
pub use geometry::{
    Dilation, Extent, Kernel, Margin, OutputPadding, Padding, PaddingSides, Stride,
};
pub use geometry3::{Dilation3, Extent3, Kernel3, OutputPadding3, Padding3, Stride3};
pub use linear::{Linear, Rows};
pub use pad::{crop, pad};
pub use pool::{AvgPool2d, MaxPool2d};
pub use pool3::MaxPool3d;
pub use roi_align::roi_align;
