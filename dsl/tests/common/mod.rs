//! One way into the language for all tests.
// Each test file uses a part of it.
#![allow(dead_code)]

use std::sync::Arc;

use netlet_dsl::check::{Action, Checked, Context, Scope, check};
use netlet_dsl::diagnostic::{Colour, Diagnostic, Severity, render};
use netlet_dsl::network::Network;
use netlet_dsl::source::Sources;
use netlet_dsl::syntax::parse;

/// Everything wrong with a text, and the texts that it is about.
pub fn looked_at(text: &str) -> (Vec<Diagnostic>, Sources) {
    let mut scope = Scope::default();
    let source = scope.sources.add("test.net", text);
    match parse(&source) {
        Ok(program) => {
            let checked = check(&program, &source, &scope, Context::default());
            (checked.diagnostics, checked.sources)
        }
        Err(errors) => (errors, scope.sources),
    }
}

/// Everything wrong with a text.
pub fn diagnostics(text: &str) -> Vec<Diagnostic> {
    looked_at(text).0
}

/// The codes of everything wrong with a text, from top to bottom.
pub fn codes(text: &str) -> Vec<&'static str> {
    diagnostics(text).iter().map(|found| found.code.word()).collect()
}

/// Everything wrong with a text, as a terminal without colours shows it.
pub fn rendered(text: &str) -> String {
    let (found, sources) = looked_at(text);
    let drawn = found.iter().map(|found| render(found, &sources, Colour::Plain));
    // Snapshots have no blanks at line ends.
    drawn.collect::<String>().lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

/// A text without errors, checked against a scope.
pub fn checked(text: &str, scope: &Scope) -> Checked {
    let mut scope = scope.clone();
    let source = scope.sources.add("test.net", text);
    let program = parse(&source).unwrap_or_else(|errors| panic!("{text}: {errors:#?}"));
    let checked = check(&program, &source, &scope, Context::default());
    let is_error = |found: &Diagnostic| found.severity == Severity::Error;
    assert!(!checked.diagnostics.iter().any(is_error), "{text}: {:#?}", checked.diagnostics);
    checked
}

/// What a text without errors does.
pub fn actions(text: &str) -> Vec<Action> {
    let statements = checked(text, &Scope::default()).statements;
    statements.into_iter().map(|statement| statement.action).collect()
}

/// The last network of a text without errors.
pub fn network(text: &str) -> Arc<Network> {
    let nets = actions(text).into_iter().rev().find_map(|action| match action {
        Action::Net { network, .. } => Some(network),
        Action::Lines { open, .. } => open.network,
        _ => None,
    });
    nets.unwrap_or_else(|| panic!("no network in {text}"))
}

/// The shape that a body gives for an input.
pub fn output(input: &str, body: &str) -> String {
    network(&format!("net A({input}) {{ {body} }}")).output().to_string()
}

/// LeNet-5 as the language's description has it.
pub const LENET: &str = "\
net LeNet5(1x28x28) {
    conv 6 5x5 pad=2 -> tanh
    avgpool 2
    conv 16 5x5 -> tanh
    avgpool 2
    flatten
    linear 120 -> tanh
    linear 84 -> tanh
    linear 10
}
";
