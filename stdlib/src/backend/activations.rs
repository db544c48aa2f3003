//! Bodies of activations.

use super::Memory;
use crate::ops::activation::Activation;
use crate::ops::planes::Planes;
use crate::ops::softmax::Scale;

/// Activations. What a slope is a function of, the input or the output, says
/// [`Activation::slope_is_of_the_output`]; that is what `kept` holds.
pub(crate) trait Activations: Memory {
    /// y = f(x).
    fn activate(x: Self::View<'_>, activation: Activation, y: Self::ViewMut<'_>);

    /// y = f(y).
    fn activate_in_place(activation: Activation, y: Self::ViewMut<'_>);

    /// dx += dy slope(kept).
    fn activation_gradient(
        kept: Self::View<'_>,
        dy: Self::View<'_>,
        activation: Activation,
        dx: Self::ViewMut<'_>,
    );

    /// gradient = 0 + gradient slope(kept).
    fn activation_gradient_in_place(
        kept: Self::View<'_>,
        activation: Activation,
        gradient: Self::ViewMut<'_>,
    );

    /// y[c] = exp(x[c]) / sum over channels d of exp(x[d]), for each position of the planes, or the
    /// logarithm of that.
    fn softmax(x: Self::View<'_>, planes: Planes, scale: Scale, y: Self::ViewMut<'_>);

    /// dx[c] += y[c] (dy[c] - sum over d of dy[d] y[d]), or of logarithms dx[c] += dy[c] - exp(y[c])
    /// (sum over d of dy[d]); `y` is what the softmax gave.
    fn softmax_gradient(
        y: Self::View<'_>,
        dy: Self::View<'_>,
        planes: Planes,
        scale: Scale,
        dx: Self::ViewMut<'_>,
    );
}
