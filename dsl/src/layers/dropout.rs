//! `dropout`, `dropout2d` and `droppath`, which do nothing outside training.

use super::operation::float;
use super::{Argument, Built, Emission, Layer, Operation, Placement};
use crate::check::signature::{Rest, Signature};
use crate::syntax::ast::Value;

pub(super) const LAYERS: &[Layer] = &[
    Layer {
        signature: Signature::new("dropout", &[]).rest(Rest::Optional("p")),
        about: "sets each value to 0 with a probability p, 0.5 unless given, while training",
        pytorch: "torch.nn.Dropout",
        build: |place| build(place, ["Dropout", "Dropout::new"]),
    },
    Layer {
        signature: Signature::new("dropout2d", &[]).rest(Rest::Optional("p")),
        about: "sets whole channels to 0 with a probability p, 0.5 unless given, while training",
        pytorch: "torch.nn.Dropout2d",
        build: |place| {
            place.map_or_volume();
            build(place, ["Dropout2d", "Dropout2d::new"])
        },
    },
    Layer {
        signature: Signature::new("droppath", &["p"]),
        about: "sets the whole value of a sample to 0 with a probability p while training: stochastic depth",
        pytorch: "torchvision.ops.StochasticDepth(p, \"row\")",
        build: |place| build(place, ["DropPath", "DropPath::new"]),
    },
];

/// Sets something to 0 with a probability `p`, and multiplies the rest by `1 / (1 - p)` (Srivastava
/// et al., 2014; Huang et al., 2016).
#[derive(Debug)]
struct Dropout {
    /// The type in Rust, and the function that makes it.
    rust: [&'static str; 2],
    probability: f64,
}

fn build(place: &mut Placement<'_>, rust: [&'static str; 2]) -> Built {
    let wanted = "a probability of at least 0 and below 1";
    let probability = if place.arguments.has("p") {
        let given = place.arguments.number("p", wanted, |p| (0.0..1.0).contains(&p));
        let percent = place.arguments.value("p").map(|value| value.value.clone());
        if let (None, Some(Value::Integer(percent @ 1..100))) = (given, percent) {
            let help = format!("did you mean `{}`, {percent} in 100?", percent as f64 / 100.0);
            place.arguments.help_last(help);
        }
        given
    } else {
        (rust[0] != "DropPath").then_some(0.5)
    };
    place.alike(probability.map(|probability| Dropout { rust, probability }))
}

impl Operation for Dropout {
    fn emission(&self) -> Emission {
        let [kind, function] = self.rust;
        let argument = Argument::Expression(float(self.probability));
        Emission::made(kind.to_owned(), function, argument)
    }
}
