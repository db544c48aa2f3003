//! One session: what every front end runs cells on.
//!
//! A session checks a cell as a whole, answers definitions at once and compiles them in the
//! background, and sends commands to the worker. All it hears from its threads comes through one
//! queue of `Incoming` messages, read only while a cell runs.

mod cell;
mod host;
mod incoming;
mod link;
mod stopper;
mod worker;

use std::ops::Range;
use std::sync::Arc;

use netlet_dsl::check::{Action, Checked, Scope, Statement, check};
use netlet_dsl::diagnostic::Severity;
use netlet_dsl::messages::{Event, Report};
use netlet_dsl::network::Network;
use netlet_dsl::{emit, summary, syntax};

pub use cell::{Cell, CellError, Show};
pub use stopper::Stopper;

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
        Ok(Self { scope: Scope::with_seed(options.seed), worker, stopper })
    }

    /// Runs a cell: nothing at all if any part of it is wrong, else its statements in order.
    ///
    /// # Errors
    /// Those of [`CellError`]. After any of them the session goes on.
    pub fn run(&mut self, cell: &Cell, show: &mut dyn Show) -> Result<(), CellError> {
        self.stopper.clear();
        for statement in self.checked(cell, show)? {
            if self.stopper.requested() {
                return Err(CellError::Interrupted);
            }
            self.execute(&statement, show)
                .map_err(|trouble| cell_error(trouble, statement.span.clone()))?;
            self.scope.apply(&statement);
        }
        Ok(())
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
    fn checked(&self, cell: &Cell, show: &mut dyn Show) -> Result<Vec<Statement>, CellError> {
        let program = syntax::parse(&cell.text).map_err(CellError::Rejected)?;
        let Checked { statements, diagnostics } = check(&program, &cell.text, &self.scope);
        if diagnostics.iter().any(|found| found.severity == Severity::Error) {
            return Err(CellError::Rejected(diagnostics));
        }
        for warning in diagnostics {
            show.show(Event::Warning { message: warning.headline });
        }
        Ok(statements)
    }

    fn execute(&mut self, statement: &Statement, show: &mut dyn Show) -> Result<(), Trouble> {
        match &statement.action {
            Action::Net(net) => {
                self.worker.define(&net.name, definition(net));
                show.show(Event::Report(net_report(net)));
            }
            Action::Summary(net) => {
                show.show(Event::Report(Report::Summary(summary::summarize(net))));
            }
            Action::Code(net) => {
                let source = emit::rust(net);
                show.show(Event::Report(Report::Code { net: net.name.clone(), source }));
            }
            Action::Data { name, source } => self.worker.define_data(name, source, show)?,
            Action::Worker { net, command } => {
                self.worker.carry_out(net.as_ref().map(|net| net.name.as_str()), command, show)?;
            }
        }
        Ok(())
    }
}

fn cell_error(trouble: Trouble, span: Range<usize>) -> CellError {
    match trouble {
        Trouble::Interrupted => CellError::Interrupted,
        Trouble::Failed(failure) => CellError::Failed { failure, span },
    }
}

fn net_report(net: &Arc<Network>) -> Report {
    let summary = summary::summarize(net);
    Report::Net {
        net: net.name.clone(),
        input: summary.input,
        output: summary.output,
        parameters: summary.parameters,
    }
}

/// The Rust cell that makes a network known to the worker.
fn definition(net: &Network) -> String {
    let name = &net.name;
    let class = emit::type_name(name);
    let source = emit::rust(net);
    format!("{source}\nnetlet::worker::register({name:?}, || Box::new({class}::new()));\n")
}
