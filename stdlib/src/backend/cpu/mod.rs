//! The processor: loops over slices, divided between threads.

mod activation;
mod average_pool;
mod batch_norm;
mod convolution;
mod depthwise;
mod dropout;
mod elementwise;
mod erf;
mod exponential;
mod factors;
mod group_norm;
mod join;
mod l2_norm;
mod layouts;
mod linear;
mod matrix;
mod max_pool;
mod memory;
mod norms;
mod pad;
mod parallel;
mod patches;
mod permute;
mod planes;
mod pool;
mod products;
mod resample;
mod response_norm;
mod roi_align;
mod runs;
mod samplings;
mod softmax;
mod spread;
mod storage;

pub(crate) use exponential::{exp, ln_1p};
pub(crate) use parallel::units_per_part;
pub(crate) use runs::sum;
pub(crate) use softmax::softmax_in_place;

impl super::Backend for dfdx::tensor::Cpu {}
