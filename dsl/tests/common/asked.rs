//! All that an editor asks about a place of a text. The tests and the fuzz target share it.

use netlet_dsl::assist::{complete, highlight, hint, inspect};
use netlet_dsl::check::{Context, Scope};

/// Asks all that an editor asks about a place, in the whole text and in what stands before it.
pub fn ask_at(text: &str, place: usize, scope: &Scope) {
    let before = &text[..text.floor_char_boundary(place)];
    let files = |typed: &str, _| vec![format!("{typed}cats/")];
    let found = complete(text, place, scope, Context::default(), &files);
    assert!(text.is_char_boundary(found.range.start) && text.is_char_boundary(found.range.end));
    assert!(found.range.start <= found.range.end && found.range.end <= place);
    let _ = hint(before, before.len(), scope, Context::default());
    if let Some(found) = inspect(text, place, scope, Context::default()) {
        assert!(!found.title.is_empty(), "{text}");
        let _ = (found.text(true), found.html(true));
    }
    let mut end = 0;
    for (part, _) in highlight(before) {
        assert!(end <= part.start && part.start < part.end, "parts are in order");
        end = part.end;
    }
}
