//! What is done to samples: a module for each kind of transform.
//!
//! Transforms work on bytes, pictures, maps and boxes together. Where a normalisation stands among
//! them does not matter: it is done last, when bytes become numbers.

mod blur;
mod colour;
mod crop;
mod flip;
mod palette;
mod place;
mod resize;
mod rotate;
mod scale;
#[cfg(test)]
mod tests;
mod work;

use std::sync::Arc;

use netlet_dsl::messages::{Failure, Transform};
use rand::Rng;
use rand::rngs::SmallRng;

use self::colour::Jitter;
use super::raster::Raster;
use super::{Look, Target};

pub(super) use colour::grayscale;
pub(super) use palette::Palette;
pub(super) use scale::Scale;
pub(super) use work::{Answer, Work};

/// The random numbers of one sample.
pub(super) struct Dice {
    random: SmallRng,
    /// Whether random transforms act.
    acts: bool,
}

impl Dice {
    /// Those of the sample with this number.
    pub(super) fn new(look: Look, number: usize) -> Self {
        Self { random: look.generator(number), acts: look.is_random() }
    }
}

/// One thing that is done to a sample.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// As the language has it.
    Plain(Transform),
    /// The colorization task, whose palette is known.
    Colorize(Arc<Palette>),
}

/// All that is done to a sample.
#[derive(Clone, Debug, Default)]
pub(super) struct Pipeline {
    steps: Vec<Step>,
    /// The steps before the first random one, whose results may be kept.
    fixed: usize,
    pub(super) scale: Scale,
}

impl Pipeline {
    /// Adds a transform.
    pub(super) fn push(&mut self, transform: &Transform) {
        match transform {
            Transform::Normalize { mean, deviation } => {
                self.scale = self.scale.normalized(mean, deviation);
            }
            // It is a matter of the order of samples.
            Transform::Balance => {}
            other => self.push_step(Step::Plain(other.clone())),
        }
    }

    pub(super) fn push_step(&mut self, step: Step) {
        if self.fixed == self.steps.len() && !step.is_random() {
            self.fixed += 1;
        }
        self.steps.push(step);
    }

    /// Whether pictures and answers stay as they are.
    pub(super) fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// Whether answers are made of pictures.
    pub(super) fn looks_at_pictures(&self) -> bool {
        self.steps.iter().any(|step| matches!(step, Step::Colorize(_)))
    }

    /// Whether answers become others.
    pub(super) fn makes_answers(&self) -> bool {
        let places = |step: &Step| matches!(step, Step::Plain(Transform::Place(_)));
        self.looks_at_pictures() || self.steps.iter().any(places)
    }

    /// Whether there is a sample for each box.
    pub(super) fn crops_boxes(&self) -> bool {
        let crops = |step: &Step| matches!(step, Step::Plain(Transform::CropBoxes(_)));
        self.steps.iter().any(crops)
    }

    /// Does what is the same every time.
    pub(super) fn prepare(&self, work: &mut Work, dice: &mut Dice) -> Result<(), Failure> {
        self.steps[..self.fixed].iter().try_for_each(|step| step.apply(work, dice))
    }

    /// Does the rest.
    pub(super) fn finish(&self, work: &mut Work, dice: &mut Dice) -> Result<(), Failure> {
        self.steps[self.fixed..].iter().try_for_each(|step| step.apply(work, dice))
    }

    /// The same for a picture without an answer: what puts things in their places is left out.
    pub(super) fn for_pictures(&self) -> Self {
        let mut pipeline = Self { scale: self.scale.clone(), ..Self::default() };
        for step in &self.steps {
            match step {
                Step::Plain(Transform::Place(_) | Transform::CropBoxes(_)) => {}
                Step::Colorize(_) => pipeline.push_step(Step::Plain(Transform::Grayscale)),
                step => pipeline.push_step(step.clone()),
            }
        }
        pipeline
    }

    /// The size of what becomes of a picture of a size.
    pub(super) fn size(&self, size: [usize; 2]) -> Result<[usize; 2], Failure> {
        let mut size = size;
        for step in &self.steps {
            let Step::Plain(transform) = step else { continue };
            match *transform {
                Transform::Resize(to) => size = resize::target_size(size, to),
                Transform::CenterCrop(to)
                | Transform::RandomCrop { size: to, .. }
                | Transform::RandomResizedCrop(to)
                | Transform::Place(to)
                | Transform::CropBoxes(to) => size = to,
                _ => {}
            }
        }
        if size.contains(&0) {
            return Err(Failure::new("a picture is too long and narrow to be resized"));
        }
        Ok(size)
    }

    /// The channels of what becomes of a picture.
    pub(super) fn channels(&self, channels: usize) -> usize {
        let greys =
            |step: &Step| matches!(step, Step::Colorize(_) | Step::Plain(Transform::Grayscale));
        if self.steps.iter().any(greys) { 1 } else { channels }
    }
}

impl Step {
    fn is_random(&self) -> bool {
        let Self::Plain(transform) = self else { return false };
        matches!(
            transform,
            Transform::RandomCrop { .. }
                | Transform::RandomResizedCrop(_)
                | Transform::HFlip(_)
                | Transform::VFlip(_)
                | Transform::Rotate(_)
                | Transform::Jitter { .. }
                | Transform::Place(_)
                | Transform::CropBoxes(_)
        )
    }

    fn apply(&self, work: &mut Work, dice: &mut Dice) -> Result<(), Failure> {
        let transform = match self {
            Self::Plain(transform) => transform,
            Self::Colorize(palette) => {
                colorize(work, palette);
                return Ok(());
            }
        };
        match *transform {
            Transform::Resize(size) => resize::resize(work, resize::target_size(work.size, size)),
            Transform::CenterCrop(size) => crop::center(work, size)?,
            Transform::RandomCrop { size, padding } => crop::random(work, size, padding, dice)?,
            Transform::RandomResizedCrop(size) => crop::random_resized(work, size, dice),
            Transform::HFlip(probability) => {
                if dice.acts && dice.random.gen_bool(probability) {
                    flip::horizontal(work);
                }
            }
            Transform::VFlip(probability) => {
                if dice.acts && dice.random.gen_bool(probability) {
                    flip::vertical(work);
                }
            }
            Transform::Rotate(degrees) => {
                if dice.acts {
                    rotate::rotate(work, dice.random.gen_range(-degrees..=degrees));
                }
            }
            Transform::Blur(deviation) => {
                on_picture(work, |picture| blur::blur(&picture, deviation));
            }
            Transform::Jitter { brightness, contrast, saturation } => {
                if dice.acts {
                    let jitter = Jitter::draw([brightness, contrast, saturation], dice);
                    work.picture.iter_mut().for_each(|picture| jitter.apply(picture));
                }
            }
            Transform::Grayscale => on_picture(work, grayscale),
            Transform::Place(size) => place::place(work, size, dice)?,
            Transform::CropBoxes(size) => place::crop_box(work, size, dice)?,
            // They are no steps.
            Transform::Normalize { .. } | Transform::Balance | Transform::Colorize { .. } => {}
        }
        Ok(())
    }
}

fn on_picture(work: &mut Work, change: impl FnOnce(Raster) -> Raster) {
    work.picture = work.picture.take().map(change);
}

/// The picture becomes grey, and its answer the number of each pixel's colour.
fn colorize(work: &mut Work, palette: &Palette) {
    let Some(picture) = work.picture.take() else { return };
    work.answer = match picture.channels {
        3 => Answer::Mask(Raster::new(work.size, 1, palette.numbers(&picture.pixels))),
        _ => Answer::Given(Target::None),
    };
    work.picture = Some(grayscale(picture));
}
