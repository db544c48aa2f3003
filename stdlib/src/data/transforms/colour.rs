//! Changes of colour.

use rand::Rng;
use rand::seq::SliceRandom;

use super::Dice;
use crate::data::raster::Raster;

/// The brightness of a pixel, by the weights of ITU-R BT.601, as torchvision has it.
pub(super) fn brightness(red: u8, green: u8, blue: u8) -> f32 {
    0.299 * f32::from(red) + 0.587 * f32::from(green) + 0.114 * f32::from(blue)
}

/// One channel of brightness.
pub(in crate::data) fn grayscale(picture: Raster) -> Raster {
    if picture.channels == 1 {
        return picture;
    }
    let grey = |pixel: &[u8]| brightness(pixel[0], pixel[1], pixel[2]).round() as u8;
    let pixels = picture.pixels.chunks_exact(3).map(grey).collect();
    Raster { channels: 1, pixels, ..picture }
}

/// Changes of brightness, contrast and saturation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Jitter {
    /// Each with its factor.
    changes: [(Change, f32); 3],
}

#[derive(Clone, Copy, Debug)]
enum Change {
    Brightness,
    Contrast,
    Saturation,
}

impl Jitter {
    /// Factors from 1 less to 1 plus each part, in a random order, as torchvision's `ColorJitter`.
    pub(super) fn draw([brightness, contrast, saturation]: [f64; 3], dice: &mut Dice) -> Self {
        let mut factor = |part: f64| dice.random.gen_range(1.0 - part..=1.0 + part) as f32;
        let mut changes = [
            (Change::Brightness, factor(brightness)),
            (Change::Contrast, factor(contrast)),
            (Change::Saturation, factor(saturation)),
        ];
        changes.shuffle(&mut dice.random);
        Self { changes }
    }

    pub(super) fn apply(self, picture: &mut Raster) {
        for (change, factor) in self.changes {
            match change {
                Change::Brightness => blend(picture, factor, |_| 0.0),
                Change::Contrast => {
                    let grey = mean_brightness(picture);
                    blend(picture, factor, |_| grey);
                }
                Change::Saturation if picture.channels == 3 => {
                    blend(picture, factor, |it| brightness(it[0], it[1], it[2]));
                }
                Change::Saturation => {}
            }
        }
    }
}

/// Each pixel becomes `factor` of itself and the rest of `other`.
fn blend(picture: &mut Raster, factor: f32, other: impl Fn(&[u8]) -> f32) {
    for pixel in picture.pixels.chunks_exact_mut(picture.channels) {
        let other = other(pixel) * (1.0 - factor);
        for value in pixel {
            // A float outside the bytes becomes the nearest of them.
            *value = (f32::from(*value) * factor + other).round() as u8;
        }
    }
}

fn mean_brightness(picture: &Raster) -> f32 {
    let pixels = picture.pixels.chunks_exact(picture.channels);
    let of = |pixel: &[u8]| match *pixel {
        [red, green, blue] => f64::from(brightness(red, green, blue)),
        ref grey => f64::from(grey[0]),
    };
    let count = pixels.len().max(1) as f64;
    (pixels.map(of).sum::<f64>() / count).round() as f32
}
