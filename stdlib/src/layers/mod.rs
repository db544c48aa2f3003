//! The layers of the language as types whose shapes the compiler checks.
//!
//! They are thin: each hands its work to a function of [`crate::ops`] that is compiled once, with
//! the runtime. Nothing here loops over values, since a network's own code is compiled without
//! optimisation, so that it is compiled at once.

mod activations;
mod arrangement;
mod batch_norm;
mod conv;
mod conv3d;
mod conv_transpose;
mod dropout;
mod filters;
mod geometry;
mod geometry3;
mod global_pool;
mod joins;
mod linear;
mod norms;
mod pad;
mod pool;
mod pool3;
mod roi_align;
mod sampling;

pub use crate::ops::max_pool::PoolIndices;
pub use crate::ops::pad::PadMode;
pub use activations::{
    PRelu, Scale, elu, gelu, hardsigmoid, hardswish, leaky_relu, log_softmax, relu, relu6, selu,
    sigmoid, silu, softmax, softplus, tanh,
};
pub use arrangement::{flatten, identity, permute, reshape};
pub use batch_norm::{BatchNorm1d, BatchNorm2d, BatchNorm3d, BatchNormOptions};
pub use conv::Conv2d;
pub use conv_transpose::{ConvTranspose2d, ConvTranspose3d};
pub use conv3d::Conv3d;
pub use dropout::{DropPath, Dropout, Dropout2d};
pub use geometry::{
    Dilation, Extent, Kernel, Margin, OutputPadding, Padding, PaddingSides, Stride,
};
pub use geometry3::{
    Dilation3, Extent3, Kernel3, Margin3, OutputPadding3, Padding3, PaddingSides3, Stride3,
};
pub use global_pool::{
    global_avg_pool, global_avg_pool_keep, global_max_pool, global_max_pool_keep,
};
pub use joins::{add, concat, max, mean, mul};
pub use linear::{Linear, Rows};
pub use norms::{
    GroupNorm, InstanceNorm2d, InstanceNorm3d, LayerNorm, NormOptions, l2_norm, local_response_norm,
};
pub use pad::{crop, pad};
pub use pool::{AvgPool2d, MaxPool2d};
pub use pool3::MaxPool3d;
pub use roi_align::roi_align;
pub use sampling::{
    adaptive_avg_pool, max_unpool, pixel_shuffle, upsample_bicubic, upsample_bilinear,
    upsample_nearest,
};
