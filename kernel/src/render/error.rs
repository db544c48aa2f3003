//! Why a cell did not run to its end, as text.

use std::ops::Range;

use netlet_dsl::diagnostic::{Colour, Diagnostic, Severity, render};
use netlet_dsl::messages::Failure;

use super::rust_error;
use crate::session::{Cell, CellError, RustError};

/// The whole message, without a newline at its end.
pub fn message(error: &CellError, cell: &Cell, colour: Colour) -> String {
    match error {
        CellError::Rejected { diagnostics, sources } => {
            let drawn = diagnostics.iter().map(|found| render(found, sources, colour));
            drawn.collect::<String>().trim_end().to_owned()
        }
        CellError::Failed { failure, span } => failed(failure, Some((cell, span)), colour),
        CellError::Rust { errors } => {
            let drawn = errors.iter().map(|error| rust_error::draw(error, cell, colour));
            drawn.collect::<Vec<_>>().join("\n")
        }
        CellError::Interrupted => INTERRUPTED.into(),
    }
}

/// What an interrupted cell says.
const INTERRUPTED: &str = "interrupted";

/// A failure, with the statement that it befell.
pub fn failed(failure: &Failure, place: Option<(&Cell, &Range<usize>)>, colour: Colour) -> String {
    let mut lines = vec![format!("{}: {}", tinted("error", colour), failure.headline)];
    if let Some((cell, span)) = place
        && let Some(statement) = cell.text.get(span.clone()).filter(|text| !text.is_empty())
    {
        let line = cell.text[..span.start].matches('\n').count() + 1;
        let statement = statement.lines().next().unwrap_or_default();
        lines.push(format!("  at {}:{line}: {statement}", cell.name));
    }
    for note in &failure.notes {
        lines.push(indented("note", note));
    }
    if let Some(help) = &failure.help {
        lines.push(indented("help", help));
    }
    lines.join("\n")
}

/// The kind of the error in one word, and the error in one line.
pub fn headline(error: &CellError) -> (String, String) {
    match error {
        CellError::Rejected { diagnostics, .. } => rejected(diagnostics),
        CellError::Failed { failure, .. } => ("Failed".into(), failure.headline.clone()),
        CellError::Rust { errors } => not_compiled(errors),
        CellError::Interrupted => ("Interrupted".into(), INTERRUPTED.into()),
    }
}

fn rejected(diagnostics: &[Diagnostic]) -> (String, String) {
    let mut errors = diagnostics.iter().filter(|found| found.severity == Severity::Error);
    let Some(first) = errors.next() else { return ("Rejected".into(), String::new()) };
    (first.code.to_string(), first_of_all(&first.headline, errors.count()))
}

fn not_compiled(errors: &[RustError]) -> (String, String) {
    let Some((first, rest)) = errors.split_first() else {
        return ("Rust".into(), "the cell did not compile".into());
    };
    let code = first.code.clone().unwrap_or_else(|| "Rust".into());
    (code, first_of_all(&first.message, rest.len()))
}

fn first_of_all(headline: &str, more: usize) -> String {
    match more {
        0 => headline.to_owned(),
        1 => format!("{headline} (and 1 more error)"),
        more => format!("{headline} (and {more} more errors)"),
    }
}

/// A further line of a message; the lines after its first stand below each other.
fn indented(kind: &str, text: &str) -> String {
    let mut lines = text.lines();
    let mut drawn = format!("  {kind}: {}", lines.next().unwrap_or_default());
    for line in lines {
        drawn.push_str("\n    ");
        drawn.push_str(line);
    }
    drawn
}

fn tinted(word: &str, colour: Colour) -> String {
    match colour {
        Colour::Ansi => format!("\u{1b}[31m{word}\u{1b}[0m"),
        Colour::Plain => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use netlet_dsl::diagnostic::Code;
    use netlet_dsl::source::Sources;

    use super::*;

    fn cell() -> Cell {
        Cell::new("lenet.net", "data d = mnist \"x\"\nload A \"gone\" # é\n")
    }

    #[test]
    fn a_failure_names_its_statement_and_the_way_out() {
        let failure =
            Failure::new("cannot read `gone`: no such file").note("two\nlines").help("look for it");
        let error = CellError::Failed { failure, span: 19..32 };
        insta::assert_snapshot!(message(&error, &cell(), Colour::Plain), @r#"
        error: cannot read `gone`: no such file
          at lenet.net:2: load A "gone"
          note: two
            lines
          help: look for it
        "#);
    }

    #[test]
    fn a_failure_of_no_statement_has_no_place() {
        let error = CellError::Failed { failure: Failure::new("no worker"), span: 0..0 };
        assert_eq!(message(&error, &cell(), Colour::Plain), "error: no worker");
    }

    #[test]
    fn a_rejection_shows_every_error_and_counts_them() {
        let mut sources = Sources::default();
        let start = sources.add("lenet.net", cell().text).start;
        let diagnostics = vec![
            Diagnostic::warning(Code::UnevenWindow, start..start + 4, "drops a row"),
            Diagnostic::error(Code::UnknownName, start + 5..start + 6, "`d` is unknown"),
            Diagnostic::error(Code::UnknownName, start + 24..start + 25, "`A` is unknown"),
        ];
        let error = CellError::Rejected { diagnostics, sources };
        let shown = message(&error, &cell(), Colour::Plain);
        assert!(shown.contains("`d` is unknown") && shown.contains("`A` is unknown"), "{shown}");
        assert_eq!(
            headline(&error),
            ("unknown-name".into(), "`d` is unknown (and 1 more error)".into())
        );
    }
}
