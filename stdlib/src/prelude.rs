//! What a network's source uses.

pub use crate::layers::{
    AvgPool2d, BatchNorm1d, BatchNorm2d, BatchNorm3d, BatchNormOptions, Conv2d, Dilation, Dropout,
    Kernel, Linear, MaxPool2d, PadMode, Padding, PaddingSides, Stride, add, concat, crop, flatten,
    global_avg_pool, global_avg_pool_keep, pad, relu, sigmoid, tanh,
};
pub use crate::network::{Layer, Network};
pub use crate::value::{FeatureMap, Features, Matrix, Value, Volume};
