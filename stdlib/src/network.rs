//! Networks as the commands see them: names, parameters and a way to run a batch.

use rand::SeedableRng;
use rand::rngs::SmallRng;

use crate::parameter::{Buffer, Parameter};
use crate::value::Value;

/// A layer that keeps something.
pub trait Layer {
    /// Its parameters with their names, such as `weight`, in PyTorch's order.
    fn parameters(&mut self) -> Vec<(&'static str, &mut Parameter)>;

    /// Its running statistics with their names, such as `running_mean`.
    fn buffers(&mut self) -> Vec<(&'static str, &mut Buffer)> {
        Vec::new()
    }
}

/// A network, compiled from its definition.
pub trait Network: Send {
    /// Its name in the language.
    fn name(&self) -> &'static str;

    /// The shape of one sample of its input: features, or channels, rows, columns.
    fn input(&self) -> &'static [usize];

    /// The layers that keep something, with their paths, in the order of the definition.
    fn layers(&mut self) -> Vec<(&'static str, &mut dyn Layer)>;

    /// The output for a batch of inputs, as a part of the input's recording.
    ///
    /// # Panics
    /// When the samples do not have the network's input shape.
    fn run(&mut self, input: Value) -> Value;
}

/// All parameters with their paths, such as `conv1.weight`, in the order of the definition.
pub fn parameters(network: &mut dyn Network) -> Vec<(String, &mut Parameter)> {
    let layers = network.layers().into_iter();
    layers
        .flat_map(|(path, layer)| {
            let parameters = layer.parameters().into_iter();
            parameters.map(move |(name, parameter)| (format!("{path}.{name}"), parameter))
        })
        .collect()
}

/// Gives every parameter its first values, the same for the same `seed`, and puts running
/// statistics back.
pub fn initialize(network: &mut dyn Network, seed: u64) {
    let mut random = SmallRng::seed_from_u64(seed);
    for (_, layer) in network.layers() {
        for (_, parameter) in layer.parameters() {
            parameter.initialize(&mut random);
        }
        for (_, buffer) in layer.buffers() {
            buffer.initialize();
        }
    }
}
