//! What a source holds: inputs and answers, item by item, before any transform.

use std::path::PathBuf;

use netlet_dsl::messages::Task;

use super::Target;

/// What reading a source gives.
#[derive(Debug)]
pub(super) struct Collection {
    /// Where it comes from, in words.
    pub(super) title: String,
    /// What the answers are.
    pub(super) task: Task,
    /// Class names in the order of their numbers.
    pub(super) classes: Vec<String>,
    /// The colour of each class, for masks.
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
    /// Pictures of one shape, channels first, one after another.
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
    /// Files with the class number of each pixel.
    Masks(Vec<PathBuf>),
    /// Things in each picture.
    Things(Vec<Vec<Thing>>),
}

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
