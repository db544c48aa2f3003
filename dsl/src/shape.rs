//! The shape of one sample, channels first. The batch dimension is always there and never written.

use std::fmt;

/// The shape of one sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A vector of that many features.
    Features(usize),
    /// A matrix: rows, columns. Layers on vectors take each row by itself.
    Matrix([usize; 2]),
    /// A feature map: channels, height, width.
    Map([usize; 3]),
    /// A volume: channels, depth, height, width.
    Volume([usize; 4]),
}

impl Shape {
    /// The shape of these dimensions, unless there are none or more than four.
    pub fn of(dims: &[usize]) -> Option<Self> {
        Some(match *dims {
            [features] => Self::Features(features),
            [rows, columns] => Self::Matrix([rows, columns]),
            [channels, height, width] => Self::Map([channels, height, width]),
            [channels, depth, height, width] => Self::Volume([channels, depth, height, width]),
            _ => return None,
        })
    }

    /// Channels of a map or a volume, features of a vector, rows of a matrix: its first dimension.
    pub fn first(&self) -> usize {
        self.dims()[0]
    }

    /// The same with another first dimension.
    pub fn with_first(mut self, first: usize) -> Self {
        match &mut self {
            Self::Features(dim) => *dim = first,
            Self::Matrix(dims) => dims[0] = first,
            Self::Map(dims) => dims[0] = first,
            Self::Volume(dims) => dims[0] = first,
        }
        self
    }

    /// What a window slides over: depth, height and width, of which a map has a depth of 1. None
    /// for vectors and matrices.
    pub fn extent(&self) -> Option<[usize; 3]> {
        match *self {
            Self::Map([_, height, width]) => Some([1, height, width]),
            Self::Volume([_, depth, height, width]) => Some([depth, height, width]),
            Self::Features(_) | Self::Matrix(_) => None,
        }
    }

    /// The dimensions, channels first.
    pub fn dims(&self) -> &[usize] {
        match self {
            Self::Features(features) => std::slice::from_ref(features),
            Self::Matrix(dims) => dims,
            Self::Map(dims) => dims,
            Self::Volume(dims) => dims,
        }
    }

    /// Values in a sample, `None` where 64 bits do not hold them.
    pub fn values(&self) -> Option<u64> {
        product(self.dims())
    }

    /// What it is in words: `a vector of 120`, `a feature map of 16x5x5`.
    pub fn in_words(&self) -> String {
        match self {
            Self::Features(features) => format!("a vector of {features}"),
            Self::Matrix(_) => format!("a matrix of {self}"),
            Self::Map(_) => format!("a feature map of {self}"),
            Self::Volume(_) => format!("a volume of {self}"),
        }
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&dims_text(self.dims()))
    }
}

/// Dimensions as the language writes them: `16x5x5`.
pub fn dims_text(dims: &[usize]) -> String {
    dims.iter().map(usize::to_string).collect::<Vec<_>>().join("x")
}

/// Sides as the language writes them, once where they agree: `2`, `1x3`.
pub fn sides_text(sides: &[usize]) -> String {
    match sides {
        [first, rest @ ..] if rest.iter().all(|side| side == first) => first.to_string(),
        _ => dims_text(sides),
    }
}

/// The product of dimensions, `None` where 64 bits do not hold it.
pub fn product(dims: &[usize]) -> Option<u64> {
    dims.iter().try_fold(1_u64, |product, &dim| product.checked_mul(u64::try_from(dim).ok()?))
}
