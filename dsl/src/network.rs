//! A checked network: a flat graph of nodes whose shapes are known.

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
    /// One sample's input.
    pub input: Shape,
    /// One sample's output.
    pub output: Shape,
    /// All values from the input (node 0) on, in the order they are computed.
    pub nodes: Vec<Node>,
    /// The node that gives the output.
    pub result: NodeId,
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
    /// The layer as the source has it, such as `conv 6 5x5 pad=2`.
    pub layer: String,
    /// Where the layer stands in the text that the network was checked from.
    pub span: Span,
}

impl Network {
    /// The nodes that layers gave: all but the input.
    pub fn layers(&self) -> impl Iterator<Item = &Node> {
        self.nodes.iter().skip(1)
    }

    /// Every trainable parameter with its path, such as `conv1.weight`, in the order of PyTorch's
    /// state dict.
    pub fn parameters(&self) -> impl Iterator<Item = (String, Parameter)> {
        self.layers().flat_map(|node| {
            let path = |name: &str| format!("{}.{name}", node.path);
            node.operation.parameters().into_iter().map(move |found| (path(found.name), found))
        })
    }

    /// Trainable values in all.
    pub fn parameter_count(&self) -> u64 {
        self.layers().map(Node::parameter_count).fold(0, u64::saturating_add)
    }
}

impl Node {
    /// Trainable values of this node.
    pub fn parameter_count(&self) -> u64 {
        let counts = self.operation.parameters().into_iter().map(|found| found.count());
        counts.fold(0, u64::saturating_add)
    }
}
