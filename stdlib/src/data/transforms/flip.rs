//! Mirror images.

use super::Work;
use crate::data::raster::Raster;

/// Left for right.
pub(super) fn horizontal(work: &mut Work) {
    let columns = work.size[1] as f32;
    let mirror = |raster: &Raster| {
        let mut pixels = Vec::with_capacity(raster.pixels.len());
        for row in 0..raster.rows {
            let row = raster.row(row).chunks_exact(raster.channels);
            row.rev().for_each(|pixel| pixels.extend_from_slice(pixel));
        }
        Raster { pixels, ..*raster }
    };
    work.change(work.size, mirror, mirror, |[l, t, r, b]| [columns - r, t, columns - l, b]);
}

/// Top for bottom.
pub(super) fn vertical(work: &mut Work) {
    let rows = work.size[0] as f32;
    let mirror = |raster: &Raster| {
        let pixels = (0..raster.rows).rev().flat_map(|row| raster.row(row)).copied().collect();
        Raster { pixels, ..*raster }
    };
    work.change(work.size, mirror, mirror, |[l, t, r, b]| [l, rows - b, r, rows - t]);
}
