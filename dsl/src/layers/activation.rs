//! Activations: functions of each value by itself, and the softmax over channels or features.

use super::operation::float;
use super::{Argument, Built, Emission, Layer, Operation, Parameter, Placement};
use crate::check::signature::{Rest, Signature};

pub(super) const LAYERS: &[Layer] = &[
    plain("relu", "max(x, 0)", "torch.nn.ReLU", |it| function(it, "relu")),
    plain("relu6", "min(max(x, 0), 6)", "torch.nn.ReLU6", |it| function(it, "relu6")),
    Layer {
        signature: Signature::new("leakyrelu", &[]).rest(Rest::Optional("slope")),
        about: "x where it is positive, slope * x elsewhere; the slope is 0.01 unless given",
        pytorch: "torch.nn.LeakyReLU",
        build: |it| with_number(it, "leaky_relu", "slope", 0.01),
    },
    Layer {
        signature: Signature::new("prelu", &[]).keys(&[("perchannel", "yes")]),
        about: "x where it is positive, a learned slope * x elsewhere: a slope for each channel, or one for all",
        pytorch: "torch.nn.PReLU(channels)",
        build: |it| {
            let per_channel = it.arguments.flag("perchannel");
            let slopes = it.input.shape.zip(per_channel);
            it.alike(slopes.map(|(shape, per_channel)| PRelu {
                slopes: if per_channel { shape.first() } else { 1 },
            }))
        },
    },
    Layer {
        signature: Signature::new("elu", &[]).rest(Rest::Optional("alpha")),
        about: "x where it is positive, alpha * (exp(x) - 1) elsewhere; alpha is 1 unless given",
        pytorch: "torch.nn.ELU",
        build: |it| with_number(it, "elu", "alpha", 1.0),
    },
    plain("selu", "an ELU that keeps mean 0 and variance 1", "torch.nn.SELU", |it| {
        function(it, "selu")
    }),
    plain("gelu", "x times the normal distribution function of x", "torch.nn.GELU", |it| {
        function(it, "gelu")
    }),
    plain("silu", "x * sigmoid(x), also called swish", "torch.nn.SiLU", |it| function(it, "silu")),
    plain("hardswish", "x * min(max(x + 3, 0), 6) / 6", "torch.nn.Hardswish", |it| {
        function(it, "hardswish")
    }),
    plain("hardsigmoid", "min(max(x + 3, 0), 6) / 6", "torch.nn.Hardsigmoid", |it| {
        function(it, "hardsigmoid")
    }),
    plain("sigmoid", "1 / (1 + exp(-x))", "torch.nn.Sigmoid", |it| function(it, "sigmoid")),
    plain("tanh", "the hyperbolic tangent", "torch.nn.Tanh", |it| function(it, "tanh")),
    plain("softplus", "log(1 + exp(x))", "torch.nn.Softplus", |it| function(it, "softplus")),
    plain(
        "softmax",
        "exp(x) over the sum of exp over all channels or features",
        "torch.nn.Softmax(dim=1)",
        |it| function(it, "softmax"),
    ),
    plain("logsoftmax", "the logarithm of the softmax", "torch.nn.LogSoftmax(dim=1)", |it| {
        function(it, "log_softmax")
    }),
];

/// An activation without arguments.
const fn plain(
    name: &'static str,
    about: &'static str,
    pytorch: &'static str,
    build: fn(&mut Placement<'_>) -> Built,
) -> Layer {
    Layer { signature: Signature::new(name, &[]), about, pytorch, build }
}

/// An activation by the runtime's function, and what that is given.
#[derive(Debug)]
struct Activation {
    function: &'static str,
    number: Option<f64>,
}

/// An activation whose slope is learned (He et al., 2015).
#[derive(Debug)]
struct PRelu {
    slopes: usize,
}

fn function(place: &mut Placement<'_>, function: &'static str) -> Built {
    place.alike(Some(Activation { function, number: None }))
}

/// An activation with one number, which has a default.
fn with_number(
    place: &mut Placement<'_>,
    function: &'static str,
    name: &str,
    default: f64,
) -> Built {
    let number = if place.arguments.has(name) {
        place.arguments.number(name, "a number", |_| true)
    } else {
        Some(default)
    };
    place.alike(number.map(|number| Activation { function, number: Some(number) }))
}

impl Operation for Activation {
    fn emission(&self) -> Emission {
        let given = self.number.map(float).into_iter().collect();
        Emission::Function { name: self.function, given }
    }
}

impl Operation for PRelu {
    fn parameters(&self) -> Vec<Parameter> {
        vec![Parameter { name: "weight", dims: vec![self.slopes] }]
    }

    fn emission(&self) -> Emission {
        let argument = Argument::Expression(self.slopes.to_string());
        Emission::made("PRelu".to_owned(), "PRelu::new", argument)
    }
}
