//! The layers: each in a file of its own, with one entry in the table `LAYERS`.
//!
//! A layer's file holds its signature, its shape rule, and as an [`Operation`] all that the summary
//! and the emitters have to know of it.

mod activation;
mod concat;
mod conv;
mod dropout;
mod flatten;
mod input;
mod linear;
mod norm;
mod operation;
mod pool;
mod skip;
mod window;

use crate::check::arguments::Arguments;
use crate::check::operand::{Labels, Operand};
use crate::check::signature::Signature;
use crate::diagnostic::{Code, Diagnostic};
use crate::network::NodeId;
use crate::shape::Shape;
use crate::syntax::ast::{Expr, Value};

pub(crate) use input::Input;
pub use operation::{Argument, Constructor, Emission, Operation, Parameter, Reach};
pub(crate) use skip::{JOINS, LATER_JOINS, join};

/// Every layer.
pub(crate) const LAYERS: &[Layer] = &[
    conv::CONV,
    pool::MAXPOOL,
    pool::AVGPOOL,
    pool::GLOBALAVGPOOL,
    linear::LINEAR,
    flatten::FLATTEN,
    activation::RELU,
    activation::TANH,
    activation::SIGMOID,
    dropout::DROPOUT,
    norm::BATCHNORM,
    concat::CONCAT,
];

/// Layers that the language has and this version does not.
pub(crate) const LATER: &[&str] = &[
    "adaptiveavgpool",
    "add",
    "conv3d",
    "convt",
    "convt3d",
    "crop",
    "depthwise",
    "dropout2d",
    "droppath",
    "elu",
    "gelu",
    "globalmaxpool",
    "groupnorm",
    "hardsigmoid",
    "hardswish",
    "identity",
    "instancenorm",
    "l2norm",
    "layernorm",
    "leakyrelu",
    "logsoftmax",
    "lrn",
    "max",
    "maxpool3d",
    "mean",
    "mul",
    "pad",
    "permute",
    "pixelshuffle",
    "prelu",
    "relu6",
    "reshape",
    "roialign",
    "scale",
    "selu",
    "separable",
    "silu",
    "softmax",
    "softplus",
    "unpool",
    "upsample",
];

/// A layer of the language.
pub(crate) struct Layer {
    /// What it may be given.
    pub(crate) signature: Signature,
    /// Works out what a call of it gives, reporting what is wrong.
    pub(crate) build: fn(&mut Placement<'_>) -> Built,
}

/// A layer by name.
pub(crate) fn layer(name: &str) -> Option<&'static Layer> {
    LAYERS.iter().find(|layer| layer.signature.name == name)
}

/// A layer's call at its place in a network.
pub(crate) struct Placement<'a> {
    /// What the call gives it.
    pub(crate) arguments: Arguments<'a>,
    /// The current value.
    pub(crate) input: Operand,
    /// The labels that it may refer to.
    pub(crate) labels: &'a Labels,
}

/// What a call of a layer comes to.
#[derive(Default)]
pub(crate) struct Built {
    /// The shape it gives, where that is known in spite of errors.
    pub(crate) shape: Option<Shape>,
    /// What it computes, unless there were errors.
    pub(crate) operation: Option<Box<dyn Operation>>,
    /// Values that it takes beside the current one.
    pub(crate) others: Vec<NodeId>,
}

impl Built {
    /// A layer without errors on the current value.
    pub(crate) fn new(shape: Shape, operation: impl Operation + 'static) -> Self {
        Self { shape: Some(shape), operation: Some(Box::new(operation)), others: Vec::new() }
    }

    /// A layer with errors that yet is known to give this shape.
    pub(crate) fn broken(shape: Shape) -> Self {
        Self { shape: Some(shape), ..Self::default() }
    }
}

impl Placement<'_> {
    /// The input's shape as a feature map; a vector is reported, with the help given.
    pub(crate) fn map(&mut self, help: &str) -> Option<[usize; 3]> {
        match self.input.shape? {
            Shape::Map(dims) => Some(dims),
            Shape::Features(_) => {
                self.wrong_kind(Code::ExpectedMap, "a feature map", help);
                None
            }
        }
    }

    /// The value of a label; one that is not there is reported.
    pub(crate) fn label(&mut self, label: &Expr) -> Option<Operand> {
        let Value::Path(path) = &label.value else {
            return self.arguments.bad("label", label, "a label");
        };
        match self.labels.find(path) {
            Ok(operand) => Some(operand),
            Err(missing) => {
                if let Some(found) = missing.diagnostic(path, &label.span) {
                    self.arguments.report(found);
                }
                None
            }
        }
    }

    /// Reports that the layer takes `wanted` and gets something else.
    pub(crate) fn wrong_kind(&mut self, code: Code, wanted: &str, help: &str) {
        let Some(shape) = self.input.shape else { return };
        let call = self.arguments.call();
        let found = shape.in_words();
        let headline = format!("`{}` takes {wanted}, but gets {found}", call.name.value);
        let arises = format!("{} {shape}", self.input.gives);
        self.arguments.report(
            Diagnostic::error(code, call.span.clone(), headline)
                .label(format!("takes {wanted}"))
                .also(self.input.span.clone(), arises)
                .help(help),
        );
    }
}
