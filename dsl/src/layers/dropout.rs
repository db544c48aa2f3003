//! `dropout`: PyTorch's `Dropout`, which does nothing outside training.

use super::{Argument, Built, Constructor, Emission, Layer, Operation};
use crate::check::signature::Signature;

pub(super) const DROPOUT: Layer = Layer {
    signature: Signature::new("dropout", &["p"]),
    build: |place| {
        let wanted = "a probability of at least 0 and below 1";
        let probability = place.arguments.number("p", wanted, |p| (0.0..1.0).contains(&p));
        match (place.input.shape, probability) {
            (Some(shape), Some(probability)) => Built::new(shape, Dropout { probability }),
            (shape, _) => Built { shape, ..Built::default() },
        }
    },
};

/// Sets each value to 0 with a probability `p`, and multiplies the others by `1 / (1 - p)`.
#[derive(Debug)]
struct Dropout {
    probability: f64,
}

impl Operation for Dropout {
    fn emission(&self) -> Emission {
        let argument = Argument::Expression(format!("{:?}", self.probability));
        let constructor = Constructor { function: "Dropout::new", argument };
        Emission::Field { kind: "Dropout".to_owned(), constructor }
    }
}
