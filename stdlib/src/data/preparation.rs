//! What is done to a picture that belongs to no data set.

use std::path::Path;

use netlet_dsl::messages::{Failure, Size, Transform};

use super::raster::Raster;
use super::transforms::{Answer, Dice, Pipeline, Scale, Work, grayscale};
use super::{Look, Target, picture_file};
use crate::pictures::Sample;

/// The transforms of a data set, for pictures that do not belong to it.
#[derive(Clone, Debug, Default)]
pub struct Preparation {
    pipeline: Pipeline,
}

impl Preparation {
    pub(super) fn new(pipeline: Pipeline) -> Self {
        Self { pipeline }
    }

    /// Whether pictures are brought to the size of the input, and nothing else is done to them.
    pub fn is_plain(&self) -> bool {
        self.pipeline.is_empty() && self.pipeline.scale == Scale::default()
    }

    /// Reads a PNG or JPEG file as an input of shape `input` = channels, rows, columns: as it is
    /// shown, and as a network takes it.
    ///
    /// The transforms of the data set are applied, the random ones as `look` says. What is of another
    /// size then is stretched, and colours become brightness for one channel.
    ///
    /// # Errors
    /// When the file cannot be read or is no picture, when a transform does not fit it, or when the
    /// input is none of one or three channels.
    pub fn read(
        &self,
        path: &Path,
        input: &[usize],
        look: Look,
    ) -> Result<(Sample, Vec<f32>), Failure> {
        let &[channels @ (1 | 3), rows, columns] = input else {
            let shape: Vec<String> = input.iter().map(usize::to_string).collect();
            return Err(Failure::new("the network does not take pictures").note(format!(
                "its input is {}, not one or three channels of rows and columns",
                shape.join("x")
            )));
        };
        let picture = picture_file::decode(path).map_err(|failure| {
            let here = std::env::current_dir().unwrap_or_default();
            failure.note(format!("paths begin at `{}`", here.display()))
        })?;
        self.prepare(picture, [channels, rows, columns], look)
            .map_err(|failure| failure.note(format!("in `{}`", path.display())))
    }

    fn prepare(
        &self,
        picture: Raster,
        [channels, rows, columns]: [usize; 3],
        look: Look,
    ) -> Result<(Sample, Vec<f32>), Failure> {
        self.pipeline.scale.expect_channels(channels)?;
        let mut work = Work {
            size: picture.size(),
            picture: Some(picture),
            answer: Answer::Given(Target::None),
        };
        let mut dice = Dice::new(look, 0);
        self.pipeline.prepare(&mut work, &mut dice)?;
        self.pipeline.finish(&mut work, &mut dice)?;
        let mut stretch = Pipeline::default();
        stretch.push(&Transform::Resize(Size::Exact([rows, columns])));
        stretch.prepare(&mut work, &mut dice)?;
        let picture = work.picture.ok_or_else(|| Failure::new("there is no picture"))?;
        let picture = if channels == 1 { grayscale(picture) } else { coloured(picture) };
        let mut values = vec![0.0; channels * rows * columns];
        self.pipeline.scale.write(&picture, &mut values);
        Ok((picture.into_sample(), values))
    }
}

/// A grey picture in three channels.
fn coloured(picture: Raster) -> Raster {
    if picture.channels == 3 {
        return picture;
    }
    let pixels = picture.pixels.iter().flat_map(|&grey| [grey; 3]).collect();
    Raster { channels: 3, pixels, ..picture }
}
