//! The layers: each kind in a file of its own, with its entries in the table `LAYERS`.
//!
//! A layer's file holds its signature, its shape rule, and as an [`Operation`] all that the summary
//! and the emitters have to know of it.

mod activation;
mod conv;
mod conv_transposed;
mod dropout;
mod geometry;
mod input;
mod join;
mod linear;
mod norm;
mod operation;
mod pad;
mod place;
mod pool;
mod pool_global;
mod roi;
mod scale;
mod upsample;
mod window;

use crate::check::signature::Signature;
use crate::network::NodeId;
use crate::shape::Shape;

pub(crate) use input::Input;
pub(crate) use join::{JOINS, Join, join};
pub use operation::{Argument, Constructor, Emission, Operation, Parameter, Reach};
pub(crate) use pad::MODES as PAD_MODES;
pub(crate) use place::Placement;

/// Every layer but the joins, in the order in which a reader would look for them.
pub(crate) const LAYERS: &[&[Layer]] = &[
    conv::LAYERS,
    conv_transposed::LAYERS,
    linear::LAYERS,
    pool::LAYERS,
    pool_global::LAYERS,
    upsample::LAYERS,
    pad::LAYERS,
    norm::LAYERS,
    activation::LAYERS,
    dropout::LAYERS,
    geometry::LAYERS,
    scale::LAYERS,
    roi::LAYERS,
];

/// A layer of the language.
#[derive(Debug)]
pub(crate) struct Layer {
    /// What it may be given.
    pub(crate) signature: Signature<'static>,
    /// What it does, in one line.
    pub(crate) about: &'static str,
    /// What PyTorch calls it.
    pub(crate) pytorch: &'static str,
    /// Works out what a call of it gives, reporting what is wrong.
    pub(crate) build: fn(&mut Placement<'_>) -> Built,
}

/// A layer by name, unless it is a join.
pub(crate) fn layer(name: &str) -> Option<&'static Layer> {
    all().find(|layer| layer.signature.name == name)
}

/// Every layer but the joins.
pub(crate) fn all() -> impl Iterator<Item = &'static Layer> {
    LAYERS.iter().flat_map(|layers| layers.iter())
}

/// The names of all layers, joins among them.
pub(crate) fn names<'s>() -> impl Iterator<Item = &'s str> {
    let joins = JOINS.iter().map(|join| &join.signature);
    all().map(|layer| &layer.signature).chain(joins).map(|signature| signature.name)
}

/// What a call of a layer comes to.
#[derive(Debug, Default)]
pub(crate) struct Built {
    /// The shape it gives, where that is known in spite of errors.
    pub(crate) shape: Option<Shape>,
    /// What it computes, unless there were errors.
    pub(crate) operation: Option<Box<dyn Operation>>,
    /// What it takes, where that is not the current value alone.
    pub(crate) inputs: Option<Vec<NodeId>>,
}

impl Built {
    /// A layer without errors on the current value.
    pub(crate) fn new(shape: Shape, operation: impl Operation + 'static) -> Self {
        Self { shape: Some(shape), operation: Some(Box::new(operation)), inputs: None }
    }

    /// A layer with errors that yet is known to give this shape.
    pub(crate) fn broken(shape: Option<Shape>) -> Self {
        Self { shape, ..Self::default() }
    }

    /// The same on these values.
    pub(crate) fn on(self, inputs: Vec<NodeId>) -> Self {
        Self { inputs: Some(inputs), ..self }
    }
}
