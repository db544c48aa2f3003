//! The processor: loops over slices, divided between threads.

pub(crate) mod depthwise;
mod elementwise;
pub(crate) mod erf;
pub(crate) mod exponential;
mod losses;
pub(crate) mod matrix;
mod memory;
pub(crate) mod parallel;
pub(crate) mod patches;
pub(crate) mod products;
pub(crate) mod runs;
mod storage;
