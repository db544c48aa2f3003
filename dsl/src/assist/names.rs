//! Candidates by what they are: the names of a scope, and the words of the language.

use super::call::{CallKind, takes};
use super::candidate::{Candidate, CandidateKind};
use super::place::Place;
use crate::check::{DataSet, Family, Scope, misfits_of_training};
use crate::elaborate::SeenLabel;
use crate::network::Network;
use crate::vocabulary::{self, Entry};

/// The words of the language, each with its arguments.
pub(super) fn entries(
    kind: CandidateKind,
    entries: impl Iterator<Item = Entry>,
) -> impl Iterator<Item = Candidate> {
    entries.map(move |entry| {
        let arguments = entry.signature.strip_prefix(entry.name).unwrap_or_default().trim();
        let detail = if arguments.is_empty() { entry.about } else { arguments };
        Candidate::new(kind, entry.name, detail)
    })
}

/// Every network that can be used.
pub(super) fn nets(scope: &Scope) -> impl Iterator<Item = Candidate> {
    let families = scope.definitions.families();
    let families = families.map(|family| {
        Candidate::new(CandidateKind::Net, family.item.name.as_str(), header(&family.item))
    });
    let open = scope.open().filter(|open| open.network.is_some());
    let open = open
        .map(|open| Candidate::new(CandidateKind::Net, open.name(), "open, built line by line"));
    open.into_iter().chain(families)
}

/// The header of a network's definition, in one line, with its output where that is known.
pub(super) fn header(family: &Family) -> String {
    let text = family.source.split('{').next().unwrap_or_default();
    let header = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let output = family.network.get().map(|network| format!(" -> {}", network.output()));
    header + &output.unwrap_or_default()
}

/// Every block.
pub(super) fn blocks(scope: &Scope) -> impl Iterator<Item = Candidate> {
    scope.definitions.blocks().map(|block| {
        let name = block.name.value.as_str();
        let written = takes(CallKind::Step, name, scope).map_or(String::new(), |it| it.written());
        Candidate::new(CandidateKind::Block, name, written)
    })
}

/// Every data set; those that are known not to fit a network are left out.
pub(super) fn data(
    scope: &Scope,
    net: Option<&Network>,
    is_training: bool,
) -> impl Iterator<Item = Candidate> {
    let fits = move |set: &&DataSet| {
        net.is_none_or(|net| misfits_of_training(net, set, is_training).is_empty())
    };
    let sets = scope.data_sets().filter(fits);
    sets.map(|set| Candidate::new(CandidateKind::Data, set.name.as_str(), about_data(set)))
}

/// What is known of a data set, in a few words.
pub(super) fn about_data(set: &DataSet) -> String {
    let shape = set.shape.map(|shape| shape.to_string());
    let classes = set.classes.map(|classes| format!("{classes} classes"));
    let facts = shape.into_iter().chain(classes).collect::<Vec<_>>();
    if facts.is_empty() { "known once it is read".to_owned() } else { facts.join(", ") }
}

/// The labels in sight for which `is_wanted` holds, the latest first. Where no network was worked
/// out, all that the text around gives.
pub(super) fn labels(place: &Place, is_wanted: impl Fn(&SeenLabel) -> bool) -> Vec<Candidate> {
    let mut found = Vec::new();
    if let Some(seen) = &place.seen {
        found.extend(seen.labels.iter().filter(|label| is_wanted(label)).map(|label| {
            let shape = label.shape.map_or(String::new(), |shape| format!(" -> {shape}"));
            let detail = format!("{}{shape}", label.layer);
            Candidate::new(CandidateKind::Label, label.name.as_str(), detail)
        }));
    } else if let Some(block) = &place.block {
        let labels = block.labels.iter();
        found.extend(labels.map(|label| Candidate::new(CandidateKind::Label, label.as_str(), "")));
    }
    found
}

/// The names that have values in an expression.
pub(super) fn variables(place: &Place) -> Vec<Candidate> {
    let parameter =
        |name: &str, detail: String| Candidate::new(CandidateKind::Parameter, name, detail);
    match (&place.seen, &place.block) {
        (Some(seen), _) => {
            seen.variables.iter().map(|(name, value)| parameter(name, value.clone())).collect()
        }
        (None, Some(block)) => {
            block.parameters.iter().map(|name| parameter(name, String::new())).collect()
        }
        (None, None) => Vec::new(),
    }
}

/// What the current value has that an expression may name.
pub(super) fn dimensions(place: &Place) -> Vec<Candidate> {
    use crate::shape::Shape;
    let shape = place.seen.as_ref().and_then(|seen| seen.before);
    let [channels, depth, height, width, features] =
        ["in.channels", "in.depth", "in.height", "in.width", "in.features"];
    let known: Vec<(&str, Option<usize>)> = match shape {
        Some(Shape::Features(count)) => vec![(features, Some(count))],
        Some(Shape::Map([c, h, w])) => {
            vec![(channels, Some(c)), (height, Some(h)), (width, Some(w))]
        }
        Some(Shape::Volume([c, d, h, w])) => {
            vec![(channels, Some(c)), (depth, Some(d)), (height, Some(h)), (width, Some(w))]
        }
        Some(Shape::Matrix(_)) => Vec::new(),
        None => [channels, height, width, depth, features].map(|name| (name, None)).to_vec(),
    };
    let known = known.into_iter().map(|(name, value)| {
        let value = value.map_or(String::new(), |value| value.to_string());
        Candidate::new(CandidateKind::Parameter, name, value)
    });
    known.collect()
}

/// The next names of a network's parts behind a path: `conv1` and `layer1` of `ResNet18.`.
pub(super) fn parts(
    net: &Network,
    path: &str,
    is_wanted: fn(&crate::network::Node) -> bool,
) -> Vec<Candidate> {
    let prefix = match path.rsplit_once('.') {
        Some((before, _)) => format!("{before}."),
        None => String::new(),
    };
    let mut found: Vec<Candidate> = Vec::new();
    for node in net.layers().iter().filter(|node| is_wanted(node)) {
        let Some(rest) = node.path.strip_prefix(&prefix) else { continue };
        let name = rest.split('.').next().unwrap_or(rest);
        let is_whole = name == rest;
        let text = format!("{}.{prefix}{name}", net.name);
        let layer = if is_whole { node.layer.as_str() } else { "part of the network" };
        let detail = format!("{layer} -> {}", node.shape);
        match found.iter_mut().find(|known| known.text == text) {
            // What a part gives is what its last layer gives.
            Some(known) => known.detail = detail,
            None => found.push(Candidate::new(CandidateKind::Label, text, detail)),
        }
    }
    found
}

/// Everything that `help` tells of.
pub(super) fn topics() -> Vec<Candidate> {
    let words = vocabulary::WORDS.iter();
    let words =
        words.map(|(word, example)| Candidate::new(CandidateKind::Keyword, *word, *example));
    entries(CandidateKind::Layer, vocabulary::layers())
        .chain(entries(CandidateKind::Command, vocabulary::commands()))
        .chain(entries(CandidateKind::Source, vocabulary::sources()))
        .chain(entries(CandidateKind::Transform, vocabulary::transforms()))
        .chain(words)
        .collect()
}
