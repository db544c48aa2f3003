//! `linear`: PyTorch's `Linear`, on vectors and on each row of a matrix.

use super::{Built, Emission, Layer, Operation, Parameter, Reach};
use crate::check::signature::Signature;
use crate::diagnostic::Code;
use crate::shape::{Shape, product};

pub(super) const LAYERS: &[Layer] = &[Layer {
    signature: Signature::new("linear", &["features"]).keys(&[("bias", "yes")]),
    about: "each output is a weighted sum of all inputs: a fully connected layer",
    pytorch: "torch.nn.Linear",
    build: |place| {
        let features = place.arguments.count("features");
        let bias = place.arguments.flag("bias");
        if let Some(shape @ (Shape::Map(_) | Shape::Volume(_))) = place.input.shape {
            let help = match shape.values() {
                Some(values) => format!("put `flatten` before it, which gives {values} features"),
                None => "put `flatten` before it".to_owned(),
            };
            place.wrong_kind(Code::ExpectedVector, "a vector", &help);
        }
        let Some(features) = features else { return Built::default() };
        match (bias, place.input.shape) {
            (Some(bias), Some(Shape::Features(input))) => {
                Built::new(Shape::Features(features), Linear { input, features, rows: 1, bias })
            }
            (Some(bias), Some(Shape::Matrix([rows, input]))) => {
                let linear = Linear { input, features, rows, bias };
                Built::new(Shape::Matrix([rows, features]), linear)
            }
            _ => Built::broken(Some(Shape::Features(features))),
        }
    },
}];

/// `W x + b` with W of features x input.
#[derive(Debug)]
struct Linear {
    input: usize,
    features: usize,
    rows: usize,
    bias: bool,
}

impl Operation for Linear {
    fn parameters(&self) -> Vec<Parameter> {
        let bias = self.bias.then_some(self.features);
        Parameter::weight_and_bias(vec![self.features, self.input], bias)
    }

    fn multiply_adds(&self) -> Option<u64> {
        product(&[self.features, self.input, self.rows])
    }

    fn reach(&self) -> Reach {
        Reach::Whole
    }

    fn emission(&self) -> Emission {
        let kind = format!("Linear<{}, {}>", self.input, self.features);
        Emission::field(kind, if self.bias { "Linear::new" } else { "Linear::without_bias" })
    }
}
