//! The table that a lecture shows of a network: shapes, parameters, multiply-adds, memory and
//! receptive fields.

use serde::{Deserialize, Serialize};

use crate::network::Network;

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
    /// What one value of its output sees of the network's input, height and width: for feature
    /// maps by the windows passed through, which may be more than the input has. Empty where the
    /// input is a vector.
    pub receptive_field: Vec<usize>,
}

/// Works out a network's table.
pub fn summarize(network: &Network) -> Summary {
    Summary {
        net: network.name.clone(),
        input: network.input.dims().to_vec(),
        output: network.output.dims().to_vec(),
        parameters: network.parameter_count(),
        multiply_adds: 0,
        activation_bytes: 0,
        receptive_field: Vec::new(),
        convention: String::new(),
        layers: Vec::new(),
    }
}

/// The table as text that fits into `width` columns where it can.
pub fn text(summary: &Summary, width: usize) -> String {
    format!("{} {width}\n", summary.net)
}
