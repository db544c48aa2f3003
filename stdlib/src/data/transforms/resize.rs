//! Bringing pictures to a size.

use std::cell::RefCell;

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use netlet_dsl::messages::Size;

use super::Work;
use crate::data::raster::Raster;

/// The size that a picture of `size` is brought to: rows and columns. The longer side is rounded down,
/// as torchvision's `Resize` and the language's checker do it.
pub(super) fn target_size([rows, columns]: [usize; 2], size: Size) -> [usize; 2] {
    match size {
        Size::Exact(size) => size,
        Size::Shorter(side) => {
            let scaled = |long: usize, short: usize| long.saturating_mul(side) / short.max(1);
            if rows <= columns {
                [side, scaled(columns, rows)]
            } else {
                [scaled(rows, columns), side]
            }
        }
    }
}

/// Brings a sample to a size.
pub(super) fn resize(work: &mut Work, size: [usize; 2]) {
    if size == work.size {
        return;
    }
    let [rows, columns] = work.size;
    resize_part(work, [0.0, 0.0, columns as f64, rows as f64], size);
}

/// Brings a part of a sample to a size: `part` is left, top, width and height.
pub(super) fn resize_part(work: &mut Work, part: [f64; 4], size: [usize; 2]) {
    let [left, top, width, height] = part.map(|it| it as f32);
    let [down, across] = [size[0] as f32 / height, size[1] as f32 / width];
    work.change(
        size,
        |picture| smooth(picture, part, size),
        |mask| nearest(mask, part, size),
        |[l, t, r, b]| {
            [(l - left) * across, (t - top) * down, (r - left) * across, (b - top) * down]
        },
    );
}

/// The part at a size, by the triangle filter, widened where the picture shrinks: what torchvision
/// calls bilinear with antialiasing.
fn smooth(picture: &Raster, part: [f64; 4], size: [usize; 2]) -> Raster {
    thread_local! {
        // It keeps the filters' coefficients and the memory between its passes.
        static RESIZER: RefCell<Resizer> = RefCell::new(Resizer::new());
    }
    let kind = if picture.channels == 1 { PixelType::U8 } else { PixelType::U8x3 };
    let [left, top, width, height] = part;
    let options = ResizeOptions::new()
        .resize_alg(ResizeAlg::Convolution(FilterType::Bilinear))
        .crop(left, top, width, height)
        .use_alpha(false);
    let reason = "a picture of one or three channels, and a part within it";
    let [columns, rows] = [picture.columns as u32, picture.rows as u32];
    let source = ImageRef::new(columns, rows, &picture.pixels, kind).expect(reason);
    let mut resized = Image::new(size[1] as u32, size[0] as u32, kind);
    RESIZER.with_borrow_mut(|it| it.resize(&source, &mut resized, &options)).expect(reason);
    Raster::new(size, picture.channels, resized.into_vec())
}

/// The part at a size, each pixel that of the source which its middle lies in.
fn nearest(mask: &Raster, [left, top, width, height]: [f64; 4], size: [usize; 2]) -> Raster {
    let place = |index: usize, start: f64, extent: f64, count: usize, most: usize| {
        let middle = start + (index as f64 + 0.5) * extent / count as f64;
        (middle as usize).min(most - 1)
    };
    let columns: Vec<usize> =
        (0..size[1]).map(|column| place(column, left, width, size[1], mask.columns)).collect();
    let mut pixels = Vec::with_capacity(size[0] * size[1]);
    for row in 0..size[0] {
        let row = mask.row(place(row, top, height, size[0], mask.rows));
        pixels.extend(columns.iter().map(|&column| row[column]));
    }
    Raster::new(size, 1, pixels)
}
