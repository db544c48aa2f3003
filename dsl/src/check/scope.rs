//! What a session has defined so far.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::open::Open;
use super::{Action, DataSet, Defined, Definitions, Family, Statement};
use crate::diagnostic::Diagnostic;
use crate::elaborate::Budget;
use crate::network::Network;
use crate::source::Sources;

/// The networks, blocks and data sets that texts may refer to.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// Blocks and families of networks.
    pub definitions: Definitions,
    /// The texts that they came from.
    pub sources: Sources,
    pub(super) data: BTreeMap<String, DataSet>,
    pub(super) open: Option<Open>,
    /// What was imported, by the names that the texts gave it.
    imports: BTreeMap<String, Arc<Definitions>>,
    seed: u64,
}

impl Scope {
    /// An empty scope whose commands have this seed where they name none.
    pub fn with_seed(seed: u64) -> Self {
        Self { seed, ..Self::default() }
    }

    /// A network by name. One that is open is there as soon as it has a layer.
    pub fn net(&self, name: &str) -> Option<Arc<Network>> {
        self.worked_out(name, &Budget::new())?.ok()
    }

    /// A network by name, or the errors in it, where there is one.
    pub(super) fn worked_out(
        &self,
        name: &str,
        budget: &Budget,
    ) -> Option<Result<Arc<Network>, Vec<Diagnostic>>> {
        if let Some(open) = self.open.as_ref().filter(|open| open.name() == name) {
            return open.network.clone().map(Ok);
        }
        Some(self.definitions.family(name)?.worked_out(&self.definitions, budget))
    }

    /// The names of all networks.
    pub fn net_names(&self) -> impl Iterator<Item = &str> {
        let open = self.open.iter().map(Open::name);
        self.definitions.families().map(|family| family.item.name.as_str()).chain(open)
    }

    /// A data set by name.
    pub fn data(&self, name: &str) -> Option<&DataSet> {
        self.data.get(name)
    }

    /// All data sets, by name.
    pub fn data_sets(&self) -> impl Iterator<Item = &DataSet> {
        self.data.values()
    }

    /// The network that is built line by line.
    pub fn open(&self) -> Option<&Open> {
        self.open.as_ref()
    }

    /// The seed of commands that name none.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// Takes note of a statement that was carried out. A name means one thing: a network replaces
    /// a data set of its name, and the other way round.
    pub fn apply(&mut self, statement: &Statement) {
        match &statement.action {
            Action::Net { family, .. } => self.define(family.clone()),
            Action::Block(block) => {
                self.forget(&block.item.name.value);
                self.definitions.define_block(block.clone());
            }
            Action::Import { name, definitions, .. } => {
                self.import(definitions);
                self.imports.insert(name.clone(), Arc::clone(definitions));
            }
            Action::Data { name, plan } => {
                self.forget(name);
                self.data.insert(name.clone(), DataSet::new(name, plan));
            }
            Action::Open(open) => {
                self.close();
                self.forget(open.name());
                self.open = Some(open.clone());
            }
            Action::Lines { open, .. } => self.open = Some(open.clone()),
            Action::Close { .. } => self.close(),
            Action::Summary(_)
            | Action::Shapes(_)
            | Action::Diagram(_)
            | Action::Code(_)
            | Action::Export { .. }
            | Action::Nets
            | Action::Blocks
            | Action::Text { .. }
            | Action::Worker { .. } => {}
        }
    }

    /// Takes in what an import brought.
    fn import(&mut self, definitions: &Arc<Definitions>) {
        for name in definitions.names().map(str::to_owned).collect::<Vec<_>>() {
            self.forget(&name);
        }
        self.definitions.import(definitions);
    }

    /// Takes in again what an import of that name brought before; whether there was one.
    pub(super) fn import_again(&mut self, name: &str) -> bool {
        let definitions = self.imports.get(name).cloned();
        definitions.inspect(|definitions| self.import(definitions)).is_some()
    }

    /// Defines a network, in place of whatever has its name.
    pub(super) fn define(&mut self, family: Defined<Family>) {
        self.forget(&family.item.name);
        self.definitions.define_family(family);
    }

    /// Ends the building of the network that is open, which stays defined if it has layers.
    fn close(&mut self) {
        if let Some(open) = self.open.take()
            && let Some(family) = open.closed()
        {
            self.definitions.define_family(family);
        }
    }

    fn forget(&mut self, name: &str) {
        self.data.remove(name);
        self.definitions.remove(name);
        if self.open.as_ref().is_some_and(|open| open.name() == name) {
            self.open = None;
        }
    }
}
