//! The processor: loops over slices, divided between threads.

mod average_pool;
mod convolution;
mod depthwise;
mod elementwise;
pub(crate) mod erf;
pub(crate) mod exponential;
mod linear;
mod losses;
mod matrix;
mod max_pool;
mod memory;
pub(crate) mod parallel;
mod patches;
mod pool;
mod products;
pub(crate) mod runs;
mod storage;
