//! What the summary and the emitters know of a layer.

use std::fmt;

use crate::shape::product;

/// What a node computes.
pub trait Operation: fmt::Debug + Send + Sync {
    /// Its trainable parameters, in the order of PyTorch's state dict.
    fn parameters(&self) -> Vec<Parameter> {
        Vec::new()
    }

    /// Whether it keeps running statistics beside its parameters.
    fn has_buffers(&self) -> bool {
        false
    }

    /// Multiply-adds for one sample by the convention that only convolutions and linear layers
    /// count, without their biases. `None` where 64 bits do not hold them.
    fn multiply_adds(&self) -> Option<u64> {
        Some(0)
    }

    /// What one value of its output sees of its inputs.
    fn reach(&self) -> Reach {
        Reach::Point
    }

    /// Whether its output is its input in another arrangement, which takes no memory.
    fn is_view(&self) -> bool {
        false
    }

    /// How it appears in Rust.
    fn emission(&self) -> Emission;
}

/// A trainable parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its name within the layer: `weight` or `bias`.
    pub name: &'static str,
    /// Its dimensions, as PyTorch has them.
    pub dims: Vec<usize>,
}

impl Parameter {
    /// A weight with its bias, if it has one.
    pub(crate) fn weight_and_bias(weight: Vec<usize>, bias: Option<usize>) -> Vec<Self> {
        let bias = bias.map(|length| Self { name: "bias", dims: vec![length] });
        [Self { name: "weight", dims: weight }].into_iter().chain(bias).collect()
    }

    /// Values in it. The checker admits none that 64 bits do not hold.
    pub fn count(&self) -> u64 {
        product(&self.dims).unwrap_or(u64::MAX)
    }
}

/// What one value of an output sees of the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// The value at its own place.
    Point,
    /// A window, given for height and width.
    Window {
        /// Values a side.
        window: [usize; 2],
        /// Steps from one window to the next.
        stride: [usize; 2],
        /// Steps from one value to the next within the window.
        dilation: [usize; 2],
    },
    /// All of it.
    Whole,
}

/// How an operation appears in Rust, on the runtime's prelude.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Emission {
    /// The network's input.
    Input,
    /// A field of the network, called through its method `forward`.
    Field {
        /// The field's type.
        kind: String,
        /// The expression that makes it.
        constructor: Constructor,
    },
    /// A function that takes the inputs as they are.
    Function(&'static str),
    /// A function that takes an array of inputs, whatever their shapes.
    Gathering(&'static str),
}

/// The expression that makes a layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Constructor {
    /// Such as `Conv2d::new`.
    pub function: &'static str,
    /// What it is given.
    pub argument: Argument,
}

/// What a constructor is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Argument {
    /// Nothing.
    None,
    /// One expression.
    Expression(String),
    /// A struct by name, with its fields and their values.
    Struct(&'static str, Vec<(&'static str, String)>),
}

impl Emission {
    /// A field made by a function without arguments.
    pub(crate) fn field(kind: String, function: &'static str) -> Self {
        Self::Field { kind, constructor: Constructor { function, argument: Argument::None } }
    }
}

/// A type with its arguments: those given, then those that differ from their defaults, with the
/// ones before the last such. Each of these comes with whether it is the default.
pub(super) fn generic(name: &str, given: &[String], defaults: &[(String, bool)]) -> String {
    let needed = defaults.iter().rposition(|(_, is_default)| !is_default);
    let needed = &defaults[..needed.map_or(0, |last| last + 1)];
    let arguments = given.iter().chain(needed.iter().map(|(argument, _)| argument));
    format!("{name}<{}>", arguments.map(String::as_str).collect::<Vec<_>>().join(", "))
}
