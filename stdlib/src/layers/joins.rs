//! The joins: several values become one.

use crate::ops;
use crate::ops::join::{Join, join};
use crate::value::{Batch, Value};

/// The sum of all parts, value by value. A part that has one element along an axis is spread over
/// the others there, as in all joins but [`concat()`].
///
/// # Panics
/// When there are no parts or their shapes do not fit, which the checker of the language has ruled
/// out.
pub fn add<B: Batch>(parts: impl Into<Vec<Value>>) -> B {
    join(parts.into(), Join::Add).into()
}

/// The product of all parts, as [`add`] adds them.
///
/// # Panics
/// As [`add`].
pub fn mul<B: Batch>(parts: impl Into<Vec<Value>>) -> B {
    join(parts.into(), Join::Mul).into()
}

/// The mean of all parts, as [`add`] adds them.
///
/// # Panics
/// As [`add`].
pub fn mean<B: Batch>(parts: impl Into<Vec<Value>>) -> B {
    join(parts.into(), Join::Mean).into()
}

/// The largest of all parts, as [`add`] adds them: PyTorch's `maximum`, from the left.
///
/// # Panics
/// As [`add`].
pub fn max<B: Batch>(parts: impl Into<Vec<Value>>) -> B {
    join(parts.into(), Join::Max).into()
}

/// The channels of all parts after one another; of vectors, the features.
///
/// # Panics
/// When there are no parts or their other dimensions differ, which the checker of the language has
/// ruled out.
pub fn concat<B: Batch>(parts: impl Into<Vec<Value>>) -> B {
    ops::concat::concat(parts.into()).into()
}
