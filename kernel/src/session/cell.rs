//! What goes into a session and what comes out of it.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use netlet_dsl::diagnostic::Diagnostic;
use netlet_dsl::messages::{Event, Failure};
use netlet_dsl::network::Network;
use netlet_dsl::source::Sources;

use super::answer::net_report;
use super::rust::RustError;

/// A piece of source to run: a file, a notebook cell, or what was typed at the prompt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Names the source in diagnostics: a file's name, `In[3]`, `prompt`.
    pub name: String,
    /// The source.
    pub text: String,
    /// Names the cell itself, where the front end has cells that may run again: the lines that it
    /// added to an open network are replaced then.
    pub id: Option<String>,
    /// Where imported files are looked for.
    pub folder: PathBuf,
}

impl Cell {
    /// A piece of source by itself, which looks for files in the current folder.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self { name: name.into(), text: text.into(), id: None, folder: PathBuf::new() }
    }
}

/// Where a session's events go, in order, as they happen.
pub trait Show {
    /// Shows one event.
    fn show(&mut self, event: Event);

    /// Shows what the checker warns of.
    fn warn(&mut self, warning: &Diagnostic, sources: &Sources) {
        let _ = sources;
        self.show(Event::Warning { message: warning.headline.clone() });
    }

    /// Shows a network that was defined.
    fn define(&mut self, network: &Arc<Network>) {
        self.show(Event::Report(net_report(network)));
    }
}

impl<F: FnMut(Event)> Show for F {
    fn show(&mut self, event: Event) {
        self(event);
    }
}

/// Why a cell did not run to its end. What came before in the cell stays done.
#[derive(Clone, Debug, PartialEq)]
pub enum CellError {
    /// The checker found errors, so nothing was run. Warnings may be among them.
    Rejected {
        /// What is wrong.
        diagnostics: Vec<Diagnostic>,
        /// The texts that this is about.
        sources: Sources,
    },
    /// A statement could not be done.
    Failed {
        /// Why.
        failure: Failure,
        /// The statement's bytes in the cell.
        span: Range<usize>,
    },
    /// A Rust cell did not compile, so nothing of it was run.
    Rust {
        /// What is wrong.
        errors: Vec<RustError>,
    },
    /// The user stopped it. A training that was running keeps what it learned.
    Interrupted,
}
