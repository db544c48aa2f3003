//! The same values in another shape or order.

use crate::ops;
use crate::value::{Batch, Features};

/// The values of each sample as a vector, channel by channel, row by row: PyTorch's `Flatten`.
pub fn flatten<B: Batch, const F: usize>(x: B) -> Features<F> {
    const { assert!(count(B::SHAPE) == F, "a vector has as many features as the sample values") };
    ops::reshape::flatten(x.into()).into()
}

/// The values of each sample in another shape of as many: PyTorch's `reshape`.
pub fn reshape<B: Batch, O: Batch>(x: B) -> O {
    const { assert!(count(B::SHAPE) == count(O::SHAPE), "as many values in another shape") };
    ops::reshape::reshape(x.into(), O::SHAPE).into()
}

/// Each sample with its axes in another order, axis `i` of the output being `axes[i]` of `x`, both
/// counted without the batch: PyTorch's `permute`.
///
/// # Panics
/// When `axes` does not name every axis once, or the output's type is another, both of which the
/// checker of the language has ruled out.
pub fn permute<B: Batch, O: Batch, const N: usize>(x: B, axes: [usize; N]) -> O {
    const { assert!(N == B::SHAPE.len() && N == O::SHAPE.len(), "as many axes as the sample has") };
    ops::permute::permute(x.into(), &axes).into()
}

/// `x` itself: PyTorch's `Identity`.
pub fn identity<B: Batch>(x: B) -> B {
    // By way of a value, where an observer sees it.
    x.into().into()
}

/// Values in a sample of `shape`.
const fn count(shape: &[usize]) -> usize {
    let (mut count, mut axis) = (1, 0);
    while axis < shape.len() {
        count *= shape[axis];
        axis += 1;
    }
    count
}
