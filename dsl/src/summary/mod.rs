//! The table that a lecture shows of a network: shapes, parameters, multiply-adds, memory and
//! receptive fields.

mod field;
mod table;

use serde::{Deserialize, Serialize};

use crate::network::{Network, Node, NodeId};
use field::Fields;

pub use table::{bytes, text, thousands, training_note};

/// What the numbers count.
const CONVENTION: &str = "multiply-adds are those of convolutions and linear layers for one \
     sample, without biases; activations are 4 bytes for each value that a layer gives, forward, \
     with `flatten` and the like sharing their input's; training heads are left out of the totals \
     unless they are named";

/// Bytes of a value.
const VALUE: u64 = 4;
/// What Adam keeps for each weight: itself, its gradient and two moments.
const ADAM: u64 = 4;

/// A network's table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// The network's name.
    pub net: String,
    /// One sample's first input, channels first.
    pub input: Vec<usize>,
    /// One sample's main output.
    pub output: Vec<usize>,
    /// One sample of each input, channels first, with its name.
    pub inputs: Vec<Port>,
    /// One sample's main output, and those of the heads.
    pub outputs: Vec<Port>,
    /// Trainable values, without those of training heads.
    pub parameters: u64,
    /// Trainable values of training heads.
    pub training_parameters: u64,
    /// Multiply-adds for one sample, by the `convention`, without training heads.
    pub multiply_adds: u64,
    /// Bytes of all layers' outputs for one sample, forward, without training heads.
    pub activation_bytes: u64,
    /// Bytes of all weights with their gradients and Adam's two moments.
    pub training_bytes: u64,
    /// What one value of the output sees of the input: height and width, with a depth before them
    /// for volumes. Behind a `linear` or a global pool that is the whole input. Empty where the
    /// input is a vector.
    pub receptive_field: Vec<usize>,
    /// One line that says what counts as a multiply-add and as memory.
    pub convention: String,
    /// The layers in the order they are computed.
    pub layers: Vec<Row>,
}

/// An input or an output.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Port {
    /// Its name.
    pub name: String,
    /// One sample's shape, channels first.
    pub shape: Vec<usize>,
    /// Whether it exists only while training.
    pub training: bool,
}

/// A layer in a network's table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// The layer with its arguments worked out, such as `conv 6 5x5 pad=2`.
    pub layer: String,
    /// Its label or number: its path within the network, such as `conv1`.
    pub label: String,
    /// One sample's output.
    pub output: Vec<usize>,
    /// Trainable values.
    pub parameters: u64,
    /// Those of them that are biases, or shifts of a norm.
    pub biases: u64,
    /// Multiply-adds for one sample.
    pub multiply_adds: u64,
    /// Bytes of its output for one sample.
    pub activation_bytes: u64,
    /// What one value of its output sees of the network's first input: on feature maps by the
    /// windows passed through, which may be more than the input has, as in Araujo, Norris and Sim
    /// (2019). Empty where the input is a vector.
    pub receptive_field: Vec<usize>,
    /// The layer whose weights it uses, where a piece is shared.
    pub shares: Option<String>,
    /// Whether it exists only while training.
    pub training: bool,
}

impl Row {
    /// Its label, with the layer whose weights it uses.
    pub fn title(&self) -> String {
        match &self.shares {
            Some(owner) => format!("{} = {owner}", self.label),
            None => self.label.clone(),
        }
    }
}

/// Works out a network's table.
pub fn summarize(network: &Network) -> Summary {
    let fields = Fields::new(network);
    let ids = network.input_count..network.nodes.len();
    let layers = ids.map(|id| row(network, &network.nodes[id], fields.of(id)));
    let layers = layers.collect::<Vec<_>>();
    let sum = |training: bool, of: fn(&Row) -> u64| {
        let rows = layers.iter().filter(|row| row.training == training);
        rows.map(of).fold(0, u64::saturating_add)
    };
    let parameters = sum(false, |row| row.parameters);
    let training_parameters = sum(true, |row| row.parameters);
    let port = |name: &str, node: &Node, training| Port {
        name: name.to_owned(),
        shape: node.shape.dims().to_vec(),
        training,
    };
    let main = port("out", &network.nodes[network.result], false);
    let heads = network.heads.iter();
    let heads = heads.map(|head| port(&head.name, &network.nodes[head.node], head.training));
    Summary {
        net: network.name.clone(),
        input: network.input().dims().to_vec(),
        output: network.output().dims().to_vec(),
        inputs: network.inputs().iter().map(|node| port(&node.path, node, false)).collect(),
        outputs: std::iter::once(main).chain(heads).collect(),
        parameters,
        training_parameters,
        multiply_adds: sum(false, |row| row.multiply_adds),
        activation_bytes: sum(false, |row| row.activation_bytes),
        training_bytes: parameters.saturating_add(training_parameters).saturating_mul(ADAM * VALUE),
        receptive_field: fields.of(network.result),
        convention: CONVENTION.to_owned(),
        layers,
    }
}

/// What one value of a node sees of the network's first input, as [`Row::receptive_field`] has it.
pub(crate) fn receptive_field(network: &Network, id: NodeId) -> Vec<usize> {
    Fields::new(network).of(id)
}

fn row(network: &Network, node: &Node, receptive_field: Vec<usize>) -> Row {
    let operation = &node.operation;
    let values = if operation.is_view() { 0 } else { node.shape.values().unwrap_or(u64::MAX) };
    let own = if node.shares.is_some() { Vec::new() } else { operation.parameters() };
    let biases = own.iter().filter(|parameter| parameter.name == "bias");
    Row {
        layer: node.layer.clone(),
        label: node.path.clone(),
        output: node.shape.dims().to_vec(),
        parameters: node.parameter_count(),
        biases: biases.map(|parameter| parameter.count()).fold(0, u64::saturating_add),
        multiply_adds: node.multiply_adds(),
        activation_bytes: values.saturating_mul(VALUE),
        receptive_field,
        shares: node.shares.map(|owner| network.nodes[owner].path.clone()),
        training: node.training,
    }
}
