//! A layer's call at its place in a network.

use super::{Built, Operation};
use crate::check::arguments::Arguments;
use crate::diagnostic::{Code, Diagnostic};
use crate::elaborate::{DraftNode, Labels, Operand};
use crate::shape::Shape;
use crate::syntax::ast::Expr;

/// A layer's call at its place in a network.
pub(crate) struct Placement<'a> {
    /// What the call gives it.
    pub(crate) arguments: Arguments<'a>,
    /// The current value.
    pub(crate) input: Operand,
    /// The labels that it may refer to.
    pub(crate) labels: &'a Labels,
    /// The layers before it.
    pub(crate) nodes: &'a [DraftNode],
    /// Whether windows must tile their inputs.
    pub(crate) strict: bool,
}

impl Placement<'_> {
    /// The input's shape as a feature map; another one is reported.
    pub(crate) fn map(&mut self) -> Option<[usize; 3]> {
        let help = match self.input.shape? {
            Shape::Map(dims) => return Some(dims),
            Shape::Features(features) => format!(
                "layers on feature maps stand before `flatten`; `reshape {features}x1x1` \
                         makes a map of a vector"
            ),
            Shape::Matrix(_) => "`reshape` makes a map of it".to_owned(),
            Shape::Volume([1, channels @ 1..=4, height, width])
                if self.input.gives.ends_with("is") =>
            {
                format!(
                    "the batch is never written: for pictures, write `{channels}x{height}x{width}`"
                )
            }
            Shape::Volume(_) => {
                let name = format!("{}3d", self.arguments.call().name.value);
                match super::layer(&name) {
                    Some(_) => format!("`{name}` works on volumes"),
                    None => "`reshape` makes a map of it".to_owned(),
                }
            }
        };
        self.wrong_kind(Code::ExpectedMap, "a feature map", &help);
        None
    }

    /// The input's shape as a volume; another one is reported.
    pub(crate) fn volume(&mut self) -> Option<[usize; 4]> {
        match self.input.shape? {
            Shape::Volume(dims) => Some(dims),
            _ => {
                let name = self.arguments.call().name.value.trim_end_matches("3d");
                let help = format!(
                    "a volume is channels x depth x height x width, such as `1x16x64x64`; \
                     `{name}` works on maps"
                );
                self.wrong_kind(Code::ExpectedVolume, "a volume", &help);
                None
            }
        }
    }

    /// The input's shape as a map or a volume; another one is reported.
    pub(crate) fn map_or_volume(&mut self) -> Option<Shape> {
        match self.input.shape? {
            shape @ Shape::Volume(_) => Some(shape),
            _ => self.map().map(Shape::Map),
        }
    }

    /// The value of a label; one that is not there is reported.
    pub(crate) fn label(&mut self, label: &Expr) -> Option<Operand> {
        match self.labels.named(label) {
            Some(Ok(operand)) => Some(operand),
            Some(Err(missing)) => {
                self.arguments.report(missing);
                None
            }
            None => self.arguments.bad("label", label, "a label"),
        }
    }

    /// The operation of the layer that gave a value, and the shape it worked on.
    pub(crate) fn layer_of(&self, operand: &Operand) -> Option<(&dyn Operation, Option<Shape>)> {
        let node = &self.nodes[operand.node];
        let input = node.inputs.first().and_then(|&input| self.nodes[input].shape);
        Some((node.operation.as_deref()?, input))
    }

    /// The input's shape unchanged, with an operation if there is one.
    pub(crate) fn alike(&self, operation: Option<impl Operation + 'static>) -> Built {
        match (self.input.shape, operation) {
            (Some(shape), Some(operation)) => Built::new(shape, operation),
            (shape, _) => Built::broken(shape),
        }
    }

    /// Reports that the layer takes `wanted` and gets something else.
    pub(crate) fn wrong_kind(&mut self, code: Code, wanted: &str, help: &str) {
        let Some(shape) = self.input.shape else { return };
        let call = self.arguments.call();
        let found = shape.in_words();
        let headline = format!("`{}` takes {wanted}, but gets {found}", call.name.value);
        let arises = format!("{} {shape}", self.input.gives);
        self.arguments.report(
            Diagnostic::error(code, call.span.clone(), headline)
                .label(format!("takes {wanted}"))
                .also(self.input.span.clone(), arises)
                .help(help),
        );
    }
}
