//! From text to a typed tree.

pub mod ast;
mod complete;
mod error;
mod expression;
mod grammar;
mod hint;
mod scan;
pub mod tokens;
mod tree;

use pest::Parser;

use crate::diagnostic::{Code, Diagnostic, Severity, Span};
use crate::source::Source;

use ast::{Item, Program};
use grammar::{Grammar, Rule};
use scan::Scan;
use tree::Tree;

pub use complete::{Completeness, completeness};

/// The longest text that is read, in bytes.
const LONGEST: usize = 1 << 20;

/// Reads a text. A text without items gives an empty program.
///
/// # Errors
/// All syntax errors found, at most one for each item.
pub fn parse(source: &Source) -> Result<Program, Vec<Diagnostic>> {
    let Source { text, start, .. } = source;
    if text.len() > LONGEST {
        let headline = format!("the text is longer than {LONGEST} bytes");
        return Err(vec![Diagnostic::error(Code::TooLarge, *start..*start, headline)]);
    }
    let scan = scan::scan(text);
    if scan.too_deep {
        return Err(moved(scan.diagnostics, *start));
    }
    match read(Rule::program, source, 0..text.len()) {
        Ok(items) => Ok(Program { items }),
        Err(diagnostics) => Err(errors(source, scan, diagnostics)),
    }
}

/// How many wrong lines of an item are passed over.
const WRONG_LINES: usize = 3;

/// The items of a text that is not finished, but for those that are wrong. Of the last one, lines
/// that are wrong are left out, other than the one at `kept`.
pub(crate) fn parse_lines_that_are_right(source: &Source, kept: usize) -> Vec<Item> {
    let scan = scan::scan(&source.text);
    if source.text.len() > LONGEST || scan.too_deep {
        return Vec::new();
    }
    if let Ok(items) = read(Rule::program, source, 0..source.text.len()) {
        return items;
    }
    let parts = scan.items.iter().filter(|part| !is_blank(&source.text[(*part).clone()]));
    let mut parts = parts.cloned().collect::<Vec<_>>();
    let last = parts.pop();
    let before = parts.into_iter().filter_map(|part| read(Rule::alone, source, part).ok());
    let mut items = before.flatten().collect::<Vec<_>>();
    items.extend(last.into_iter().flat_map(|last| without_wrong_lines(source, last, kept)));
    items
}

/// An item without the lines that keep it from being read.
fn without_wrong_lines(source: &Source, part: Span, kept: usize) -> Vec<Item> {
    let mut text = source.text.clone();
    for _ in 0..=WRONG_LINES {
        let tried = Source { name: String::new(), text: text.clone(), start: source.start };
        let found = match read(Rule::alone, &tried, part.clone()) {
            Ok(items) => return items,
            Err(found) => found,
        };
        let Some(at) = found.first().map(|found| found.primary.span.start - source.start) else {
            return Vec::new();
        };
        let at = text.floor_char_boundary(at);
        let start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        let end = text[at..].find('\n').map_or(text.len(), |length| at + length);
        if (start..=end).contains(&kept) || start == end {
            return Vec::new();
        }
        text.replace_range(start..end, &" ".repeat(end - start));
    }
    Vec::new()
}

/// All errors of a text that as a whole has the errors `whole`: those of each item by itself.
fn errors(source: &Source, scan: Scan, whole: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let Source { text, start, .. } = source;
    let mut errors = moved(scan.diagnostics, *start);
    for item in scan.items {
        // An error of brackets or strings explains what the grammar makes of the same item.
        let explained = |found: &Diagnostic| {
            let at = found.primary.span.start - start;
            item.start <= at && at <= item.end
        };
        if is_blank(&text[item.clone()]) || errors.iter().any(explained) {
            continue;
        }
        let open = scan.open.iter().rfind(|&&open| item.contains(&open)).copied();
        if let Err(found) = read(Rule::alone, source, item) {
            errors.extend(
                found.into_iter().map(|found| error::unclosed(source, found, open, &scan.suspects)),
            );
        }
    }
    errors.sort_by_key(|found| found.primary.span.start);
    if errors.is_empty() { whole } else { errors }
}

/// Diagnostics of a text by itself, as those of one that begins at `start`.
fn moved(mut diagnostics: Vec<Diagnostic>, start: usize) -> Vec<Diagnostic> {
    for found in &mut diagnostics {
        for label in std::iter::once(&mut found.primary).chain(&mut found.secondary) {
            label.span = label.span.start + start..label.span.end + start;
        }
    }
    diagnostics
}

/// The items in a part of the text, read by an entry rule.
fn read(rule: Rule, source: &Source, part: Span) -> Result<Vec<Item>, Vec<Diagnostic>> {
    let mut pairs = Grammar::parse(rule, &source.text[part.clone()]).map_err(|failure| {
        moved(vec![error::diagnostic(&source.text, part.start, &failure)], source.start)
    })?;
    let mut tree = Tree { base: source.start + part.start, diagnostics: Vec::new() };
    let items = pairs.next().map(|whole| tree.items(whole)).unwrap_or_default();
    if tree.diagnostics.iter().any(|found| found.severity == Severity::Error) {
        return Err(tree.diagnostics);
    }
    Ok(items)
}

/// Whether a text holds nothing but blanks, separators and comments.
fn is_blank(text: &str) -> bool {
    Grammar::parse(Rule::blank, text).is_ok()
}
