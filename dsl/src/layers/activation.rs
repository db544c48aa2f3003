//! `relu`, `tanh` and `sigmoid`: functions of each value by itself.

use super::{Built, Emission, Layer, Operation, Placement};
use crate::check::signature::Signature;

pub(super) const RELU: Layer = Layer {
    signature: Signature::new("relu", &[]),
    build: |place| build(place, Activation("relu")),
};

pub(super) const TANH: Layer = Layer {
    signature: Signature::new("tanh", &[]),
    build: |place| build(place, Activation("tanh")),
};

pub(super) const SIGMOID: Layer = Layer {
    signature: Signature::new("sigmoid", &[]),
    build: |place| build(place, Activation("sigmoid")),
};

/// An activation by its name, which is also that of the runtime's function.
#[derive(Debug)]
struct Activation(&'static str);

fn build(place: &mut Placement<'_>, activation: Activation) -> Built {
    place.input.shape.map(|shape| Built::new(shape, activation)).unwrap_or_default()
}

impl Operation for Activation {
    fn emission(&self) -> Emission {
        Emission::Function(self.0)
    }
}
