//! The answers that networks learn: to one sample, and to a batch of them.

/// The answer to one sample.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    /// The number of its class.
    Class(usize),
    /// The class number of every pixel, row by row; [`IGNORED`] where none counts.
    Mask(Vec<u8>),
    /// The thing in it.
    Box(Located),
    /// Numbers.
    Values(Vec<f32>),
    /// There is none.
    None,
}

/// The class number of pixels that no loss and no metric counts.
pub const IGNORED: u8 = u8::MAX;

/// A thing in a picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Located {
    /// The number of its class.
    pub class: usize,
    /// The box around it: left, top, right and bottom, in parts of the picture's width and height.
    pub place: [f32; 4],
}

/// The answers to a batch of samples.
#[derive(Clone, Debug, PartialEq)]
pub enum Targets {
    /// The class of each.
    Classes(Vec<usize>),
    /// The class of every pixel, sample after sample, row by row; [`IGNORED`] where none counts.
    Masks(Vec<u8>),
    /// The thing in each.
    Boxes(Vec<Located>),
    /// The numbers of each, one sample after another.
    Values(Vec<f32>),
    /// There are none.
    None,
}
