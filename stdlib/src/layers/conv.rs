//! `conv`: two-dimensional convolution.

use std::marker::PhantomData;

use super::filters::Filters;
use super::geometry::{Dilation, Extent, Margin, Padding, Stride, window};
use crate::network::Layer;
use crate::ops::convolution::{Convolution, convolution};
use crate::ops::pad::{PadMode, pad};
use crate::ops::window::{Sides, Window};
use crate::ops::window3::Window3;
use crate::parameter::Parameter;
use crate::value::FeatureMap;

/// A convolution from `IN` to `OUT` channels with a window `K`, stride `S`, padding `P`,
/// dilation `D` and `GROUPS` groups of channels: PyTorch's `Conv2d`.
///
/// `weight` is `OUT` x `IN / GROUPS` x rows x columns, `bias` is `OUT`. The padding is zero unless
/// [`pad_mode`](Self::pad_mode) says otherwise.
#[derive(Debug)]
pub struct Conv2d<
    const IN: usize,
    const OUT: usize,
    K,
    S = Stride<1, 1>,
    P = Padding<0, 0>,
    D = Dilation<1, 1>,
    const GROUPS: usize = 1,
> {
    filters: Filters,
    pad_mode: PadMode,
    geometry: PhantomData<(K, S, P, D)>,
}

impl<
    const IN: usize,
    const OUT: usize,
    K: Extent,
    S: Extent,
    P: Margin,
    D: Extent,
    const GROUPS: usize,
> Conv2d<IN, OUT, K, S, P, D, GROUPS>
{
    const CONVOLUTION: Convolution = {
        assert!(GROUPS > 0 && IN.is_multiple_of(GROUPS), "groups must divide the input channels");
        assert!(OUT.is_multiple_of(GROUPS), "groups must divide the output channels");
        Convolution {
            inputs: IN,
            outputs: OUT,
            groups: GROUPS,
            window: Window3::flat(window::<K, S, P, D>(false)),
        }
    };

    /// The same of a map that has its padding already.
    const INSIDE: Convolution = Convolution {
        window: Window3::flat(Window { padding: Sides::NONE, ..Self::CONVOLUTION.window.plane }),
        ..Self::CONVOLUTION
    };

    /// A convolution with its weights at zero until they are initialized or loaded.
    #[expect(clippy::new_without_default, reason = "a layer at zero is no default to fall back on")]
    pub fn new() -> Self {
        let layer = Self::without_bias();
        Self { filters: layer.filters.with_bias(&Self::CONVOLUTION, OUT), ..layer }
    }

    /// A convolution that adds no bias.
    pub fn without_bias() -> Self {
        let [outputs, inputs, _, rows, columns] = Self::CONVOLUTION.weight_dims();
        let filters = Filters::new(&Self::CONVOLUTION, &[outputs, inputs, rows, columns]);
        Self { filters, pad_mode: PadMode::Zero, geometry: PhantomData }
    }

    /// The same with padding filled as `mode` says: PyTorch's `padding_mode`.
    pub fn pad_mode(self, mode: PadMode) -> Self {
        Self { pad_mode: mode, ..self }
    }

    /// The convolution of every sample.
    pub fn forward<const H: usize, const W: usize, const OH: usize, const OW: usize>(
        &self,
        x: FeatureMap<IN, H, W>,
    ) -> FeatureMap<OUT, OH, OW> {
        const {
            let output = Self::CONVOLUTION.window.plane.output([H, W]);
            assert!(output[0] == OH && output[1] == OW, "the output has another size");
        }
        let Filters { weight, bias } = &self.filters;
        let bias = bias.as_ref();
        match self.pad_mode {
            PadMode::Zero => convolution(x.into(), weight, bias, &Self::CONVOLUTION).into(),
            mode => {
                let x = pad(x.into(), Self::CONVOLUTION.window.plane.padding, mode);
                convolution(x, weight, bias, &Self::INSIDE).into()
            }
        }
    }
}

impl<const IN: usize, const OUT: usize, K, S, P, D, const GROUPS: usize> Layer
    for Conv2d<IN, OUT, K, S, P, D, GROUPS>
{
    fn parameters(&mut self) -> Vec<(&'static str, &mut Parameter)> {
        self.filters.parameters()
    }
}
