//! What the session answers by itself, without the worker.

use std::sync::Arc;

use netlet_dsl::check::{Action, Definitions, Scope};
use netlet_dsl::messages::{NetEntry, Report};
use netlet_dsl::network::Network;
use netlet_dsl::syntax::ast::Block;
use netlet_dsl::{diagram, emit, summary};

/// Columns of a diagram as text.
const WIDTH: usize = 80;

/// The answer to a statement that needs no worker; `None` where it has nothing to say.
pub(super) fn answer(action: &Action, scope: &Scope) -> Option<Report> {
    Some(match action {
        Action::Net { network, .. } => net_report(network),
        Action::Block(block) => {
            let name = block.item.name.value.clone();
            Report::Block { name, signature: signature(&block.item) }
        }
        Action::Import { name, definitions, left_out } => imported(name, definitions, *left_out),
        Action::Open(open) => Report::Open { net: open.name().to_owned(), open: true },
        Action::Close { net, .. } => Report::Open { net: net.clone(), open: false },
        // Lines taken away because their cell runs again need no words.
        Action::Lines { answer: None, undone: None, .. } => return None,
        Action::Lines { open, answer, undone } => Report::Lines {
            net: open.name().to_owned(),
            answer: answer.clone(),
            undone: undone.clone(),
        },
        Action::Summary(net) => Report::Summary(summary::summarize(net)),
        Action::Shapes(net) => shapes(net),
        Action::Diagram(net) => Report::Diagram {
            net: net.name.clone(),
            svg: diagram::svg(net),
            text: diagram::text(net, WIDTH),
        },
        Action::Code(net) => Report::Code { net: net.name.clone(), source: emit::rust(net) },
        Action::Nets => Report::Nets { nets: nets(scope) },
        Action::Blocks => {
            let blocks = scope.definitions.blocks();
            Report::Blocks { blocks: blocks.map(|block| signature(block)).collect() }
        }
        Action::Text { name, text } => Report::Text { name: name.clone(), text: text.clone() },
        Action::Data { .. } | Action::Worker { .. } | Action::Export { .. } => return None,
    })
}

/// What the definition of a network answers.
pub(super) fn net_report(net: &Arc<Network>) -> Report {
    let NetEntry { net, input, output, parameters, .. } = entry(net, false);
    Report::Net { net, input, output, parameters }
}

fn entry(net: &Network, open: bool) -> NetEntry {
    NetEntry {
        net: net.name.clone(),
        input: net.input().dims().to_vec(),
        output: net.output().dims().to_vec(),
        parameters: net.lasting_parameter_count(),
        open,
    }
}

fn nets(scope: &Scope) -> Vec<NetEntry> {
    let open = scope.open().map(|open| open.name());
    let names = scope.net_names().map(str::to_owned).collect::<Vec<_>>();
    let nets = names.iter().filter_map(|name| Some((name, scope.net(name)?)));
    nets.map(|(name, net)| entry(&net, open == Some(name))).collect()
}

/// How a block is called: `basic c stride=1`.
fn signature(block: &Block) -> String {
    let (with, without): (Vec<_>, Vec<_>) =
        block.parameters.iter().partition(|parameter| parameter.default.is_some());
    let needed = without.iter().map(|parameter| parameter.name.value.clone());
    let keys = with.iter().filter_map(|parameter| {
        Some(format!("{}={}", parameter.name.value, parameter.default.as_ref()?.value))
    });
    let words = std::iter::once(block.name.value.clone()).chain(needed).chain(keys);
    words.collect::<Vec<_>>().join(" ")
}

fn imported(name: &str, definitions: &Definitions, left_out: usize) -> Report {
    let nets = definitions.families().map(|family| family.item.name.clone()).collect();
    let blocks = definitions.blocks().map(|block| block.name.value.clone()).collect();
    Report::Import { name: name.to_owned(), nets, blocks, left_out }
}

/// The shapes along the main way, from the input on.
fn shapes(net: &Network) -> Report {
    let shapes = diagram::flow(net).iter().map(|shape| shape.dims().to_vec()).collect();
    Report::Shapes { net: net.name.clone(), shapes }
}
