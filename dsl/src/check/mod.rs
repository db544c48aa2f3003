//! From a tree to statements that can be carried out: names resolved, shapes worked out.

pub(crate) mod arguments;
mod commands;
mod data;
mod fit;
mod names;
mod net;
pub(crate) mod operand;
mod scope;
pub(crate) mod signature;
mod suggest;

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Span};
use crate::messages::{DataSource, WorkerCommand};
use crate::network::Network;
use crate::syntax::ast::{Item, ItemKind, Name, Program};
use arguments::not_yet;
use names::Names;

pub use scope::{DataSet, Scope};

/// What the checker makes of a program.
#[derive(Debug)]
pub struct Checked {
    /// The statements in which no error was found, from top to bottom.
    pub statements: Vec<Statement>,
    /// Everything found wrong. If any is an error, nothing may be run.
    pub diagnostics: Vec<Diagnostic>,
}

/// A checked item.
#[derive(Clone, Debug)]
pub struct Statement {
    /// The item's bytes.
    pub span: Span,
    /// What to do.
    pub action: Action,
}

/// What a statement does.
#[derive(Clone, Debug)]
pub enum Action {
    /// Define a network.
    Net(Arc<Network>),
    /// Show a network's table.
    Summary(Arc<Network>),
    /// Show the Rust that a network becomes.
    Code(Arc<Network>),
    /// Define a data set.
    Data {
        /// Its name.
        name: String,
        /// Where it comes from.
        source: DataSource,
    },
    /// Have the worker carry out a command.
    Worker {
        /// The network it acts on, if any.
        net: Option<Arc<Network>>,
        /// The command.
        command: WorkerCommand,
    },
}

/// Checks a program, which was parsed from `text`, against what is defined already.
pub fn check(program: &Program, text: &str, scope: &Scope) -> Checked {
    let mut diagnostics = Vec::new();
    let names = Names::new(&program.items, scope, &mut diagnostics);
    let mut checker = Checker { text, names, unknown: Vec::new(), diagnostics };
    let statements = program.items.iter().filter_map(|item| checker.statement(item)).collect();
    let mut diagnostics = checker.diagnostics;
    diagnostics.sort_by_key(|found| found.primary.span.start);
    Checked { statements, diagnostics }
}

/// The state between one item and the next.
struct Checker<'a> {
    text: &'a str,
    names: Names<'a>,
    /// Blocks whose definitions are not supported.
    unknown: Vec<&'a Name>,
    diagnostics: Vec<Diagnostic>,
}

impl<'a> Checker<'a> {
    fn statement(&mut self, item: &'a Item) -> Option<Statement> {
        let action = self.action(item)?;
        let statement = Statement { span: item.span.clone(), action };
        self.names.scope.apply(&statement);
        Some(statement)
    }

    fn action(&mut self, item: &'a Item) -> Option<Action> {
        match &item.kind {
            ItemKind::Net(net) => {
                let (text, span) = (self.text, &item.span);
                let network = net::network(net, text, span, &self.unknown, &mut self.diagnostics);
                self.defined(&net.name, network).map(|network| Action::Net(Arc::new(network)))
            }
            ItemKind::Data(data) => {
                let source = data::source(data, &mut self.diagnostics);
                let source = self.defined(&data.name, source)?;
                Some(Action::Data { name: data.name.value.clone(), source })
            }
            ItemKind::Command(command) => {
                commands::action(command, &self.names, &mut self.diagnostics)
            }
            ItemKind::Layers(first) => {
                self.diagnostics.push(commands::no_such_verb(first));
                None
            }
            ItemKind::NotYet(later) => {
                self.diagnostics.push(not_yet(&later.what, later.span.clone()));
                let name = later.defines.as_ref()?;
                self.unknown.push(name);
                self.defined(name, None)
            }
        }
    }

    /// What a definition gives, with its name noted as broken where that is nothing.
    fn defined<T>(&mut self, name: &'a Name, result: Option<T>) -> Option<T> {
        if result.is_none() {
            self.names.break_name(name);
        }
        result
    }
}
