//! Samples as images.

use image::{Rgb, RgbImage};

use super::Sample;

/// A sample's image: colours if it has three channels, else its first channel in grey.
pub(super) fn image(sample: &Sample) -> RgbImage {
    let [channels, rows, columns] = sample.shape;
    let plane = rows * columns;
    RgbImage::from_fn(columns as u32, rows as u32, |x, y| {
        let place = y as usize * columns + x as usize;
        let channel = |index: usize| sample.pixels[index * plane + place];
        match channels {
            3 => Rgb([channel(0), channel(1), channel(2)]),
            _ => Rgb([channel(0); 3]),
        }
    })
}

/// The picture of `size` = rows, columns whose pixels are given by their numbers in a `palette`, row by
/// row; white where the palette has no such number.
///
/// # Panics
/// When there are not as many numbers as pixels.
pub fn painted(numbers: &[u8], palette: &[[u8; 3]], size: [usize; 2]) -> Sample {
    let [rows, columns] = size;
    assert_eq!(numbers.len(), rows * columns, "a number for each pixel");
    let color = |number: &u8| palette.get(usize::from(*number)).copied().unwrap_or([255; 3]);
    let pixels =
        (0..3).flat_map(|channel| numbers.iter().map(move |number| color(number)[channel]));
    Sample { shape: [3, rows, columns], pixels: pixels.collect() }
}

/// The size at which an image of `size` = width, height is shown: enlarged by the whole number that
/// makes its longer side `least` long or somewhat more, or shrunk to make it `most` long.
pub(super) fn shown_size(size: [u32; 2], least: u32, most: u32) -> [u32; 2] {
    let longer = size[0].max(size[1]).max(1);
    if longer > most {
        // One of a thousand times as many columns as rows is still seen.
        return size.map(|length| (length * most / longer).max(2));
    }
    let times = least.div_ceil(longer).min(most / longer).max(1);
    size.map(|length| length * times)
}

/// `share` of a colour over a pixel.
pub(super) fn mixed(pixel: Rgb<u8>, color: [u8; 3], share: f64) -> Rgb<u8> {
    let mix = |(below, above): (u8, u8)| {
        (f64::from(below) * (1.0 - share) + f64::from(above) * share).round() as u8
    };
    let [red, green, blue] = pixel.0;
    Rgb([mix((red, color[0])), mix((green, color[1])), mix((blue, color[2]))])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_channels_are_colours() {
        let sample = Sample { shape: [3, 1, 2], pixels: vec![1, 2, 3, 4, 5, 6] };
        assert_eq!(image(&sample).into_raw(), [1, 3, 5, 2, 4, 6]);
    }

    #[test]
    fn numbers_become_the_colours_of_the_palette() {
        let sample = painted(&[1, 0, 9], &[[1, 2, 3], [4, 5, 6]], [1, 3]);
        assert_eq!(sample.shape, [3, 1, 3]);
        assert_eq!(sample.pixels, [4, 1, 255, 5, 2, 255, 6, 3, 255]);
    }

    #[test]
    fn small_images_grow_and_large_ones_shrink() {
        assert_eq!(shown_size([28, 28], 84, 160), [84, 84]);
        assert_eq!(shown_size([28, 14], 100, 160), [112, 56]);
        assert_eq!(shown_size([90, 40], 84, 160), [90, 40]);
        assert_eq!(shown_size([640, 480], 84, 160), [160, 120]);
        assert_eq!(shown_size([90, 90], 168, 170), [90, 90]);
        assert_eq!(shown_size([4000, 1], 84, 160), [160, 2]);
    }
}
