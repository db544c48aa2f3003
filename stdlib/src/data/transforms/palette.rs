//! The palette of the colorization task.

use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

/// Rounds of k-means at most.
const ROUNDS: usize = 40;

/// Colours, the darkest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::data) struct Palette {
    colours: Vec<[u8; 3]>,
}

impl Palette {
    /// The palette of `count` colours that is near all of `pixels`: their means by k-means in RGB,
    /// begun as k-means++ does it (Arthur and Vassilvitskii, 2007), always the same way. `None` where
    /// the pixels have fewer colours.
    pub(in crate::data) fn of(pixels: &[[u8; 3]], count: usize) -> Option<Self> {
        let mut means = beginnings(pixels, count)?;
        let mut of_pixel = vec![usize::MAX; pixels.len()];
        for _ in 0..ROUNDS {
            let mut changed = false;
            for (pixel, of) in pixels.iter().zip(&mut of_pixel) {
                let nearest = nearest(&means, pixel.map(f32::from)).0;
                changed |= nearest != *of;
                *of = nearest;
            }
            if !changed {
                break;
            }
            let mut sums = vec![([0.0f64; 3], 0u32); count];
            for (pixel, &of) in pixels.iter().zip(&of_pixel) {
                let (sum, number) = &mut sums[of];
                sum.iter_mut().zip(pixel).for_each(|(sum, &value)| *sum += f64::from(value));
                *number += 1;
            }
            for (mean, (sum, number)) in means.iter_mut().zip(sums) {
                // A colour that no pixel is nearest to stays where it is.
                if number > 0 {
                    *mean = sum.map(|sum| (sum / f64::from(number)) as f32);
                }
            }
        }
        let mut colours: Vec<[u8; 3]> =
            means.into_iter().map(|mean| mean.map(|value| value.round() as u8)).collect();
        colours.sort_by_key(|&[red, green, blue]| {
            let brightness = super::colour::brightness(red, green, blue);
            ((brightness * 1000.0) as u32, red, green, blue)
        });
        Some(Self { colours })
    }

    /// The colours.
    pub(in crate::data) fn colours(&self) -> &[[u8; 3]] {
        &self.colours
    }

    /// For each pixel of a picture in colour, the number of the colour nearest to it.
    pub(super) fn numbers(&self, pixels: &[u8]) -> Vec<u8> {
        let distance = |colour: &[u8; 3], pixel: &[u8]| -> u32 {
            let squares = colour.iter().zip(pixel).map(|(&one, &other)| {
                let difference = u32::from(one.abs_diff(other));
                difference * difference
            });
            squares.sum()
        };
        let number = |pixel: &[u8]| {
            let distances = self.colours.iter().map(|colour| distance(colour, pixel));
            let nearest = distances.enumerate().min_by_key(|&(_, distance)| distance);
            nearest.map_or(0, |(number, _)| number as u8)
        };
        // Neighbours are often the same.
        let mut last: Option<([u8; 3], u8)> = None;
        let mut number_of = |pixel: &[u8]| match last {
            Some((colour, number)) if colour == *pixel => number,
            _ => {
                let number = number(pixel);
                last = Some(([pixel[0], pixel[1], pixel[2]], number));
                number
            }
        };
        pixels.chunks_exact(3).map(&mut number_of).collect()
    }
}

/// The number of the nearest mean, and its squared distance.
fn nearest(means: &[[f32; 3]], pixel: [f32; 3]) -> (usize, f32) {
    let mut best = (0, f32::INFINITY);
    for (number, mean) in means.iter().enumerate() {
        let distance: f32 = mean.iter().zip(pixel).map(|(one, other)| (one - other).powi(2)).sum();
        if distance < best.1 {
            best = (number, distance);
        }
    }
    best
}

/// Pixels that lie apart: each is drawn by its squared distance from those before it.
fn beginnings(pixels: &[[u8; 3]], count: usize) -> Option<Vec<[f32; 3]>> {
    let mut random = SmallRng::seed_from_u64(0);
    let mut means = vec![pixels.first()?.map(f32::from)];
    let mut distances: Vec<f32> = vec![f32::INFINITY; pixels.len()];
    while means.len() < count {
        let newest = &means[means.len() - 1..];
        for (pixel, distance) in pixels.iter().zip(&mut distances) {
            *distance = distance.min(nearest(newest, pixel.map(f32::from)).1);
        }
        let sum: f64 = distances.iter().map(|&it| f64::from(it)).sum();
        if sum <= 0.0 {
            return None;
        }
        let mut left = random.gen_range(0.0..sum);
        let drawn = distances.iter().position(|&distance| {
            left -= f64::from(distance);
            left < 0.0 && distance > 0.0
        });
        let drawn = drawn.or_else(|| distances.iter().position(|&distance| distance > 0.0))?;
        means.push(pixels[drawn].map(f32::from));
    }
    Some(means)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_palette_has_the_means_of_what_lies_together() {
        let dark = [[0, 0, 0], [4, 0, 0]];
        let red = [[200, 0, 10], [210, 0, 10], [220, 0, 10]];
        let white = [[255, 255, 255]];
        let pixels = [&red[..], &white, &dark].concat();
        let palette = Palette::of(&pixels, 3).expect("three colours");
        assert_eq!(palette.colours(), [[2, 0, 0], [210, 0, 10], [255, 255, 255]]);
        assert_eq!(palette.numbers(&[0, 0, 9, 250, 250, 90, 120, 0, 0]), [0, 2, 1]);
        assert_eq!(Palette::of(&pixels, 3), Some(palette));
    }

    #[test]
    fn there_are_no_more_colours_than_pixels_have() {
        assert_eq!(Palette::of(&[[1, 2, 3], [1, 2, 3]], 2), None);
        assert_eq!(Palette::of(&[], 2), None);
    }
}
