//! Where in a network a layer is.

use netlet_dsl::messages::Failure;

use super::written;
use crate::network::{Network, computed};
use crate::value::Value;

/// Layers that a failure names at most.
const NAMED: usize = 12;

/// A node of a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// How many nodes are computed before it in a pass that is no training.
    pub(super) number: usize,
    /// Its path.
    pub(super) path: &'static str,
    /// How the language writes it, such as `conv 6 5x5`.
    pub(super) layer: &'static str,
}

/// The nodes that are computed when nothing is trained, the inputs first.
///
/// # Errors
/// When the network does not name its nodes, which only one written by hand may leave out.
pub(super) fn places(network: &dyn Network) -> Result<Vec<Place>, Failure> {
    let nodes = computed(network, false).enumerate();
    let places: Vec<_> =
        nodes.map(|(number, (path, layer))| Place { number, path, layer }).collect();
    match places.is_empty() {
        true => Err(Failure::new(format!("`{}` does not name its layers", network.name()))),
        false => Ok(places),
    }
}

/// The node at `path`; for the path of a part of the network, such as a stage, the last one in it,
/// which is what the part gives.
///
/// # Errors
/// When there is none; the failure names the nearest one.
pub(super) fn place(network: &dyn Network, path: &str) -> Result<Place, Failure> {
    let places = places(network)?;
    let exact = places.iter().find(|place| place.path == path);
    let within = || places.iter().rev().find(|place| is_within(place.path, path));
    match exact.or_else(within) {
        Some(place) => Ok(*place),
        None => Err(unknown(network, path, places.iter().map(|place| place.path))),
    }
}

/// Whether a node is inside of a part.
pub(super) fn is_within(path: &str, part: &str) -> bool {
    path.strip_prefix(part).is_some_and(|rest| rest.starts_with('.'))
}

/// What to say of a path that is none of `known`.
pub(super) fn unknown(
    network: &dyn Network,
    path: &str,
    known: impl Iterator<Item = &'static str>,
) -> Failure {
    let name = network.name();
    let failure = Failure::new(format!("`{name}` has no layer `{path}`"));
    if network.nodes().iter().any(|(node, _)| *node == path || is_within(node, path)) {
        return failure.note("it exists only while training");
    }
    let known: Vec<&str> = known.collect();
    match nearest(path, known.iter().copied()) {
        Some(near) => failure.help(format!("did you mean `{near}`?")),
        None => failure.note(format!("its layers are {}", listed(&known))),
    }
}

/// Names in words, without those that are too many.
pub(super) fn listed(names: &[&str]) -> String {
    let shown: Vec<String> = names.iter().take(NAMED).map(|name| format!("`{name}`")).collect();
    let more = names.len().saturating_sub(NAMED);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{rest}", shown.join(", "))
}

/// The name that is nearest to `name`, if a third of the letters or fewer would have to change.
pub(super) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let lower = name.to_lowercase();
    let scored =
        known.map(|known| (strsim::damerau_levenshtein(&lower, &known.to_lowercase()), known));
    let (distance, known) = scored.min_by_key(|&(distance, _)| distance)?;
    (distance <= name.chars().count().div_ceil(3)).then_some(known)
}

/// Checks that a network takes `input`, and nothing else.
///
/// # Errors
/// When it takes several inputs or samples of another shape, or there are no samples.
pub(super) fn check_input(network: &dyn Network, input: &Value) -> Result<(), Failure> {
    let name = network.name();
    if network.inputs().len() != 1 {
        let names: Vec<&str> = network.inputs().iter().map(|(name, _)| *name).collect();
        return Err(Failure::new(format!("`{name}` takes several inputs"))
            .note(format!("they are {}", listed(&names))));
    }
    if input.samples() == 0 {
        return Err(Failure::new("there is no sample to look at"));
    }
    if input.shape() != network.input() {
        let (wanted, found) = (written(network.input()), written(&input.shape()));
        return Err(Failure::new(format!("`{name}` takes samples of {wanted}, not of {found}")));
    }
    Ok(())
}
