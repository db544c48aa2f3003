//! The brackets, arrows and ends of items in a text: what is needed before and beside the grammar.
//!
//! The grammar alone decides what is right. The scan limits how deeply brackets are nested before
//! the grammar recurses into them, cuts a wrong text into its items so that each is looked at by
//! itself, and tells what is still open at the end.

use super::tokens::{Token, TokenKind, tokens};
use crate::diagnostic::{Code, Diagnostic, Span};

/// How deeply brackets may be nested.
const DEPTH: usize = 64;

/// What a text is made of.
#[derive(Debug, Default)]
pub(super) struct Scan {
    /// The items, with the blanks and comments before and after them.
    pub(super) items: Vec<Span>,
    /// The brackets that are still open at the end.
    pub(super) open: Vec<usize>,
    /// Braces whose closing one stands further out than their own line: perhaps not theirs.
    pub(super) suspects: Vec<usize>,
    /// Whether the last token is an arrow.
    pub(super) dangling: bool,
    /// Wrong brackets and strings.
    pub(super) diagnostics: Vec<Diagnostic>,
    /// Whether brackets are nested beyond the limit.
    pub(super) too_deep: bool,
}

/// Scans a text.
pub(super) fn scan(text: &str) -> Scan {
    let mut scan = Scan::default();
    let tokens = tokens(text);
    let mut start = 0;
    // Where the last newline was found to end an item or not, and up to where that holds.
    let mut ahead = Ahead { end: 0, goes_on: false };
    for (place, Token { kind, span }) in tokens.iter().enumerate() {
        match kind {
            TokenKind::Open => scan.open(span.start),
            TokenKind::Close => scan.close(text.as_bytes(), span.start),
            TokenKind::EndlessString => scan.endless(span.clone()),
            _ => {}
        }
        let ends_item = match kind {
            _ if !scan.open.is_empty() => false,
            TokenKind::Separator => true,
            TokenKind::Newline => !scan.dangling && !ahead.goes_on(text, &tokens, place),
            _ => false,
        };
        if ends_item {
            scan.items.push(start..span.start);
            start = span.end;
        }
        if !kind.is_trivia() {
            scan.dangling = *kind == TokenKind::Arrow;
        }
    }
    scan.items.push(start..text.len());
    scan
}

impl Scan {
    fn open(&mut self, at: usize) {
        self.open.push(at);
        if self.open.len() == DEPTH + 1 && !self.too_deep {
            let headline = format!("brackets are nested more than {DEPTH} deep");
            self.diagnostics.push(Diagnostic::error(Code::TooDeep, at..at + 1, headline));
            self.too_deep = true;
        }
    }

    /// A brace closes its own, and with it what was left open inside.
    fn close(&mut self, bytes: &[u8], at: usize) {
        let opener = match bytes[at] {
            b'}' => b'{',
            b')' => b'(',
            _ => b'[',
        };
        match self.open.iter().rposition(|&open| bytes[open] == opener) {
            Some(place) if opener == b'{' || place + 1 == self.open.len() => {
                let open = self.open[place];
                if opener == b'{' && indent(bytes, at) < indent(bytes, open) {
                    self.suspects.push(open);
                }
                self.open.truncate(place);
            }
            Some(_) => {}
            None => {
                let headline = format!("this `{}` closes nothing", char::from(bytes[at]));
                let found = Diagnostic::error(Code::Unopened, at..at + 1, headline);
                self.diagnostics.push(found.label("nothing is open here"));
            }
        }
    }

    fn endless(&mut self, span: Span) {
        let found = Diagnostic::error(Code::EndlessString, span, "this string has no end");
        self.diagnostics
            .push(found.label("begins here").help("close it with `\"` on the same line"));
    }
}

/// Whether the item goes on behind newlines: a newline ends none before an arrow or a brace.
struct Ahead {
    /// The token that was found behind the last newline.
    end: usize,
    goes_on: bool,
}

impl Ahead {
    fn goes_on(&mut self, text: &str, tokens: &[Token], newline: usize) -> bool {
        // Many newlines in a row are looked at once.
        if self.end <= newline {
            let next = tokens[newline..].iter().position(|token| !token.kind.is_trivia());
            self.end = next.map_or(tokens.len(), |next| newline + next);
            self.goes_on = tokens.get(self.end).is_some_and(|token| {
                token.kind == TokenKind::Arrow || &text[token.span.clone()] == "{"
            });
        }
        self.goes_on
    }
}

/// Blanks before the first token of the line of a place.
fn indent(bytes: &[u8], at: usize) -> usize {
    let start =
        bytes[..at].iter().rposition(|&byte| byte == b'\n').map_or(0, |newline| newline + 1);
    bytes[start..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}
