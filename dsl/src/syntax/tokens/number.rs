//! Tokens that begin with a digit, and the dimensions of a computed shape.

use super::{TokenKind, is_letter, is_name_char, run};

/// A number or a shape at the beginning.
pub(super) fn number(rest: &str) -> (TokenKind, usize) {
    let first = digits(rest);
    let found = match rest[first..].starts_with('x') {
        true => Some((TokenKind::Shape, first + dimensions(&rest[first..]))),
        false => real(rest).map(|length| (TokenKind::Number, length)),
    };
    // `3abc` is one mistake, not two.
    found
        .filter(|(_, length)| *length > first || is_end(rest, first))
        .unwrap_or_else(|| (TokenKind::Unknown, run(rest, is_letter)))
}

/// The length of what goes on a shape: `x4x4`, or up to the next bracket of it `x4x`; 0 where it
/// is none.
pub(super) fn dimensions(rest: &str) -> usize {
    let mut length = 0;
    while rest[length..].starts_with('x') {
        let behind = &rest[length + 1..];
        if behind.starts_with('(') {
            return length + 1;
        }
        match digits(behind) {
            0 => return 0,
            digits => length += 1 + digits,
        }
    }
    if is_end(rest, length) { length } else { 0 }
}

/// The length of all that goes on a computed shape, `x4x(d + 1)x2`, and whether it is right.
pub(super) fn further_dimensions(rest: &str) -> (usize, bool) {
    let mut length = 0;
    loop {
        let found = dimensions(&rest[length..]);
        length += found;
        if found == 0 || !rest[length..].starts_with('(') {
            return (length.max(1), found > 0);
        }
        let Some(parenthesis) = parenthesis(&rest[length..]) else {
            // Nothing is right on a line whose parentheses are not closed.
            return (run(rest, |found| found != '\n'), false);
        };
        length += parenthesis;
        if !rest[length..].starts_with('x') {
            return (length, is_end(rest, length));
        }
    }
}

/// The length of what stands in parentheses, with these. They are closed on their line.
fn parenthesis(rest: &str) -> Option<usize> {
    let (mut depth, mut in_string) = (0_usize, false);
    for (at, found) in rest.bytes().enumerate() {
        match found {
            b'\n' => return None,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'#' => return None,
            b'(' => depth += 1,
            b')' if depth == 1 => return Some(at + 1),
            b')' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// The length of `cuda:1`.
pub(super) fn device(rest: &str) -> Option<usize> {
    let digits = digits(rest.strip_prefix("cuda:")?);
    let length = "cuda:".len() + digits;
    (digits > 0 && is_end(rest, length)).then_some(length)
}

fn real(rest: &str) -> Option<usize> {
    let mut length = digits(rest);
    if let Some(behind) = rest[length..].strip_prefix('.')
        && behind.starts_with(|found: char| found.is_ascii_digit())
    {
        length += 1 + digits(behind);
    }
    if let Some(behind) = rest[length..].strip_prefix(['e', 'E']) {
        let sign = usize::from(behind.starts_with(['+', '-']));
        match digits(&behind[sign..]) {
            0 => {}
            digits => length += 1 + sign + digits,
        }
    }
    is_end(rest, length).then_some(length)
}

fn digits(rest: &str) -> usize {
    run(rest, |found| found.is_ascii_digit())
}

/// Whether no name goes on behind the first `length` bytes.
fn is_end(rest: &str, length: usize) -> bool {
    !rest[length..].starts_with(is_name_char)
}
