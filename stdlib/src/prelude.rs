//! What a network's source uses.

pub use crate::layers::{
    AvgPool2d, BatchNorm1d, BatchNorm2d, BatchNorm3d, BatchNormOptions, Conv2d, Dilation, Dropout,
    Kernel, Linear, MaxPool2d, PRelu, Padding, PaddingSides, Scale, Stride, add, concat, elu,
    flatten, gelu, global_avg_pool, global_avg_pool_keep, hardsigmoid, hardswish, leaky_relu,
    log_softmax, max, mean, mul, relu, relu6, selu, sigmoid, silu, softmax, softplus, tanh,
};
pub use crate::network::{Layer, Network};
pub use crate::value::{FeatureMap, Features, Matrix, Value, Volume};
