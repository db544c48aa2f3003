//! Loops over the planes of a batch.

use rayon::prelude::*;

use super::parallel::units_per_part;
use crate::ops::planes::Planes;

impl Planes {
    /// The planes of one channel.
    pub(in crate::backend) fn channel(
        self,
        values: &[f32],
        channel: usize,
    ) -> impl Iterator<Item = &[f32]> {
        let planes = values.chunks_exact(self.size.max(1));
        planes.skip(channel).step_by(self.channels.max(1))
    }

    /// Calls `each` with the channel of every plane of `to` and the same planes of `a` and `b`.
    pub(in crate::backend) fn each(
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
