//! A batch as planes: one for each channel of each sample.

use crate::value::Value;

/// The planes of a batch: sample by sample, channel by channel, each of `size` values.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Planes {
    pub(crate) samples: usize,
    pub(crate) channels: usize,
    pub(crate) size: usize,
}

impl Planes {
    /// The planes of `x`; features are planes of one value.
    pub(crate) fn of(x: &Value) -> Self {
        let [channels, rows, columns] = x.planes();
        Self { samples: x.samples(), channels, size: rows * columns }
    }

    /// Values in a channel.
    pub(crate) fn count(self) -> usize {
        self.samples * self.size
    }
}
