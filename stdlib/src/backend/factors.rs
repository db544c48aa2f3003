//! Bodies of learned factors.

use super::Memory;
use crate::ops::planes::Planes;

/// Which values a factor multiplies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Factored {
    /// All of them.
    All,
    /// Those that are not above zero; the others stay.
    NotAboveZero,
}

/// Factors, one for each channel or one for all. `x`, `dx`, `y` and `dy` are planes.
pub(crate) trait Factors: Memory {
    /// y = x factor of the channel, or y = x.
    fn multiply(
        x: Self::View<'_>,
        planes: Planes,
        factors: Self::View<'_>,
        factored: Factored,
        y: Self::ViewMut<'_>,
    );

    /// Adds the sum of dy x over the factored values of each channel, in double precision, to the
    /// gradient of its factor.
    fn factor_gradient(
        x: Self::View<'_>,
        dy: Self::View<'_>,
        planes: Planes,
        factored: Factored,
        gradient: Self::ViewMut<'_>,
    );

    /// dx += dy factor of the channel, or dx += dy.
    fn multiply_gradient(
        x: Self::View<'_>,
        dy: Self::View<'_>,
        planes: Planes,
        factors: Self::View<'_>,
        factored: Factored,
        dx: Self::ViewMut<'_>,
    );
}
