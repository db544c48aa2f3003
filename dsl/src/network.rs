//! A checked network: a flat graph of nodes whose shapes are known.

use std::ops::Range;

use crate::diagnostic::Span;
use crate::layers::{Operation, Parameter};
use crate::shape::Shape;

/// A node of a network, by its place among them.
pub type NodeId = usize;

/// A checked network. Every node's inputs come before it.
#[derive(Debug)]
pub struct Network {
    /// Its name.
    pub name: String,
    /// All values from the inputs on, in the order they are computed. The inputs come first.
    pub nodes: Vec<Node>,
    /// How many of the nodes are inputs.
    pub input_count: usize,
    /// The node that gives the main output.
    pub result: NodeId,
    /// Further outputs, in the order of their layers.
    pub heads: Vec<Head>,
    /// The blocks, repetitions and branches that the nodes came from, outer ones before inner.
    pub groups: Vec<Group>,
    /// The text of its definition.
    pub source: String,
}

/// One value of a network and how it is computed; it never changes once computed.
#[derive(Debug)]
pub struct Node {
    /// How it is computed.
    pub operation: Box<dyn Operation>,
    /// What it is computed from.
    pub inputs: Vec<NodeId>,
    /// One sample's shape.
    pub shape: Shape,
    /// The name that the source gives it with `as`.
    pub label: Option<String>,
    /// Its path within the network, such as `enc1.conv1`; no two nodes share one.
    pub path: String,
    /// The layer with its arguments worked out, such as `conv 6 5x5 pad=2`.
    pub layer: String,
    /// Where the layer stands among the texts of the session.
    pub span: Span,
    /// The earlier node whose weights it uses, where a piece is shared.
    pub shares: Option<NodeId>,
    /// How its weights begin, where that is not PyTorch's default.
    pub start: Option<Start>,
    /// Whether it exists only while training.
    pub training: bool,
}

/// A further output.
#[derive(Clone, Debug, PartialEq)]
pub struct Head {
    /// Its name.
    pub name: String,
    /// The node that gives it.
    pub node: NodeId,
    /// What its loss counts beside the main one's 1.
    pub loss: f64,
    /// Whether it exists only while training.
    pub training: bool,
    /// Its nodes.
    pub nodes: Range<NodeId>,
}

/// How weights begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// Normal, for layers before a ReLU (He et al., 2015).
    He,
    /// Uniform, for layers before symmetric functions (Glorot and Bengio, 2010).
    Xavier,
    /// Normal with a deviation of 0.02, as DCGAN has it (Radford et al., 2016).
    Normal,
    /// All zero.
    Zeros,
}

/// Nodes that came from one construct of the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// What construct.
    pub kind: GroupKind,
    /// What it is called in the source, such as `basic 64`.
    pub title: String,
    /// Its path within the network where it has one, such as `layer1.0`.
    pub path: Option<String>,
    /// Its nodes.
    pub nodes: Range<NodeId>,
}

/// A construct that nodes come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupKind {
    /// A block, or a network used as one.
    Block,
    /// A repetition.
    Repeat,
    /// A round of a repetition.
    Round,
    /// A body with a way round it.
    Skip,
    /// The way round.
    Via,
    /// Branches and their join.
    Branches,
    /// One branch.
    Branch,
    /// A further output.
    Head,
    /// A piece whose weights are used again.
    Share,
}

impl Network {
    /// Whether a node belongs to the part of the network with this path: to a layer, or to a block.
    pub fn is_in_part(&self, node: &Node, part: &str) -> bool {
        let rest = node.path.strip_prefix(part);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }

    /// The inputs.
    pub fn inputs(&self) -> &[Node] {
        &self.nodes[..self.input_count]
    }

    /// One sample's first input.
    pub fn input(&self) -> Shape {
        self.nodes[0].shape
    }

    /// One sample's main output.
    pub fn output(&self) -> Shape {
        self.nodes[self.result].shape
    }

    /// The nodes that layers gave: all but the inputs.
    pub fn layers(&self) -> &[Node] {
        &self.nodes[self.input_count..]
    }

    /// Every trainable parameter with its path, such as `conv1.weight`, in the order of the
    /// definition, which is that of PyTorch's state dict. What is shared comes once.
    pub fn parameters(&self) -> impl Iterator<Item = (String, Parameter)> {
        let own = self.layers().iter().filter(|node| node.shares.is_none());
        own.flat_map(|node| {
            let path = |name: &str| format!("{}.{name}", node.path);
            node.operation.parameters().into_iter().map(move |found| (path(found.name), found))
        })
    }

    /// Trainable values of what stays after training: all but those of training heads.
    pub fn lasting_parameter_count(&self) -> u64 {
        let lasting = self.layers().iter().filter(|node| !node.training);
        lasting.map(Node::parameter_count).fold(0, u64::saturating_add)
    }

    /// Trainable values in all, those of training heads among them.
    pub fn parameter_count(&self) -> u64 {
        self.layers().iter().map(Node::parameter_count).fold(0, u64::saturating_add)
    }
}

impl Node {
    /// Multiply-adds for one sample.
    pub fn multiply_adds(&self) -> u64 {
        self.operation.multiply_adds().unwrap_or(u64::MAX)
    }

    /// Trainable values of this node, none where it uses those of another one.
    pub fn parameter_count(&self) -> u64 {
        if self.shares.is_some() {
            return 0;
        }
        Self::values_of(self.operation.as_ref())
    }

    /// Trainable values of an operation.
    pub(crate) fn values_of(operation: &dyn Operation) -> u64 {
        let counts = operation.parameters().into_iter().map(|found| found.count());
        counts.fold(0, u64::saturating_add)
    }
}
