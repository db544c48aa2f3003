//! A batch as planes: one for each channel of each sample.

use rayon::prelude::*;

use crate::backend::cpu::parallel::units_per_part;
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

    /// The planes of one channel.
    pub(crate) fn channel(self, values: &[f32], channel: usize) -> impl Iterator<Item = &[f32]> {
        let planes = values.chunks_exact(self.size.max(1));
        planes.skip(channel).step_by(self.channels.max(1))
    }

    /// Calls `each` with the channel of every plane of `to` and the same planes of `a` and `b`.
    pub(crate) fn each(
        self,
        to: &mut [f32],
        a: &[f32],
        b: &[f32],
        each: impl Fn(usize, &mut [f32], &[f32], &[f32]) + Sync,
    ) {
        let size = self.size.max(1);
        let part = units_per_part(self.samples * self.channels, to.len());
        let parts = to.par_chunks_mut(part * size).zip(a.par_chunks(part * size));
        parts.zip(b.par_chunks(part * size)).enumerate().for_each(|(number, ((to, a), b))| {
            let planes = to.chunks_exact_mut(size).zip(a.chunks_exact(size));
            for (plane, ((to, a), b)) in planes.zip(b.chunks_exact(size)).enumerate() {
                each((number * part + plane) % self.channels, to, a, b);
            }
        });
    }
}
