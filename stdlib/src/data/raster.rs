//! Pictures as transforms work on them.

use crate::pictures::Sample;

/// A picture, or the map of its pixels' classes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Raster {
    pub(super) rows: usize,
    pub(super) columns: usize,
    pub(super) channels: usize,
    /// Row by row, with the channels of a pixel side by side.
    pub(super) pixels: Vec<u8>,
}

impl Raster {
    /// A picture whose pixels are given row by row, channels side by side.
    ///
    /// # Panics
    /// When there are not as many pixels as the size says.
    pub(super) fn new([rows, columns]: [usize; 2], channels: usize, pixels: Vec<u8>) -> Self {
        assert_eq!(pixels.len(), rows * columns * channels, "{rows}x{columns}x{channels}");
        Self { rows, columns, channels, pixels }
    }

    /// A picture of one value everywhere.
    pub(super) fn filled([rows, columns]: [usize; 2], channels: usize, value: u8) -> Self {
        Self { rows, columns, channels, pixels: vec![value; rows * columns * channels] }
    }

    /// A picture whose pixels are given channel by channel.
    pub(super) fn from_planes([channels, rows, columns]: [usize; 3], planes: &[u8]) -> Self {
        let size = rows * columns;
        assert_eq!(planes.len(), channels * size, "{channels}x{rows}x{columns}");
        let mut pixels = planes.to_vec();
        if channels > 1 {
            for (channel, plane) in planes.chunks_exact(size.max(1)).enumerate() {
                let places = pixels.iter_mut().skip(channel).step_by(channels);
                places.zip(plane).for_each(|(place, &value)| *place = value);
            }
        }
        Self { rows, columns, channels, pixels }
    }

    /// Rows and columns.
    pub(super) fn size(&self) -> [usize; 2] {
        [self.rows, self.columns]
    }

    /// The bytes of one row.
    pub(super) fn row(&self, row: usize) -> &[u8] {
        let width = self.columns * self.channels;
        &self.pixels[row * width..(row + 1) * width]
    }

    /// The values of one pixel.
    pub(super) fn pixel(&self, row: usize, column: usize) -> &[u8] {
        let place = (row * self.columns + column) * self.channels;
        &self.pixels[place..place + self.channels]
    }

    /// As it is shown: channels one after the other.
    pub(super) fn into_sample(self) -> Sample {
        let shape = [self.channels, self.rows, self.columns];
        let pixels = match self.channels {
            1 => self.pixels,
            channels => {
                let plane = |channel| self.pixels.iter().skip(channel).step_by(channels).copied();
                (0..channels).flat_map(plane).collect()
            }
        };
        Sample { shape, pixels }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_lie_side_by_side_and_come_back() {
        let planes = vec![1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 16];
        let raster = Raster::from_planes([2, 2, 3], &planes);
        assert_eq!(raster.pixels, [1, 11, 2, 12, 3, 13, 4, 14, 5, 15, 6, 16]);
        assert_eq!(raster.pixel(1, 0), [4, 14]);
        assert_eq!(raster.row(1), [4, 14, 5, 15, 6, 16]);
        assert_eq!(raster.into_sample(), Sample { shape: [2, 2, 3], pixels: planes });
    }
}
