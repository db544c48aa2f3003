//! Receptive fields: what one value of a layer's output sees of the network's input.
//!
//! Along a chain of windows `r += (k - 1) * dilation * jump` and `jump *= stride`; where branches
//! join, the largest counts (Araujo, Norris and Sim, "Computing Receptive Fields of Convolutional
//! Neural Networks", 2019). A layer that makes maps larger divides the jump.

use crate::layers::Reach;
use crate::network::{Network, Node, NodeId};

/// The receptive fields of a network's nodes.
pub(super) struct Fields {
    /// How many of depth, height and width the first input has.
    axes: usize,
    /// Those sizes of the input.
    input: [usize; 3],
    fields: Vec<Field>,
}

#[derive(Clone, Copy)]
struct Field {
    /// Depth, height and width, `None` for all of the input.
    size: Option<[f64; 3]>,
    /// Steps in the input for one step in the output.
    jump: [f64; 3],
}

impl Fields {
    pub(super) fn new(network: &Network) -> Self {
        let shape = network.input();
        let axes = if shape.extent().is_some() { shape.dims().len() - 1 } else { 0 };
        let mut fields = Vec::with_capacity(network.nodes.len());
        for node in &network.nodes {
            fields.push(field(node, &fields));
        }
        Self { axes, input: shape.extent().unwrap_or([1; 3]), fields }
    }

    /// Height and width of a node's field, with a depth before them where the input has one;
    /// nothing where the input is a vector.
    pub(super) fn of(&self, id: NodeId) -> Vec<usize> {
        let size = self.fields[id].size.map(|size| size.map(|side| side.ceil() as usize));
        size.unwrap_or(self.input)[3 - self.axes..].to_vec()
    }
}

fn field(node: &Node, fields: &[Field]) -> Field {
    let largest = |a: [f64; 3], b: [f64; 3]| [0, 1, 2].map(|axis| a[axis].max(b[axis]));
    let inputs = node.inputs.iter().map(|&id| fields[id]);
    let joined = inputs.reduce(|a, b| Field {
        size: a.size.zip(b.size).map(|(a, b)| largest(a, b)),
        jump: largest(a.jump, b.jump),
    });
    let Field { size, jump } = joined.unwrap_or(Field { size: Some([1.0; 3]), jump: [1.0; 3] });
    let grown = |steps: [usize; 3]| {
        size.map(|size| [0, 1, 2].map(|axis| size[axis] + steps[axis] as f64 * jump[axis]))
    };
    match node.operation.reach() {
        Reach::Point => Field { size, jump },
        Reach::Whole => Field { size: None, jump },
        Reach::Window { window, stride, dilation } => Field {
            size: grown([0, 1, 2].map(|axis| (window[axis] - 1).saturating_mul(dilation[axis]))),
            jump: [0, 1, 2].map(|axis| jump[axis] * stride[axis] as f64),
        },
        Reach::Spread { sees, factor } => Field {
            size: grown(sees.map(|sees| sees - 1)),
            jump: [0, 1, 2].map(|axis| jump[axis] / factor[axis]),
        },
    }
}
