//! What a network's source uses.

pub use crate::layers::{
    AvgPool2d, BatchNorm1d, BatchNorm2d, BatchNorm3d, BatchNormOptions, Conv2d, Conv3d,
    ConvTranspose2d, ConvTranspose3d, Dilation, Dilation3, Dropout, Kernel, Kernel3, Linear,
    MaxPool2d, MaxPool3d, OutputPadding, OutputPadding3, PadMode, Padding, Padding3, PaddingSides,
    Stride, Stride3, add, concat, crop, flatten, global_avg_pool, global_avg_pool_keep, pad, relu,
    roi_align, sigmoid, tanh,
};
pub use crate::network::{Layer, Network};
pub use crate::value::{FeatureMap, Features, Matrix, Value, Volume};
