//! What the layers do, on shapes known at run time: compiled once, with the runtime.
//!
//! Every operation takes its input as a [`Value`](crate::value::Value) with its tape, and gives its
//! output as a part of the same recording. Gradients that nothing wants are not computed.

pub(crate) mod activation;
pub(crate) mod adaptive_pool;
pub(crate) mod average_pool;
pub(crate) mod batch_norm;
pub(crate) mod channel_factor;
#[cfg(test)]
mod check;
pub(crate) mod concat;
pub(crate) mod conv_transpose;
pub(crate) mod convolution;
pub(crate) mod crop;
pub(crate) mod dropout;
pub(crate) mod global_max_pool;
pub(crate) mod group_norm;
pub(crate) mod join;
pub(crate) mod l2_norm;
pub(crate) mod linear;
pub(crate) mod max_pool;
pub(crate) mod max_pool3;
pub mod pad;
pub(crate) mod permute;
pub(crate) mod planes;
pub(crate) mod resample;
pub(crate) mod reshape;
pub(crate) mod response_norm;
pub(crate) mod roi_align;
pub mod softmax;
pub(crate) mod unit_dropout;
pub(crate) mod unpool;
pub(crate) mod upsample;
pub mod window;
pub mod window3;
