//! What is done to a picture that belongs to no data set.

use std::path::Path;

use netlet_dsl::messages::Failure;

use super::Look;
use crate::pictures::{self, Sample};

/// The transforms of a data set, for pictures that do not belong to it.
#[derive(Clone, Debug, Default)]
pub struct Preparation {}

impl Preparation {
    /// Reads a PNG or JPEG file as an input of shape `input` = channels, rows, columns: as it is
    /// shown, and as a network takes it.
    ///
    /// # Errors
    /// When the file cannot be read or is no picture, or the input is none of one or three channels.
    pub fn read(
        &self,
        path: &Path,
        input: &[usize],
        _look: Look,
    ) -> Result<(Sample, Vec<f32>), Failure> {
        let sample = pictures::read(path, input)?;
        let values = sample.pixels.iter().map(|&pixel| f32::from(pixel) / 255.0).collect();
        Ok((sample, values))
    }
}
