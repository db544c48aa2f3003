//! From a tree to statements that can be carried out: names resolved, shapes worked out.

mod scope;

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Span};
use crate::messages::{DataSource, WorkerCommand};
use crate::network::Network;
use crate::syntax::ast::Program;

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
    let _ = (program, text, scope);
    Checked { statements: Vec::new(), diagnostics: Vec::new() }
}
