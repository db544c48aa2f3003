//! What the names of blocks and networks mean, in a session and in what it imports.
//!
//! A name inside a body means what it means where the body is worked out, as in Python: define an
//! inner block again, and the next network made of it is made of the new one. What comes from an
//! import keeps the names of its own file, whatever the session calls by them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock, OnceLock};

use crate::diagnostic::{Diagnostic, Severity};
use crate::elaborate::{self, Budget, Elaborated, Variables};
use crate::network::Network;
use crate::source::Sources;
use crate::syntax::ast::{Block, Input, ItemKind, Net, Parameter};
use crate::syntax::parse;

/// Blocks and families of networks by name.
#[derive(Clone, Debug, Default)]
pub struct Definitions {
    blocks: BTreeMap<String, Defined<Block>>,
    families: BTreeMap<String, Defined<Family>>,
    /// Names whose definitions have errors: their uses say nothing more.
    broken: BTreeSet<String>,
}

/// Something with the names that it was defined among.
#[derive(Debug)]
pub struct Defined<T> {
    /// The definition.
    pub item: Arc<T>,
    /// What names mean in it; `None` where that is what they mean to who found it.
    pub home: Option<Arc<Definitions>>,
}

/// A network whose parameters and inputs may be given anew.
#[derive(Debug)]
pub struct Family {
    /// What it is called.
    pub name: String,
    /// The definition.
    pub net: Arc<Net>,
    /// Inputs in place of those of the definition, as a member gives them.
    pub inputs: Vec<Input>,
    /// Values in place of the defaults of parameters.
    pub(crate) arguments: Variables,
    /// The text of its definition.
    pub source: String,
    /// The member of that name, once it was asked for and worked out.
    pub(crate) network: OnceLock<Arc<Network>>,
}

impl<T> Clone for Defined<T> {
    fn clone(&self) -> Self {
        Self { item: Arc::clone(&self.item), home: self.home.clone() }
    }
}

impl Definitions {
    /// A block by name, be it one of the language's own.
    pub fn block(&self, name: &str) -> Option<&Defined<Block>> {
        self.blocks.get(name).or_else(|| BUILTIN.blocks.get(name))
    }

    /// A family of networks by name.
    pub fn family(&self, name: &str) -> Option<&Defined<Family>> {
        self.families.get(name)
    }

    /// The blocks that were defined or imported, by name.
    pub fn blocks(&self) -> impl Iterator<Item = &Arc<Block>> {
        self.blocks.values().map(|defined| &defined.item)
    }

    /// The families of networks, by name.
    pub fn families(&self) -> impl Iterator<Item = &Defined<Family>> {
        self.families.values()
    }

    /// Everything that may be called like a layer, by name.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let blocks = self.blocks.keys().chain(BUILTIN.blocks.keys());
        blocks.chain(self.families.keys()).map(String::as_str)
    }

    /// Whether a definition of that name has errors.
    pub fn is_broken(&self, name: &str) -> bool {
        self.broken.contains(name)
    }

    pub(crate) fn break_name(&mut self, name: &str) {
        self.broken.insert(name.to_owned());
    }

    pub(crate) fn define_block(&mut self, block: Defined<Block>) {
        let name = block.item.name.value.clone();
        self.remove(&name);
        self.blocks.insert(name, block);
    }

    pub(crate) fn define_family(&mut self, family: Defined<Family>) {
        let name = family.item.name.clone();
        self.remove(&name);
        self.families.insert(name, family);
    }

    /// Forgets what a name means.
    pub(crate) fn remove(&mut self, name: &str) {
        self.blocks.remove(name);
        self.families.remove(name);
        self.broken.remove(name);
    }

    /// Everything of another space, with the names of its own: what an import brings.
    pub(crate) fn import(&mut self, from: &Arc<Self>) {
        let home = |own: &Option<Arc<Self>>| Some(own.clone().unwrap_or_else(|| from.clone()));
        for Defined { item, home: own } in from.blocks.values() {
            self.define_block(Defined { item: Arc::clone(item), home: home(own) });
        }
        for Defined { item, home: own } in from.families.values() {
            self.define_family(Defined { item: Arc::clone(item), home: home(own) });
        }
    }
}

impl Defined<Family> {
    /// The member that the family's own name means. `None` where it has errors.
    pub fn network(&self, space: &Definitions) -> Option<Arc<Network>> {
        self.worked_out(space, &Budget::new()).ok()
    }

    /// The errors of that member.
    pub fn errors(&self, space: &Definitions) -> Vec<Diagnostic> {
        self.worked_out(space, &Budget::new()).err().unwrap_or_default()
    }

    /// That member, worked out once.
    ///
    /// # Errors
    /// Everything wrong with it, which is nothing where the budget was spent before.
    pub(crate) fn worked_out(
        &self,
        space: &Definitions,
        budget: &Budget,
    ) -> Result<Arc<Network>, Vec<Diagnostic>> {
        if let Some(network) = self.item.network.get() {
            return Ok(Arc::clone(network));
        }
        let space = self.home.as_deref().unwrap_or(space);
        let Elaborated { network, diagnostics, .. } =
            elaborate::network(&self.item, &[], space, budget);
        match network {
            Some(network) => Ok(Arc::clone(self.item.network.get_or_init(|| Arc::new(network)))),
            None => {
                let errors = diagnostics.into_iter();
                Err(errors.filter(|found| found.severity == Severity::Error).collect())
            }
        }
    }
}

impl Family {
    /// A definition as it stands.
    pub(crate) fn new(net: &Arc<Net>, source: &str) -> Self {
        Self {
            name: net.name.value.clone(),
            net: Arc::clone(net),
            inputs: Vec::new(),
            arguments: Variables::new(),
            source: source.to_owned(),
            network: OnceLock::new(),
        }
    }

    /// Its parameters.
    pub fn parameters(&self) -> &[Parameter] {
        &self.net.parameters
    }
}

/// The blocks of the language itself, written in it.
static BUILTIN: LazyLock<Definitions> = LazyLock::new(|| {
    let sources = Sources::default();
    let mut definitions = Definitions::default();
    let program = parse(sources.builtin()).unwrap_or_else(|errors| panic!("{errors:?}"));
    for item in program.items {
        if let ItemKind::Block(item) = item.kind {
            definitions.define_block(Defined { item, home: None });
        }
    }
    definitions
});
