//! `flatten`, `reshape`, `permute` and `identity`: the same values in another arrangement.

use super::{Built, Emission, Layer, Operation, Placement};
use crate::check::signature::Signature;
use crate::diagnostic::{Code, Diagnostic};
use crate::shape::{Shape, dims_text};
use crate::syntax::ast::Value;

pub(super) const LAYERS: &[Layer] = &[
    Layer {
        signature: Signature::new("flatten", &[]),
        about: "a map as a vector: channel by channel, row by row",
        pytorch: "torch.nn.Flatten",
        build: |place| {
            let values = place.input.shape.and_then(|shape| shape.values());
            let features = values.and_then(|values| usize::try_from(values).ok());
            let shape = features.map(Shape::Features);
            shape.map_or(Built::default(), |shape| Built::new(shape, View("flatten")))
        },
    },
    Layer {
        signature: Signature::new("reshape", &["shape"]),
        about: "the same values in another shape",
        pytorch: "torch.Tensor.reshape",
        build: |place| reshape(place).unwrap_or_default(),
    },
    Layer {
        signature: Signature::new("permute", &["order"]),
        about: "dimensions in another order, counted from 0: `permute 1x2x0` puts channels last",
        pytorch: "torch.Tensor.permute",
        build: |place| permute(place).unwrap_or_default(),
    },
    Layer {
        signature: Signature::new("identity", &[]),
        about: "the value itself",
        pytorch: "torch.nn.Identity",
        build: |place| place.alike(Some(View("identity"))),
    },
];

/// Values in the order they have, by the runtime's function.
#[derive(Debug)]
struct View(&'static str);

/// Dimensions in another order.
#[derive(Debug)]
struct Permute {
    order: Vec<usize>,
}

fn reshape(place: &mut Placement<'_>) -> Option<Built> {
    let dims = place.arguments.dims("shape");
    let before = place.input.shape?;
    let dims = dims?;
    let span = place.arguments.span("shape");
    let Some(shape) = Shape::of(&dims) else {
        let headline = format!("a shape has up to four dimensions, but this has {}", dims.len());
        place.arguments.report(Diagnostic::error(Code::BadArgument, span, headline));
        return None;
    };
    let (from, to) = (before.values()?, shape.values());
    if to != Some(from) {
        let wanted = to.map_or("more than any machine holds".to_owned(), |to| to.to_string());
        let headline = format!("`reshape {shape}` needs {wanted} values, but gets {from}");
        let help = match (rest_of(&dims, from), before, to) {
            (Some(rest), ..) => Some(format!("`reshape {rest}` has {from}")),
            (None, Shape::Features(_), Some(to)) => {
                Some(format!("`linear {to}` before it would give as many"))
            }
            _ => None,
        };
        let found = Diagnostic::error(Code::ReshapeMismatch, span, headline)
            .label(format!("{} = {wanted} values", dims_text(&dims).replace('x', "*")))
            .also(place.input.span.clone(), format!("{} {before}", place.input.gives))
            .maybe_help(help);
        place.arguments.report(found);
        return Some(Built::broken(Some(shape)));
    }
    Some(Built::new(shape, View("reshape")))
}

/// The dimensions with the first one changed so that there are as many values.
fn rest_of(dims: &[usize], values: u64) -> Option<String> {
    let (_, rest) = dims.split_first()?;
    let product = crate::shape::product(rest)?;
    let first = usize::try_from(values / product).ok()?;
    (values.is_multiple_of(product) && first > 0).then(|| {
        let dims = std::iter::once(first).chain(rest.iter().copied()).collect::<Vec<_>>();
        dims_text(&dims)
    })
}

fn permute(place: &mut Placement<'_>) -> Option<Built> {
    let order = place.arguments.value("order")?.into_owned();
    let shape = place.input.shape?;
    let dims = shape.dims();
    let given = match &order.value {
        Value::Integer(0) => vec![0],
        Value::Shape(order) => order.iter().filter_map(|it| usize::try_from(*it).ok()).collect(),
        _ => Vec::new(),
    };
    let mut sorted = given.clone();
    sorted.sort_unstable();
    if sorted != (0..dims.len()).collect::<Vec<_>>() {
        let all = (0..dims.len()).collect::<Vec<_>>();
        let wanted = format!(
            "an order of all {} dimensions from 0, such as `{}`",
            dims.len(),
            dims_text(&all)
        );
        return place.arguments.bad("order", &order, &wanted);
    }
    let permuted = given.iter().map(|&axis| dims[axis]).collect::<Vec<_>>();
    Some(Built::new(Shape::of(&permuted)?, Permute { order: given }))
}

impl Operation for View {
    fn is_view(&self) -> bool {
        true
    }

    fn emission(&self) -> Emission {
        Emission::function(self.0)
    }
}

impl Operation for Permute {
    fn emission(&self) -> Emission {
        Emission::Function { name: "permute", given: vec![format!("{:?}", self.order)] }
    }
}
