//! From text to a typed tree.

pub mod ast;
mod complete;
mod error;
mod grammar;
mod scan;
mod tree;

use pest::Parser;

use crate::diagnostic::{Diagnostic, Severity, Span};

use ast::{Item, Program};
use grammar::{Grammar, Rule};
use scan::Scan;
use tree::Tree;

pub use complete::{Completeness, completeness};

/// Reads a text. A text without items gives an empty program.
///
/// # Errors
/// All syntax errors found, at most one for each item.
pub fn parse(text: &str) -> Result<Program, Vec<Diagnostic>> {
    let scan = scan::scan(text);
    if scan.too_deep {
        return Err(scan.diagnostics);
    }
    match read(Rule::program, text, 0..text.len()) {
        Ok(items) => Ok(Program { items }),
        Err(diagnostics) => Err(errors(text, scan, diagnostics)),
    }
}

/// All errors of a text that as a whole has the errors `whole`: those of each item by itself.
fn errors(text: &str, scan: Scan, whole: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut errors = scan.diagnostics;
    for item in scan.items {
        // An error of brackets or strings explains what the grammar makes of the same item.
        let explained = |found: &Diagnostic| {
            item.start <= found.primary.span.start && found.primary.span.start <= item.end
        };
        if is_blank(&text[item.clone()]) || errors.iter().any(explained) {
            continue;
        }
        let open = scan.open.iter().rfind(|&&open| item.contains(&open)).copied();
        if let Err(found) = read(Rule::alone, text, item) {
            errors.extend(found.into_iter().map(|found| error::unclosed(text, found, open)));
        }
    }
    errors.sort_by_key(|found| found.primary.span.start);
    if errors.is_empty() { whole } else { errors }
}

/// The items in a part of the text, read by an entry rule.
fn read(rule: Rule, text: &str, part: Span) -> Result<Vec<Item>, Vec<Diagnostic>> {
    let mut pairs = Grammar::parse(rule, &text[part.clone()])
        .map_err(|failure| vec![error::diagnostic(text, part.start, &failure)])?;
    let mut tree = Tree { base: part.start, diagnostics: Vec::new() };
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
