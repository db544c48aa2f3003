//! The figures at the head of each file.

use crate::library::{files, network};
use netlet_dsl::layers::Reach;
use netlet_dsl::network::Network;
use netlet_dsl::shape::dims_text;
use netlet_dsl::summary::{summarize, thousands};
use netlet_dsl::syntax::ast::ItemKind;
use netlet_dsl::syntax::parse;

const HEADERS: [&str; 5] = ["network", "input", "parameters", "multiply-adds", "sees"];

/// What a value of the last feature map sees: of the output, or of what a classifier begins with.
/// Of several maps the one that sees most counts. `all` where it sees the whole input through a layer
/// that takes all of a map.
pub fn sees(network: &Network) -> String {
    let mut whole = vec![false; network.nodes.len()];
    for (id, node) in network.nodes.iter().enumerate() {
        let through = node.inputs.iter().any(|&input| whole[input]);
        whole[id] = through || node.operation.reach() == Reach::Whole;
    }
    let rows = summarize(network).layers;
    let field = |id: usize| {
        id.checked_sub(network.input_count).map_or(&[][..], |row| &rows[row].receptive_field)
    };
    let mut id = network.result;
    while network.nodes[id].shape.extent().is_none()
        && let Some(&input) = network.nodes[id].inputs.iter().max_by_key(|&&input| field(input))
    {
        id = input;
    }
    match field(id) {
        _ if whole[id] => "all".to_owned(),
        [] => "-".to_owned(),
        field => dims_text(field),
    }
}

/// A network's line of a head.
fn figures(name: &str) -> [String; 5] {
    let network = network(name);
    let summary = summarize(&network);
    let inputs = network.inputs().iter().map(|input| input.shape.to_string());
    [
        name.to_owned(),
        inputs.collect::<Vec<_>>().join(" + "),
        thousands(summary.parameters),
        thousands(summary.multiply_adds),
        sees(&network),
    ]
}

/// Lines as a table in comments; numbers stand to the right.
fn table(lines: &[[String; 5]]) -> String {
    let head = HEADERS.map(str::to_owned);
    let lines = std::iter::once(&head).chain(lines).collect::<Vec<_>>();
    let width = |column: usize| lines.iter().map(|line| line[column].len()).max().unwrap_or(0);
    let row = |[name, input, parameters, multiply_adds, sees]: &[String; 5]| {
        format!(
            "# {name:<0$}   {input:<1$}   {parameters:>2$}   {multiply_adds:>3$}   {sees}\n",
            width(0),
            width(1),
            width(2),
            width(3),
        )
    };
    lines.iter().copied().map(row).collect()
}

#[test]
fn the_head_of_each_file_holds_its_figures() {
    let mut wrong = String::new();
    for (file, text) in files() {
        let source = netlet_dsl::source::Sources::default().add(file.as_str(), text.as_str());
        let items = parse(&source).expect("every file is without errors").items;
        let names = items.iter().filter_map(|item| match &item.kind {
            ItemKind::Net(net) => Some(&net.name.value),
            ItemKind::Member(member) => Some(&member.name.value),
            _ => None,
        });
        let lines = names.map(|name| figures(name)).collect::<Vec<_>>();
        let table = format!("#\n{}", table(&lines));
        let head = text.split("\n\n").next().unwrap_or_default();
        if !format!("{head}\n").ends_with(&table) {
            wrong += &format!("{file} should say\n{table}");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
