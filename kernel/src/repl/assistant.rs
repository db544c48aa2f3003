//! Help while a line is typed: its colours, what it may go on to, and the shape so far.

use std::borrow::Cow;
use std::path::Path;

use netlet_dsl::assist::{self, Highlight};
use netlet_dsl::check::{Context, Scope};
use rustyline::completion::{Completer, Pair};
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::{Hint, Hinter};
use rustyline::validate::Validator;
use rustyline::{Context as Typed, Helper};

use crate::assist::files;
use crate::session::Texts;

/// What is known where a line is typed.
#[derive(Default)]
pub(super) struct Assistant {
    /// What the session has defined.
    pub(super) scope: Scope,
    /// The lines of the cell before this one, with their ends.
    pub(super) before: String,
}

impl Assistant {
    /// The whole cell, and a place of the line in it.
    fn cell(&self, line: &str, position: usize) -> (String, usize) {
        (format!("{}{line}", self.before), self.before.len() + position)
    }
}

impl Completer for Assistant {
    type Candidate = Pair;

    fn complete(
        &self,
        line: &str,
        position: usize,
        _: &Typed<'_>,
    ) -> rustyline::Result<(usize, Vec<Pair>)> {
        let (cell, place) = self.cell(line, position);
        let library = Texts::new(Path::new(""));
        let context = Context { cell: None, library: &library };
        let found = assist::complete(&cell, place, &self.scope, context, &files);
        let Some(start) = found.range.start.checked_sub(self.before.len()) else {
            return Ok((position, Vec::new()));
        };
        let pairs = found.items.into_iter().map(|item| {
            let detail = if item.detail.is_empty() { "" } else { "  " };
            Pair {
                display: format!("{}{detail}{}", item.text, item.detail),
                replacement: item.text,
            }
        });
        Ok((start, pairs.collect()))
    }
}

/// A remark behind a line, which no key takes over.
pub(super) struct Remark(String);

impl Hint for Remark {
    fn display(&self) -> &str {
        &self.0
    }

    fn completion(&self) -> Option<&str> {
        None
    }
}

impl Hinter for Assistant {
    type Hint = Remark;

    fn hint(&self, line: &str, position: usize, _: &Typed<'_>) -> Option<Remark> {
        let (cell, place) = self.cell(line, position);
        let library = Texts::new(Path::new(""));
        let context = Context { cell: None, library: &library };
        let hint = assist::hint(&cell, place, &self.scope, context)?;
        // A hint that went over the line's end would be taken for more lines.
        let room = usize::from(console::Term::stdout().size().1).saturating_sub(line.len() + 12);
        (hint.chars().count() < room).then(|| Remark(format!("  {hint}")))
    }
}

impl Highlighter for Assistant {
    fn highlight<'l>(&self, line: &'l str, _: usize) -> Cow<'l, str> {
        // A line is coloured as a part of its cell.
        let (cell, start) = self.cell(line, 0);
        let mut coloured = String::with_capacity(2 * line.len());
        let mut written = start;
        for (range, part) in assist::highlight(&cell) {
            let Some(colour) = colour(part).filter(|_| range.start >= written) else { continue };
            coloured.push_str(&cell[written..range.start]);
            coloured.push_str(&format!("\x1b[{colour}m{}\x1b[0m", &cell[range.clone()]));
            written = range.end;
        }
        coloured.push_str(&cell[written..]);
        Cow::Owned(coloured)
    }

    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        Cow::Owned(format!("\x1b[2m{hint}\x1b[0m"))
    }

    fn highlight_char(&self, _: &str, _: usize, kind: CmdKind) -> bool {
        kind != CmdKind::MoveCursor
    }
}

/// The colour of a part, from those that every terminal has; none where it is the usual one.
fn colour(part: Highlight) -> Option<&'static str> {
    match part {
        Highlight::Keyword => Some("35"),
        Highlight::Layer => Some("34"),
        Highlight::Command => Some("1;35"),
        Highlight::Call => Some("36"),
        Highlight::Number | Highlight::Shape => Some("33"),
        Highlight::String => Some("32"),
        Highlight::Comment => Some("2"),
        Highlight::Unknown => Some("31"),
        Highlight::Key | Highlight::Label | Highlight::Name | Highlight::Operator => None,
    }
}

impl Validator for Assistant {}
impl Helper for Assistant {}

#[cfg(test)]
mod tests {
    use super::*;

    fn assistant(before: &str) -> Assistant {
        Assistant { before: before.into(), ..Assistant::default() }
    }

    #[test]
    fn a_line_is_coloured_within_its_cell() {
        let within = assistant("net A(1x8x8) {\n");
        assert_eq!(
            within.highlight("    conv 4 3x3 # é", 0),
            "    \x1b[34mconv\x1b[0m \x1b[33m4\x1b[0m \x1b[33m3x3\x1b[0m \x1b[2m# é\x1b[0m"
        );
        let string = assistant("data d = images \"x");
        assert!(string.highlight("y", 0).ends_with('y'));
    }

    #[test]
    fn a_hint_and_a_completion_know_the_lines_before() {
        let within = assistant("net A(1x8x8) {\n    conv 4 3x3\n");
        let history = rustyline::history::MemHistory::new();
        let typed = Typed::new(&history);
        let hint = within.hint("    flatten ", 12, &typed).expect("a shape");
        assert!(hint.display().contains("144"), "{}", hint.display());
        let (start, found) = within.complete("    flat", 8, &typed).expect("an answer");
        assert_eq!(start, 4);
        assert!(found.iter().any(|pair| pair.replacement == "flatten"));
    }
}
