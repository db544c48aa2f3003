//! Samples made of a source's items when they are wanted.

use std::path::Path;
use std::sync::Arc;

use netlet_dsl::messages::{Failure, Transform};
use rand::Rng;
use rand_distr::StandardNormal;

use super::cache::{Cache, Prepared};
use super::raster::Raster;
use super::store::{Answers, Inputs, Pick, Store, Thing};
use super::transforms::{Answer, Dice, Pipeline, Work};
use super::{Example, Look, Target};
use crate::pictures::Sample;

/// What makes samples.
#[derive(Debug)]
pub(super) struct Loader {
    pub(super) store: Store,
    pub(super) pipeline: Pipeline,
    cache: Cache,
}

impl Loader {
    /// Makes samples of what a source holds.
    pub(super) fn new(store: Store, pipeline: Pipeline) -> Self {
        // What lies in memory needs no cache.
        let files = match &store.inputs {
            Inputs::Files(files) => files.len(),
            _ => 0,
        };
        Self { store, pipeline, cache: Cache::new(files) }
    }

    /// Whether making a sample takes so long that it is worth being done ahead.
    pub(super) fn is_slow(&self) -> bool {
        let in_memory =
            matches!(self.store.inputs, Inputs::Pictures { .. } | Inputs::Numbers { .. });
        !in_memory || !self.pipeline.is_empty()
    }

    /// The answer to a sample.
    pub(super) fn target(&self, pick: Pick, look: Look) -> Result<Target, Failure> {
        match &self.store.answers {
            Answers::Given(targets) if self.keeps(&targets[pick.item]) => {
                Ok(targets[pick.item].clone())
            }
            _ => {
                let picture = self.pipeline.looks_at_pictures();
                Ok(self.work(pick, look, picture)?.target())
            }
        }
    }

    /// Whether transforms leave an answer as it is.
    fn keeps(&self, target: &Target) -> bool {
        let moves = matches!(target, Target::Mask(_) | Target::Box(_));
        self.pipeline.is_empty() || !(moves || self.pipeline.makes_answers())
    }

    /// The class of a sample, where it has one, without a look at its picture.
    pub(super) fn class(&self, pick: Pick) -> Option<usize> {
        match &self.store.answers {
            Answers::Given(targets) => match &targets[pick.item] {
                Target::Class(class) => Some(*class),
                Target::Box(located) => Some(located.class),
                _ => None,
            },
            Answers::Things(things) => Some(self.thing(pick, things)?.class),
            Answers::Maps(_) => None,
        }
    }

    /// The thing that a sample is of.
    fn thing<'a>(&self, pick: Pick, things: &'a [Vec<Thing>]) -> Option<&'a Thing> {
        let things = &things[pick.item];
        let largest = || things.iter().max_by(|a, b| a.area().total_cmp(&b.area()));
        pick.thing.map_or_else(largest, |index| things.get(index))
    }

    /// A sample as it is shown.
    pub(super) fn example(&self, pick: Pick, look: Look) -> Result<Example, Failure> {
        if let Some((shape, values)) = self.numbers(pick.item) {
            let sample = picture_of_numbers(&shape, &values);
            return Ok(Example { sample, target: self.target(pick, look)? });
        }
        let mut work = self.work(pick, look, true)?;
        let picture = work.picture.take().ok_or_else(no_picture)?;
        Ok(Example { sample: picture.into_sample(), target: work.target() })
    }

    /// Writes a sample as a network takes it, and gives its answer.
    pub(super) fn fill(
        &self,
        pick: Pick,
        look: Look,
        values: &mut [f32],
    ) -> Result<Target, Failure> {
        let scale = &self.pipeline.scale;
        match &self.store.inputs {
            Inputs::Pictures { shape, .. } if self.pipeline.is_empty() => {
                let planes = self.store.inputs.planes(pick.item).ok_or_else(no_picture)?;
                scale.write_planes(shape[0], planes, values);
                return self.target(pick, look);
            }
            Inputs::Pictures { .. } | Inputs::Files(_) => {}
            Inputs::Numbers { .. } | Inputs::Noise { .. } => {
                let (shape, numbers) = self.numbers(pick.item).ok_or_else(no_picture)?;
                values.copy_from_slice(&numbers);
                scale.change(if shape.len() > 1 { shape[0] } else { 1 }, values);
                return self.target(pick, look);
            }
        }
        let mut work = self.work(pick, look, true)?;
        let picture = work.picture.take().ok_or_else(no_picture)?;
        let count = picture.pixels.len();
        if count != values.len() {
            let (rows, columns) = (picture.rows, picture.columns);
            let failure = Failure::new(format!("a picture has become one of {rows}x{columns}"))
                .note("it was of another size when the data set was read");
            return Err(self.named(pick.item, failure));
        }
        scale.write(&picture, values);
        Ok(work.target())
    }

    /// The shape and the values of an item that is no picture.
    fn numbers(&self, item: usize) -> Option<(Vec<usize>, Vec<f32>)> {
        match &self.store.inputs {
            Inputs::Numbers { shape, values } => {
                let size = shape.iter().product::<usize>();
                Some((shape.clone(), values[item * size..(item + 1) * size].to_vec()))
            }
            Inputs::Noise { shape } => {
                let random = Look::Plain.generator(item);
                let count = shape.iter().product();
                Some((shape.clone(), random.sample_iter(StandardNormal).take(count).collect()))
            }
            _ => None,
        }
    }

    /// A sample behind all its transforms, with or without the picture.
    pub(super) fn work(&self, pick: Pick, look: Look, picture: bool) -> Result<Work, Failure> {
        // Samples of one picture have random numbers of their own.
        let number = pick.item.wrapping_add(pick.thing.unwrap_or(0).wrapping_mul(0x9E37_79B9));
        let mut dice = Dice::new(look, number);
        let named = |failure| self.named(pick.item, failure);
        let mut work = self.prepared(pick, picture, &mut dice).map_err(named)?;
        self.pipeline.finish(&mut work, &mut dice).map_err(named)?;
        Ok(work)
    }

    /// A sample behind the transforms that are the same every time.
    fn prepared(&self, pick: Pick, picture: bool, dice: &mut Dice) -> Result<Work, Failure> {
        if let Some(kept) = self.cache.get(pick.item) {
            return self.of_cache(pick, picture, &kept, dice);
        }
        let inputs = &self.store.inputs;
        let pixels = if picture { inputs.picture(pick.item)? } else { None };
        let original = match &pixels {
            Some(pixels) => pixels.size(),
            None => inputs.size(pick.item)?,
        };
        let answer = self.answer(pick, original)?;
        let mut work = Work { size: original, picture: pixels, answer };
        self.pipeline.prepare(&mut work, dice)?;
        if let (Inputs::Files(_), Some(picture)) = (inputs, &work.picture) {
            let mask = match &work.answer {
                Answer::Mask(mask) => Some(mask.clone()),
                _ => None,
            };
            let prepared = Prepared { original, picture: picture.clone(), mask };
            self.cache.put(pick.item, &Arc::new(prepared));
        }
        Ok(work)
    }

    /// The same from what is kept: only a box is left to be moved.
    fn of_cache(
        &self,
        pick: Pick,
        picture: bool,
        kept: &Prepared,
        dice: &mut Dice,
    ) -> Result<Work, Failure> {
        let mut work = match &kept.mask {
            Some(mask) => {
                let (size, answer) = (kept.picture.size(), Answer::Mask(mask.clone()));
                Work { size, picture: None, answer }
            }
            None => {
                let answer = self.answer(pick, kept.original)?;
                let mut work = Work { size: kept.original, picture: None, answer };
                self.pipeline.prepare(&mut work, dice)?;
                work
            }
        };
        work.picture = picture.then(|| kept.picture.clone());
        Ok(work)
    }

    /// The answer before any transform, to a picture of `size`.
    fn answer(&self, pick: Pick, size: [usize; 2]) -> Result<Answer, Failure> {
        match &self.store.answers {
            Answers::Given(targets) => Ok(match targets[pick.item].clone() {
                Target::Mask(mask) => Answer::Mask(Raster::new(size, 1, mask)),
                Target::Box(located) => {
                    let [rows, columns] = size.map(|side| side as f32);
                    let [left, top, right, bottom] = located.place;
                    let edges = [left * columns, top * rows, right * columns, bottom * rows];
                    Answer::Thing(Thing { class: located.class, edges })
                }
                other => Answer::Given(other),
            }),
            Answers::Maps(maps) => Ok(Answer::Mask(maps.read(pick.item, size)?)),
            Answers::Things(things) => {
                let thing = self.thing(pick, things);
                let thing = thing.ok_or_else(|| Failure::new("a picture has no box"))?;
                Ok(Answer::Thing(*thing))
            }
        }
    }

    /// Says which file a failure is about, unless it does so itself.
    fn named(&self, item: usize, failure: Failure) -> Failure {
        match self.store.inputs.file(item).map(Path::display) {
            Some(file) if !failure.headline.contains(&file.to_string()) => {
                failure.note(format!("in `{file}`"))
            }
            _ => failure,
        }
    }
}

/// What is done to the samples of a source: bytes become numbers where transforms do not want pictures,
/// and floats in 0 to 1 become bytes where they do.
///
/// # Errors
/// When a transform wants pictures of what is none.
pub(super) fn fit(inputs: Inputs, transforms: &[Transform]) -> Result<Inputs, Failure> {
    let on_pictures = |transform: &&Transform| {
        !matches!(transform, Transform::Normalize { .. } | Transform::Balance)
    };
    let (Some(transform), Inputs::Numbers { .. } | Inputs::Noise { .. }) =
        (transforms.iter().find(on_pictures), &inputs)
    else {
        return Ok(inputs);
    };
    match inputs {
        Inputs::Numbers { shape, values }
            if matches!(shape[..], [1 | 3, _, _])
                && values.iter().all(|value| (0.0..=1.0).contains(value)) =>
        {
            let pixels = values.iter().map(|value| (value * 255.0).round() as u8).collect();
            Ok(Inputs::Pictures { shape: [shape[0], shape[1], shape[2]], pixels })
        }
        _ => Err(Failure::new(format!(
            "`{}` wants pictures, but these samples are numbers",
            name(transform)
        ))
        .note("pictures have one or three channels of bytes, or of numbers from 0 to 1")
        .help("leave out all transforms but `normalize` and `balance`")),
    }
}

/// As the language calls it.
fn name(transform: &Transform) -> &'static str {
    match transform {
        Transform::Resize(_) => "resize",
        Transform::CenterCrop(_) => "centercrop",
        Transform::RandomCrop { .. } => "randomcrop",
        Transform::RandomResizedCrop(_) => "randomresizedcrop",
        Transform::HFlip(_) => "hflip",
        Transform::VFlip(_) => "vflip",
        Transform::Rotate(_) => "rotate",
        Transform::Blur(_) => "blur",
        Transform::Jitter { .. } => "jitter",
        Transform::Grayscale => "grayscale",
        Transform::Normalize { .. } => "normalize",
        Transform::Balance => "balance",
        Transform::Colorize { .. } => "colorize",
        Transform::Place(_) => "place",
        Transform::CropBoxes(_) => "cropboxes",
    }
}

fn no_picture() -> Failure {
    Failure::new("a sample is no picture")
}

/// Numbers as brightness, from the least to the largest; vectors are one row.
fn picture_of_numbers(shape: &[usize], values: &[f32]) -> Sample {
    let shape = match *shape {
        [channels @ (1 | 3), rows, columns] => [channels, rows, columns],
        [channels, rows, columns] => [1, channels * rows, columns],
        [rows, columns] => [1, rows, columns],
        [channels, slices, rows, columns] => [1, channels * slices * rows, columns],
        _ => [1, 1, values.len()],
    };
    let finite = || values.iter().copied().filter(|value| value.is_finite());
    let (least, most) = (finite().fold(f32::MAX, f32::min), finite().fold(f32::MIN, f32::max));
    let extent = (most - least).max(f32::MIN_POSITIVE);
    // What is no number becomes black.
    let pixel = |&value: &f32| ((value - least) / extent * 255.0).round() as u8;
    Sample { shape, pixels: values.iter().map(pixel).collect() }
}
