//! What a text says, without the places where it says it.

use netlet_dsl::source::Sources;
use netlet_dsl::syntax::parse;

/// The tree of a text without spans; `None` where it cannot be read.
pub fn meaning(text: &str) -> Option<String> {
    let program = parse(&Sources::default().add("test.net", text)).ok()?;
    let tree = format!("{program:?}");
    // Expressions carry their text along, in which blanks may differ.
    let mut parts = tree.split("Computed { text: \"");
    let mut told = without_spans(parts.next().unwrap_or_default());
    for part in parts {
        let end = part.find("\", expression: ").expect("an expression follows its text");
        told.push_str("Computed { ");
        told.push_str(&without_spans(&part[end..]));
    }
    Some(told)
}

/// The text without what reads like `12..15`.
fn without_spans(tree: &str) -> String {
    let mut told = String::with_capacity(tree.len());
    let mut rest = tree;
    while let Some(dots) = rest.find("..") {
        let (before, after) = (&rest[..dots], &rest[dots + 2..]);
        let is_digit = |found: char| found.is_ascii_digit();
        told.push_str(before.trim_end_matches(is_digit));
        rest = after.trim_start_matches(is_digit);
    }
    told.push_str(rest);
    told
}
