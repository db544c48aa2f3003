//! Sixel, of xterm, foot, mlterm, Windows Terminal and others: pixels in bands of six rows.

use icy_sixel::{
    DiffusionMethod, MethodForLargest, MethodForRep, PixelFormat, Quality, sixel_string,
};
use image::DynamicImage;
use image::imageops::FilterType;

use super::blocks::opaque;
use super::place::Size;

/// A picture at the cursor, as large as cells of `cell` pixels make it.
pub(super) fn image(image: &DynamicImage, size: Size, cell: (u16, u16)) -> Option<String> {
    let width = u32::from(size.columns) * u32::from(cell.0);
    let height = u32::from(size.rows) * u32::from(cell.1);
    let pixels = opaque(&image.resize_exact(width, height, FilterType::Triangle));
    sixel_string(
        &pixels,
        i32::try_from(width).ok()?,
        i32::try_from(height).ok()?,
        PixelFormat::RGB888,
        DiffusionMethod::None,
        MethodForLargest::Auto,
        MethodForRep::Auto,
        Quality::HIGH,
    )
    .ok()
}
