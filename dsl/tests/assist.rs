//! Completion, hints and colours, as a user of the prompt sees them.

use netlet_dsl::assist::{Purpose, complete, hint};
use netlet_dsl::check::{Context, Scope, check};
use netlet_dsl::syntax::parse;

mod common;

/// A session that has run these cells.
fn session(cells: &[&str]) -> Scope {
    let mut scope = Scope::default();
    for cell in cells {
        let checked = common::checked(cell, &scope);
        scope.sources = checked.sources;
        checked.statements.iter().for_each(|statement| scope.apply(statement));
    }
    scope
}

fn offered(text: &str, cells: &[&str]) -> Vec<String> {
    let at = text.find('▮').unwrap_or(text.len());
    let text = text.replace('▮', "");
    let scope = session(cells);
    let files = |typed: &str, purpose: Purpose| match purpose {
        Purpose::File => vec![format!("{typed}net.pth"), "zzz".to_owned()],
        Purpose::Data => vec![format!("{typed}cats/")],
    };
    let found = complete(&text, at, &scope, Context::default(), &files);
    found.items.into_iter().map(|item| item.text).collect()
}

#[test]
fn probe() {
    for (text, cells) in [
        ("", vec![]),
        ("tr", vec![]),
        ("net A(1x28x28) {\n  conv 6 5x5 as c1 -> relu\n  ", vec![]),
        ("net A(1x28x28) {\n  conv 6 5x5 as c1 -> relu\n  concat ", vec![]),
        ("net A(1x28x28) {\n  conv 6 5x5 ", vec![]),
        ("net A(1x28x28) {\n  conv 6 ", vec![]),
        ("net A(1x28x28) {\n  conv 6 5x5 pad=", vec![]),
        ("net A(1x28x28) {\n  conv 6 5x5 as a\n maxpool 2 as m\n conv 6 3 as b\n unpool ", vec![]),
        ("net A(1x28x28) {\n  conv 6 5x5 as a\n flatten -> ", vec![]),
        ("skip ", vec!["net A(1x28x28)"]),
        (
            "train ",
            vec![
                "net A(1x28x28) { flatten -> linear 10 }",
                "data f = fashion_mnist\ndata c = cifar10",
            ],
        ),
        (
            "train A on ",
            vec![
                "net A(1x28x28) { flatten -> linear 10 }",
                "data f = fashion_mnist\ndata c = cifar10",
            ],
        ),
        (
            "train A on f ",
            vec![
                "net A(1x28x28) { flatten -> linear 10 }",
                "data f = fashion_mnist\ndata c = cifar10",
            ],
        ),
        (
            "train A on f optimizer=",
            vec![
                "net A(1x28x28) { flatten -> linear 10 }",
                "data f = fashion_mnist\ndata c = cifar10",
            ],
        ),
        ("data f = ", vec![]),
        ("data f = images \"x", vec![]),
        ("data f = cifar10 -> r", vec![]),
        ("load A \"x", vec![]),
        ("freeze A.", vec!["net A(1x28x28) { flatten -> linear 10 as last }"]),
        ("help con", vec![]),
        ("block b(c, n=2) {\n conv c 3 pad=1 as one\n add ", vec![]),
    ] {
        let found = offered(text, &cells);
        let _ = (1);
    }
    for (text, cells) in [
        ("conv 6 5x5", vec!["net A(1x28x28)"]),
        ("conv 6 5x5 -> relu", vec!["net A(1x28x28)"]),
        ("conv 6 5x5 -> re", vec!["net A(1x28x28)"]),
        ("conv 6", vec!["net A(1x28x28)"]),
        ("linear 10", vec!["net A(1x28x28)"]),
        ("net A(1x28x28) {\n conv 16 5x5\n conv 3 3", vec![]),
        ("net A(1x28x28) {\n conv 16 5x5\n skip add { conv 3 3", vec![]),
        ("train A", vec!["net A(1x28x28) { relu }"]),
        ("train A on f ", vec!["net A(1x28x28) { relu }"]),
        ("train A on f", vec!["net A(1x28x28) { relu }", "data f = cifar10"]),
        ("data f = mnist -> colorize", vec![]),
        ("net A(1x28x28) { linear 10 }", vec![]),
    ] {
        let _ = (1);
    }
    let _ = (parse, check);
}
