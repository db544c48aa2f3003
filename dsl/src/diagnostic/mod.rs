//! Diagnostics: what is wrong, where, and what to do. Front ends show them; nothing is printed here.

mod code;
mod html;
mod json;
mod render;

use std::ops::Range;

use serde::{Deserialize, Serialize};

pub use code::Code;
pub use html::html;
pub(crate) use html::{escaped, quoted};
pub use json::{Located, Place, located};
pub use render::{Colour, render};

/// A half-open range of bytes of the source text.
pub type Span = Range<usize>;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Nothing of the text may be run.
    Error,
    /// It runs, though perhaps not as meant.
    Warning,
}

/// A place in the source with what is to be said about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// A few words, perhaps none.
    pub text: String,
}

/// Something wrong with a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// What kind of thing it is; stable.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// One line that stands alone: lowercase, backticks round source text, no final stop.
    pub headline: String,
    /// Where it is.
    pub primary: Label,
    /// Other places that have to do with it.
    pub secondary: Vec<Label>,
    /// Further facts, such as the arithmetic.
    pub notes: Vec<String>,
    /// What the user can do.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error at a place.
    pub fn error(code: Code, span: Span, headline: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            headline: headline.into(),
            primary: Label { span, text: String::new() },
            secondary: Vec::new(),
            notes: Vec::new(),
            help: None,
        }
    }

    /// An impossible state, which is a mistake of Netlet's own.
    pub(crate) fn bug(span: Span, headline: impl Into<String>) -> Self {
        Self::error(Code::Bug, span, headline)
            .label("here")
            .help("this is a mistake of Netlet's own: please report it with this text")
    }

    /// Whether it says the same of the same place as another.
    pub(crate) fn repeats(&self, other: &Self) -> bool {
        self.code == other.code && self.primary.span == other.primary.span
    }

    /// A warning at a place.
    pub fn warning(code: Code, span: Span, headline: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, span, headline) }
    }

    /// Says a few words at the place itself.
    pub fn label(mut self, text: impl Into<String>) -> Self {
        self.primary.text = text.into();
        self
    }

    /// Points to another place.
    pub fn also(mut self, span: Span, text: impl Into<String>) -> Self {
        self.secondary.push(Label { span, text: text.into() });
        self
    }

    /// Adds a fact.
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Says what the user can do.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Says what the user can do, where something is known.
    pub fn maybe_help(mut self, help: Option<String>) -> Self {
        self.help = help.or(self.help);
        self
    }
}
