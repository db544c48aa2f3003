//! What a prompt says behind a line before it is entered.

use super::call::Call;
use super::cursor::{Cursor, Inside, word_before};
use super::place::{before_step, with_step};
use super::place_in;
use crate::check::{self, Context, Scope, is_command};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::syntax::ast::Program;
use crate::syntax::parse_lines_that_are_right;
use crate::syntax::tokens::TokenKind;

/// What to say behind a line whose end is at a place, given in bytes: the shape behind its layers,
/// as `-> 16x10x10`; what a layer or a command still needs, as `window stride=1 ...`; or what is
/// wrong with it. Nothing where a word may still be going on.
pub fn hint(text: &str, position: usize, scope: &Scope, context: Context<'_>) -> Option<String> {
    let position = place_in(text, position);
    let line_end = text[position..].find('\n').map_or(text.len(), |length| position + length);
    if !text[position..line_end].trim().is_empty() {
        return None;
    }
    let typed = &text[..position];
    let cursor = Cursor::behind(typed);
    let start = cursor.step_start()?;
    if cursor.inside != Inside::Code || !matches!(cursor.bracket(), None | Some("{")) {
        return None;
    }
    let place = before_step(&cursor, position, scope, context);
    if let Some(missing) = missing(&cursor, &place.scope) {
        return missing;
    }
    let first = &cursor.step[0];
    let is_step = first.kind == TokenKind::Call
        || matches!(cursor.of(first), "skip" | "repeat" | "from" | "share" | "if");
    let word = word_before(typed, position);
    let may_go_on = !word.is_empty();
    let is_step = is_step && cursor.item_word() != "data" && !is_command(cursor.of(first));
    if is_step || !cursor.levels.is_empty() {
        return shape_behind(typed, start, scope, context, may_go_on);
    }
    wrong(typed, &place.scope, context, may_go_on)
}

/// What a call still needs, if it lacks something: the inner `None` where nothing can be said of it.
fn missing(cursor: &Cursor<'_>, scope: &Scope) -> Option<Option<String>> {
    let call = Call::of(cursor)?;
    if call.key.is_some() {
        return Some(None);
    }
    let takes = call.takes(scope)?;
    let given = call.places.len();
    let lacks = takes.missing(given);
    let lacks_on = takes.on.as_ref().filter(|_| call.name != "show" && call.on.is_none());
    if lacks.is_empty() && lacks_on.is_none() {
        // An operand is still to come.
        return (call.on == Some(None)).then_some(None);
    }
    let mut words = lacks.to_vec();
    words.extend(lacks_on.map(|on| format!("on {on}")));
    Some(Some(words.join(" ")))
}

/// The shape behind the step that begins at `start`, or what is wrong with it.
fn shape_behind(
    typed: &str,
    start: usize,
    scope: &Scope,
    context: Context<'_>,
    may_go_on: bool,
) -> Option<String> {
    let place = with_step(typed, start, scope, context);
    let seen = place.seen?;
    if let Some(error) = seen.errors.first() {
        return message(error, may_go_on);
    }
    Some(format!("-> {}", seen.after?))
}

/// What is wrong with the item at the end of a text.
fn wrong(typed: &str, scope: &Scope, context: Context<'_>, may_go_on: bool) -> Option<String> {
    let mut scope = scope.clone();
    let source = scope.sources.add("hint", typed);
    let mut items = parse_lines_that_are_right(&source, typed.len());
    let last =
        items.pop().filter(|item| item.span.end + 1 >= source.start + typed.trim_end().len())?;
    let program = Program { items: vec![last] };
    let checked = check::check(&program, &source, &scope, context);
    let error = checked.diagnostics.iter().find(|found| found.severity == Severity::Error)?;
    message(error, may_go_on)
}

/// An error in a few words, unless the word at the end may still become right.
fn message(error: &Diagnostic, may_go_on: bool) -> Option<String> {
    let is_of_name = matches!(
        error.code,
        Code::UnknownLayer
            | Code::UnknownCommand
            | Code::UnknownName
            | Code::UnknownLabel
            | Code::UnknownSource
            | Code::UnknownTransform
            | Code::UnknownVariable
            | Code::UnknownKey
            | Code::NoOpenNet
            | Code::MissingArgument
            | Code::ExtraArgument
    );
    (!(may_go_on && is_of_name)).then(|| error.headline.clone())
}
