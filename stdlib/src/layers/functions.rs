//! Layers that keep nothing, as functions.

use crate::ops;
use crate::value::{Batch, FeatureMap, Features};

/// The values of each sample as a vector, channel by channel, row by row.
pub fn flatten<B: Batch, const F: usize>(x: B) -> Features<F> {
    const {
        let mut count = 1;
        let mut axis = 0;
        while axis < B::SHAPE.len() {
            count *= B::SHAPE[axis];
            axis += 1;
        }
        assert!(count == F, "a vector has as many features as the sample values");
    }
    ops::reshape::flatten(x.into()).into()
}

/// The mean of each channel.
pub fn global_avg_pool<const C: usize, const H: usize, const W: usize>(
    x: FeatureMap<C, H, W>,
) -> Features<C> {
    ops::reshape::flatten(ops::average_pool::global_average_pool(x.into())).into()
}

/// The mean of each channel, as a map of one row and one column.
pub fn global_avg_pool_keep<const C: usize, const H: usize, const W: usize>(
    x: FeatureMap<C, H, W>,
) -> FeatureMap<C, 1, 1> {
    ops::average_pool::global_average_pool(x.into()).into()
}
