//! Half blocks: two pixels in a cell, one as its background.

use std::fmt::Write as _;

use ansi_colours::ansi256_from_rgb;
use image::imageops::FilterType;
use image::{DynamicImage, RgbImage};

use super::detect::Colours;
use super::place::Size;

/// A picture of that size, in lines.
pub(super) fn image(image: &DynamicImage, size: Size, colours: Colours) -> String {
    let (columns, rows) = (u32::from(size.columns), u32::from(size.rows));
    let pixels = opaque(&image.resize_exact(columns, 2 * rows, FilterType::Triangle));
    let mut lines = String::new();
    for row in 0..rows {
        let mut before = None;
        for column in 0..columns {
            let pair = [2 * row, 2 * row + 1].map(|row| pixels.get_pixel(column, row).0);
            if before != Some(pair) {
                let [upper, lower] = pair;
                let _ = write!(
                    lines,
                    "\x1b[{};{}m",
                    code(38, upper, colours),
                    code(48, lower, colours)
                );
                before = Some(pair);
            }
            lines.push('▀');
        }
        lines.push_str("\x1b[0m\n");
    }
    lines
}

/// Selects a colour of letters (38) or behind them (48).
fn code(what: u8, [red, green, blue]: [u8; 3], colours: Colours) -> String {
    match colours {
        Colours::Full => format!("{what};2;{red};{green};{blue}"),
        Colours::Palette => format!("{what};5;{}", ansi256_from_rgb((red, green, blue))),
    }
}

/// A picture on white, as on paper.
pub(super) fn opaque(image: &DynamicImage) -> RgbImage {
    let mut pixels = RgbImage::new(image.width(), image.height());
    for (to, from) in pixels.pixels_mut().zip(image.to_rgba8().pixels()) {
        let [.., alpha] = from.0;
        for (to, from) in to.0.iter_mut().zip(from.0) {
            let mixed = u16::from(from) * u16::from(alpha) + 255 * u16::from(255 - alpha);
            *to = (mixed / 255) as u8;
        }
    }
    pixels
}
