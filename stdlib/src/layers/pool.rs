//! `maxpool` and `avgpool`.

use std::marker::PhantomData;

use super::geometry::{Dilation, Extent, Margin, Padding, window};
use crate::ops::average_pool::average_pool;
use crate::ops::max_pool::{PoolIndices, max_pool, max_pool_with_indices};
use crate::ops::window::Window;
use crate::value::FeatureMap;

/// The largest value of each window: PyTorch's `MaxPool2d`. Padding never wins.
#[derive(Clone, Copy, Debug)]
pub struct MaxPool2d<K, S, P = Padding<0, 0>, D = Dilation<1, 1>, const CEIL: bool = false>(
    PhantomData<(K, S, P, D)>,
);

impl<K: Extent, S: Extent, P: Margin, D: Extent, const CEIL: bool> MaxPool2d<K, S, P, D, CEIL> {
    const WINDOW: Window = window::<K, S, P, D>(CEIL);

    /// The pool.
    #[expect(clippy::new_without_default, reason = "layers are made alike, with `new`")]
    pub fn new() -> Self {
        Self(PhantomData)
    }

    /// The pool of every sample.
    pub fn forward<
        const C: usize,
        const H: usize,
        const W: usize,
        const OH: usize,
        const OW: usize,
    >(
        &self,
        x: FeatureMap<C, H, W>,
    ) -> FeatureMap<C, OH, OW> {
        const {
            let output = Self::WINDOW.output([H, W]);
            assert!(output[0] == OH && output[1] == OW, "the output has another size");
        }
        max_pool(x.into(), &Self::WINDOW).into()
    }

    /// The pool of every sample, and where the values stood, for [`max_unpool`](super::max_unpool).
    pub fn forward_with_indices<
        const C: usize,
        const H: usize,
        const W: usize,
        const OH: usize,
        const OW: usize,
    >(
        &self,
        x: FeatureMap<C, H, W>,
    ) -> (FeatureMap<C, OH, OW>, PoolIndices) {
        const {
            let output = Self::WINDOW.output([H, W]);
            assert!(output[0] == OH && output[1] == OW, "the output has another size");
        }
        let (y, indices) = max_pool_with_indices(x.into(), &Self::WINDOW);
        (y.into(), indices)
    }
}

/// The mean of each window: PyTorch's `AvgPool2d`. `COUNT_PAD` says whether zeros of the padding
/// count (`count_include_pad`).
#[derive(Clone, Copy, Debug)]
pub struct AvgPool2d<
    K,
    S,
    P = Padding<0, 0>,
    const CEIL: bool = false,
    const COUNT_PAD: bool = true,
>(PhantomData<(K, S, P)>);

impl<K: Extent, S: Extent, P: Margin, const CEIL: bool, const COUNT_PAD: bool>
    AvgPool2d<K, S, P, CEIL, COUNT_PAD>
{
    const WINDOW: Window = window::<K, S, P, Dilation<1, 1>>(CEIL);

    /// The pool.
    #[expect(clippy::new_without_default, reason = "layers are made alike, with `new`")]
    pub fn new() -> Self {
        Self(PhantomData)
    }

    /// The pool of every sample.
    pub fn forward<
        const C: usize,
        const H: usize,
        const W: usize,
        const OH: usize,
        const OW: usize,
    >(
        &self,
        x: FeatureMap<C, H, W>,
    ) -> FeatureMap<C, OH, OW> {
        const {
            let output = Self::WINDOW.output([H, W]);
            assert!(output[0] == OH && output[1] == OW, "the output has another size");
        }
        average_pool(x.into(), &Self::WINDOW, COUNT_PAD).into()
    }
}
