//! Completion and inspection, answered from what the session knew when its last cell ended.
//!
//! Jupyter counts in code points, the language in bytes.

use std::path::Path;

use jupyter_protocol::{
    CompleteReply, CompleteRequest, InspectReply, InspectRequest, Media, MediaType,
};
use netlet_dsl::assist;
use netlet_dsl::check::{Context, Scope};
use serde_json::json;

use crate::assist::files;
use crate::session::Texts;

/// What may stand at the cursor, with what each is for clients that show it.
pub(super) fn complete(
    request: &CompleteRequest,
    scope: &Scope,
    cell: Option<&str>,
) -> CompleteReply {
    let code = &request.code;
    let library = Texts::new(Path::new(""));
    let context = Context { cell, library: &library };
    let place = byte_of(code, request.cursor_pos);
    let found = assist::complete(code, place, scope, context, &files);
    let [start, end] = [found.range.start, found.range.end].map(|at| code[..at].chars().count());
    let types = found.items.iter().map(|item| {
        json!({
            "start": start,
            "end": end,
            "text": item.text,
            "type": item.kind.word(),
            "signature": item.detail,
        })
    });
    let metadata = [("_jupyter_types_experimental".to_owned(), types.collect())];
    CompleteReply {
        metadata: metadata.into_iter().collect(),
        matches: found.items.into_iter().map(|item| item.text).collect(),
        cursor_start: start,
        cursor_end: end,
        ..CompleteReply::default()
    }
}

/// What stands at the cursor.
pub(super) fn inspect(request: &InspectRequest, scope: &Scope, cell: Option<&str>) -> InspectReply {
    let library = Texts::new(Path::new(""));
    let context = Context { cell, library: &library };
    let place = byte_of(&request.code, request.cursor_pos);
    let Some(found) = assist::inspect(&request.code, place, scope, context) else {
        return InspectReply::default();
    };
    let all = request.detail_level.unwrap_or_default() > 0;
    let content = vec![MediaType::Plain(found.text(all)), MediaType::Html(found.html(all))];
    InspectReply { found: true, data: Media { content }, ..InspectReply::default() }
}

/// The byte of a place that is given in code points.
fn byte_of(code: &str, place: usize) -> usize {
    code.char_indices().nth(place).map_or(code.len(), |(byte, _)| byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cursor_is_counted_in_code_points() {
        let request = CompleteRequest { code: "# é𝄞\ntra".into(), cursor_pos: 8 };
        let reply = complete(&request, &Scope::default(), None);
        assert_eq!(reply.matches, ["train"]);
        assert_eq!((reply.cursor_start, reply.cursor_end), (5, 8));
        let types = reply.metadata.get("_jupyter_types_experimental").expect("types");
        assert_eq!(types[0]["type"], "command");
        let beyond = CompleteRequest { code: "tra".into(), cursor_pos: 99 };
        assert_eq!(complete(&beyond, &Scope::default(), None).cursor_end, 3);
    }

    #[test]
    fn a_layer_is_told_of_in_text_and_html() {
        let code = "# é\nnet A(1x28x28) { conv 6 5x5 pad=2".to_owned();
        let request = InspectRequest { code, cursor_pos: 24, detail_level: Some(0) };
        let reply = inspect(&request, &Scope::default(), None);
        assert!(reply.found);
        let has = |wanted: &str| {
            let is_in = |text: &String| text.contains(wanted);
            reply.data.content.iter().all(|form| match form {
                MediaType::Plain(text) | MediaType::Html(text) => is_in(text),
                _ => false,
            })
        };
        assert!(has("6x28x28") && has("channels window"), "{:?}", reply.data);
    }

    #[test]
    fn parts_of_the_library_are_offered() {
        let request = CompleteRequest { code: "import zoo.len".into(), cursor_pos: 14 };
        assert_eq!(complete(&request, &Scope::default(), None).matches, ["zoo.lenet"]);
    }
}
