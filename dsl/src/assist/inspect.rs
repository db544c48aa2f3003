//! What stands at a place of a text.

use super::inspection::Inspection;
use crate::check::{Context, Scope};

/// What stands at a place of a text, given in bytes.
pub fn inspect(
    text: &str,
    position: usize,
    scope: &Scope,
    context: Context<'_>,
) -> Option<Inspection> {
    let _ = (text, position, scope, context);
    None
}
