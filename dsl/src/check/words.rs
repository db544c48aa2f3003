//! The words that keys may be, where they are a choice of a few.

use crate::layers;

pub(crate) const OPTIMIZERS: [&str; 4] = ["adam", "adamw", "sgd", "rmsprop"];
pub(crate) const SCHEDULES: [&str; 5] = ["none", "step", "cosine", "onecycle", "plateau"];
pub(crate) const WEIGHTS: [&str; 2] = ["none", "median_freq"];
pub(crate) const MATCHINGS: [&str; 2] = ["name", "order"];
pub(crate) const EXPORTS: [&str; 1] = ["rust"];
pub(crate) const ON_BAD: [&str; 2] = ["stop", "skip"];
pub(crate) const UPSAMPLE_MODES: [&str; 3] = ["nearest", "bilinear", "bicubic"];
pub(crate) const PADDINGS: [&str; 3] = ["same", "valid", "full"];
pub(crate) const STARTS: [&str; 5] = ["default", "he", "xavier", "normal", "zeros"];

/// What may be made small.
pub(crate) fn losses() -> impl Iterator<Item = &'static str> {
    super::training::LOSSES.iter().map(|(word, _)| *word)
}

/// What may stand around a map.
pub(crate) fn pad_modes() -> impl Iterator<Item = &'static str> {
    layers::PAD_MODES.iter().map(|(word, _)| *word)
}
