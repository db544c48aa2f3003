//! The shape of one sample, channels first. The batch dimension is always there and never written.

use std::fmt;

/// The shape of one sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A vector of that many features.
    Features(usize),
    /// A feature map: channels, height, width.
    Map([usize; 3]),
}

impl Shape {
    /// The dimensions, channels first.
    pub fn dims(&self) -> &[usize] {
        match self {
            Self::Features(features) => std::slice::from_ref(features),
            Self::Map(dims) => dims,
        }
    }

    /// Values in a sample, `None` where 64 bits do not hold them.
    pub fn values(&self) -> Option<u64> {
        product(self.dims())
    }

    /// What it is in words: `a vector of 120` or `a feature map of 16x5x5`.
    pub fn in_words(&self) -> String {
        match self {
            Self::Features(features) => format!("a vector of {features}"),
            Self::Map(_) => format!("a feature map of {self}"),
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

/// The product of dimensions, `None` where 64 bits do not hold it.
pub fn product(dims: &[usize]) -> Option<u64> {
    dims.iter().try_fold(1_u64, |product, &dim| product.checked_mul(u64::try_from(dim).ok()?))
}
