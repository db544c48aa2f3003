//! What each part of a text is, for colours.

use std::ops::Range;

use crate::check::{is_command, source_signatures, transform_signatures};
use crate::layers;
use crate::syntax::tokens::{Token, TokenKind, tokens};

/// What a part of a text is, as a reader sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Highlight {
    /// A word that definitions and bodies are made of: `net`, `skip`, `as`.
    Keyword,
    /// A layer or a join of the language.
    Layer,
    /// A command.
    Command,
    /// What is called else: a block, a network, a source or a transform of data.
    Call,
    /// The name before `=`.
    Key,
    /// The name that `as`, `from` or a definition gives or takes.
    Label,
    /// Any other name.
    Name,
    /// `64`, `0.5`, `yes`
    Number,
    /// `3x224x224`
    Shape,
    /// With its quotes.
    String,
    /// From `#` to the end of the line.
    Comment,
    /// `->`, `=`, `+`, brackets and the like.
    Operator,
    /// What the language does not have.
    Unknown,
}

/// The parts of a text that have a colour, in order. Blanks are left out.
pub fn highlight(text: &str) -> Vec<(Range<usize>, Highlight)> {
    let mut parts = Vec::new();
    let mut before = "";
    let mut item = "";
    let mut begins_item = true;
    for Token { kind, span } in tokens(text) {
        let word = &text[span.clone()];
        if matches!(kind, TokenKind::Newline | TokenKind::Separator) {
            begins_item = before != "->";
        }
        let part = match kind {
            TokenKind::Blank | TokenKind::Newline => continue,
            TokenKind::Comment => Highlight::Comment,
            TokenKind::Keyword | TokenKind::Rust => Highlight::Keyword,
            TokenKind::Call if item == "data" && before != "data" => called_in_data(word),
            TokenKind::Call if begins_item && is_command(word) => Highlight::Command,
            TokenKind::Call => called(word),
            TokenKind::Key => Highlight::Key,
            TokenKind::Name
                if matches!(
                    before,
                    "as" | "from" | "net" | "block" | "data" | "head" | "share"
                ) =>
            {
                Highlight::Label
            }
            TokenKind::Name => Highlight::Name,
            TokenKind::Device | TokenKind::Flag | TokenKind::Number => Highlight::Number,
            TokenKind::Shape => Highlight::Shape,
            TokenKind::String | TokenKind::EndlessString => Highlight::String,
            TokenKind::Unknown => Highlight::Unknown,
            TokenKind::Separator
            | TokenKind::Arrow
            | TokenKind::Bar
            | TokenKind::Comma
            | TokenKind::Equals
            | TokenKind::Colon
            | TokenKind::Range
            | TokenKind::Operator
            | TokenKind::Open
            | TokenKind::Close => Highlight::Operator,
        };
        if begins_item && !matches!(kind, TokenKind::Separator | TokenKind::Comment) {
            // An arrow goes on with the item above.
            if kind != TokenKind::Arrow {
                item = word;
            }
            begins_item = false;
        }
        if kind != TokenKind::Comment {
            before = word;
        }
        parts.push((span, part));
    }
    parts
}

fn called(word: &str) -> Highlight {
    let is_layer = layers::names().any(|layer| layer == word) || word == "separable";
    if is_layer { Highlight::Layer } else { Highlight::Call }
}

fn called_in_data(word: &str) -> Highlight {
    let mut signatures = source_signatures().chain(transform_signatures());
    let is_known = signatures.any(|signature| signature.name == word);
    if is_known { Highlight::Layer } else { Highlight::Call }
}
