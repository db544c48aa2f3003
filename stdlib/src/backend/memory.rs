//! Memory of a device, and how the processor looks at it.

use std::fmt::Debug;
use std::ops::{Deref, DerefMut};

use dfdx::shapes::Shape;
use dfdx::tensor::{Storage, Tensor};

/// Where numbers are kept: as dfdx keeps those of tensors and gradients on the device.
pub(crate) trait Memory: Storage<f32> {
    /// Some numbers to read: where they are and how many.
    type View<'a>: Copy;

    /// Some numbers to change.
    type ViewMut<'a>;

    /// Places within planes: which value of its window a pool took. A plane has less than 2^32.
    type Places: Debug + Send + Sync + 'static;

    /// What the processor sees of some numbers: in its own memory themselves, else a copy.
    type Host<'a>: Deref<Target = [f32]>;

    /// The same, to change: a copy is written back when it goes.
    type HostMut<'a>: DerefMut<Target = [f32]>;

    /// The device, made ready. It is called once.
    fn open() -> Self;

    /// The device in words, such as `cpu (2 threads)`.
    fn describe() -> String;

    /// All numbers of `storage`.
    fn view(storage: &Self::Vec) -> Self::View<'_>;

    /// All numbers of `storage`, to change.
    fn view_mut(storage: &mut Self::Vec) -> Self::ViewMut<'_>;

    /// The numbers of `tensor`, row by row.
    fn tensor_view<S: Shape, T>(tensor: &Tensor<S, f32, Self, T>) -> Self::View<'_>;

    /// The numbers of `tensor`, row by row, to change. If the storage is shared with another tensor,
    /// it is copied first, as dfdx does for every change.
    fn tensor_view_mut<S: Shape, T>(tensor: &mut Tensor<S, f32, Self, T>) -> Self::ViewMut<'_>;

    /// Another tensor with the numbers of `tensor`.
    fn tensor_copy<S: Shape, T>(tensor: &Tensor<S, f32, Self, T>) -> Tensor<S, f32, Self>;

    /// As many places, not found yet.
    fn places(count: usize) -> Self::Places;

    /// `values` on the device. The processor's own memory takes them as they are; another copies.
    fn upload(&self, values: Vec<f32>) -> Self::Vec;

    /// The numbers of `storage`, which is not read again, on the processor. Its own memory gives them
    /// away; another copies.
    fn download(storage: &mut Self::Vec) -> Vec<f32>;

    /// What the processor sees of `view`.
    fn host(view: Self::View<'_>) -> Self::Host<'_>;

    /// What the processor sees of `view`, to change.
    fn host_mut(view: Self::ViewMut<'_>) -> Self::HostMut<'_>;
}
