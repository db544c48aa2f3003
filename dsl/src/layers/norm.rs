//! `batchnorm`, `instancenorm`, `groupnorm`, `layernorm` and `lrn`, as PyTorch has them.

use super::operation::float;
use super::{Argument, Built, Emission, Layer, Operation, Parameter, Placement, Reach};
use crate::check::signature::{Rest, Signature};
use crate::diagnostic::{Code, Diagnostic};
use crate::shape::Shape;

pub(super) const LAYERS: &[Layer] = &[
    Layer {
        signature: Signature::new("batchnorm", &[]).keys(&[
            ("eps", "1e-5"),
            ("momentum", "0.1"),
            ("affine", "yes"),
        ]),
        about: "each channel to mean 0 and variance 1 over the batch, then scaled and shifted",
        pytorch: "torch.nn.BatchNorm2d",
        build: |place| {
            let eps = eps(place);
            let wanted = "a number from 0 to 1";
            let momentum =
                place.arguments.number("momentum", wanted, |it| (0.0..=1.0).contains(&it));
            let affine = place.arguments.flag("affine");
            let shape = place.input.shape;
            if let Some(Shape::Matrix(_)) = shape {
                place.wrong_kind(
                    Code::ExpectedMap,
                    "a vector, a map or a volume",
                    "`layernorm` goes over a matrix",
                );
                return Built::broken(shape);
            }
            let norm = eps.zip(momentum).zip(affine).zip(shape);
            let norm = norm.map(|(((eps, momentum), affine), shape)| BatchNorm {
                shape,
                eps,
                momentum,
                affine,
            });
            place.alike(norm)
        },
    },
    Layer {
        signature: Signature::new("instancenorm", &[]).keys(&[("eps", "1e-5"), ("affine", "no")]),
        about: "each channel of each sample to mean 0 and variance 1",
        pytorch: "torch.nn.InstanceNorm2d",
        build: |place| {
            let eps = eps(place);
            let affine = place.arguments.flag("affine");
            let shape = place.map_or_volume();
            let norm = eps.zip(affine).zip(shape);
            let norm = norm.map(|((eps, affine), shape)| Norm {
                kind: Kind::Instance,
                shape,
                eps,
                affine,
            });
            place.alike(norm)
        },
    },
    Layer {
        signature: Signature::new("groupnorm", &["groups"])
            .keys(&[("eps", "1e-5"), ("affine", "yes")]),
        about: "each group of channels of each sample to mean 0 and variance 1, then scaled and shifted",
        pytorch: "torch.nn.GroupNorm",
        build: |place| group_norm(place),
    },
    Layer {
        signature: Signature::new("layernorm", &[]).keys(&[("eps", "1e-5"), ("affine", "yes")]),
        about: "each sample to mean 0 and variance 1, then scaled and shifted value by value",
        pytorch: "torch.nn.LayerNorm",
        build: |place| {
            let eps = eps(place);
            let affine = place.arguments.flag("affine");
            let norm = eps.zip(affine).zip(place.input.shape);
            let norm =
                norm.map(|((eps, affine), shape)| Norm { kind: Kind::Layer, shape, eps, affine });
            place.alike(norm)
        },
    },
    Layer {
        signature: Signature::new("lrn", &[]).rest(Rest::Optional("size")).keys(&[
            ("alpha", "1e-4"),
            ("beta", "0.75"),
            ("k", "1"),
        ]),
        about: "each value divided by a power of the mean square of its neighbours across channels: AlexNet",
        pytorch: "torch.nn.LocalResponseNorm",
        build: |place| {
            let size =
                if place.arguments.has("size") { place.arguments.count("size") } else { Some(5) };
            let any = |_: f64| true;
            let alpha = place.arguments.number("alpha", "a number", any);
            let beta = place.arguments.number("beta", "a number", any);
            let k = place.arguments.number("k", "a number above 0", |k| k > 0.0);
            let numbers = alpha.zip(beta).zip(k);
            let norm = size.zip(numbers);
            let norm = norm.map(|(size, ((alpha, beta), k))| LocalResponse {
                size,
                numbers: [alpha, beta, k],
            });
            place.map_or_volume();
            place.alike(norm)
        },
    },
];

fn eps(place: &mut Placement<'_>) -> Option<f64> {
    place.arguments.number("eps", "a number above 0", |eps| eps > 0.0)
}

fn group_norm(place: &mut Placement<'_>) -> Built {
    let groups = place.arguments.count("groups");
    let eps = eps(place);
    let affine = place.arguments.flag("affine");
    let (Some(groups), Some(shape)) = (groups, place.input.shape) else {
        return Built::broken(place.input.shape);
    };
    let channels = shape.first();
    if !channels.is_multiple_of(groups) {
        let headline = format!("{groups} groups must divide the {channels} channels");
        let span = place.arguments.span("groups");
        let found = Diagnostic::error(Code::BadGroups, span, headline)
            .label("channels left over")
            .also(place.input.span.clone(), format!("{} {channels} channels", place.input.gives))
            .maybe_help(
                (1..=groups.min(channels).min(100_000))
                    .rev()
                    .find(|groups| channels.is_multiple_of(*groups))
                    .map(|groups| format!("`groupnorm {groups}` divides them")),
            );
        place.arguments.report(found);
        return Built::broken(Some(shape));
    }
    let norm = eps.zip(affine);
    let norm = norm.map(|(eps, affine)| Norm { kind: Kind::Group { groups }, shape, eps, affine });
    place.alike(norm)
}

/// Each channel (or feature) to mean 0 and variance 1 over the batch, then scaled and shifted
/// (Ioffe and Szegedy, 2015).
#[derive(Debug)]
struct BatchNorm {
    shape: Shape,
    eps: f64,
    momentum: f64,
    affine: bool,
}

/// Parts of each sample to mean 0 and variance 1, then scaled and shifted.
#[derive(Debug)]
struct Norm {
    kind: Kind,
    shape: Shape,
    eps: f64,
    affine: bool,
}

/// What is normalised together.
#[derive(Clone, Copy, Debug)]
enum Kind {
    /// A channel (Ulyanov et al., 2016).
    Instance,
    /// A group of channels (Wu and He, 2018).
    Group { groups: usize },
    /// The whole sample (Ba et al., 2016).
    Layer,
}

/// `x / (k + alpha/n * sum of squares of n neighbours)^beta` (Krizhevsky et al., 2012).
#[derive(Debug)]
struct LocalResponse {
    size: usize,
    /// Alpha, beta and k.
    numbers: [f64; 3],
}

impl Operation for BatchNorm {
    fn parameters(&self) -> Vec<Parameter> {
        let channels = self.shape.first();
        if self.affine {
            Parameter::weight_and_bias(vec![channels], Some(channels))
        } else {
            Vec::new()
        }
    }

    fn buffers(&self) -> Vec<(&'static str, usize)> {
        let channels = self.shape.first();
        vec![("running_mean", channels), ("running_var", channels)]
    }

    fn emission(&self) -> Emission {
        let channels = self.shape.first();
        let (kind, function) = match self.shape {
            Shape::Volume(_) => (format!("BatchNorm3d<{channels}>"), "BatchNorm3d::new"),
            Shape::Map(_) => (format!("BatchNorm2d<{channels}>"), "BatchNorm2d::new"),
            Shape::Features(_) | Shape::Matrix(_) => {
                (format!("BatchNorm1d<{channels}>"), "BatchNorm1d::new")
            }
        };
        let options = vec![
            ("eps", float(self.eps)),
            ("momentum", float(self.momentum)),
            ("affine", self.affine.to_string()),
        ];
        Emission::made(kind, function, Argument::Struct("BatchNormOptions", options))
    }
}

impl Norm {
    /// The dimensions of its weight and its bias.
    fn dims(&self) -> Vec<usize> {
        match (self.kind, self.shape) {
            (Kind::Layer, shape) => shape.dims().to_vec(),
            _ => vec![self.shape.first()],
        }
    }
}

impl Operation for Norm {
    fn parameters(&self) -> Vec<Parameter> {
        let dims = self.dims();
        let named = ["weight", "bias"].map(|name| Parameter { name, dims: dims.clone() });
        if self.affine { named.into() } else { Vec::new() }
    }

    fn reach(&self) -> Reach {
        // What the statistics see is left out, as in Araujo, Norris and Sim (2019).
        Reach::Point
    }

    fn emission(&self) -> Emission {
        let channels = self.shape.first();
        let options = vec![("eps", float(self.eps)), ("affine", self.affine.to_string())];
        let norm = |kind: String, function| {
            let options = Argument::Struct("NormOptions", options.clone());
            Emission::made(kind, function, options)
        };
        match (self.kind, self.shape) {
            (Kind::Instance, Shape::Volume(_)) => {
                norm(format!("InstanceNorm3d<{channels}>"), "InstanceNorm3d::new")
            }
            (Kind::Instance, _) => {
                norm(format!("InstanceNorm2d<{channels}>"), "InstanceNorm2d::new")
            }
            (Kind::Group { groups }, _) => {
                norm(format!("GroupNorm<{groups}, {channels}>"), "GroupNorm::new")
            }
            (Kind::Layer, _) => {
                let dims = format!("&{:?}", self.dims());
                let options = Argument::SliceAndStruct(dims, "NormOptions", options);
                Emission::made("LayerNorm".to_owned(), "LayerNorm::new", options)
            }
        }
    }
}

impl Operation for LocalResponse {
    fn emission(&self) -> Emission {
        let mut given = vec![self.size.to_string()];
        given.extend(self.numbers.map(float));
        Emission::Function { name: "local_response_norm", given }
    }
}
