//! Pictures as letters: from light to dark, where there is no colour.

use image::DynamicImage;
use image::imageops::FilterType;

use super::blocks::opaque;
use super::place::Size;

/// From black to white, as a screen of light letters on a dark ground shows them.
const SHADES: &[u8] = b" .:-=+*#%@";

/// A picture of that size, in lines.
pub(super) fn image(image: &DynamicImage, size: Size) -> String {
    let (columns, rows) = (u32::from(size.columns), u32::from(size.rows));
    let pixels =
        DynamicImage::from(opaque(image)).resize_exact(columns, rows, FilterType::Triangle);
    let grey = pixels.to_luma8();
    let mut lines = String::new();
    for row in grey.rows() {
        let letter = |light: u8| usize::from(light) * (SHADES.len() - 1) / 255;
        let line: String = row.map(|pixel| char::from(SHADES[letter(pixel.0[0])])).collect();
        lines.push_str(line.trim_end());
        lines.push('\n');
    }
    lines
}
