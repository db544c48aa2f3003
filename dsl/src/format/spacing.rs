//! Where blanks stand between words on a line.

use super::read::Word;
use crate::syntax::tokens::TokenKind;

/// Whether a blank stands between two words of a call.
///
/// Values have blanks between them, and none within: `c -1` are two, and `c-1` is one.
pub(super) fn between(before: &Word<'_>, word: &Word<'_>) -> bool {
    use TokenKind::{Close, Colon, Equals, Open, Operator, Shape};
    match (before.kind, word.kind) {
        (Equals | Operator, _) | (_, Equals | Colon) => false,
        (_, Operator) => word.spaced,
        // Parts of a computed shape.
        (Shape, Open) => !before.text.ends_with('x'),
        (Close, Shape) => word.spaced,
        _ => true,
    }
}
