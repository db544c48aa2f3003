//! What a source holds: inputs and answers, item by item, before any transform.

use std::path::{Path, PathBuf};

use netlet_dsl::messages::{Failure, Task};

use super::outline::Outline;
use super::raster::Raster;
use super::{IGNORED, Target, mask_file, outline, picture_file};

/// What reading a source gives.
#[derive(Debug)]
pub(super) struct Collection {
    /// Where it comes from, in words.
    pub(super) title: String,
    /// What the answers are.
    pub(super) task: Task,
    /// Class names in the order of their numbers.
    pub(super) classes: Vec<String>,
    /// The colour of each class, for maps.
    pub(super) palette: Vec<[u8; 3]>,
    /// All items, whichever part they are of.
    pub(super) store: Store,
    /// The items for training.
    pub(super) train: Vec<usize>,
    /// The items for tests; absent where the source does not split them itself.
    pub(super) test: Option<Vec<usize>>,
}

/// Inputs and answers, item by item.
#[derive(Debug)]
pub(super) struct Store {
    pub(super) inputs: Inputs,
    pub(super) answers: Answers,
}

/// What networks look at.
#[derive(Debug)]
pub(super) enum Inputs {
    /// Pictures of one shape, of one or three channels, channels first, one after another.
    Pictures { shape: [usize; 3], pixels: Vec<u8> },
    /// Picture files, read in colour.
    Files(Vec<PathBuf>),
    /// Numbers of one shape, one item after another.
    Numbers { shape: Vec<usize>, values: Vec<f32> },
    /// Numbers from a standard normal distribution, made when they are asked for.
    Noise { shape: Vec<usize> },
}

/// What networks are to answer.
#[derive(Debug)]
pub(super) enum Answers {
    /// As they are.
    Given(Vec<Target>),
    /// Maps of classes.
    Maps(Maps),
    /// Things in each picture.
    Things(Vec<Vec<Thing>>),
}

/// Maps of classes.
#[derive(Debug)]
pub(super) struct Maps {
    pub(super) maps: Vec<Map>,
    /// The class of each number in them, [`IGNORED`] for those that do not count.
    pub(super) classes: Box<[u8; 256]>,
    /// The numbers in each map.
    pub(super) found: Vec<Numbers>,
}

/// A map of the class of every pixel.
#[derive(Clone, Debug)]
pub(super) enum Map {
    /// A file.
    File(PathBuf),
    /// Outlines of things, drawn one over the other.
    Outlines(Vec<Outline>),
}

/// A set of bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Numbers([u64; 4]);

/// A thing in a picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Thing {
    /// The number of its class.
    pub(super) class: usize,
    /// The box around it: left, top, right and bottom edge, in pixels.
    pub(super) edges: [f32; 4],
}

/// What one sample is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pick {
    /// The item.
    pub(super) item: usize,
    /// The thing in it, where samples are cut out for each; otherwise the largest.
    pub(super) thing: Option<usize>,
}

impl Inputs {
    /// The file of an item, where it is one.
    pub(super) fn file(&self, item: usize) -> Option<&Path> {
        match self {
            Self::Files(files) => files.get(item).map(PathBuf::as_path),
            _ => None,
        }
    }

    /// Rows and columns of an item, where it is a picture.
    pub(super) fn size(&self, item: usize) -> Result<[usize; 2], Failure> {
        match self {
            Self::Pictures { shape: [_, rows, columns], .. } => Ok([*rows, *columns]),
            Self::Files(files) => picture_file::size(&files[item]),
            Self::Numbers { .. } | Self::Noise { .. } => Ok([1, 1]),
        }
    }

    /// An item, where it is a picture.
    pub(super) fn picture(&self, item: usize) -> Result<Option<Raster>, Failure> {
        match self {
            Self::Pictures { shape, .. } => {
                Ok(self.planes(item).map(|planes| Raster::from_planes(*shape, planes)))
            }
            Self::Files(files) => picture_file::decode(&files[item]).map(Some),
            Self::Numbers { .. } | Self::Noise { .. } => Ok(None),
        }
    }

    /// The pixels of an item, where they lie in memory.
    pub(super) fn planes(&self, item: usize) -> Option<&[u8]> {
        let Self::Pictures { shape, pixels } = self else { return None };
        let size = shape.iter().product::<usize>();
        Some(&pixels[item * size..(item + 1) * size])
    }
}

impl Map {
    /// The class number of every pixel of a picture of `size`, as the source has them.
    pub(super) fn read(&self, size: [usize; 2]) -> Result<Raster, Failure> {
        match self {
            Self::File(path) => mask_file::decode(path),
            Self::Outlines(outlines) => Ok(outline::draw(size, outlines)),
        }
    }
}

impl Maps {
    /// The class of every pixel of an item of `size`.
    pub(super) fn read(&self, item: usize, size: [usize; 2]) -> Result<Raster, Failure> {
        let mut map = self.maps[item].read(size)?;
        if map.size() != size {
            return Err(Failure::new("a mask is of another size than its picture"));
        }
        map.pixels.iter_mut().for_each(|number| *number = self.classes[usize::from(*number)]);
        Ok(map)
    }

    /// Whether an item has a pixel of any class.
    pub(super) fn has_class(&self, item: usize) -> bool {
        self.found[item].iter().any(|number| self.classes[usize::from(number)] != IGNORED)
    }
}

impl Numbers {
    pub(super) fn of(bytes: &[u8]) -> Self {
        let mut seen = [false; 256];
        bytes.iter().for_each(|&byte| seen[usize::from(byte)] = true);
        let mut numbers = Self::default();
        for (byte, _) in seen.iter().enumerate().filter(|&(_, &seen)| seen) {
            numbers.0[byte / 64] |= 1 << (byte % 64);
        }
        numbers
    }

    pub(super) fn iter(self) -> impl DoubleEndedIterator<Item = u8> {
        (0..=u8::MAX).filter(move |&byte| self.0[usize::from(byte) / 64] >> (byte % 64) & 1 == 1)
    }
}

impl Thing {
    /// In square pixels.
    pub(super) fn area(&self) -> f32 {
        let [left, top, right, bottom] = self.edges;
        (right - left) * (bottom - top)
    }
}
