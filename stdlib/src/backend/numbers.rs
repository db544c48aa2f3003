//! Numbers on the device of the runtime, as operations hold them.

use dfdx::tensor::Storage;

use super::Memory;
use crate::device::{Device, device};

/// Some numbers to read. An operation hands it to a body and cannot look inside.
pub(crate) type View<'a> = <Device as Memory>::View<'a>;

/// Some numbers for a body to change.
pub(crate) type ViewMut<'a> = <Device as Memory>::ViewMut<'a>;

/// Places for bodies to find and to look up.
pub(crate) type Places = <Device as Memory>::Places;

/// What dfdx keeps the numbers of a tensor or a gradient in.
pub(crate) type Stored = <Device as Storage<f32>>::Vec;

/// All numbers of `storage`, for a body to change.
pub(crate) fn view_mut(storage: &mut Stored) -> ViewMut<'_> {
    Device::view_mut(storage)
}

/// Numbers that are no tensor's: what an operation keeps beside tensors, or a gradient that was
/// taken out.
#[derive(Debug)]
pub(crate) struct Numbers(Stored);

impl Numbers {
    /// `count` zeros.
    pub(crate) fn zeros(count: usize) -> Self {
        Self(device().try_alloc_len(count).expect("dfdx fails only when memory runs out"))
    }

    /// Those of the processor.
    pub(crate) fn from_host(values: Vec<f32>) -> Self {
        Self(device().upload(values))
    }

    /// On the processor.
    pub(crate) fn into_host(mut self) -> Vec<f32> {
        Device::download(&mut self.0)
    }

    /// All of them.
    pub(crate) fn view(&self) -> View<'_> {
        Device::view(&self.0)
    }

    /// All of them, to change.
    pub(crate) fn view_mut(&mut self) -> ViewMut<'_> {
        view_mut(&mut self.0)
    }

    /// What was in `storage`, which is empty afterwards.
    pub(crate) fn take(storage: &mut Stored) -> Self {
        let mut taken = Self::zeros(0);
        std::mem::swap(&mut taken.0, storage);
        taken
    }

    /// Puts them in `storage`, and frees what was there.
    pub(crate) fn put(self, storage: &mut Stored) {
        *storage = self.0;
    }
}
