//! `globalavgpool` and `globalmaxpool`: one value for each channel.

use crate::ops::average_pool::global_average_pool;
use crate::ops::global_max_pool as max_pool;
use crate::ops::reshape::flatten;
use crate::value::{FeatureMap, Features};

/// The mean of each channel.
pub fn global_avg_pool<const C: usize, const H: usize, const W: usize>(
    x: FeatureMap<C, H, W>,
) -> Features<C> {
    flatten(global_average_pool(x.into())).into()
}

/// The mean of each channel, as a map of one row and one column.
pub fn global_avg_pool_keep<const C: usize, const H: usize, const W: usize>(
    x: FeatureMap<C, H, W>,
) -> FeatureMap<C, 1, 1> {
    global_average_pool(x.into()).into()
}

/// The largest value of each channel.
pub fn global_max_pool<const C: usize, const H: usize, const W: usize>(
    x: FeatureMap<C, H, W>,
) -> Features<C> {
    flatten(max_pool::global_max_pool(x.into())).into()
}

/// The largest value of each channel, as a map of one row and one column.
pub fn global_max_pool_keep<const C: usize, const H: usize, const W: usize>(
    x: FeatureMap<C, H, W>,
) -> FeatureMap<C, 1, 1> {
    max_pool::global_max_pool(x.into()).into()
}
