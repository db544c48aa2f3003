//! Whether a text wants another line.

use pest::Parser;
use pest::error::InputLocation;

use super::{Grammar, Rule, parse, scan::scan};
use crate::source::Sources;

/// Whether a text wants another line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Completeness {
    /// It can be run, though the checker may still find errors.
    Complete,
    /// It goes on: a bracket is open or an arrow dangles.
    Incomplete {
        /// Spaces that the next line may start with.
        indent: usize,
    },
    /// It has an error that no further line can mend.
    Invalid,
}

/// Tells a prompt whether a text wants another line.
pub fn completeness(text: &str) -> Completeness {
    if parse(&Sources::default().add("", text)).is_ok() {
        return Completeness::Complete;
    }
    let scan = scan(text);
    let goes_on = !scan.open.is_empty() || scan.dangling;
    if !goes_on || !scan.diagnostics.is_empty() || !fails_at_end(text) {
        return Completeness::Invalid;
    }
    let braces = scan.open.iter().filter(|&&open| text.as_bytes()[open] == b'{').count();
    Completeness::Incomplete { indent: 4 * braces }
}

/// Whether all is right up to the end, so that further text may make the whole right.
fn fails_at_end(text: &str) -> bool {
    let Err(failure) = Grammar::parse(Rule::program, text) else { return false };
    let (InputLocation::Pos(at) | InputLocation::Span((at, _))) = failure.location;
    super::is_blank(&text[at..])
}

#[cfg(test)]
mod tests {
    use super::Completeness::{Complete, Incomplete, Invalid};
    use super::completeness;

    #[test]
    fn whole_texts_are_complete() {
        for text in [
            "",
            "# a comment",
            "summary A",
            "net A(1x8x8) { relu }",
            "net A(1x8x8)\n{\n  relu\n}\n",
            "net A(1x8x8) { cnov 6 } # the checker's business",
        ] {
            assert_eq!(completeness(text), Complete, "{text}");
        }
    }

    #[test]
    fn open_braces_and_arrows_go_on() {
        for (text, indent) in [
            ("net A(1x8x8) {", 4),
            ("net A(1x8x8) {\n    conv 6 5x5 pad=2 # {", 4),
            ("net A(1x8x8) {\n    conv 6 5x5 -> ", 4),
            ("net A(1x8x8) {\n skip add {\n", 8),
            ("net A(1x8x8) {\n skip add { relu }\n", 4),
            ("net A(1x8x8,\n", 0),
            ("net A(\n", 0),
            ("data f = fashion_mnist ->", 0),
        ] {
            assert_eq!(completeness(text), Incomplete { indent }, "{text}");
        }
    }

    #[test]
    fn what_no_line_can_mend_is_invalid() {
        for text in [
            "train A on",
            "net A(1x8x8) { conv = }",
            "net A(1x8x8) { conv = \n",
            "net A(1x8x8) { relu } }",
            "predict A on \"cat.png",
        ] {
            assert_eq!(completeness(text), Invalid, "{text}");
        }
    }
}
