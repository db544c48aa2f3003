//! `batchnorm`: PyTorch's `BatchNorm2d` on feature maps and `BatchNorm1d` on vectors.

use super::{Argument, Built, Constructor, Emission, Layer, Operation, Parameter};
use crate::check::signature::Signature;
use crate::shape::Shape;

pub(super) const BATCHNORM: Layer = Layer {
    signature: Signature::new("batchnorm", &[]).keys(&[
        ("eps", "1e-5"),
        ("momentum", "0.1"),
        ("affine", "yes"),
    ]),
    build: |place| {
        let arguments = &mut place.arguments;
        let eps = arguments.number("eps", "a number above 0", |eps| eps > 0.0);
        let momentum = arguments
            .number("momentum", "a number from 0 to 1", |momentum| (0.0..=1.0).contains(&momentum));
        let affine = arguments.flag("affine");
        match (place.input.shape, eps, momentum, affine) {
            (Some(shape), Some(eps), Some(momentum), Some(affine)) => {
                Built::new(shape, BatchNorm { shape, eps, momentum, affine })
            }
            (shape, ..) => Built { shape, ..Built::default() },
        }
    },
};

/// Each channel (or feature) to mean 0 and variance 1, then scaled and shifted (Ioffe and Szegedy,
/// 2015).
#[derive(Debug)]
struct BatchNorm {
    shape: Shape,
    eps: f64,
    momentum: f64,
    affine: bool,
}

impl Operation for BatchNorm {
    fn parameters(&self) -> Vec<Parameter> {
        let channels = self.shape.dims()[0];
        if self.affine {
            Parameter::weight_and_bias(vec![channels], Some(channels))
        } else {
            Vec::new()
        }
    }

    fn has_buffers(&self) -> bool {
        true
    }

    fn emission(&self) -> Emission {
        let (kind, function) = match self.shape {
            Shape::Features(features) => (format!("BatchNorm1d<{features}>"), "BatchNorm1d::new"),
            Shape::Map([channels, ..]) => (format!("BatchNorm2d<{channels}>"), "BatchNorm2d::new"),
        };
        let options = vec![
            ("eps", format!("{:?}", self.eps)),
            ("momentum", format!("{:?}", self.momentum)),
            ("affine", self.affine.to_string()),
        ];
        let argument = Argument::Struct("BatchNormOptions", options);
        Emission::Field { kind, constructor: Constructor { function, argument } }
    }
}
