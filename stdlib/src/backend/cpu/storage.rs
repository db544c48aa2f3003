//! The memory of tensors: their values as slices, which dfdx offers only as copies or one element
//! at a time, and what becomes of it when it is freed.
//!
//! Invariant that the unsafe code stands on: dfdx's CPU tensors index into one `Vec<f32>`. A tensor
//! whose strides are those of its shape, and whose last element is in bounds, therefore fills
//! `count` consecutive values from its first element on. Both facts are checked at every call, at a
//! cost of a few comparisons, so a change in dfdx would be an error message and no wild access.

#![allow(unsafe_code, reason = "the invariant above, checked; and a setting of the allocator")]

use std::slice;

use dfdx::shapes::Shape;
use dfdx::tensor::{Cpu, Tensor};

/// The values of `tensor`, row by row.
pub(super) fn values<S: Shape, T>(tensor: &Tensor<S, f32, Cpu, T>) -> &[f32] {
    let count = contiguous_count(tensor);
    if count == 0 {
        return &[];
    }
    let first: &f32 = &tensor[S::Concrete::default()];
    // SAFETY: `contiguous_count` has checked that `count` values lie one after the other from the
    // first on, in one allocation that the borrow of `tensor` keeps alive and unchanged.
    unsafe { slice::from_raw_parts(first, count) }
}

/// The values of `tensor`, row by row, to change. If the storage is shared with another tensor, it
/// is copied first, as dfdx does for every change.
pub(super) fn values_mut<S: Shape, T>(tensor: &mut Tensor<S, f32, Cpu, T>) -> &mut [f32] {
    let count = contiguous_count(tensor);
    if count == 0 {
        return &mut [];
    }
    let first: &mut f32 = &mut tensor[S::Concrete::default()];
    // SAFETY: as above; the mutable borrow of `tensor` makes this the only access, since indexing
    // mutably has made its storage its own.
    unsafe { slice::from_raw_parts_mut(first, count) }
}

/// Makes the allocator keep freed memory instead of handing it back to the system.
///
/// A training step frees what the next one allocates again, and glibc would have the system take
/// and clear the same pages for each: half the time of a step of LeNet-5. One arena serves all
/// threads, since others give large blocks back whatever they are told. Call it before threads are
/// started; elsewhere than on glibc it does nothing.
pub(super) fn keep_freed_memory() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        const LARGE: i32 = 1 << 30;
        let settings = [
            (libc::M_MMAP_THRESHOLD, LARGE),
            (libc::M_TRIM_THRESHOLD, LARGE),
            (libc::M_ARENA_MAX, 1),
        ];
        for (parameter, value) in settings {
            // SAFETY: `mallopt` takes any numbers at any time, and says no to those it cannot use.
            unsafe { libc::mallopt(parameter, value) };
        }
    }
}

/// How many values `tensor` has, having checked that they are contiguous.
fn contiguous_count<S: Shape, T>(tensor: &Tensor<S, f32, Cpu, T>) -> usize {
    let shape = *dfdx::shapes::HasShape::shape(tensor);
    let sizes: Vec<usize> = shape.concrete().into_iter().collect();
    let count = sizes.iter().product();
    if count == 0 {
        return 0;
    }
    let address = |index: S::Concrete| &raw const tensor[index] as usize;
    let first = address(S::Concrete::default());
    for (axis, (&size, stride)) in sizes.iter().zip(shape.strides()).enumerate() {
        if size > 1 {
            let mut second = S::Concrete::default();
            second[axis] = 1;
            let found = (address(second) - first) / size_of::<f32>();
            assert_eq!(found, stride, "a tensor of shape {sizes:?} has holes along axis {axis}");
        }
    }
    let mut last = S::Concrete::default();
    for (axis, &size) in sizes.iter().enumerate() {
        last[axis] = size - 1;
    }
    let span = (address(last) - first) / size_of::<f32>() + 1;
    assert_eq!(span, count, "a tensor of shape {sizes:?} does not fill its storage");
    count
}

#[cfg(test)]
mod tests {
    use dfdx::shapes::{Const, Rank2};
    use dfdx::tensor::{TensorFrom, TensorFromVec, ZerosTensor};
    use dfdx::tensor_ops::{BroadcastTo, PermuteTo};

    use super::*;
    use crate::device::device;

    #[test]
    fn values_are_the_rows_in_order() {
        let numbers: Vec<f32> = (0..24_u8).map(f32::from).collect();
        let tensor = device().tensor_from_vec(numbers.clone(), (2, Const::<3>, 4));
        assert_eq!(values(&tensor), numbers);
    }

    #[test]
    fn no_samples_are_an_empty_slice() {
        let mut tensor = device().tensor_from_vec(vec![], (0, Const::<3>));
        assert!(values(&tensor).is_empty());
        assert!(values_mut(&mut tensor).is_empty());
    }

    #[test]
    fn a_change_leaves_clones_as_they_were() {
        let mut tensor = device().tensor([[1.0, 2.0], [3.0, 4.0]]);
        let clone: Tensor<Rank2<2, 2>, f32, Cpu> = tensor.clone();
        values_mut(&mut tensor)[3] = 9.0;
        assert_eq!(values(&tensor), [1.0, 2.0, 3.0, 9.0]);
        assert_eq!(values(&clone), [1.0, 2.0, 3.0, 4.0]);
    }

    #[test]
    fn a_change_of_an_unshared_tensor_copies_nothing() {
        let mut tensor = device().tensor([1.0, 2.0]);
        let before = values(&tensor).as_ptr();
        assert_eq!(values_mut(&mut tensor).as_ptr(), before);
    }

    #[test]
    #[should_panic(expected = "has holes along axis 0")]
    fn a_permuted_tensor_is_refused() {
        let tensor: Tensor<Rank2<2, 3>, f32, Cpu> = device().zeros();
        values(&tensor.permute::<Rank2<3, 2>, _>());
    }

    #[test]
    #[should_panic(expected = "has holes along axis 0")]
    fn a_broadcast_tensor_is_refused() {
        let row = device().tensor([1.0, 2.0, 3.0]);
        let tensor: Tensor<Rank2<2, 3>, f32, Cpu> = row.broadcast();
        values(&tensor);
    }
}
