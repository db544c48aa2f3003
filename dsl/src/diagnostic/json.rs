//! A diagnostic with its places found, for machines. As JSON:
//!
//! ```json
//! {"code": "unknown-layer", "severity": "error", "headline": "there is no layer `cnov`",
//!  "primary": {"source": "a.net", "span": {"start": 17, "end": 21}, "line": 1, "column": 18,
//!              "end_line": 1, "end_column": 22, "text": "unknown layer"},
//!  "secondary": [], "notes": [], "help": "did you mean `conv`?",
//!  "page": "docs/errors/unknown-layer.md"}
//! ```

use serde::{Deserialize, Serialize};

use super::render::within;
use super::{Code, Diagnostic, Label, Severity, Span};
use crate::source::Sources;

/// A diagnostic with its places found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Located {
    /// What kind of thing it is; stable.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// One line that stands alone.
    pub headline: String,
    /// Where it is.
    pub primary: Place,
    /// Other places that have to do with it.
    pub secondary: Vec<Place>,
    /// Further facts.
    pub notes: Vec<String>,
    /// What the user can do.
    pub help: Option<String>,
    /// The page that explains the code, from the root of the repository on.
    pub page: String,
}

/// A place in a text with what is to be said about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The name of the text.
    pub source: String,
    /// A half-open range of bytes of that text.
    pub span: Span,
    /// The line that it begins on, from 1.
    pub line: usize,
    /// The column that it begins in, from 1, in characters.
    pub column: usize,
    /// The line that it ends on.
    pub end_line: usize,
    /// The column behind its last character.
    pub end_column: usize,
    /// A few words, perhaps none.
    pub text: String,
}

/// Finds the places of a diagnostic in the texts of its session.
pub fn located(diagnostic: &Diagnostic, sources: &Sources) -> Located {
    let Diagnostic { code, severity, headline, primary, secondary, notes, help } =
        diagnostic.clone();
    Located {
        code,
        severity,
        headline,
        primary: place(&primary, sources),
        secondary: secondary.iter().map(|label| place(label, sources)).collect(),
        notes,
        help,
        page: code.page().to_owned(),
    }
}

fn place(label: &Label, sources: &Sources) -> Place {
    let Label { span, text } = label.clone();
    let Some(source) = sources.of(&span) else {
        // A span of no text is a mistake of ours, and no reason to say nothing.
        let source = String::new();
        return Place { source, span, line: 1, column: 1, end_line: 1, end_column: 1, text };
    };
    let span = within(&span, source);
    let [line, column] = source.position(source.start + span.start);
    let [end_line, end_column] = source.position(source.start + span.end);
    Place { source: source.name.clone(), span, line, column, end_line, end_column, text }
}
