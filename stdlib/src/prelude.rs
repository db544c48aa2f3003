//! What a network's source uses.

pub use crate::layers::{
    AvgPool2d, BatchNorm1d, BatchNorm2d, BatchNorm3d, BatchNormOptions, Conv2d, Dilation, Dropout,
    Kernel, Linear, MaxPool2d, Padding, PaddingSides, Stride, add, concat, flatten,
    global_avg_pool, global_avg_pool_keep, relu, sigmoid, tanh,
};
pub use crate::network::{Layer, Network};
pub use crate::value::{FeatureMap, Features, Matrix, Value, Volume};
