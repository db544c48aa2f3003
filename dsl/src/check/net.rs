//! A network's definition checked: layer by layer to a graph with known shapes.

use std::collections::BTreeMap;

use super::arguments::{Arguments, not_yet};
use super::operand::{Labels, Operand};
use super::suggest::did_you_mean;
use crate::diagnostic::{Code, Diagnostic, Severity, Span};
use crate::layers::{
    Built, Input, JOINS, LATER, LATER_JOINS, LAYERS, Operation, Placement, Reach, join, layer,
};
use crate::network::{Network, Node, NodeId};
use crate::shape::{Shape, product};
use crate::syntax::ast::{Body, Call, Expr, Name, Net, Skip, Spanned, Step, StepKind, Value};

/// The most values, weights or multiply-adds of one layer: far beyond any machine, and small
/// enough that arithmetic on a few of them fits 64 bits.
const LARGEST: u64 = 1 << 48;

/// Checks a definition that stands at `span` of `text`. `unknown` names blocks whose definitions
/// could not be read, so that nothing more is said of their uses.
pub(super) fn network(
    net: &Net,
    text: &str,
    span: &Span,
    unknown: &[&Name],
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Network> {
    let before = diagnostics.len();
    let mut draft = Draft {
        nodes: Vec::new(),
        current: 0,
        labels: Labels::default(),
        counters: BTreeMap::new(),
        unknown,
        diagnostics,
    };
    let input = draft.input(net);
    draft.labels.collect(&net.body, draft.diagnostics);
    if net.body.steps.is_empty() {
        let headline = format!("`{}` has no layers", net.name.value);
        let found = Diagnostic::error(Code::EmptyBody, net.body.span.clone(), headline);
        draft.report(found.label("nothing in here"));
    }
    draft.body(&net.body);
    let Draft { nodes, current, diagnostics, .. } = draft;
    if diagnostics[before..].iter().any(|found| found.severity == Severity::Error) {
        return None;
    }
    let nodes = nodes.into_iter().map(DraftNode::finish).collect::<Option<Vec<_>>>()?;
    Some(Network {
        name: net.name.value.clone(),
        input: input?,
        output: nodes[current].shape,
        nodes,
        result: current,
        source: text.get(span.clone())?.to_owned(),
    })
}

/// A network while its layers are checked.
struct Draft<'a> {
    nodes: Vec<DraftNode>,
    current: NodeId,
    labels: Labels,
    /// How many unnamed layers of each kind a block has so far, by the path they would get.
    counters: BTreeMap<String, usize>,
    unknown: &'a [&'a Name],
    diagnostics: &'a mut Vec<Diagnostic>,
}

/// A node in which there may be errors.
struct DraftNode {
    operation: Option<Box<dyn Operation>>,
    inputs: Vec<NodeId>,
    shape: Option<Shape>,
    label: Option<String>,
    path: String,
    layer: String,
    span: Span,
}

impl Draft<'_> {
    fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// The input as node 0.
    fn input(&mut self, net: &Net) -> Option<Shape> {
        let input = match net.inputs.as_slice() {
            [input] => input,
            [] => {
                let headline = format!("`{}` has no input", net.name.value);
                let found = Diagnostic::error(Code::BadInput, net.name.span.clone(), headline)
                    .label("what shape goes in?")
                    .help(format!("write `net {}(1x28x28)` for grey pictures", net.name.value));
                self.report(found);
                self.push_input(None, None, net.name.span.clone());
                return None;
            }
            [_, second, ..] => {
                let span = second.shape.span.clone();
                self.report(not_yet("a second input", span));
                self.labels.incomplete = true;
                &net.inputs[0]
            }
        };
        let shape = self.input_shape(&input.shape);
        self.push_input(input.name.as_ref(), shape, input.shape.span.clone());
        shape
    }

    fn push_input(&mut self, name: Option<&Name>, shape: Option<Shape>, span: Span) {
        self.nodes.push(DraftNode {
            operation: Some(Box::new(Input)),
            inputs: Vec::new(),
            shape,
            label: name.map(|name| name.value.clone()),
            path: name.map_or("input", |name| &name.value).to_owned(),
            layer: "the input".to_owned(),
            span,
        });
        if let Some(name) = name {
            self.labels.note(name, self.diagnostics);
            self.labels.define(name.value.clone(), self.operand());
        }
    }

    fn input_shape(&mut self, expr: &Expr) -> Option<Shape> {
        let dims = match &expr.value {
            Value::Integer(features) => vec![*features],
            Value::Shape(dims) => dims.clone(),
            Value::Computed(text) => {
                self.report(not_yet(&format!("the expression `{text}`"), expr.span.clone()));
                return None;
            }
            _ => Vec::new(),
        };
        let dims = dims.into_iter().map(usize::try_from).collect::<Result<Vec<_>, _>>().ok()?;
        let shape = match *dims.as_slice() {
            [features] => Shape::Features(features),
            [channels, height, width] => Shape::Map([channels, height, width]),
            [_, _, _, _] => {
                self.report(not_yet("an input of four dimensions", expr.span.clone()));
                return None;
            }
            _ => return self.bad_input(expr),
        };
        match shape.values() {
            Some(0) => self.bad_input(expr),
            Some(..=LARGEST) => Some(shape),
            _ => {
                self.too_large("the input", expr.span.clone());
                None
            }
        }
    }

    fn bad_input<T>(&mut self, expr: &Expr) -> Option<T> {
        let headline = format!("`{}` is no shape of an input", expr.value);
        let found = Diagnostic::error(Code::BadInput, expr.span.clone(), headline)
            .label("not a vector, nor channels x height x width")
            .help("write `1x28x28` for grey pictures, `3x224x224` for coloured ones, `100` for a vector");
        self.report(found);
        None
    }

    fn too_large(&mut self, what: &str, span: Span) {
        let headline = format!("{what} is beyond any machine");
        let found = Diagnostic::error(Code::TooLarge, span, headline);
        self.report(found.label(format!("more than {LARGEST} values, weights or multiply-adds")));
    }

    fn body(&mut self, body: &Body) {
        for step in &body.steps {
            self.step(step);
        }
    }

    fn step(&mut self, step: &Step) {
        match &step.kind {
            StepKind::Layer(call) => self.layer(call, step),
            StepKind::Skip(skip) => self.skip(skip, step),
            StepKind::NotYet(later) => {
                self.report(not_yet(&later.what, later.span.clone()));
                self.push("later", &later.what, step, Built::default());
            }
        }
    }

    fn layer(&mut self, call: &Call, step: &Step) {
        let name = call.name.value.as_str();
        let built = match layer(name) {
            Some(layer) => {
                let mut place = Placement {
                    input: self.operand(),
                    arguments: Arguments::bind(&layer.signature, call, self.diagnostics),
                    labels: &self.labels,
                };
                (layer.build)(&mut place)
            }
            None => {
                self.no_such_layer(&call.name);
                Built::default()
            }
        };
        self.push(name, &call.to_string(), step, built);
    }

    fn no_such_layer(&mut self, name: &Name) {
        if self.unknown.iter().any(|unknown| unknown.value == name.value) {
            return;
        }
        if LATER.contains(&name.value.as_str()) {
            return self.report(not_yet(&format!("`{}`", name.value), name.span.clone()));
        }
        let known = LAYERS.iter().map(|layer| layer.signature.name).chain(LATER.iter().copied());
        let help = did_you_mean(&name.value, known);
        let headline = format!("there is no layer `{}`", name.value);
        let found = Diagnostic::error(Code::UnknownLayer, name.span.clone(), headline);
        self.report(found.label("unknown layer").maybe_help(help));
    }

    /// The body between its input and the join; a label makes it a block of its own.
    fn skip(&mut self, skip: &Skip, step: &Step) {
        let before = self.operand();
        if skip.body.steps.is_empty() {
            let headline = "the body of `skip` has no layers";
            let found = Diagnostic::error(Code::EmptyBody, skip.body.span.clone(), headline);
            self.report(found.label("nothing in here"));
        }
        let label = step.label.as_ref();
        let outer = label.map(|label| self.labels.begin(label));
        self.body(&skip.body);
        if let Some(outer) = outer {
            self.labels.end(outer);
        }
        let built = self.joined(&skip.join, &before);
        self.push("skip", &format!("skip {}", skip.join.value), step, built);
    }

    fn joined(&mut self, name: &Name, before: &Operand) -> Built {
        if !JOINS.contains(&name.value.as_str()) {
            self.no_such_join(name);
            return Built::default();
        }
        let after = self.operand();
        let (Some(carried), Some(given)) = (before.shape, after.shape) else {
            return Built::default();
        };
        if let Some((shape, operation)) = join(&name.value, carried, given) {
            let others = vec![before.node];
            return Built { shape: Some(shape), operation: Some(operation), others };
        }
        let headline = format!("the body of `skip` gives {given}, but the skip carries {carried}");
        let found = Diagnostic::error(Code::JoinMismatch, name.span.clone(), headline)
            .label(format!("cannot {} {carried} and {given}", name.value))
            .also(after.span, format!("{} {given}", after.gives))
            .also(before.span.clone(), format!("{} {carried}", before.gives))
            .help(format!("let the body end with a layer that gives {carried}"));
        self.report(found);
        Built::default()
    }

    fn no_such_join(&mut self, name: &Name) {
        if LATER_JOINS.contains(&name.value.as_str()) {
            return self.report(not_yet(&format!("`skip {}`", name.value), name.span.clone()));
        }
        let known = JOINS.iter().chain(LATER_JOINS).copied();
        let headline = format!("there is no join `{}`", name.value);
        let found = Diagnostic::error(Code::BadArgument, name.span.clone(), headline)
            .label("unknown join")
            .help(
                did_you_mean(&name.value, known).unwrap_or("write `skip add { ... }`".to_owned()),
            );
        self.report(found);
    }

    /// Makes what was built the current value, under its label or number.
    fn push(&mut self, kind: &str, layer: &str, step: &Step, built: Built) {
        let path = self.path(kind, step.label.as_ref());
        let mut node = DraftNode {
            inputs: [self.current].into_iter().chain(built.others).collect(),
            operation: built.operation,
            shape: built.shape,
            label: step.label.as_ref().map(|label| label.value.clone()),
            path: path.clone(),
            layer: layer.to_owned(),
            span: step.span.clone(),
        };
        if !node.fits() {
            self.too_large(&format!("`{layer}`"), step.span.clone());
            node.shape = None;
        }
        self.current = self.nodes.len();
        self.nodes.push(node);
        if step.label.is_some() {
            self.labels.define(path, self.operand());
        }
    }

    /// The path of a layer by its label, or by the next number of its kind that is no label.
    fn path(&mut self, kind: &str, label: Option<&Name>) -> String {
        if let Some(Spanned { value, .. }) = label {
            return self.labels.path(value);
        }
        let stem = self.labels.path(kind);
        let counter = self.counters.entry(stem.clone()).or_default();
        loop {
            *counter += 1;
            let path = format!("{stem}{counter}");
            if !self.labels.has(&path) {
                return path;
            }
        }
    }

    /// The current value, with the layer that gave it its shape.
    fn operand(&self) -> Operand {
        let id = self.origin(self.current);
        let origin = &self.nodes[id];
        let gives = match id {
            0 => "the input is".to_owned(),
            _ => format!("`{}` gives", origin.layer),
        };
        Operand {
            node: self.current,
            shape: self.nodes[self.current].shape,
            gives,
            span: origin.span.clone(),
        }
    }

    /// The node from which layers that work value by value have passed a shape on to this one.
    fn origin(&self, mut id: NodeId) -> NodeId {
        while let DraftNode { operation: Some(operation), inputs, shape, .. } = &self.nodes[id]
            && operation.reach() == Reach::Point
            && let Some(&input) = inputs.first()
            && self.nodes[input].shape == *shape
        {
            id = input;
        }
        id
    }
}

impl DraftNode {
    /// Whether its sizes stay within the limit.
    fn fits(&self) -> bool {
        let within = |count: Option<u64>| count.is_some_and(|count| count <= LARGEST);
        let parameters = self.operation.iter().flat_map(|operation| operation.parameters());
        self.shape.is_none_or(|shape| within(shape.values()))
            && parameters.into_iter().all(|parameter| within(product(&parameter.dims)))
            && self.operation.iter().all(|operation| within(operation.multiply_adds()))
    }

    fn finish(self) -> Option<Node> {
        Some(Node {
            operation: self.operation?,
            inputs: self.inputs,
            shape: self.shape?,
            label: self.label,
            path: self.path,
            layer: self.layer,
            span: self.span,
        })
    }
}
