//! Bodies of joins.

use super::Memory;
use crate::ops::join::Join;

/// What is joined, and how.
#[derive(Clone, Debug)]
pub(crate) struct Joined {
    /// What becomes of values that lie over one another.
    pub(crate) join: Join,
    /// The shape of a sample of the result.
    pub(crate) shape: Vec<usize>,
    /// The shape of a sample of each part: along each axis the size of the result's, or 1, which is
    /// spread over it.
    pub(crate) shapes: Vec<Vec<usize>>,
}

impl Joined {
    /// What a part counts with in a sum.
    pub(crate) fn factor(&self) -> f32 {
        if self.join == Join::Mean { 1.0 / self.shapes.len() as f32 } else { 1.0 }
    }
}

/// Joins: y[s, p] is made of the values x[i][s, p] of all parts, in their order, with the same p along
/// the axes that a part is not spread over.
pub(crate) trait Joins: Memory {
    /// y = the join of the parts: their sum, their product, their sum divided by their number, or the
    /// largest, which is NaN when one of them is.
    fn join(x: &[Self::View<'_>], joined: &Joined, y: Self::ViewMut<'_>);

    /// y = (y + the sum of the other parts), divided by the number of parts if it is a mean. `y` is the
    /// part number `place`.
    fn join_in_place(
        others: &[Self::View<'_>],
        joined: &Joined,
        place: usize,
        y: Self::ViewMut<'_>,
    );

    /// dx += the gradient of the part number `operand`, added up where it is spread: dy times the
    /// [factor](Joined::factor) in a sum or mean; dy times all other parts in a product; in a maximum
    /// dy where it is the largest, half of it for each of two equals at each step of
    /// max(max(x[0], x[1]), x[2]) and so on. `x` is empty for sums and means.
    fn join_gradient(
        x: &[Self::View<'_>],
        dy: Self::View<'_>,
        joined: &Joined,
        operand: usize,
        dx: Self::ViewMut<'_>,
    );
}
