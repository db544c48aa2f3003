//! `flatten`: a feature map as a vector, in the order of PyTorch's `Flatten`.

use super::{Built, Emission, Layer, Operation};
use crate::check::signature::Signature;
use crate::shape::Shape;

pub(super) const FLATTEN: Layer = Layer {
    signature: Signature::new("flatten", &[]),
    build: |place| {
        let values = place
            .map("leave it out: a vector is flat already")
            .and_then(|dims| Shape::Map(dims).values())
            .and_then(|values| usize::try_from(values).ok());
        match values {
            Some(values) => Built::new(Shape::Features(values), Flatten),
            // A vector stays what it is.
            None => Built { shape: place.input.shape, ..Built::default() },
        }
    },
};

/// Channels, then rows, then columns.
#[derive(Debug)]
struct Flatten;

impl Operation for Flatten {
    fn is_view(&self) -> bool {
        true
    }

    fn emission(&self) -> Emission {
        Emission::Function("flatten")
    }
}
