//! The table that a lecture shows of a network: shapes, parameters, multiply-adds, memory and
//! receptive fields.

mod field;
mod table;

use serde::{Deserialize, Serialize};

use crate::network::Network;
use field::Fields;

pub use table::{text, thousands};

/// What the numbers count.
const CONVENTION: &str = "multiply-adds are those of convolutions and linear layers for one \
     sample, without biases; activations are 4 bytes for each value that a layer gives, forward, \
     with `flatten` sharing its input's";

/// Bytes of a value.
const VALUE: u64 = 4;

/// A network's table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// The network's name.
    pub net: String,
    /// One sample's input, channels first.
    pub input: Vec<usize>,
    /// One sample's output.
    pub output: Vec<usize>,
    /// Trainable values.
    pub parameters: u64,
    /// Multiply-adds for one sample, by the `convention`.
    pub multiply_adds: u64,
    /// Bytes of all layers' outputs for one sample, forward.
    pub activation_bytes: u64,
    /// What one value of the output sees of the input, height and width. Behind a `linear` or a
    /// global pool that is the whole input. Empty where the input is a vector.
    pub receptive_field: Vec<usize>,
    /// One line that says what counts as a multiply-add and as memory.
    pub convention: String,
    /// The layers in the order they are computed.
    pub layers: Vec<Row>,
}

/// A layer in a network's table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// The layer as the source has it, such as `conv 6 5x5 pad=2`.
    pub layer: String,
    /// Its label or number: its path within the network, such as `conv1`.
    pub label: String,
    /// One sample's output.
    pub output: Vec<usize>,
    /// Trainable values.
    pub parameters: u64,
    /// Multiply-adds for one sample.
    pub multiply_adds: u64,
    /// Bytes of its output for one sample.
    pub activation_bytes: u64,
    /// What one value of its output sees of the network's input, height and width: on feature
    /// maps by the windows passed through, which may be more than the input has, as in Araujo,
    /// Norris and Sim (2019). Empty where the input is a vector.
    pub receptive_field: Vec<usize>,
}

/// Works out a network's table.
pub fn summarize(network: &Network) -> Summary {
    let fields = Fields::new(network);
    let rows = network.layers().zip(fields.of_layers()).map(|(node, receptive_field)| {
        let operation = &node.operation;
        let values = if operation.is_view() { 0 } else { node.shape.values().unwrap_or(u64::MAX) };
        Row {
            layer: node.layer.clone(),
            label: node.path.clone(),
            output: node.shape.dims().to_vec(),
            parameters: node.parameter_count(),
            multiply_adds: operation.multiply_adds().unwrap_or(u64::MAX),
            activation_bytes: values.saturating_mul(VALUE),
            receptive_field,
        }
    });
    let layers = rows.collect::<Vec<_>>();
    let sum = |of: fn(&Row) -> u64| layers.iter().map(of).fold(0, u64::saturating_add);
    Summary {
        net: network.name.clone(),
        input: network.input.dims().to_vec(),
        output: network.output.dims().to_vec(),
        parameters: sum(|row| row.parameters),
        multiply_adds: sum(|row| row.multiply_adds),
        activation_bytes: sum(|row| row.activation_bytes),
        receptive_field: fields.of(network.result),
        convention: CONVENTION.to_owned(),
        layers,
    }
}
