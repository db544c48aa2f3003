//! Picture files, decoded with nothing taken for granted.

use std::fs::File;
use std::io::{BufReader, Cursor, Read};
use std::path::Path;

use image::{ImageFormat, ImageReader};
use netlet_dsl::messages::Failure;
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::raster::Raster;

/// The endings of files that are taken for pictures.
const ENDINGS: [&str; 3] = ["jpg", "jpeg", "png"];
/// The longest side of a picture, in pixels.
const LONGEST: u32 = 32_768;
/// The most pixels of a picture: as PNG and JPEG pack empty ones a thousandfold, a small file could
/// fill the memory.
const MOST: u64 = 1 << 28;
/// The bytes in front of a PNG file.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";
/// The bytes in front of a JPEG file.
const JPEG: &[u8] = &[0xff, 0xd8, 0xff];

/// Whether a file is taken for a picture, by its name.
pub(super) fn is_picture(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    ending.is_some_and(|ending| ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known)))
}

/// Rows and columns of a picture, from its header.
///
/// # Errors
/// When the file cannot be read, is no picture, or is too large.
pub(super) fn size(path: &Path) -> Result<[usize; 2], Failure> {
    let file = File::open(path).map_err(|error| cannot_read(path, &error))?;
    let reader = ImageReader::new(BufReader::new(file)).with_guessed_format();
    let reader = reader.map_err(|error| cannot_read(path, &error))?;
    let (width, height) = reader.into_dimensions().map_err(|error| no_picture(path, &error))?;
    checked_size(path, [height, width])
}

/// Rows and columns, if a picture of them is not too large.
pub(super) fn checked_size(path: &Path, [height, width]: [u32; 2]) -> Result<[usize; 2], Failure> {
    let is_small = height.max(width) <= LONGEST && u64::from(height) * u64::from(width) <= MOST;
    if is_small && height > 0 && width > 0 {
        return Ok([height as usize, width as usize]);
    }
    Err(Failure::new(format!("`{}` is a picture of {height}x{width}", path.display()))
        .note(format!("expected sides of 1 to {LONGEST} pixels, and at most {MOST} pixels in all")))
}

/// Decodes a PNG or JPEG file in colour.
///
/// # Errors
/// When the file cannot be read, is no picture, is cut short or otherwise damaged, or is too large.
pub(super) fn decode(path: &Path) -> Result<Raster, Failure> {
    decode_content(path, &content(path)?)
}

/// Rows and columns of a picture that is whole, by how it begins and ends. It is decoded only where it
/// does not end as it should.
///
/// # Errors
/// As [`decode`], but damage in the midst is not found.
pub(super) fn look_over(path: &Path) -> Result<[usize; 2], Failure> {
    let content = content(path)?;
    if !is_whole(&content) {
        return Ok(decode_content(path, &content)?.size());
    }
    let reader = ImageReader::new(Cursor::new(&content)).with_guessed_format();
    let reader = reader.map_err(|error| cannot_read(path, &error))?;
    let (width, height) = reader.into_dimensions().map_err(|error| no_picture(path, &error))?;
    checked_size(path, [height, width])
}

/// Whether a file ends as pictures of its kind do, but for some bytes that a program may have added.
fn is_whole(content: &[u8]) -> bool {
    let end: &[u8] = if content.starts_with(PNG) { b"IEND" } else { &[0xff, 0xd9] };
    let tail = &content[content.len().saturating_sub(1024)..];
    tail.windows(end.len()).any(|bytes| bytes == end)
}

fn content(path: &Path) -> Result<Vec<u8>, Failure> {
    let mut file = File::open(path).map_err(|error| cannot_read(path, &error))?;
    let mut content = Vec::new();
    file.read_to_end(&mut content).map_err(|error| cannot_read(path, &error))?;
    Ok(content)
}

fn decode_content(path: &Path, content: &[u8]) -> Result<Raster, Failure> {
    if content.starts_with(JPEG) {
        return jpeg(path, content);
    }
    if !content.starts_with(PNG) {
        let begins: Vec<String> = content.iter().take(4).map(|it| format!("{it:02x}")).collect();
        let begins = if begins.is_empty() {
            "is empty".into()
        } else {
            format!("begins with the bytes {}", begins.join(" "))
        };
        return Err(no_picture(path, &format!("it {begins}")));
    }
    let size = || {
        let reader = ImageReader::with_format(Cursor::new(content), ImageFormat::Png);
        reader.into_dimensions().map_err(|error| no_picture(path, &error))
    };
    let (width, height) = size()?;
    let size = checked_size(path, [height, width])?;
    let mut reader = ImageReader::with_format(Cursor::new(content), ImageFormat::Png);
    reader.limits(image::Limits::no_limits());
    let picture = reader.decode().map_err(|error| damaged(path, &error))?;
    Ok(Raster::new(size, 3, picture.into_rgb8().into_raw()))
}

/// The decoder of `image` is the same, but fills up what is missing of a file with grey.
fn jpeg(path: &Path, content: &[u8]) -> Result<Raster, Failure> {
    let decode = |strict| {
        let options = DecoderOptions::default()
            .set_strict_mode(strict)
            .set_max_width(LONGEST as usize)
            .set_max_height(LONGEST as usize)
            .jpeg_set_out_colorspace(ColorSpace::RGB);
        let mut decoder = JpegDecoder::new_with_options(ZCursor::new(content), options);
        decoder.decode_headers().map_err(|error| format!("{error:?}"))?;
        let (width, height) = decoder.dimensions().ok_or("it has no size")?;
        let size = checked_size(path, [height as u32, width as u32]);
        let size = size.map_err(|failure| failure.headline)?;
        let pixels = decoder.decode().map_err(|error| format!("{error:?}"))?;
        if pixels.len() != size[0] * size[1] * 3 {
            return Err(format!("it has {} bytes of pixels", pixels.len()));
        }
        Ok(Raster::new(size, 3, pixels))
    };
    // What programs leave between the parts of a file harms nothing.
    let harmless = |error: &String| error.contains("Extra bytes");
    match decode(true) {
        Err(error) if harmless(&error) => decode(false),
        result => result,
    }
    .map_err(|error: String| damaged(path, &error))
}

fn cannot_read(path: &Path, error: &dyn std::fmt::Display) -> Failure {
    Failure::new(format!("cannot read `{}`: {error}", path.display()))
}

fn no_picture(path: &Path, error: &dyn std::fmt::Display) -> Failure {
    Failure::new(format!("`{}` is no picture: {error}", path.display()))
        .note("expected a PNG or JPEG file")
}

fn damaged(path: &Path, error: &dyn std::fmt::Display) -> Failure {
    Failure::new(format!("`{}` cannot be decoded: {error}", path.display()))
        .note("expected a whole PNG or JPEG file; it is cut short or damaged")
}
