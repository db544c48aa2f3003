//! What a network's source uses.

pub use crate::display::Display as EvcxrDisplay;
pub use crate::layers::{
    AvgPool2d, BatchNorm1d, BatchNorm2d, BatchNorm3d, BatchNormOptions, Conv2d, Conv3d,
    ConvTranspose2d, ConvTranspose3d, Dilation, Dilation3, DropPath, Dropout, Dropout2d, GroupNorm,
    InstanceNorm2d, InstanceNorm3d, Kernel, Kernel3, LayerNorm, Linear, MaxPool2d, MaxPool3d,
    NormOptions, OutputPadding, OutputPadding3, PRelu, PadMode, Padding, Padding3, PaddingSides,
    PaddingSides3, PoolIndices, Scale, Stride, Stride3, adaptive_avg_pool, add, concat, crop, elu,
    flatten, gelu, global_avg_pool, global_avg_pool_keep, global_max_pool, global_max_pool_keep,
    hardsigmoid, hardswish, identity, l2_norm, leaky_relu, local_response_norm, log_softmax, max,
    max_unpool, mean, mul, pad, permute, pixel_shuffle, relu, relu6, reshape, roi_align, selu,
    sigmoid, silu, softmax, softplus, tanh, upsample_bicubic, upsample_bilinear, upsample_nearest,
};
pub use crate::network::{Head, Inputs, Layer, Network, Outputs, Start};
pub use crate::tape::is_training;
pub use crate::value::{FeatureMap, Features, Matrix, Value, Volume};
