//! The weights of a convolution.

use netlet_dsl::messages::Failure;

use super::place::{is_within, listed, unknown};
use super::written;
use crate::network::{Layer, Network};

/// The weights of a convolution, without its bias.
#[derive(Clone, Debug, PartialEq)]
pub struct Filters {
    /// The path of the layer.
    pub layer: &'static str,
    /// How the language writes it, such as `conv 6 5x5`; empty where the network does not say.
    pub kind: &'static str,
    /// Filters, channels of each, rows and columns; slices lie between channels and rows. A
    /// transposed convolution has a filter for each channel that it takes, and in each a channel for
    /// every one that it gives.
    pub dims: Vec<usize>,
    /// The values, row by row.
    pub values: Vec<f32>,
}

/// The filters of the convolution at `path`, or of the only one in the part of that path.
///
/// # Errors
/// When there is no such layer, it has no filters of rows and columns, or the part has several such.
pub fn filters(network: &mut dyn Network, path: &str) -> Result<Filters, Failure> {
    let found = read(network, path);
    let paths = |found: &[Filters]| -> Vec<&str> { found.iter().map(|one| one.layer).collect() };
    match &found[..] {
        [one] => Ok(one.clone()),
        [] => Err(missing(network, path)),
        several => Err(Failure::new(format!("`{path}` has several convolutions"))
            .note(format!("they are {}", listed(&paths(several))))
            .help(format!("name one: `{}`", several[0].layer))),
    }
}

/// All convolutions at `path` and within it.
fn read(network: &mut dyn Network, path: &str) -> Vec<Filters> {
    let nodes = network.nodes();
    let written = |path| nodes.iter().find(|(node, _)| *node == path).map_or("", |node| node.1);
    let layers = network.layers().into_iter();
    let wanted = layers.filter(|(layer, _)| *layer == path || is_within(layer, path));
    wanted.filter_map(|(layer, kept)| of_layer(layer, written(layer), kept)).collect()
}

fn of_layer(layer: &'static str, kind: &'static str, kept: &mut dyn Layer) -> Option<Filters> {
    let (_, weight) = kept.parameters().into_iter().find(|(name, _)| *name == "weight")?;
    let (dims, values) = (weight.dims().to_vec(), weight.values().to_vec());
    (dims.len() >= 4).then_some(Filters { layer, kind, dims, values })
}

fn missing(network: &mut dyn Network, path: &str) -> Failure {
    let nodes = network.nodes();
    let layers = network.layers();
    let weights = layers.into_iter().find(|(layer, _)| *layer == path).map(|(_, kept)| {
        let weight = kept.parameters().into_iter().find(|(name, _)| *name == "weight");
        weight.map(|(_, weight)| weight.dims().to_vec())
    });
    let is_known = nodes.iter().any(|(node, _)| *node == path || is_within(node, path));
    let convolutions: Vec<&'static str> =
        every_one(network).into_iter().map(|filters| filters.layer).collect();
    if weights.is_none() && !is_known {
        let known = nodes.iter().map(|(node, _)| *node).chain(convolutions);
        return unknown(network, path, known);
    }
    let failure = Failure::new(format!("`{path}` has no filters of rows and columns"));
    let failure = match weights.flatten() {
        Some(dims) => failure.note(format!("its weight is {}", written(&dims))),
        None => failure,
    };
    match convolutions.is_empty() {
        true => failure.note(format!("`{}` has no convolution", network.name())),
        false => failure.help(format!("name a convolution: {}", listed(&convolutions))),
    }
}

fn every_one(network: &mut dyn Network) -> Vec<Filters> {
    let layers = network.layers().into_iter();
    layers.filter_map(|(layer, kept)| of_layer(layer, "", kept)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inspect::grad_cam::tests::Small;

    #[test]
    fn filters_are_the_weight_of_the_layer() {
        let mut network = Small::random(3);
        let expected = network.first.parameters().swap_remove(0).1.values().to_vec();
        let found = filters(&mut network, "first").expect("filters");
        assert_eq!((found.layer, found.kind), ("first", "conv 2 3x3"));
        assert_eq!((found.dims, found.values), (vec![2, 1, 3, 3], expected));
        assert_eq!(filters(&mut network, "block").expect("the only one").layer, "block.conv");
    }

    #[test]
    fn layers_without_filters_are_failures() {
        let mut network = Small::random(3);
        let mut failure = |path| filters(&mut network, path).expect_err("a failure");
        let linear = failure("last");
        assert_eq!(linear.headline, "`last` has no filters of rows and columns");
        assert_eq!(linear.notes, ["its weight is 3x2"]);
        let help = "name a convolution: `first`, `block.conv`";
        assert_eq!(linear.help.as_deref(), Some(help));
        assert_eq!(failure("relu1").help.as_deref(), Some(help));
        assert_eq!(failure("fist").help.as_deref(), Some("did you mean `first`?"));
    }
}
