//! What goes into a session and what comes out of it.

use std::ops::Range;

use netlet_dsl::diagnostic::Diagnostic;
use netlet_dsl::messages::{Event, Failure};

/// A piece of source to run: a file, a notebook cell, or what was typed at the prompt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Names the source in diagnostics: a file's name, `In[3]`, `prompt`.
    pub name: String,
    /// The source.
    pub text: String,
}

/// Where a session's events go, in order, as they happen.
pub trait Show {
    /// Shows one event.
    fn show(&mut self, event: Event);
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
    Rejected(Vec<Diagnostic>),
    /// A statement could not be done.
    Failed {
        /// Why.
        failure: Failure,
        /// The statement's bytes in the cell.
        span: Range<usize>,
    },
    /// The user stopped it. A training that was running keeps what it learned.
    Interrupted,
}
