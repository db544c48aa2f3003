//! The drawn graph of a checked network, as SVG for notebooks and as text for terminals, and the
//! shapes along its main way.
//!
//! `tree` gives the constructs that nodes came from, `piece` folds them to what is drawn as
//! one, `figure` makes boxes and edges of that: one figure of the whole and one for each form of
//! block. From there `arrange`, `wire` and `svg` draw, and `lanes` writes text.

mod arrange;
mod build;
mod figure;
mod flow;
mod lanes;
mod page;
mod piece;
mod standing;
mod svg;
mod tree;
mod u_shape;
mod wire;
mod words;

pub use flow::flow;

use crate::network::Network;

/// The graph of a network as SVG, which reads well on light and dark backgrounds.
pub fn svg(network: &Network) -> String {
    svg::svg(&build::figures(network), &heading(network))
}

/// The graph of a network as text in lines of at most `width` columns, ending in a newline.
pub fn text(network: &Network, width: usize) -> String {
    lanes::text(&build::figures(network), &heading(network), width)
}

/// What a network is called, what goes in and what comes out.
fn heading(network: &Network) -> String {
    let inputs = network.inputs().iter().map(|input| match &input.label {
        Some(label) if network.input_count > 1 => format!("{label} {}", input.shape),
        _ => input.shape.to_string(),
    });
    let inputs = inputs.collect::<Vec<_>>().join(", ");
    format!("{}: {inputs} -> {}", network.name, network.output())
}
