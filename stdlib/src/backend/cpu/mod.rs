//! The processor: loops over slices, divided between threads.

mod activation;
mod average_pool;
mod batch_norm;
mod convolution;
mod depthwise;
mod dropout;
mod elementwise;
pub(crate) mod erf;
mod exponential;
mod factors;
mod group_norm;
mod l2_norm;
mod linear;
mod losses;
mod matrix;
mod max_pool;
mod memory;
mod norms;
pub(crate) mod parallel;
mod patches;
mod planes;
mod pool;
mod products;
mod response_norm;
pub(crate) mod runs;
mod softmax;
mod storage;

impl super::Backend for dfdx::tensor::Cpu {}
