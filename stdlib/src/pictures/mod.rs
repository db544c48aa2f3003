//! Pictures of data, predictions and trainings, as PNG files in memory; and picture files.

mod canvas;
mod curve;
mod file;
mod grid;
mod rates;

pub use curve::curve;
pub use file::read;
pub use grid::{predictions, samples};
pub use rates::rates;

/// One picture as data sets hold it and networks see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// Channels, rows and columns.
    pub shape: [usize; 3],
    /// 0 to 255, channels first.
    pub pixels: Vec<u8>,
}
