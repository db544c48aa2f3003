//! What rustc found wrong in a Rust cell, with the places in the cell.

use std::ops::Range;

use evcxr::CompilationError;

/// An error in a Rust cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RustError {
    /// rustc's code, such as `E0308`.
    pub code: Option<String>,
    /// One line.
    pub message: String,
    /// The places with what is said about each, the main one first.
    pub labels: Vec<Label>,
    /// What has no place.
    pub notes: Vec<String>,
}

/// A place in a Rust cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Bytes of the cell.
    pub range: Range<usize>,
    /// What is said about it.
    pub text: String,
}

impl RustError {
    /// An error with its places in `cell`, whose lines are those that the interpreter saw.
    pub(super) fn new(error: &CompilationError, cell: &str) -> Self {
        let mut labels = Vec::new();
        let mut notes = Vec::new();
        let mut spanned = error.spanned_messages().iter().collect::<Vec<_>>();
        spanned.sort_by_key(|message| !message.is_primary);
        for message in spanned.into_iter().chain(error.help_spanned()) {
            match &message.span {
                Some(span) => {
                    let start = offset(cell, span.start_line, span.start_column);
                    let end = offset(cell, span.end_line, span.end_column);
                    let label = Label { range: start..end.max(start), text: message.label.clone() };
                    labels.push(label);
                }
                None if !message.label.is_empty() => notes.push(message.label.clone()),
                None => {}
            }
        }
        if error.help_spanned().is_empty() {
            notes.extend(error.help());
        }
        notes.extend(error.evcxr_extra_hint().map(str::to_owned));
        let code = error.code().map(str::to_owned);
        Self { code, message: error.message(), labels, notes }
    }
}

/// The byte of a line and a column, both counted from 1, columns in characters.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let within = text[start..].char_indices().nth(column.saturating_sub(1));
    within.map_or(text.len(), |(byte, _)| start + byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_characters_and_offsets_bytes() {
        let text = "%%rust\nlet é = x;\n";
        assert_eq!(offset(text, 2, 9), text.find('x').expect("an x"));
        assert_eq!(offset(text, 1, 1), 0);
        assert_eq!(offset(text, 9, 9), text.len());
    }
}
