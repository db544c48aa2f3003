//! Receptive fields: what one value of a layer's output sees of the network's input.
//!
//! Along a chain of windows `r += (k - 1) * dilation * jump` and `jump *= stride`; where branches
//! join, the largest counts (Araujo, Norris and Sim, "Computing Receptive Fields of Convolutional
//! Neural Networks", 2019).

use crate::layers::Reach;
use crate::network::{Network, Node, NodeId};
use crate::shape::Shape;

/// The receptive fields of a network's nodes.
pub(super) struct Fields {
    /// Height and width of the input, where it has them.
    input: Option<[usize; 2]>,
    fields: Vec<Field>,
}

#[derive(Clone, Copy)]
struct Field {
    /// Height and width, `None` for all of the input.
    size: Option<[usize; 2]>,
    /// Steps in the input for one step in the output.
    jump: [usize; 2],
}

impl Fields {
    pub(super) fn new(network: &Network) -> Self {
        let input = match network.input {
            Shape::Map([_, height, width]) => Some([height, width]),
            Shape::Features(_) => None,
        };
        let mut fields = Vec::with_capacity(network.nodes.len());
        for node in &network.nodes {
            fields.push(field(node, &fields));
        }
        Self { input, fields }
    }

    /// Height and width of a node's field, nothing where the input is a vector.
    pub(super) fn of(&self, id: NodeId) -> Vec<usize> {
        let Some(input) = self.input else { return Vec::new() };
        self.fields[id].size.unwrap_or(input).to_vec()
    }

    /// The fields of all nodes but the input.
    pub(super) fn of_layers(&self) -> impl Iterator<Item = Vec<usize>> {
        (1..self.fields.len()).map(|id| self.of(id))
    }
}

fn field(node: &Node, fields: &[Field]) -> Field {
    let largest = |a: [usize; 2], b: [usize; 2]| [a[0].max(b[0]), a[1].max(b[1])];
    let inputs = node.inputs.iter().map(|&id| fields[id]);
    let joined = inputs.reduce(|a, b| Field {
        size: a.size.zip(b.size).map(|(a, b)| largest(a, b)),
        jump: largest(a.jump, b.jump),
    });
    let Field { size, jump } = joined.unwrap_or(Field { size: Some([1, 1]), jump: [1, 1] });
    match node.operation.reach() {
        Reach::Point => Field { size, jump },
        Reach::Whole => Field { size: None, jump },
        Reach::Window { window, stride, dilation } => {
            let grown = |size: [usize; 2]| {
                [0, 1].map(|axis| {
                    let steps = (window[axis] - 1).saturating_mul(dilation[axis]);
                    size[axis].saturating_add(steps.saturating_mul(jump[axis]))
                })
            };
            let jump = [0, 1].map(|axis| jump[axis].saturating_mul(stride[axis]));
            Field { size: size.map(grown), jump }
        }
    }
}
