//! Files of class numbers, one for each pixel.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use netlet_dsl::messages::Failure;
use png::{BitDepth, ColorType, Decoder, Limits, Transformations};

use super::picture_file::checked_size;
use super::raster::Raster;

/// Reads a PNG file of grey values or of indices into a palette, up to 8 bits each. Palettes are how
/// Pascal VOC's maps are coloured; the numbers are the indices.
///
/// # Errors
/// When the file cannot be read, is no such PNG file, or is too large.
pub(super) fn decode(path: &Path) -> Result<Raster, Failure> {
    let shown = path.display();
    let file = File::open(path)
        .map_err(|error| Failure::new(format!("cannot read `{shown}`: {error}")))?;
    let no_map = |error: &dyn std::fmt::Display| {
        Failure::new(format!("`{shown}` is no map of classes: {error}"))
            .note("expected a PNG file of one channel whose values are class numbers")
    };
    let mut decoder = Decoder::new_with_limits(BufReader::new(file), Limits { bytes: 1 << 30 });
    decoder.set_transformations(Transformations::IDENTITY);
    let mut reader = decoder.read_info().map_err(|error| no_map(&error))?;
    let info = reader.info();
    let (width, height) = (info.width, info.height);
    let [rows, columns] = checked_size(path, [height, width])?;
    let bits = match (info.color_type, info.bit_depth) {
        (ColorType::Grayscale | ColorType::Indexed, depth) if depth != BitDepth::Sixteen => {
            depth as usize
        }
        (ColorType::Grayscale, _) => return Err(no_map(&"its values are of 16 bits")),
        (kind, _) => return Err(no_map(&format!("its pixels are {kind:?}"))),
    };
    let size = reader.output_buffer_size().ok_or_else(|| no_map(&"it is too large"))?;
    let mut packed = vec![0; size];
    let frame = reader.next_frame(&mut packed).map_err(|error| no_map(&error))?;
    let mut pixels = Vec::with_capacity(rows * columns);
    for row in packed.chunks_exact(frame.line_size.max(1)).take(rows) {
        // Pixels begin at the highest bits of a byte.
        let value = |column: usize| {
            let place = column * bits;
            (row[place / 8] >> (8 - bits - place % 8)) & (0xff >> (8 - bits))
        };
        pixels.extend((0..columns).map(value));
    }
    if pixels.len() != rows * columns {
        return Err(no_map(&"it is cut short"));
    }
    Ok(Raster::new([rows, columns], 1, pixels))
}
