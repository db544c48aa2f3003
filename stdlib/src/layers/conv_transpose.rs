//! `convt` and `convt3d`: transposed convolutions.

use std::marker::PhantomData;

use super::filters::Filters;
use super::geometry::{Dilation, Extent, Margin, OutputPadding, Padding, Stride, window};
use super::geometry3::{Dilation3, Extent3, Margin3, OutputPadding3, Padding3, Stride3, window3};
use crate::network::Layer;
use crate::ops::conv_transpose::transposed_convolution;
use crate::ops::convolution::Convolution;
use crate::ops::window3::Window3;
use crate::parameter::Parameter;
use crate::value::{FeatureMap, Volume};

/// A transposed convolution from `IN` to `OUT` channels with a window `K`, stride `S`, padding `P`
/// that is taken off the output, `O` rows and columns at its end that the windows leave out,
/// dilation `D` and `GROUPS` groups of channels: PyTorch's `ConvTranspose2d` (Zeiler et al., 2010).
///
/// `weight` is `IN` x `OUT / GROUPS` x rows x columns, `bias` is `OUT`.
#[derive(Debug)]
pub struct ConvTranspose2d<
    const IN: usize,
    const OUT: usize,
    K,
    S = Stride<1, 1>,
    P = Padding<0, 0>,
    O = OutputPadding<0, 0>,
    D = Dilation<1, 1>,
    const GROUPS: usize = 1,
> {
    filters: Filters,
    geometry: PhantomData<(K, S, P, O, D)>,
}

impl<
    const IN: usize,
    const OUT: usize,
    K: Extent,
    S: Extent,
    P: Margin,
    O: Extent,
    D: Extent,
    const GROUPS: usize,
> ConvTranspose2d<IN, OUT, K, S, P, O, D, GROUPS>
{
    const CONVOLUTION: Convolution =
        transposed::<IN, OUT, GROUPS>(Window3::flat(window::<K, S, P, D>(false)));

    /// A transposed convolution with its weights at zero until they are initialized or loaded.
    #[expect(clippy::new_without_default, reason = "a layer at zero is no default to fall back on")]
    pub fn new() -> Self {
        let layer = Self::without_bias();
        Self { filters: layer.filters.with_bias(&Self::CONVOLUTION, OUT), ..layer }
    }

    /// A transposed convolution that adds no bias.
    pub fn without_bias() -> Self {
        let [inputs, outputs, _, rows, columns] = Self::CONVOLUTION.weight_dims();
        let filters = Filters::new(&Self::CONVOLUTION, &[inputs, outputs, rows, columns]);
        Self { filters, geometry: PhantomData }
    }

    /// The transposed convolution of every sample.
    pub fn forward<const H: usize, const W: usize, const OH: usize, const OW: usize>(
        &self,
        x: FeatureMap<IN, H, W>,
    ) -> FeatureMap<OUT, OH, OW> {
        let extra = const {
            let extra = [0, O::EXTENT[0], O::EXTENT[1]];
            let [_, rows, columns] = Self::CONVOLUTION.window.input([1, H, W], extra);
            assert!(rows == OH && columns == OW, "the output has another size");
            extra
        };
        let Filters { weight, bias } = &self.filters;
        transposed_convolution(x.into(), weight, bias.as_ref(), &Self::CONVOLUTION, extra).into()
    }
}

impl<const IN: usize, const OUT: usize, K, S, P, O, D, const GROUPS: usize> Layer
    for ConvTranspose2d<IN, OUT, K, S, P, O, D, GROUPS>
{
    fn parameters(&mut self) -> Vec<(&'static str, &mut Parameter)> {
        self.filters.parameters()
    }
}

/// A transposed convolution of volumes, as [`ConvTranspose2d`] is of maps: PyTorch's
/// `ConvTranspose3d`.
///
/// `weight` is `IN` x `OUT / GROUPS` x slices x rows x columns, `bias` is `OUT`.
#[derive(Debug)]
pub struct ConvTranspose3d<
    const IN: usize,
    const OUT: usize,
    K,
    S = Stride3<1, 1, 1>,
    P = Padding3<0, 0, 0>,
    O = OutputPadding3<0, 0, 0>,
    D = Dilation3<1, 1, 1>,
    const GROUPS: usize = 1,
> {
    filters: Filters,
    geometry: PhantomData<(K, S, P, O, D)>,
}

impl<
    const IN: usize,
    const OUT: usize,
    K: Extent3,
    S: Extent3,
    P: Margin3,
    O: Extent3,
    D: Extent3,
    const GROUPS: usize,
> ConvTranspose3d<IN, OUT, K, S, P, O, D, GROUPS>
{
    const CONVOLUTION: Convolution = transposed::<IN, OUT, GROUPS>(window3::<K, S, P, D>(false));

    /// A transposed convolution with its weights at zero until they are initialized or loaded.
    #[expect(clippy::new_without_default, reason = "a layer at zero is no default to fall back on")]
    pub fn new() -> Self {
        let layer = Self::without_bias();
        Self { filters: layer.filters.with_bias(&Self::CONVOLUTION, OUT), ..layer }
    }

    /// A transposed convolution that adds no bias.
    pub fn without_bias() -> Self {
        let filters = Filters::new(&Self::CONVOLUTION, &Self::CONVOLUTION.weight_dims());
        Self { filters, geometry: PhantomData }
    }

    /// The transposed convolution of every sample.
    pub fn forward<
        const DEPTH: usize,
        const H: usize,
        const W: usize,
        const OD: usize,
        const OH: usize,
        const OW: usize,
    >(
        &self,
        x: Volume<IN, DEPTH, H, W>,
    ) -> Volume<OUT, OD, OH, OW> {
        const {
            let out = Self::CONVOLUTION.window.input([DEPTH, H, W], O::EXTENT);
            assert!(out[0] == OD && out[1] == OH && out[2] == OW, "the output has another size");
        }
        let Filters { weight, bias } = &self.filters;
        let bias = bias.as_ref();
        transposed_convolution(x.into(), weight, bias, &Self::CONVOLUTION, O::EXTENT).into()
    }
}

impl<const IN: usize, const OUT: usize, K, S, P, O, D, const GROUPS: usize> Layer
    for ConvTranspose3d<IN, OUT, K, S, P, O, D, GROUPS>
{
    fn parameters(&mut self) -> Vec<(&'static str, &mut Parameter)> {
        self.filters.parameters()
    }
}

/// The convolution that leads from the output to the input.
const fn transposed<const IN: usize, const OUT: usize, const GROUPS: usize>(
    window: Window3,
) -> Convolution {
    assert!(GROUPS > 0 && IN.is_multiple_of(GROUPS), "groups must divide the input channels");
    assert!(OUT.is_multiple_of(GROUPS), "groups must divide the output channels");
    Convolution { inputs: OUT, outputs: IN, groups: GROUPS, window }
}
