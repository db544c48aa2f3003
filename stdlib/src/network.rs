//! Networks as the commands see them: names, parameters and a way to run a batch.

use crate::parameter::{Buffer, Parameter};
use crate::value::{Batch, Value};

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

    /// The inputs by name, each with the shape of one sample: features, or channels, rows, columns.
    fn inputs(&self) -> &'static [(&'static str, &'static [usize])];

    /// The outputs beside the main one.
    fn heads(&self) -> &'static [Head] {
        &[]
    }

    /// The layers, by path, whose weights do not begin as PyTorch's.
    fn starts(&self) -> &'static [(&'static str, Start)] {
        &[]
    }

    /// What a training pass computes, in its order: the inputs, then the layers, each by path and as
    /// the language writes it, such as `conv 6 5x5`. What belongs to a training head is left out of
    /// other passes.
    fn nodes(&self) -> &'static [(&'static str, &'static str)] {
        &[]
    }

    /// The layers that keep something, with their paths, in the order of the definition.
    fn layers(&mut self) -> Vec<(&'static str, &mut dyn Layer)>;

    /// The outputs for a batch of inputs, as a part of the inputs' recording.
    ///
    /// # Panics
    /// When there are fewer inputs than the network has, or their samples have other shapes.
    fn run(&mut self, inputs: Inputs) -> Outputs;

    /// The shape of one sample of its first input.
    fn input(&self) -> &'static [usize] {
        self.inputs().first().map_or(&[], |(_, shape)| shape)
    }
}

/// An output beside the main one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Head {
    /// Its name.
    pub name: &'static str,
    /// What its loss counts beside the main one's 1.
    pub loss: f64,
    /// Whether it exists only while training.
    pub training: bool,
}

/// How the weights of a layer begin, where that is not PyTorch's default for it. Biases begin at 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// Normal with a variance of 2 over the inputs of a value: PyTorch's `kaiming_normal_` (He et
    /// al., 2015).
    He,
    /// Uniform with a variance of 2 over the inputs and outputs of a value: PyTorch's
    /// `xavier_uniform_` (Glorot and Bengio, 2010).
    Xavier,
    /// Normal with a deviation of 0.02, of norms around 1 (Radford et al., 2016).
    Normal,
    /// All zero, from which nothing behind a symmetric layer learns.
    Zeros,
}

/// The inputs of a network, in their order.
#[derive(Debug)]
pub struct Inputs(std::vec::IntoIter<Value>);

/// The outputs of a network.
#[derive(Debug)]
pub struct Outputs {
    /// The main one.
    pub out: Value,
    /// Those of the heads by name; a training head's is there only while training.
    pub heads: Vec<(&'static str, Value)>,
}

impl Inputs {
    /// Several inputs.
    pub fn new(values: Vec<Value>) -> Self {
        Self(values.into_iter())
    }

    /// The next input.
    ///
    /// # Panics
    /// When there is none left, or it has another shape.
    pub fn take<B: Batch>(&mut self) -> B {
        self.0.next().expect("a network is given all of its inputs").into()
    }
}

impl From<Value> for Inputs {
    fn from(value: Value) -> Self {
        Self::new(vec![value])
    }
}

impl Outputs {
    /// A main output alone.
    pub fn new<B: Batch>(out: B) -> Self {
        Self { out: out.into(), heads: Vec::new() }
    }

    /// With the output of a head.
    pub fn head<B: Batch>(self, name: &'static str, value: B) -> Self {
        self.training_head(name, Some(value))
    }

    /// With the output of a head that exists only while training, if this is a training pass.
    pub fn training_head<B: Batch>(mut self, name: &'static str, value: Option<B>) -> Self {
        self.heads.extend(value.map(|value| (name, value.into())));
        self
    }
}

/// The [nodes](Network::nodes) that a pass computes, in its order.
pub fn computed(
    network: &dyn Network,
    training: bool,
) -> impl Iterator<Item = (&'static str, &'static str)> {
    let heads = network.heads().iter().filter(move |head| head.training && !training);
    let left_out: Vec<&str> = heads.map(|head| head.name).collect();
    // The layers of a head stand under its name.
    let is_in = |path: &str, head: &str| {
        path.strip_prefix(head).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    let nodes = network.nodes().iter().copied();
    nodes.filter(move |(path, _)| !left_out.iter().any(|head| is_in(path, head)))
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
