//! What a network's source uses.

pub use crate::layers::{
    AvgPool2d, BatchNorm1d, BatchNorm2d, BatchNorm3d, BatchNormOptions, Conv2d, Dilation, DropPath,
    Dropout, Dropout2d, GroupNorm, InstanceNorm2d, InstanceNorm3d, Kernel, LayerNorm, Linear,
    MaxPool2d, NormOptions, PRelu, Padding, PaddingSides, PoolIndices, Scale, Stride,
    adaptive_avg_pool, add, concat, elu, flatten, gelu, global_avg_pool, global_avg_pool_keep,
    global_max_pool, global_max_pool_keep, hardsigmoid, hardswish, identity, l2_norm, leaky_relu,
    local_response_norm, log_softmax, max, max_unpool, mean, mul, permute, pixel_shuffle, relu,
    relu6, reshape, selu, sigmoid, silu, softmax, softplus, tanh, upsample_bicubic,
    upsample_bilinear, upsample_nearest,
};
pub use crate::network::{Layer, Network};
pub use crate::value::{FeatureMap, Features, Matrix, Value, Volume};
