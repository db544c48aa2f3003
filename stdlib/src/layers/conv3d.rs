//! `conv3d`: three-dimensional convolution.

use std::marker::PhantomData;

use super::filters::Filters;
use super::geometry3::{Dilation3, Extent3, Margin3, Padding3, Stride3, window3};
use crate::network::Layer;
use crate::ops::convolution::{Convolution, convolution};
use crate::parameter::Parameter;
use crate::value::Volume;

/// A convolution of volumes from `IN` to `OUT` channels with a window `K`, stride `S`, zero padding
/// `P`, dilation `D` and `GROUPS` groups of channels: PyTorch's `Conv3d`.
///
/// `weight` is `OUT` x `IN / GROUPS` x slices x rows x columns, `bias` is `OUT`.
#[derive(Debug)]
pub struct Conv3d<
    const IN: usize,
    const OUT: usize,
    K,
    S = Stride3<1, 1, 1>,
    P = Padding3<0, 0, 0>,
    D = Dilation3<1, 1, 1>,
    const GROUPS: usize = 1,
> {
    filters: Filters,
    geometry: PhantomData<(K, S, P, D)>,
}

impl<
    const IN: usize,
    const OUT: usize,
    K: Extent3,
    S: Extent3,
    P: Margin3,
    D: Extent3,
    const GROUPS: usize,
> Conv3d<IN, OUT, K, S, P, D, GROUPS>
{
    const CONVOLUTION: Convolution = {
        assert!(GROUPS > 0 && IN.is_multiple_of(GROUPS), "groups must divide the input channels");
        assert!(OUT.is_multiple_of(GROUPS), "groups must divide the output channels");
        Convolution {
            inputs: IN,
            outputs: OUT,
            groups: GROUPS,
            window: window3::<K, S, P, D>(false),
        }
    };

    /// A convolution with its weights at zero until they are initialized or loaded.
    #[expect(clippy::new_without_default, reason = "a layer at zero is no default to fall back on")]
    pub fn new() -> Self {
        let layer = Self::without_bias();
        Self { filters: layer.filters.with_bias(&Self::CONVOLUTION, OUT), ..layer }
    }

    /// A convolution that adds no bias.
    pub fn without_bias() -> Self {
        let filters = Filters::new(&Self::CONVOLUTION, &Self::CONVOLUTION.weight_dims());
        Self { filters, geometry: PhantomData }
    }

    /// The convolution of every sample.
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
            let out = Self::CONVOLUTION.window.output([DEPTH, H, W]);
            assert!(out[0] == OD && out[1] == OH && out[2] == OW, "the output has another size");
        }
        let Filters { weight, bias } = &self.filters;
        convolution(x.into(), weight, bias.as_ref(), &Self::CONVOLUTION).into()
    }
}

impl<const IN: usize, const OUT: usize, K, S, P, D, const GROUPS: usize> Layer
    for Conv3d<IN, OUT, K, S, P, D, GROUPS>
{
    fn parameters(&mut self) -> Vec<(&'static str, &mut Parameter)> {
        self.filters.parameters()
    }
}
