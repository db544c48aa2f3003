//! Bodies of convolutions and of linear layers.

use super::Memory;
use crate::ops::convolution::Convolution;

/// What a convolution's result is added to.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Start<V> {
    /// Nothing: it replaces what is there.
    Nothing,
    /// The bias, a value for each channel.
    Bias(V),
    /// What is there.
    There,
}

/// The sizes of a convolution of volumes, of which maps are those of one slice.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Convolved {
    /// The arguments.
    pub(crate) convolution: Convolution,
    /// Samples in the batch.
    pub(crate) samples: usize,
    /// Slices, rows and columns of the input.
    pub(crate) size: [usize; 3],
    /// Slices, rows and columns of windows.
    pub(crate) out: [usize; 3],
}

/// Convolutions.
///
/// For output channel o, window p and elements t of it, whose value of the padded input is at p + t,
/// y[s, o, p] = sum over input channels i of o's group and t of w[o, i, t] x[s, i, p + t].
/// `x` and `dx` are samples x inputs x size, `y` and `dy` samples x outputs x out, `weight` and
/// `dw` [`Convolution::weight_dims`].
pub(crate) trait Convolutions: Memory {
    /// y = the convolution, added to what `start` says.
    fn convolution(
        x: Self::View<'_>,
        weight: Self::View<'_>,
        sizes: &Convolved,
        start: Start<Self::View<'_>>,
        y: Self::ViewMut<'_>,
    );

    /// dw[o, i, t] += sum over s, p of dy[s, o, p] x[s, i, p + t].
    fn convolution_weight_gradient(
        x: Self::View<'_>,
        dy: Self::View<'_>,
        sizes: &Convolved,
        dw: Self::ViewMut<'_>,
    );

    /// dx[s, i, p + t] += w[o, i, t] dy[s, o, p], for all of them.
    fn convolution_input_gradient(
        weight: Self::View<'_>,
        dy: Self::View<'_>,
        sizes: &Convolved,
        dx: Self::ViewMut<'_>,
    );

    /// Replaces every value of channel c of `y`, samples x channels x `plane`, by bias[c].
    fn fill_channels(bias: Self::View<'_>, plane: usize, y: Self::ViewMut<'_>);

    /// db[c] += the sum of channel c of `dy`, samples x channels x `plane`, in double precision.
    fn bias_gradient(dy: Self::View<'_>, plane: usize, db: Self::ViewMut<'_>);
}

/// The sizes of a linear layer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lines {
    /// Rows of the input.
    pub(crate) rows: usize,
    /// Values of a row of the input.
    pub(crate) inputs: usize,
    /// Values of a row of the output.
    pub(crate) outputs: usize,
}

/// Linear layers: y = x W^T + b, with `x` and `dx` of rows x inputs, `y` and `dy` of rows x outputs,
/// `weight` and `dw` of outputs x inputs.
pub(crate) trait Products: Memory {
    /// y = x W^T, and the bias added to each row.
    fn linear(
        x: Self::View<'_>,
        weight: Self::View<'_>,
        bias: Option<Self::View<'_>>,
        sizes: Lines,
        y: Self::ViewMut<'_>,
    );

    /// dW += dy^T x.
    fn linear_weight_gradient(
        x: Self::View<'_>,
        dy: Self::View<'_>,
        sizes: Lines,
        dw: Self::ViewMut<'_>,
    );

    /// db[o] += the sum over rows r of dy[r, o], in their order.
    fn linear_bias_gradient(dy: Self::View<'_>, db: Self::ViewMut<'_>);

    /// dx += dy W.
    fn linear_input_gradient(
        weight: Self::View<'_>,
        dy: Self::View<'_>,
        sizes: Lines,
        dx: Self::ViewMut<'_>,
    );
}
