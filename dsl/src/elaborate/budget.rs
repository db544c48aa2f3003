//! How much may be worked out for one text.

use std::cell::Cell;

use crate::diagnostic::{Code, Diagnostic, Span};

/// The work that one text may ask for, in what an empty round of a repetition takes, some tenth of a
/// microsecond. It is 0.1 to 0.4 s, and 17 times what all networks of the zoo take; a network of 300
/// layers with many arguments, built line by line in one text, takes two thirds of it.
const WORK: usize = 2_000_000;
/// The work of a layer: its shape, its names, its place in the network and in the table.
pub(super) const LAYER: usize = 10;
/// The work of a label that is given to a construct.
pub(super) const LABEL: usize = 8;
/// The work of a parameter that gets its value.
pub(crate) const PARAMETER: usize = 4;
/// The work of telling a name that was not found from one of those that there are.
pub(super) const NEAR_NAME: usize = 12;

/// The work that is left for a text, whatever its networks, members and lines are.
#[derive(Debug)]
pub(crate) struct Budget {
    left: Cell<usize>,
    is_told: Cell<bool>,
}

impl Budget {
    /// That of a new text.
    pub(crate) fn new() -> Self {
        Self { left: Cell::new(WORK), is_told: Cell::new(false) }
    }

    /// That of a text while it is typed, which is looked at with every key: a twelfth, some 20 ms.
    pub(crate) fn brief() -> Self {
        Self { left: Cell::new(WORK / 12), is_told: Cell::new(false) }
    }

    /// Takes off what a piece of work takes.
    pub(crate) fn spend(&self, work: usize) {
        self.left.set(self.left.get().saturating_sub(work));
    }

    /// Whether nothing is left, after which no network of the text is worked out any more.
    pub(crate) fn is_spent(&self) -> bool {
        self.left.get() == 0
    }

    /// Whether it has been reported that nothing is left.
    pub(crate) fn is_told(&self) -> bool {
        self.is_told.get()
    }

    /// What to say of the place where nothing is left; it is said once.
    pub(super) fn too_much(&self, span: &Span) -> Option<Diagnostic> {
        if !self.is_spent() || self.is_told.replace(true) {
            return None;
        }
        let headline = "this text asks for more layers than are worked out at once";
        let found = Diagnostic::error(Code::TooMuchWork, span.clone(), headline);
        Some(found.label("it was given up here").help(
            "look at the counts of `repeat` and at blocks that call themselves, put a network of \
             many lines into braces, or part the text into several",
        ))
    }
}
