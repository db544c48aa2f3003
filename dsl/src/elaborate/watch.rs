//! What a network knows at one place of its text: for completion and inspection.

use std::cell::RefCell;

use super::draft::Draft;
use crate::check::arguments::Arguments;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::layers::{self, Built, Placement};
use crate::network::{Node, NodeId};
use crate::shape::Shape;
use crate::syntax::ast::{Argument, Call, Spanned, Step, Value};

/// A place that is watched while networks are worked out: the beginning of a step.
#[derive(Debug)]
pub(crate) struct Watch {
    at: usize,
    seen: RefCell<Option<Seen>>,
}

/// What was known where the step begins, the first time that it was come by.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    /// The current value's shape.
    pub(crate) before: Option<Shape>,
    /// The same behind the step, unless an error hides it.
    pub(crate) after: Option<Shape>,
    /// The labels that the step may refer to, the latest value first.
    pub(crate) labels: Vec<SeenLabel>,
    /// The names that have values in expressions, with those.
    pub(crate) variables: Vec<(String, String)>,
    /// The pieces that were defined with `share`.
    pub(crate) shared: Vec<String>,
    /// The layers that cannot work on the current value, whatever they are given.
    pub(crate) misfits: Vec<&'static str>,
    /// Trainable values of the step.
    pub(crate) parameters: u64,
    /// Multiply-adds of the step for one sample.
    pub(crate) multiply_adds: u64,
    /// The calls of blocks that the step is in, outermost first.
    pub(crate) calls: Vec<String>,
    /// The errors in it.
    pub(crate) errors: Vec<Diagnostic>,
    nodes: NodeId,
    diagnostics: usize,
}

/// A label at the place that is watched.
#[derive(Clone, Debug)]
pub(crate) struct SeenLabel {
    /// As it would be written there.
    pub(crate) name: String,
    /// The layer that it names, with its arguments worked out.
    pub(crate) layer: String,
    /// Its value's shape, unless an error hides it.
    pub(crate) shape: Option<Shape>,
    /// Whether it remembers where its values came from, as `unpool` wants.
    pub(crate) tells_places: bool,
    node: NodeId,
}

impl Watch {
    /// Watches the step that begins at `at`.
    pub(crate) fn new(at: usize) -> Self {
        Self { at, seen: RefCell::new(None) }
    }

    /// Where the step begins.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// What was known there, if any network came by.
    pub(crate) fn seen(self) -> Option<Seen> {
        self.seen.into_inner()
    }

    /// Whether a network came by.
    pub(crate) fn has_seen(&self) -> bool {
        self.seen.borrow().is_some()
    }
}

impl Draft<'_> {
    /// Takes note of what is known before a step, if it is the one that is watched.
    pub(super) fn look_before(&self, step: &Step) -> Option<Seen> {
        let watch = self.watch?;
        if watch.at != step.span.start || watch.has_seen() {
            return None;
        }
        let mut labels = self.seen_labels();
        labels.sort_by_key(|label| std::cmp::Reverse(label.node));
        let variables = self.variables.iter();
        Some(Seen {
            before: self.operand().and_then(|operand| operand.shape),
            labels,
            variables: variables.map(|(name, value)| (name.clone(), value.to_string())).collect(),
            shared: self.shared.keys().cloned().collect(),
            misfits: self.misfits(),
            calls: self.calls.iter().map(|frame| frame.call.0.clone()).collect(),
            nodes: self.nodes.len(),
            diagnostics: self.diagnostics.len(),
            ..Seen::default()
        })
    }

    /// Takes note of what came of the step that is watched.
    pub(super) fn look_behind(&self, seen: Option<Seen>) {
        let (Some(mut seen), Some(watch)) = (seen, self.watch) else { return };
        seen.after = self.operand().and_then(|operand| operand.shape);
        let own = self.nodes.get(seen.nodes..).unwrap_or_default().iter();
        let own = own.filter(|node| node.shares.is_none());
        for operation in own.filter_map(|node| node.operation.as_deref()) {
            seen.parameters = seen.parameters.saturating_add(Node::values_of(operation));
            let adds = operation.multiply_adds().unwrap_or(u64::MAX);
            seen.multiply_adds = seen.multiply_adds.saturating_add(adds);
        }
        let found = self.diagnostics.get(seen.diagnostics..).unwrap_or_default().iter();
        seen.errors = found.filter(|it| it.severity == Severity::Error).cloned().collect();
        // A block that calls itself comes by again within the step: the outer one counts.
        *watch.seen.borrow_mut() = Some(seen);
    }

    fn seen_labels(&self) -> Vec<SeenLabel> {
        let values = self.labels.values_in_sight();
        let seen = values.map(|(name, operand)| {
            let node = &self.nodes[operand.node];
            SeenLabel {
                name: name.to_owned(),
                layer: node.layer.clone(),
                shape: operand.shape,
                tells_places: node.operation.as_ref().is_some_and(|it| it.tells_places()),
                node: operand.node,
            }
        });
        seen.collect()
    }

    /// The layers whose kind of value the current one is not: each is tried with ones for arguments.
    fn misfits(&self) -> Vec<&'static str> {
        let Some(input) = self.operand().filter(|operand| operand.shape.is_some()) else {
            return Vec::new();
        };
        // No layer but the joins takes more by place.
        const MOST: usize = 2;
        let is_misfit = |layer: &&layers::Layer| {
            let one = || Argument { key: None, value: at_no_place(Value::Integer(1)) };
            let call = Call {
                name: at_no_place(layer.signature.name.to_owned()),
                arguments: (0..layer.signature.most().min(MOST)).map(|_| one()).collect(),
                span: 0..0,
            };
            let mut diagnostics = Vec::new();
            let mut place = Placement {
                input: input.clone(),
                arguments: Arguments::bind(&layer.signature, &call, &mut diagnostics),
                labels: &self.labels,
                nodes: &self.nodes,
                strict: false,
            };
            let _: Built = (layer.build)(&mut place);
            diagnostics.iter().any(|found| {
                matches!(
                    found.code,
                    Code::ExpectedVector | Code::ExpectedMap | Code::ExpectedVolume
                )
            })
        };
        layers::all().filter(is_misfit).map(|layer| layer.signature.name).collect()
    }
}

fn at_no_place<T>(value: T) -> Spanned<T> {
    Spanned { value, span: 0..0 }
}
