//! What is known at one place of a text, without working out what nobody asks for.

use std::sync::Arc;

use super::{Checker, Context, Defined, Family, Names, Scope};
use crate::elaborate::{self, Budget, Watch};
use crate::source::Source;
use crate::syntax::ast::{Item, ItemKind, Program, Value};

/// Goes through a text, takes note of what is known at the step that is watched, and gives what is
/// defined at its end.
/// Networks before it are worked out only where that step needs them, and nothing is carried out.
pub(crate) fn survey(
    program: &Program,
    source: &Source,
    scope: &Scope,
    context: Context<'_>,
    watch: &Watch,
) -> Scope {
    let mut diagnostics = Vec::new();
    let mut names = Names::new(&program.items, scope, &mut diagnostics);
    names.budget = Budget::brief();
    let mut checker =
        Checker { source, names, context, watch: Some(watch), place: None, diagnostics };
    if let Some(before) = checker.begin_cell() {
        checker.names.scope.apply(&before);
    }
    for item in &program.items {
        checker.statement(item);
    }
    let Checker { names: Names { scope, .. }, .. } = checker;
    let around = program.items.iter().find(|item| item.span.contains(&watch.at()));
    if let Some(Item { kind: ItemKind::Block(block), .. }) = around {
        find_caller(&block.name.value, &scope, watch);
    }
    scope
}

/// Whether nothing of an item has to be looked at: a network that the watched step is not in is
/// defined as it stands, and a command that defines nothing is passed over.
pub(super) fn is_settled(scope: &mut Scope, item: &Item, source: &Source, watch: &Watch) -> bool {
    match &item.kind {
        ItemKind::Net(net) if net.body.is_some() && !item.span.contains(&watch.at()) => {
            let family = Family::new(net, source.slice(&item.span));
            scope.define(Defined { item: Arc::new(family), home: None });
            true
        }
        ItemKind::Member(member) => {
            let text = source.slice(&item.span);
            let definitions = &scope.definitions;
            let family =
                super::member(member, text, definitions, &Budget::brief(), &mut Vec::new());
            if let Some(family) = family {
                scope.define(family);
            }
            true
        }
        ItemKind::Command(command) => {
            let verb = command.call.name.value.as_str();
            if let ("import", [argument]) = (verb, command.call.arguments.as_slice()) {
                // Files may have changed, the library has not.
                let Value::Path(name) = &argument.value.value else { return false };
                return scope.import_again(name);
            }
            super::is_command(verb) && !matches!(verb, "import" | "undo" | "close")
        }
        _ => false,
    }
}

/// Works out the networks that name a block, until one of them comes by the watched step in it.
fn find_caller(block: &str, scope: &Scope, watch: &Watch) {
    let budget = Budget::brief();
    let names_it = |source: &str| {
        let is_in_name = |found: char| found.is_ascii_alphanumeric() || found == '_';
        source.split(|found| !is_in_name(found)).any(|word| word == block)
    };
    let own = scope.definitions.families().filter(|family| family.home.is_none());
    for family in own.filter(|family| names_it(&family.item.source)) {
        elaborate::watched(&family.item, &[], &scope.definitions, &budget, Some(watch));
        if watch.has_seen() {
            return;
        }
    }
}
