//! Bodies that look at one value at a time.

use super::Memory;

/// Arithmetic on values.
pub(crate) trait Elementwise: Memory {
    /// to += values, of which there are as many.
    fn add(values: Self::View<'_>, to: Self::ViewMut<'_>);

    /// to = values.
    fn copy(values: Self::View<'_>, to: Self::ViewMut<'_>);

    /// to *= factor.
    fn scale(factor: f32, to: Self::ViewMut<'_>);
}
