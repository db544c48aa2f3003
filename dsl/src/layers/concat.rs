//! `concat`: the current value and labelled ones, one after another along the channels.

use super::{Built, Emission, Layer, Operation, Placement};
use crate::check::operand::Operand;
use crate::check::signature::{Rest, Signature};
use crate::diagnostic::{Code, Diagnostic};
use crate::shape::Shape;

pub(super) const CONCAT: Layer = Layer {
    signature: Signature::new("concat", &[]).rest(Rest::Many("label")),
    build: |place| {
        let labelled = place.arguments.rest();
        let found = labelled.iter().map(|label| place.label(label)).collect::<Vec<_>>();
        let operands = found.into_iter().collect::<Option<Vec<_>>>();
        let Some(operands) = operands.filter(|operands| !operands.is_empty()) else {
            return Built::default();
        };
        let mut shape = place.input.shape;
        for operand in &operands {
            shape = appended(place, shape, operand);
        }
        let others = operands.iter().map(|operand| operand.node).collect();
        shape.map(|shape| Built { others, ..Built::new(shape, Concat) }).unwrap_or_default()
    },
};

/// A join along the channels, or of vectors end to end.
#[derive(Debug)]
struct Concat;

/// The shape with another one behind it; sides that differ are reported.
fn appended(place: &mut Placement<'_>, shape: Option<Shape>, next: &Operand) -> Option<Shape> {
    match (shape?, next.shape?) {
        (Shape::Features(first), Shape::Features(second)) => {
            first.checked_add(second).map(Shape::Features)
        }
        (Shape::Map([first, height, width]), Shape::Map([second, other_height, other_width]))
            if (height, width) == (other_height, other_width) =>
        {
            Some(Shape::Map([first.checked_add(second)?, height, width]))
        }
        (first, second) => {
            let call = place.arguments.call();
            let headline = format!("`{call}` cannot join {first} and {second}");
            let here = format!("{} {first}", place.input.gives);
            let there = format!("{} {second}", next.gives);
            let found = Diagnostic::error(Code::JoinMismatch, call.span.clone(), headline)
                .label("heights and widths must agree")
                .also(place.input.span.clone(), here)
                .also(next.span.clone(), there);
            place.arguments.report(found);
            None
        }
    }
}

impl Operation for Concat {
    fn emission(&self) -> Emission {
        Emission::Gathering("concat")
    }
}
