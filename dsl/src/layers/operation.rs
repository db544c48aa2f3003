//! What the summary and the emitters know of a layer.

use std::fmt;

use crate::shape::product;

/// What a node computes.
pub trait Operation: fmt::Debug + Send + Sync {
    /// Its trainable parameters, in the order of PyTorch's state dict.
    fn parameters(&self) -> Vec<Parameter> {
        Vec::new()
    }

    /// The lengths of the running statistics that it keeps beside its parameters, by name.
    fn buffers(&self) -> Vec<(&'static str, usize)> {
        Vec::new()
    }

    /// Whether it can tell where each value of its output came from, for `unpool`.
    fn tells_places(&self) -> bool {
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

/// What one value of an output sees of the input, along depth, height and width.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Reach {
    /// The value at its own place.
    Point,
    /// A window.
    Window {
        /// Values a side.
        window: [usize; 3],
        /// Steps from one window to the next.
        stride: [usize; 3],
        /// Steps from one value to the next within the window.
        dilation: [usize; 3],
    },
    /// Some values of a smaller map, which is spread over a larger one.
    Spread {
        /// Values a side that one output sees at most.
        sees: [usize; 3],
        /// Places of the output for one of the input.
        factor: [f64; 3],
    },
    /// All of it.
    Whole,
}

/// How an operation appears in Rust, on the runtime's prelude.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Emission {
    /// An input of the network.
    Input,
    /// A field of the network, called through its method `forward`.
    Field {
        /// The field's type.
        kind: String,
        /// The expression that makes it.
        constructor: Constructor,
    },
    /// A function of the one input and what is given besides.
    Function {
        /// Its name.
        name: &'static str,
        /// Further arguments, as Rust.
        given: Vec<String>,
    },
    /// A function that takes an array of inputs, whatever their shapes.
    Gathering(&'static str),
    /// A function of the input and what the pool that is the second one remembers.
    Unpool(&'static str),
    /// A function of both inputs and what is given besides.
    Pair {
        /// Its name.
        name: &'static str,
        /// Further arguments, as Rust.
        given: Vec<String>,
    },
}

/// The expression that makes a layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Constructor {
    /// Such as `Conv2d::new`.
    pub function: &'static str,
    /// What it is given.
    pub argument: Argument,
    /// A method called on what it makes, such as `.pad_mode(PadMode::Reflect)`.
    pub then: Option<String>,
}

/// What a constructor is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Argument {
    /// Nothing.
    None,
    /// One expression.
    Expression(String),
    /// A slice, and a struct by name with its fields and their values.
    SliceAndStruct(String, &'static str, Vec<(&'static str, String)>),
    /// A struct by name, with its fields and their values.
    Struct(&'static str, Vec<(&'static str, String)>),
}

impl Emission {
    /// A field made by a function without arguments.
    pub(crate) fn field(kind: String, function: &'static str) -> Self {
        Self::made(kind, function, Argument::None)
    }

    /// A field made by a function with an argument.
    pub(crate) fn made(kind: String, function: &'static str, argument: Argument) -> Self {
        Self::Field { kind, constructor: Constructor { function, argument, then: None } }
    }

    /// The same, with a method called on the field as it is made.
    pub(crate) fn then(mut self, method: Option<String>) -> Self {
        if let Self::Field { constructor, .. } = &mut self {
            constructor.then = method;
        }
        self
    }

    /// A function of the input alone.
    pub(crate) fn function(name: &'static str) -> Self {
        Self::Function { name, given: Vec::new() }
    }
}

/// A number as Rust, for the runtime's single precision: without the noise of sums in double.
pub(super) fn float(number: f64) -> String {
    format!("{:?}", number as f32)
}

/// A type with its arguments: those given, then those that differ from their defaults, with the
/// ones before the last such. Each of these comes with whether it is the default.
pub(super) fn generic(name: &str, given: &[String], defaults: &[(String, bool)]) -> String {
    let needed = defaults.iter().rposition(|(_, is_default)| !is_default);
    let needed = &defaults[..needed.map_or(0, |last| last + 1)];
    let arguments = given.iter().chain(needed.iter().map(|(argument, _)| argument));
    format!("{name}<{}>", arguments.map(String::as_str).collect::<Vec<_>>().join(", "))
}
