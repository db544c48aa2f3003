//! Backends: the bodies of the operations, for one kind of device each.
//!
//! An operation (`crate::ops`) checks shapes, asks for memory and records; what touches numbers is a
//! *body*, a function of run-time dimensions and of *views* of numbers. [`Backend`] is the list of
//! all bodies, by topic. An operation cannot look inside a view, so it is the same for all backends;
//! [`Device`](crate::device::Device) names the one that the runtime is built for.
//!
//! Bodies take what they read first, then their arguments, then what they write to. Unless they say
//! otherwise, forward bodies find zeros there and replace them, and gradients are added to what is
//! there. Numbers lie row by row, samples first.

mod activations;
mod convolutions;
mod cpu;
mod elementwise;
mod factors;
mod joins;
mod layouts;
mod memory;
mod norms;
mod numbers;
mod pools;
mod random;
mod samplings;

pub(crate) use activations::Activations;
// Arithmetic on the processor, for what is no operation: losses and metrics.
pub(crate) use convolutions::{Convolutions, Convolved, Lines, Products, Start};
pub(crate) use cpu::{exp, ln_1p, softmax_in_place, sum, units_per_part};
pub(crate) use elementwise::Elementwise;
pub(crate) use factors::{Factored, Factors};
pub(crate) use joins::{Joined, Joins};
pub(crate) use layouts::{Layouts, Order, Padded, Part};
pub(crate) use memory::Memory;
pub(crate) use norms::{BatchNorms, Groups, Moments, Norms};
pub(crate) use numbers::{Numbers, Places, Stored, View, ViewMut, view_mut};
pub(crate) use pools::{Pooled, Pools, Windows};
pub(crate) use random::Random;
pub(crate) use samplings::{Boxed, Resampled, Samplings};

use crate::device::Device;

/// All that a kind of device does for the runtime.
pub(crate) trait Backend:
    Memory
    + Convolutions
    + Products
    + Pools
    + BatchNorms
    + Norms
    + Factors
    + Activations
    + Random
    + Joins
    + Layouts
    + Samplings
    + Elementwise
{
}

/// The device of the runtime is a backend.
const fn assert_backend<B: Backend>() {}
const _: () = assert_backend::<Device>();
