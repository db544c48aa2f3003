//! One session: what every front end runs cells on.
//!
//! A session checks a cell as a whole, answers definitions at once and compiles them in the
//! background, and sends commands to the worker. All it hears from its threads comes through one
//! queue of `Incoming` messages, read only while a cell runs.

mod answer;
mod cell;
mod export;
mod host;
mod incoming;
mod library;
mod link;
mod rust;
mod stopper;
mod worker;

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use netlet_dsl::check::{Action, Checked, Context, Scope, Statement, check};
use netlet_dsl::diagnostic::Severity;
use netlet_dsl::messages::{Event, Report, WorkerCommand};
use netlet_dsl::network::Network;
use netlet_dsl::source::Source;
use netlet_dsl::{emit, syntax};

pub use cell::{Cell, CellError, Show};
pub use library::Texts;
pub use rust::{Label, RustError, is_rust};
pub use stopper::Stopper;

use answer::answer;
use export::Export;
use rust::{RustCell, mentions};
use worker::{Trouble, Worker};

/// How a session behaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SessionOptions {
    /// The seed of commands that name none.
    pub seed: u64,
}

/// A session: the networks and data sets defined so far, and the worker that runs them.
pub struct Session {
    scope: Scope,
    /// The networks that the worker knows, or has been told of.
    defined: BTreeMap<String, Arc<Network>>,
    worker: Worker,
    stopper: Stopper,
}

impl Session {
    /// Opens a session. The interpreter starts in the background; what it could not do is
    /// reported by the first command that needs it.
    ///
    /// # Errors
    /// When no temporary folder, socket or thread can be made.
    pub fn open(options: SessionOptions) -> anyhow::Result<Self> {
        let stopper = Stopper::default();
        let worker = Worker::start(stopper.clone())?;
        let scope = Scope::with_seed(options.seed);
        Ok(Self { scope, defined: BTreeMap::new(), worker, stopper })
    }

    /// Runs a cell: nothing at all if any part of it is wrong, else its statements in order.
    ///
    /// # Errors
    /// Those of [`CellError`]. After any of them the session goes on.
    pub fn run(&mut self, cell: &Cell, show: &mut dyn Show) -> Result<(), CellError> {
        self.stopper.clear();
        if is_rust(&cell.text) {
            return self.run_rust(cell, show);
        }
        let (statements, source) = self.checked(cell, show)?;
        for statement in statements {
            if self.stopper.requested() {
                return Err(CellError::Interrupted);
            }
            self.execute(&statement, show)
                .map_err(|trouble| cell_error(trouble, source.local(&statement.span)))?;
            self.scope.apply(&statement);
        }
        Ok(())
    }

    /// Runs a Rust cell, which sees the networks that it names as types.
    fn run_rust(&mut self, cell: &Cell, show: &mut dyn Show) -> Result<(), CellError> {
        let names =
            self.scope.net_names().filter(|net| mentions(&cell.text, &emit::type_name(net)));
        let names = names.map(str::to_owned).collect::<Vec<_>>();
        let nets = names.iter().filter_map(|net| self.scope.net(net));
        let nets = nets.map(|net| (net.name.clone(), emit::rust(&net))).collect();
        self.worker.run_rust(RustCell { nets, text: cell.text.clone() }, show)
    }

    /// Waits until commands can be run: the runtime is built, the interpreter and the worker are up.
    ///
    /// # Errors
    /// When one of them could not be, or the user stopped it.
    pub fn ready(&mut self, show: &mut dyn Show) -> Result<(), CellError> {
        self.stopper.clear();
        self.worker.get_ready(show).map_err(|trouble| cell_error(trouble, 0..0))
    }

    /// Stops what this session does, from another thread.
    pub fn stopper(&self) -> Stopper {
        self.stopper.clone()
    }

    /// The networks and data sets defined so far.
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// The cell's statements, if all of it is right; its warnings are shown.
    fn checked(
        &mut self,
        cell: &Cell,
        show: &mut dyn Show,
    ) -> Result<(Vec<Statement>, Arc<Source>), CellError> {
        let source = self.scope.sources.add(&cell.name, &cell.text);
        let rejected = |diagnostics, sources| CellError::Rejected { diagnostics, sources };
        let program = syntax::parse(&source)
            .map_err(|diagnostics| rejected(diagnostics, self.scope.sources.clone()))?;
        let library = Texts::new(&cell.folder);
        let context = Context { cell: cell.id.as_deref(), library: &library };
        let checked = check(&program, &source, &self.scope, context);
        let Checked { statements, diagnostics, sources } = checked;
        self.scope.sources = sources.clone();
        if diagnostics.iter().any(|found| found.severity == Severity::Error) {
            return Err(rejected(diagnostics, sources));
        }
        for warning in diagnostics {
            show.warn(&warning, &self.scope.sources);
        }
        Ok((statements, source))
    }

    fn execute(&mut self, statement: &Statement, show: &mut dyn Show) -> Result<(), Trouble> {
        match &statement.action {
            Action::Net { network, .. } => {
                self.define(network);
                show.define(network);
            }
            Action::Data { name, plan } => self.worker.define_data(name, plan, show)?,
            Action::Worker { net, command } => {
                // What was imported or built line by line is compiled only now.
                net.iter().for_each(|net| self.define(net));
                self.worker.carry_out(net.as_ref().map(|net| net.name.as_str()), command, show)?;
            }
            Action::Export { net, folder } => self.export(net, folder, show)?,
            other => {
                if let Some(report) = answer(other, &self.scope) {
                    show.show(Event::Report(report));
                }
            }
        }
        Ok(())
    }

    /// Writes a network as a crate, its weights by way of the worker.
    fn export(
        &mut self,
        net: &Arc<Network>,
        folder: &Path,
        show: &mut dyn Show,
    ) -> Result<(), Trouble> {
        let export = Export::begin(net, folder)?;
        self.define(net);
        let name = net.name.clone();
        let command = WorkerCommand::Export { net: name, folder: export.folder().to_owned() };
        let mut written = None;
        let mut show_rest = |event| match event {
            Event::Report(report) => written = Some(report),
            other => show.show(other),
        };
        self.worker.carry_out(Some(&net.name), &command, &mut show_rest)?;
        export.finish()?;
        if let Some(Report::Export { net, tensors, bytes, .. }) = written {
            let path = folder.display().to_string();
            show.show(Event::Report(Report::Export { net, path, tensors, bytes }));
        }
        Ok(())
    }

    /// Has a network compiled, unless it is already.
    fn define(&mut self, network: &Arc<Network>) {
        let known = self.defined.get(&network.name);
        if known.is_some_and(|known| Arc::ptr_eq(known, network)) {
            return;
        }
        self.worker.define(&network.name, definition(network));
        self.defined.insert(network.name.clone(), Arc::clone(network));
    }
}

fn cell_error(trouble: Trouble, span: Range<usize>) -> CellError {
    match trouble {
        Trouble::Interrupted => CellError::Interrupted,
        Trouble::Failed(failure) => CellError::Failed { failure, span },
    }
}

/// The Rust cell that makes a network known to the worker.
fn definition(net: &Network) -> String {
    let name = &net.name;
    let class = emit::type_name(name);
    let source = emit::rust(net);
    format!("{source}\nnetlet::worker::register({name:?}, || Box::new({class}::new()));\n")
}
