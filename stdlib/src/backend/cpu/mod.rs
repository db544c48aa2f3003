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
mod losses;
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

impl super::Backend for dfdx::tensor::Cpu {}
