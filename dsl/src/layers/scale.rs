//! `scale` and `l2norm`: what SSD puts before its first head (Liu et al., 2016).

use super::operation::float;
use super::{Argument, Emission, Layer, Operation, Parameter};
use crate::check::signature::Signature;

pub(super) const LAYERS: &[Layer] = &[
    Layer {
        signature: Signature::new("scale", &[]).keys(&[("start", "1")]),
        about: "each channel times a learned factor",
        pytorch: "x * weight.view(1, -1, 1, 1)",
        build: |place| {
            let start = place.arguments.number("start", "a number", |_| true);
            let scale = place.input.shape.zip(start);
            place.alike(scale.map(|(shape, start)| Scale { channels: shape.first(), start }))
        },
    },
    Layer {
        signature: Signature::new("l2norm", &[]).keys(&[("eps", "1e-12")]),
        about: "the channels at each place as a vector of length 1",
        pytorch: "torch.nn.functional.normalize",
        build: |place| {
            let eps = place.arguments.number("eps", "a number above 0", |eps| eps > 0.0);
            place.alike(eps.map(|eps| L2Norm { eps }))
        },
    },
];

/// A learned factor a channel.
#[derive(Debug)]
struct Scale {
    channels: usize,
    /// The factor before training.
    start: f64,
}

/// Division by the length, or by `eps` where that is more.
#[derive(Debug)]
struct L2Norm {
    eps: f64,
}

impl Operation for Scale {
    fn parameters(&self) -> Vec<Parameter> {
        vec![Parameter { name: "weight", dims: vec![self.channels] }]
    }

    fn emission(&self) -> Emission {
        let argument = Argument::Expression(float(self.start));
        Emission::made(format!("Scale<{}>", self.channels), "Scale::new", argument)
    }
}

impl Operation for L2Norm {
    fn emission(&self) -> Emission {
        Emission::Function { name: "l2_norm", given: vec![float(self.eps)] }
    }
}
