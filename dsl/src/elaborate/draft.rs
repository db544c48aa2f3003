//! A network while its layers are worked out, in which there may be errors.

use std::collections::BTreeMap;

use super::budget::{Budget, LAYER, NEAR_NAME};
use super::labels::{Labels, Operand};
use crate::check::Definitions;
use crate::check::suggest::MOST_NAMES;
use crate::diagnostic::{Code, Diagnostic, Severity, Span};
use crate::layers::{Built, Operation, Reach};
use crate::network::{Group, GroupKind, Head, Node, NodeId, Start};
use crate::shape::{Shape, product};
use crate::syntax::ast::{Body, Name, Step};

use super::evaluate::Variables;
use super::watch::Watch;

/// The most values, weights or multiply-adds of one layer: far beyond any machine, and small
/// enough that arithmetic on a few of them fits 64 bits.
const LARGEST: u64 = 1 << 48;
/// The most layers of a network.
const MOST_NODES: usize = 20_000;
/// How deeply calls of blocks may be nested.
pub(super) const MOST_CALLS: usize = 48;
/// The longest text of a layer that is kept.
const LAYER_TEXT: usize = 120;
/// How often errors may be found again before the rest of a network is left alone.
const MOST_REPEATS: usize = 500;
/// The most errors of one network, and the most warnings: counted apart, so that warnings hide no
/// error.
const MOST_FINDINGS: usize = 50;

/// A network while its layers are worked out.
pub(super) struct Draft<'a> {
    /// What the names of blocks and networks mean at the current place.
    pub(super) space: &'a Definitions,
    /// What the text may still ask for.
    pub(super) budget: &'a Budget,
    /// The place that a front end asks about.
    pub(super) watch: Option<&'a Watch>,
    pub(super) nodes: Vec<DraftNode>,
    /// The current value; there is none before the first use of several inputs.
    pub(super) current: Option<NodeId>,
    pub(super) input_count: usize,
    pub(super) labels: Labels,
    pub(super) variables: Variables,
    pub(super) heads: Vec<Head>,
    pub(super) groups: Vec<Group>,
    pub(super) shared: BTreeMap<String, Shared<'a>>,
    /// The calls of blocks that the current place is in.
    pub(super) calls: Vec<Frame>,
    /// How weights begin where a layer does not say.
    pub(super) start: Option<Start>,
    /// Whether windows must tile their inputs.
    pub(super) strict: bool,
    /// Whether the current layers exist only while training.
    pub(super) training: bool,
    /// Whether the current layers are those of a head.
    pub(super) in_head: bool,
    /// How often an error was found again.
    repeats: usize,
    /// Whether a limit was passed, after which nothing more is worked out.
    pub(super) exhausted: bool,
    /// Whether something is called whose definition has errors, which are reported there.
    pub(super) calls_broken: bool,
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// A call of a block that is being worked out.
pub(super) struct Frame {
    pub(super) name: String,
    /// The call with its arguments worked out, and where it stands.
    pub(super) call: (String, Span),
    /// Whether it is a network, of which only the main output counts.
    pub(super) is_net: bool,
}

/// A piece whose weights are used again.
#[derive(Clone)]
pub(super) struct Shared<'a> {
    pub(super) body: &'a Body,
    pub(super) variables: Variables,
    pub(super) nodes: std::ops::Range<NodeId>,
    /// What it was defined on, and where.
    pub(super) input: Option<Operand>,
    pub(super) span: Span,
}

/// A node in which there may be errors.
pub(crate) struct DraftNode {
    pub(crate) operation: Option<Box<dyn Operation>>,
    pub(crate) inputs: Vec<NodeId>,
    pub(crate) shape: Option<Shape>,
    pub(crate) label: Option<String>,
    pub(crate) path: String,
    pub(crate) layer: String,
    pub(crate) span: Span,
    pub(crate) shares: Option<NodeId>,
    pub(crate) start: Option<Start>,
    pub(crate) training: bool,
    /// The node that its shape comes from: itself, or one before layers that work value by value.
    origin: NodeId,
}

/// What a node is called, and where it stands.
pub(super) struct Title<'s> {
    /// The kind that an automatic name is made of.
    pub(super) kind: &'s str,
    /// The layer as a reader sees it.
    pub(super) layer: String,
    pub(super) label: Option<&'s Name>,
    /// The path that the construct around gives it.
    pub(super) path: Option<String>,
    pub(super) span: Span,
}

impl<'a> Draft<'a> {
    pub(super) fn new(space: &'a Definitions, budget: &'a Budget, strict: bool) -> Self {
        Self {
            space,
            budget,
            watch: None,
            nodes: Vec::new(),
            current: None,
            input_count: 0,
            labels: Labels::default(),
            variables: Variables::new(),
            heads: Vec::new(),
            groups: Vec::new(),
            shared: BTreeMap::new(),
            calls: Vec::new(),
            start: None,
            strict,
            training: false,
            in_head: false,
            repeats: 0,
            exhausted: false,
            calls_broken: false,
            diagnostics: Vec::new(),
        }
    }

    /// Takes a diagnostic, unless the same was said of the same place.
    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
        self.drop_repeated(self.diagnostics.len() - 1);
    }

    /// Drops what has been said before from the diagnostics behind the first `before`.
    pub(super) fn drop_repeated(&mut self, before: usize) {
        let new = self.diagnostics.split_off(before);
        // Most mistakes are looked for among the names that there are.
        self.budget.spend(NEAR_NAME * new.len() * self.labels.len().min(MOST_NAMES));
        for found in new {
            let again = self.diagnostics.iter().any(|known| found.repeats(known));
            // What each of many rounds finds wrong again is not looked for in all of them.
            self.repeats += usize::from(again && found.severity == Severity::Error);
            self.exhausted |= self.repeats > MOST_REPEATS;
            let alike = self.diagnostics.iter().filter(|it| it.severity == found.severity);
            if !again && alike.count() < MOST_FINDINGS {
                self.diagnostics.push(found);
            }
        }
    }

    /// Counts a step. None further are taken once there are too many.
    pub(super) fn step_allowed(&mut self, span: &Span) -> bool {
        self.budget.spend(1);
        if self.is_affordable(span) && self.nodes.len() >= MOST_NODES {
            self.exhausted = true;
            let headline = format!("the network has more than {MOST_NODES} layers");
            let found = Diagnostic::error(Code::TooManyLayers, span.clone(), headline);
            self.report_limit(found.label("here the limit is passed").help(
                "look at the counts of `repeat`, and whether a block that calls itself does so \
                 more than once",
            ));
        }
        !self.exhausted
    }

    /// Whether no limit was passed before `span`, and the budget is not spent, which is reported.
    pub(super) fn is_affordable(&mut self, span: &Span) -> bool {
        if !self.exhausted && self.budget.is_spent() {
            self.exhausted = true;
            if let Some(found) = self.budget.too_much(span) {
                self.report_limit(found);
            }
        }
        !self.exhausted
    }

    /// Reports that a limit was passed, and in which calls.
    fn report_limit(&mut self, found: Diagnostic) {
        let chain = self.call_chain();
        self.report(if chain.is_empty() {
            found
        } else {
            found.note(format!("in the calls {chain}"))
        });
    }

    /// Goes into a level of labels whose text is `steps`.
    pub(super) fn enter_level<'s>(
        &mut self,
        path: &str,
        is_block: bool,
        steps: impl IntoIterator<Item = &'s Step>,
    ) {
        let looked_at = self.labels.enter(path, is_block, steps);
        self.budget.spend(looked_at);
    }

    /// The calls that the current place is in, outermost first: `a 2 -> b -> a 1`.
    pub(super) fn call_chain(&self) -> String {
        let calls = self.calls.iter().map(|frame| frame.call.0.as_str()).collect::<Vec<_>>();
        match calls.as_slice() {
            [first @ .., last] if calls.len() > 6 => {
                format!("{} -> ... -> {last}", first[..4].join(" -> "))
            }
            calls => calls.join(" -> "),
        }
    }

    /// Makes what was built the current value, under its label, its path or a number.
    pub(super) fn push(&mut self, title: Title<'_>, inputs: Vec<NodeId>, built: Built) {
        let Title { kind, layer, label, path, span } = title;
        let path = match (label, path) {
            (Some(label), _) => {
                let path = self.labels.path(&label.value);
                self.labels.take(&path, &label.span, &mut self.diagnostics);
                path
            }
            (None, Some(path)) => {
                self.labels.take(&path, &span, &mut self.diagnostics);
                path
            }
            (None, None) => self.labels.numbered(kind),
        };
        self.budget.spend(LAYER + inputs.len() + path.len() / 16);
        let mut node = DraftNode {
            inputs,
            operation: built.operation,
            shape: built.shape,
            label: label.map(|label| label.value.clone()),
            path: path.clone(),
            layer: shortened(layer),
            span: span.clone(),
            shares: None,
            start: self.start,
            training: self.training,
            origin: self.nodes.len(),
        };
        if let Some(operation) = &node.operation
            && operation.reach() == Reach::Point
            && let [input] = node.inputs.as_slice()
            && self.nodes[*input].shape == node.shape
        {
            node.origin = self.nodes[*input].origin;
        }
        if !node.fits() {
            let what = format!("`{}`", node.layer);
            self.report(too_large(&what, span));
            node.shape = None;
        }
        self.current = Some(self.nodes.len());
        self.nodes.push(node);
        if let (Some(label), Some(operand)) = (label, self.operand()) {
            self.labels.define(path, operand, label.span.clone());
        }
    }

    /// Makes a value an input of the network, under its name.
    pub(super) fn push_input(
        &mut self,
        name: Option<&Name>,
        shape: Option<Shape>,
        operation: Option<Box<dyn Operation>>,
        span: Span,
    ) {
        let path = name.map_or("input", |name| &name.value).to_owned();
        self.nodes.push(DraftNode {
            operation,
            inputs: Vec::new(),
            shape,
            label: name.map(|name| name.value.clone()),
            path: path.clone(),
            layer: name
                .map_or("the input".to_owned(), |name| format!("the input `{}`", name.value)),
            span,
            shares: None,
            start: None,
            training: false,
            origin: self.nodes.len(),
        });
        if let Some(name) = name {
            self.labels.take(&path, &name.span, &mut self.diagnostics);
            let operand = self.operand_of(self.nodes.len() - 1);
            self.labels.define(path, operand, name.span.clone());
        }
    }

    /// The current value, with the layer that gave it its shape.
    pub(super) fn operand(&self) -> Option<Operand> {
        self.current.map(|current| self.operand_of(current))
    }

    pub(super) fn operand_of(&self, node: NodeId) -> Operand {
        let origin = self.origin(node);
        let (shape, span) = (self.nodes[node].shape, self.nodes[origin].span.clone());
        let gives = match origin < self.input_count.max(1) {
            true => format!("{} is", self.nodes[origin].layer),
            false => format!("`{}` gives", self.nodes[origin].layer),
        };
        Operand { node, shape, gives, span }
    }

    /// The node from which layers that work value by value have passed a shape on to this one.
    fn origin(&self, id: NodeId) -> NodeId {
        self.nodes[id].origin
    }

    /// The layer that a value has its height and width from, where that is neither an input nor the
    /// layer that the value's whole shape comes from.
    pub(super) fn extent_origin(&self, operand: &Operand) -> Option<(Span, String)> {
        let extent = |id: NodeId| self.nodes[id].shape.and_then(|shape| shape.extent());
        let mut id = self.origin(operand.node);
        let whole = id;
        let size = extent(id)?;
        while let [input] = self.nodes[id].inputs.as_slice()
            && extent(*input) == Some(size)
        {
            id = *input;
        }
        let node = &self.nodes[id];
        (id != whole && id >= self.input_count && node.span != operand.span).then(|| {
            let [_, height, width] = size;
            (node.span.clone(), format!("`{}` makes it {height}x{width}", node.layer))
        })
    }

    /// The label of a value, where it has one.
    pub(super) fn label_of(&self, operand: &Operand) -> Option<&str> {
        self.nodes[operand.node].label.as_deref()
    }

    /// Notes what construct the nodes since `first` came from. Called where the construct begins,
    /// so that outer groups stand before inner ones; [`Draft::end_group`] fixes its end.
    pub(super) fn begin_group(
        &mut self,
        kind: GroupKind,
        title: String,
        path: Option<String>,
    ) -> usize {
        let first = self.nodes.len();
        self.groups.push(Group { kind, title: shortened(title), path, nodes: first..first });
        self.groups.len() - 1
    }

    pub(super) fn end_group(&mut self, group: usize) {
        self.groups[group].nodes.end = self.nodes.len();
    }

    /// Warnings of values that lead to no output, where `result` is the main one. Of a chain of
    /// them the last is named.
    pub(super) fn unused(&self, result: NodeId) -> Vec<Diagnostic> {
        let mut is_needed = vec![false; self.nodes.len()];
        let mut is_taken = vec![false; self.nodes.len()];
        for output in self.heads.iter().map(|head| head.node).chain([result]) {
            is_needed[output] = true;
        }
        for (id, node) in self.nodes.iter().enumerate().rev() {
            for &input in &node.inputs {
                is_needed[input] |= is_needed[id];
                is_taken[input] = true;
            }
        }
        let unused = (0..self.nodes.len()).filter(|&id| !is_needed[id] && !is_taken[id]);
        let warning = |id: NodeId| {
            let DraftNode { layer, span, .. } = &self.nodes[id];
            let what = if id < self.input_count {
                format!("{layer} is never used")
            } else {
                format!("the value of `{layer}` is never used")
            };
            Diagnostic::warning(Code::UnusedValue, span.clone(), what)
                .label("leads to no output")
                .help("give it a label and join it, or take it out")
        };
        unused.map(warning).collect()
    }

    /// The whole as nodes without errors.
    pub(super) fn finish(self) -> Option<Finished> {
        let nodes = self.nodes.into_iter().map(DraftNode::finish).collect::<Option<Vec<_>>>()?;
        let groups = self.groups.into_iter().filter(|group| !group.nodes.is_empty());
        Some(Finished { nodes, heads: self.heads, groups: groups.collect() })
    }
}

/// The parts of a network.
pub(super) struct Finished {
    pub(super) nodes: Vec<Node>,
    pub(super) heads: Vec<Head>,
    pub(super) groups: Vec<Group>,
}

/// What a layer, an input or anything else of a network may not be.
pub(super) fn too_large(what: &str, span: Span) -> Diagnostic {
    Diagnostic::error(Code::TooLarge, span, format!("{what} is beyond any machine"))
        .label(format!("more than 2^{} values, weights or multiply-adds", LARGEST.ilog2()))
}

/// Whether a shape stays within what any machine can hold.
pub(super) fn fits(shape: &Shape) -> bool {
    shape.values().is_some_and(|values| values <= LARGEST)
}

/// A layer's text, cut where it is beyond reading.
fn shortened(mut text: String) -> String {
    if text.len() > LAYER_TEXT {
        text.truncate(text.floor_char_boundary(LAYER_TEXT));
        text.push_str("...");
    }
    text
}

impl DraftNode {
    /// Whether its sizes stay within the limit.
    fn fits(&self) -> bool {
        let within = |count: Option<u64>| count.is_some_and(|count| count <= LARGEST);
        let parameters = self.operation.iter().flat_map(|operation| operation.parameters());
        self.shape.is_none_or(|shape| fits(&shape))
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
            shares: self.shares,
            start: self.start,
            training: self.training,
        })
    }
}
