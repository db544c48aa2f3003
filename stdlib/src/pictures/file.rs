//! Picture files as networks want them.

use std::path::Path;

use image::imageops::FilterType;
use image::{DynamicImage, ImageReader};
use netlet_dsl::messages::Failure;

use super::Sample;

/// Reads a PNG or JPEG file as an input of shape `input` = channels, rows, columns: colours become
/// brightness for one channel, and the whole picture is stretched to the size (Lanczos filter).
///
/// # Errors
/// When the file cannot be read or is no picture, or the input is none of one or three channels.
pub fn read(path: &Path, input: &[usize]) -> Result<Sample, Failure> {
    let &[channels @ (1 | 3), rows, columns] = input else {
        let shape: Vec<String> = input.iter().map(usize::to_string).collect();
        return Err(Failure::new("the network does not take pictures").note(format!(
            "its input is {}, not one or three channels of rows and columns",
            shape.join("x")
        )));
    };
    let picture = decode(path)?;
    let (width, height) = (columns as u32, rows as u32);
    let picture = picture.resize_exact(width, height, FilterType::Lanczos3);
    let interleaved = match channels {
        1 => picture.into_luma8().into_raw(),
        _ => picture.into_rgb8().into_raw(),
    };
    let plane = |channel| interleaved.iter().skip(channel).step_by(channels).copied();
    let pixels = (0..channels).flat_map(plane).collect();
    Ok(Sample { shape: [channels, rows, columns], pixels })
}

fn decode(path: &Path) -> Result<DynamicImage, Failure> {
    let cannot = |what: &str, error: &dyn std::fmt::Display| {
        Failure::new(format!("cannot {what} `{}`: {error}", path.display()))
    };
    let reader =
        ImageReader::open(path).and_then(ImageReader::with_guessed_format).map_err(|error| {
            let here = std::env::current_dir().unwrap_or_default();
            cannot("read", &error).note(format!("paths begin at `{}`", here.display()))
        })?;
    reader
        .decode()
        .map_err(|error| cannot("decode", &error).help("PNG and JPEG pictures can be read"))
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage};

    use super::*;

    #[test]
    fn colours_become_channels_or_brightness() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("red.png");
        RgbImage::from_pixel(40, 30, Rgb([255, 0, 0])).save(&path).expect("a written picture");
        let colours = read(&path, &[3, 2, 4]).expect("a picture");
        assert_eq!(colours.shape, [3, 2, 4]);
        assert_eq!(colours.pixels, [[255; 8], [0; 8], [0; 8]].concat());
        let grey = read(&path, &[1, 28, 28]).expect("a picture");
        // Rec. 709 gives red a weight of 0.2126.
        assert_eq!((grey.shape, grey.pixels), ([1, 28, 28], vec![54; 28 * 28]));
    }

    #[test]
    fn what_is_no_picture_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("notes.png");
        let missing = read(&path, &[1, 28, 28]).expect_err("no file");
        assert!(missing.headline.contains("cannot read") && missing.headline.contains("notes.png"));
        std::fs::write(&path, "text").expect("a written file");
        let text = read(&path, &[1, 28, 28]).expect_err("no picture");
        assert!(text.headline.contains("cannot decode"), "{text:?}");
        let vector = read(&path, &[784]).expect_err("a network on vectors");
        assert!(vector.notes[0].contains("784"), "{vector:?}");
    }
}
