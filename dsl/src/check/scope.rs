//! What a session has defined so far.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Action, Statement};
use crate::messages::DataSource;
use crate::network::Network;
use crate::shape::Shape;

/// The networks and data sets that texts may refer to.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    nets: BTreeMap<String, Arc<Network>>,
    data: BTreeMap<String, DataSet>,
    seed: u64,
}

/// What is known of a data set before it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataSet {
    /// Its name.
    pub name: String,
    /// Where it comes from.
    pub source: DataSource,
    /// One sample's shape.
    pub shape: Shape,
    /// How many classes there are.
    pub classes: usize,
}

impl DataSet {
    /// A data set by its source.
    pub fn new(name: &str, source: DataSource) -> Self {
        let (shape, classes) = match source {
            DataSource::FashionMnist { .. } | DataSource::Mnist { .. } => {
                (Shape::Map([1, 28, 28]), 10)
            }
        };
        Self { name: name.to_owned(), source, shape, classes }
    }
}

impl Scope {
    /// An empty scope whose commands have this seed where they name none.
    pub fn with_seed(seed: u64) -> Self {
        Self { seed, ..Self::default() }
    }

    /// A network by name.
    pub fn net(&self, name: &str) -> Option<&Arc<Network>> {
        self.nets.get(name)
    }

    /// All networks, by name.
    pub fn nets(&self) -> impl Iterator<Item = &Arc<Network>> {
        self.nets.values()
    }

    /// A data set by name.
    pub fn data(&self, name: &str) -> Option<&DataSet> {
        self.data.get(name)
    }

    /// All data sets, by name.
    pub fn data_sets(&self) -> impl Iterator<Item = &DataSet> {
        self.data.values()
    }

    /// The seed of commands that name none.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// Takes note of a statement that was carried out. A name means one thing: a network replaces
    /// a data set of its name, and the other way round.
    pub fn apply(&mut self, statement: &Statement) {
        match &statement.action {
            Action::Net(net) => {
                self.data.remove(&net.name);
                self.nets.insert(net.name.clone(), Arc::clone(net));
            }
            Action::Data { name, source } => {
                self.nets.remove(name);
                self.data.insert(name.clone(), DataSet::new(name, source.clone()));
            }
            Action::Summary(_) | Action::Code(_) | Action::Worker { .. } => {}
        }
    }
}
