//! What is known at a place: what is defined there, and the network around it.

use crate::check::{Context, Scope, survey};
use crate::elaborate::{Seen, Watch};
use crate::syntax::ast::{ItemKind, Program, Step};
use crate::syntax::{parse_lines_that_are_right, tokens::TokenKind};

use super::cursor::Cursor;

/// What is known at a place of a text.
pub(super) struct Place {
    /// What is defined there.
    pub(super) scope: Scope,
    /// What the network around it knows, where one was worked out up to there.
    pub(super) seen: Option<Seen>,
    /// The parameters and labels of the block around it, as far as its text tells.
    pub(super) block: Option<BlockNames>,
}

/// The names that the text of a block gives.
#[derive(Debug, Default)]
pub(super) struct BlockNames {
    /// Its parameters.
    pub(super) parameters: Vec<String>,
    /// The labels before the place, the nearest first.
    pub(super) labels: Vec<String>,
}

/// A step that stands for one that is not there yet.
const PLACEHOLDER: &str = "identity";

/// What is known where the step begins that the cursor stands in, or would begin there.
pub(super) fn before_step(
    cursor: &Cursor<'_>,
    at: usize,
    scope: &Scope,
    context: Context<'_>,
) -> Place {
    let start = cursor.step_start().unwrap_or(at);
    let bar = if cursor.wants_bar() { "| " } else { "" };
    let before = &cursor.text[..start];
    let text = format!("{before}{bar}{PLACEHOLDER}{}", closers(&Cursor::behind(before)));
    known(&text, start + bar.len(), scope, context)
}

/// What is known of the step that begins at `start` in a text that ends with it. The text may be
/// cut anywhere behind it.
pub(super) fn with_step(text: &str, start: usize, scope: &Scope, context: Context<'_>) -> Place {
    let closed = format!("{text}{}", closers(&Cursor::behind(text)));
    known(&closed, start, scope, context)
}

fn known(text: &str, at: usize, scope: &Scope, context: Context<'_>) -> Place {
    let mut scope = scope.clone();
    let source = scope.sources.add("cursor", text);
    let watch = Watch::new(source.start + at);
    let items = parse_lines_that_are_right(&source, at);
    let program = Program { items };
    let scope = survey(&program, &source, &scope, context, &watch);
    let around = program.items.iter().find(|item| item.span.contains(&watch.at()));
    let block = around.and_then(|item| match &item.kind {
        ItemKind::Block(block) => Some(block),
        _ => None,
    });
    let block = block.map(|block| {
        let parameters = block.parameters.iter().map(|it| it.name.value.clone()).collect();
        let mut labels = Vec::new();
        collect_labels(&block.body.steps, watch.at(), &mut labels);
        labels.reverse();
        BlockNames { parameters, labels }
    });
    Place { scope, seen: watch.seen(), block }
}

/// The labels of steps before a place.
fn collect_labels(steps: &[Step], at: usize, labels: &mut Vec<String>) {
    for step in steps.iter().take_while(|step| step.span.start < at) {
        step.kind.bodies().into_iter().for_each(|body| collect_labels(&body.steps, at, labels));
        labels.extend(step.label.iter().map(|label| label.value.clone()));
    }
}

/// What closes the brackets that are open at the end of a text.
fn closers(cursor: &Cursor<'_>) -> String {
    let ends_in_comment = cursor.inside == super::cursor::Inside::Other;
    let mut closers = if ends_in_comment { "\n".to_owned() } else { String::new() };
    if cursor.last.as_ref().is_some_and(|last| last.kind == TokenKind::Arrow) {
        closers.push_str(PLACEHOLDER);
    }
    for level in cursor.levels.iter().rev() {
        closers.push_str(match cursor.of(&level.open) {
            "{" => " }",
            "(" => ")",
            _ => "]",
        });
    }
    closers
}
