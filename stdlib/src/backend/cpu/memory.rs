//! Numbers in the processor's own memory.

use dfdx::shapes::{HasShape, Shape};
use dfdx::tensor::{Cpu, Storage, Tensor, TensorFromVec};

use super::super::Memory;
use super::storage;

/// Some numbers to read. Nobody but the bodies sees the slice.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View<'a>(pub(super) &'a [f32]);

/// Some numbers to change.
#[derive(Debug)]
pub(crate) struct ViewMut<'a>(pub(super) &'a mut [f32]);

/// Where values stand in their planes.
#[derive(Debug)]
pub(crate) struct Places(pub(super) Vec<u32>);

/// In place of a position, as long as nothing has been found.
pub(super) const NOWHERE: u32 = u32::MAX;

impl Memory for Cpu {
    type View<'a> = View<'a>;
    type ViewMut<'a> = ViewMut<'a>;
    type Places = Places;
    type Host<'a> = &'a [f32];
    type HostMut<'a> = &'a mut [f32];

    fn open() -> Self {
        storage::keep_freed_memory();
        Self::default()
    }

    fn describe() -> String {
        match rayon::current_num_threads() {
            1 => "cpu (1 thread)".into(),
            threads => format!("cpu ({threads} threads)"),
        }
    }

    fn view(storage: &Self::Vec) -> View<'_> {
        View(storage)
    }

    fn view_mut(storage: &mut Self::Vec) -> ViewMut<'_> {
        ViewMut(storage)
    }

    fn tensor_view<S: Shape, T>(tensor: &Tensor<S, f32, Self, T>) -> View<'_> {
        View(storage::values(tensor))
    }

    fn tensor_view_mut<S: Shape, T>(tensor: &mut Tensor<S, f32, Self, T>) -> ViewMut<'_> {
        ViewMut(storage::values_mut(tensor))
    }

    fn tensor_copy<S: Shape, T>(tensor: &Tensor<S, f32, Self, T>) -> Tensor<S, f32, Self> {
        let values = storage::values(tensor).to_vec();
        tensor.device().tensor_from_vec(values, *tensor.shape())
    }

    fn places(count: usize) -> Places {
        Places(vec![NOWHERE; count])
    }

    fn upload(&self, values: Vec<f32>) -> Self::Vec {
        let mut storage = self.try_alloc_len(0).expect("nothing needs no memory");
        *storage = values;
        storage
    }

    fn download(storage: &mut Self::Vec) -> Vec<f32> {
        std::mem::take(storage)
    }

    fn host(view: Self::View<'_>) -> &[f32] {
        view.0
    }

    fn host_mut(view: Self::ViewMut<'_>) -> &mut [f32] {
        view.0
    }
}
