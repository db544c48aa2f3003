//! The brackets, arrows and ends of items in a text: what is needed before and beside the grammar.
//!
//! The grammar alone decides what is right. The scan limits how deeply brackets are nested before
//! the grammar recurses into them, cuts a wrong text into its items so that each is looked at by
//! itself, and tells what is still open at the end.

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
    let bytes = text.as_bytes();
    let (mut at, mut start) = (0, 0);
    while let Some(&byte) = bytes.get(at) {
        let next = match byte {
            b'#' => line_end(bytes, at),
            b'"' => scan.string(bytes, at),
            b'-' if bytes.get(at + 1) == Some(&b'>') => at + 2,
            b'{' | b'(' | b'[' => scan.open(at),
            b'}' | b')' | b']' => scan.close(bytes, at),
            _ => at + 1,
        };
        if ends_item(&scan, bytes, at) {
            scan.items.push(start..at);
            start = next;
        }
        if !byte.is_ascii_whitespace() && byte != b'#' {
            scan.dangling = byte == b'-' && next == at + 2;
        }
        at = next;
    }
    scan.items.push(start..text.len());
    scan
}

impl Scan {
    fn open(&mut self, at: usize) -> usize {
        self.open.push(at);
        if self.open.len() == DEPTH + 1 && !self.too_deep {
            let headline = format!("brackets are nested more than {DEPTH} deep");
            self.diagnostics.push(Diagnostic::error(Code::TooDeep, at..at + 1, headline));
            self.too_deep = true;
        }
        at + 1
    }

    /// A brace closes its own, and with it what was left open inside.
    fn close(&mut self, bytes: &[u8], at: usize) -> usize {
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
        at + 1
    }

    fn string(&mut self, bytes: &[u8], at: usize) -> usize {
        let length = bytes[at + 1..].iter().position(|byte| matches!(byte, b'"' | b'\n'));
        let end = length.map_or(bytes.len(), |length| at + 1 + length);
        if bytes.get(end) == Some(&b'"') {
            return end + 1;
        }
        let found = Diagnostic::error(Code::EndlessString, at..end, "this string has no end");
        self.diagnostics
            .push(found.label("begins here").help("close it with `\"` on the same line"));
        end
    }
}

/// Whether the byte is a separator between items. A newline is none before or behind an arrow, nor
/// before a brace.
fn ends_item(scan: &Scan, bytes: &[u8], at: usize) -> bool {
    match bytes[at] {
        _ if !scan.open.is_empty() => false,
        b';' => true,
        b'\n' => !scan.dangling && !goes_on(&bytes[at..]),
        _ => false,
    }
}

/// Blanks before the first token of the line of a place.
fn indent(bytes: &[u8], at: usize) -> usize {
    let start =
        bytes[..at].iter().rposition(|&byte| byte == b'\n').map_or(0, |newline| newline + 1);
    bytes[start..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}

fn goes_on(mut rest: &[u8]) -> bool {
    loop {
        match rest {
            [b'#', ..] => rest = &rest[line_end(rest, 0)..],
            [byte, after @ ..] if byte.is_ascii_whitespace() => rest = after,
            _ => return rest.starts_with(b"->") || rest.starts_with(b"{"),
        }
    }
}

fn line_end(bytes: &[u8], at: usize) -> usize {
    bytes[at..].iter().position(|&byte| byte == b'\n').map_or(bytes.len(), |length| at + length)
}
