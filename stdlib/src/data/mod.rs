//! Data sets: read from their files, changed by their transforms, and cut into batches.
//!
//! A source gives a collection of items, in memory or in files. A [`Dataset`] picks the
//! samples of its parts from them, and its loader makes a sample of an item when it is wanted.

mod batches;
mod build;
mod cache;
mod dataset;
mod frequency;
mod loader;
mod look;
mod mask_file;
mod order;
mod outline;
mod picture_file;
mod pool;
mod preparation;
mod raster;
mod reading;
mod select;
mod sources;
mod store;
mod target;
mod transforms;

pub use batches::{Batch, Batches};
pub use dataset::{Dataset, Example, Part};
pub use look::Look;
pub use order::Order;
pub use preparation::Preparation;
pub use target::{IGNORED, Located, Target, Targets};
