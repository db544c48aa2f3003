//! `maxpool3d`.

use std::marker::PhantomData;

use super::geometry3::{Dilation3, Extent3, Margin3, Padding3, window3};
use crate::ops::max_pool3::max_pool3;
use crate::ops::window3::Window3;
use crate::value::Volume;

/// The largest value of each window of volumes: PyTorch's `MaxPool3d`. Padding never wins.
#[derive(Clone, Copy, Debug)]
pub struct MaxPool3d<K, S, P = Padding3<0, 0, 0>, D = Dilation3<1, 1, 1>, const CEIL: bool = false>(
    PhantomData<(K, S, P, D)>,
);

impl<K: Extent3, S: Extent3, P: Margin3, D: Extent3, const CEIL: bool> MaxPool3d<K, S, P, D, CEIL> {
    const WINDOW: Window3 = window3::<K, S, P, D>(CEIL);

    /// The pool.
    #[expect(clippy::new_without_default, reason = "layers are made alike, with `new`")]
    pub fn new() -> Self {
        Self(PhantomData)
    }

    /// The pool of every sample.
    pub fn forward<
        const C: usize,
        const DEPTH: usize,
        const H: usize,
        const W: usize,
        const OD: usize,
        const OH: usize,
        const OW: usize,
    >(
        &self,
        x: Volume<C, DEPTH, H, W>,
    ) -> Volume<C, OD, OH, OW> {
        const {
            let out = Self::WINDOW.output([DEPTH, H, W]);
            assert!(out[0] == OD && out[1] == OH && out[2] == OW, "the output has another size");
        }
        max_pool3(x.into(), &Self::WINDOW).into()
    }
}
