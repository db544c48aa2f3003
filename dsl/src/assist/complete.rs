//! What may stand at a place of a text.

use std::ops::Range;

use super::call::{Call, CallKind, Takes, defaults};
use super::candidate::{Candidate, CandidateKind, Completions};
use super::cursor::{Cursor, Inside, word_before};
use super::place::{Place, before_step};
use super::{names, place_in};
use crate::check::{Context, Scope, words};
use crate::network::Node;
use crate::shape::Shape;
use crate::syntax::tokens::TokenKind;
use crate::vocabulary;

use CandidateKind as Kind;

/// What a string names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A file or folder.
    File,
    /// A file or folder of data, which is looked for among the user's data sets too.
    Data,
}

/// What may stand at a place of a text, given in bytes. `files` gives the paths that a beginning of
/// one goes on to, folders with a `/` at the end.
pub fn complete(
    text: &str,
    position: usize,
    scope: &Scope,
    context: Context<'_>,
    files: &dyn Fn(&str, Purpose) -> Vec<String>,
) -> Completions {
    let position = place_in(text, position);
    match Cursor::behind(&text[..position]).inside {
        Inside::Other => return Completions { range: position..position, items: Vec::new() },
        Inside::String(quote) => {
            let typed = quote + 1..position;
            let before = Cursor::behind(&text[..quote]);
            let items = paths(&before, &text[typed.clone()], files);
            return Completions { range: typed, items };
        }
        Inside::Code => {}
    }
    let range = word_before(text, position);
    let word = &text[range.clone()];
    let before = &text[..range.start];
    let follows_letter =
        before.chars().next_back().is_some_and(|last| !last.is_ascii() || last == '"');
    if follows_letter && !before.ends_with('\u{a0}')
        || word.starts_with(|first: char| first.is_ascii_digit() || first == '.')
    {
        return Completions { range: position..position, items: Vec::new() };
    }
    let cursor = Cursor::behind(before);
    let place = before_step(&cursor, range.start, scope, context);
    let at = At { cursor: &cursor, place: &place, context, word, range: range.clone() };
    let mut items = at.candidates();
    items.retain(|candidate| begins_with(&candidate.text, word));
    let mut known = std::collections::HashSet::new();
    items.retain(|candidate| known.insert(candidate.text.clone()));
    // Those that are written as the word is come first.
    items.sort_by_key(|candidate| !candidate.text.starts_with(word));
    Completions { range, items }
}

fn begins_with(text: &str, word: &str) -> bool {
    text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
}

/// The files that a string may name.
fn paths(
    cursor: &Cursor<'_>,
    typed: &str,
    files: &dyn Fn(&str, Purpose) -> Vec<String>,
) -> Vec<Candidate> {
    let call = Call::of(cursor);
    let purpose = match &call {
        // `until="accuracy > 0.9"` and the like name no file.
        Some(call) if call.key.is_some() => return Vec::new(),
        Some(call) if call.kind == CallKind::Source => Purpose::Data,
        _ => Purpose::File,
    };
    let paths = files(typed, purpose).into_iter().filter(|path| path.starts_with(typed));
    let candidates = paths.map(|path| {
        let kind = if path.ends_with('/') { Kind::Folder } else { Kind::File };
        Candidate::new(kind, path, "")
    });
    candidates.collect()
}

/// A place with all that is known of it.
struct At<'a> {
    cursor: &'a Cursor<'a>,
    place: &'a Place,
    context: Context<'a>,
    /// What is typed there so far.
    word: &'a str,
    range: Range<usize>,
}

impl At<'_> {
    fn candidates(&self) -> Vec<Candidate> {
        let cursor = self.cursor;
        match cursor.bracket() {
            Some("(") => return self.in_parentheses(),
            Some("[") => return Vec::new(),
            _ => {}
        }
        if cursor.wants_bar() {
            return Vec::new();
        }
        if cursor.begins_step() {
            return match (cursor.levels.is_empty(), cursor.is_behind_arrow()) {
                (true, true) if cursor.item_word() == "data" => {
                    names::entries(Kind::Transform, vocabulary::transforms()).collect()
                }
                (true, false) => self.item(),
                _ => self.step(),
            };
        }
        if self.goes_on_expression() {
            return self.values();
        }
        let words = cursor.words().collect::<Vec<_>>();
        match words.as_slice() {
            [.., "as"] => Vec::new(),
            ["net", _, "="] => self.families(),
            ["net", _, "(", ")", ..] => self.modifiers(),
            ["net" | "block", ..] | ["data"] | ["data", _] => Vec::new(),
            ["data", _, "="] => names::entries(Kind::Source, vocabulary::sources()).collect(),
            ["skip"] => joins(),
            ["skip", _, "{", "}"] => keywords(&["via", "as"]),
            ["skip", ..] => keywords(&["as"]),
            ["from"] => names::labels(self.place, |_| true),
            ["share"] => self.shared(),
            ["if", .., "}"] => keywords(&["else", "as"]),
            ["else"] => keywords(&["if"]),
            ["repeat" | "if", ..] if words.last() != Some(&"}") => self.values(),
            [.., "}"] => keywords(&["as"]),
            _ => Call::of(cursor).map_or_else(Vec::new, |call| self.argument(&call)),
        }
    }

    /// The beginning of a definition or a command, or of a line of the open network.
    fn item(&self) -> Vec<Candidate> {
        let scope = &self.place.scope;
        if let Some((net, _)) = self.word.split_once('.') {
            return self.parts_of(net, |_| false);
        }
        let is_open = scope.open().is_some();
        let mut found = if is_open { self.step() } else { Vec::new() };
        let commands = names::entries(Kind::Command, vocabulary::commands());
        found
            .extend(commands.filter(|it| is_open || !matches!(it.text.as_str(), "undo" | "close")));
        let examples = vocabulary::WORDS.iter().filter(|(word, _)| is_item_word(word));
        found
            .extend(examples.map(|(word, example)| Candidate::new(Kind::Keyword, *word, *example)));
        found.extend(names::nets(scope));
        found.extend(names::data(scope, None, false));
        found.extend(names::blocks(scope));
        found
    }

    /// The beginning of a step.
    fn step(&self) -> Vec<Candidate> {
        let Place { scope, seen, .. } = self.place;
        let misfits = seen.as_ref().map_or(&[][..], |seen| &seen.misfits);
        let has_labels = !names::labels(self.place, |_| true).is_empty();
        let has_pools = !names::labels(self.place, |label| label.tells_places).is_empty();
        let layers = names::entries(Kind::Layer, vocabulary::layers());
        let fits = |candidate: &Candidate| match candidate.text.as_str() {
            "unpool" => has_pools,
            // It begins with a `depthwise`.
            "separable" => !misfits.contains(&"depthwise"),
            name => !misfits.contains(&name),
        };
        let mut found = layers.filter(fits).collect::<Vec<_>>();
        found.extend(names::blocks(scope));
        found.extend(
            vocabulary::WORDS
                .iter()
                .filter(|(word, _)| !is_item_word(word) && (*word != "from" || has_labels))
                .map(|(word, example)| Candidate::new(Kind::Keyword, *word, *example)),
        );
        // A network that is open is no layer yet, and none is a layer of itself.
        let is_open = |name: &str| scope.open().is_some_and(|open| open.name() == name);
        let around = self.cursor.levels.first().and_then(|level| level.head.get(1));
        let is_around = |name: &str| around.is_some_and(|around| self.cursor.of(around) == name);
        found.extend(names::nets(scope).filter(|net| !is_open(&net.text) && !is_around(&net.text)));
        found
    }

    /// Inputs, parameters and expressions.
    fn in_parentheses(&self) -> Vec<Candidate> {
        let cursor = self.cursor;
        let Some(level) = cursor.levels.last() else { return Vec::new() };
        let head = level.head.iter().map(|token| cursor.of(token)).collect::<Vec<_>>();
        match head.as_slice() {
            ["net", _, "=", family] => {
                if cursor.last.as_ref().is_some_and(|last| last.kind == TokenKind::Equals) {
                    return Vec::new();
                }
                let family = self.place.scope.definitions.family(family);
                let keys = family.map(|family| defaults(family.item.parameters()));
                let given = cursor.words().collect::<Vec<_>>();
                keys_of(keys.unwrap_or_default(), &given, |_| "a parameter")
            }
            ["net" | "block", ..] => Vec::new(),
            _ => self.values(),
        }
    }

    /// Whether the word goes on an expression: `c/4`.
    fn goes_on_expression(&self) -> bool {
        let last = self.cursor.last.as_ref();
        last.is_some_and(|last| {
            last.kind == TokenKind::Operator && last.span.end == self.range.start
        })
    }

    fn values(&self) -> Vec<Candidate> {
        let mut found = names::variables(self.place);
        if self.place.seen.is_some() || self.place.block.is_some() {
            found.extend(names::dimensions(self.place));
        }
        found
    }

    /// The same where a number is wanted.
    fn numbers(&self) -> Vec<Candidate> {
        let mut found = self.values();
        found.retain(|value| value.detail.is_empty() || is_number(&value.detail));
        found
    }

    fn families(&self) -> Vec<Candidate> {
        let families = self.place.scope.definitions.families();
        let families = families.map(|family| {
            Candidate::new(Kind::Net, family.item.name.as_str(), names::header(&family.item))
        });
        families.collect()
    }

    /// Behind the inputs of a network.
    fn modifiers(&self) -> Vec<Candidate> {
        if self.cursor.last.as_ref().is_some_and(|last| last.kind == TokenKind::Equals) {
            return words::STARTS.map(|word| Candidate::new(Kind::Word, word, "")).to_vec();
        }
        let given = self.cursor.words().collect::<Vec<_>>();
        let strict = Candidate::new(Kind::Keyword, "strict", "windows must tile their inputs");
        let init = Candidate::new(Kind::Key, "init=", "default: how weights begin");
        let is_new = |candidate: &Candidate| !given.contains(&candidate.text.trim_end_matches('='));
        [strict, init].into_iter().filter(is_new).collect()
    }

    fn shared(&self) -> Vec<Candidate> {
        let shared = self.place.seen.iter().flat_map(|seen| &seen.shared);
        shared.map(|name| Candidate::new(Kind::Label, name.as_str(), "the same weights")).collect()
    }

    /// An argument of a call.
    fn argument(&self, call: &Call<'_>) -> Vec<Candidate> {
        let Some(takes) = call.takes(&self.place.scope) else { return Vec::new() };
        if let Some(key) = call.key {
            return self.value_of_key(call, key, &takes);
        }
        if call.on == Some(None) {
            return self.operand(call);
        }
        let mut found = Vec::new();
        if call.keys.is_empty()
            && call.on.is_none()
            && let Some(name) = takes.at(call.places.len())
        {
            found.extend(self.positional(call, name));
        }
        if !takes.missing(call.places.len()).is_empty()
            || takes.rest.as_ref().is_some_and(|(_, many)| *many && call.places.is_empty())
        {
            return found;
        }
        if let Some(on) = takes.on.as_deref().filter(|_| call.on.is_none()) {
            found.push(Candidate::new(Kind::Keyword, "on", on));
            let needs_on = !matches!(call.name, "show");
            if needs_on {
                return found;
            }
        }
        found.extend(keys_of(takes.keys, &call.keys, |key| {
            vocabulary::about_key(call.name, key).unwrap_or("a parameter")
        }));
        match call.kind {
            CallKind::Step => found.extend(keywords(&["as"])),
            CallKind::Head if !call.places.contains(&"training") => {
                found.push(Candidate::new(Kind::Keyword, "training", "only while training"));
            }
            _ => {}
        }
        found
    }

    /// An argument without a key, by what the signature calls it.
    fn positional(&self, call: &Call<'_>, name: &str) -> Vec<Candidate> {
        let scope = &self.place.scope;
        let dotted = self.word.split_once('.').map(|(net, _)| net);
        match (call.kind, name) {
            (CallKind::Command, "NET" | "NET.part") => match dotted {
                Some(_) if name == "NET" && call.name != "load" => Vec::new(),
                Some(net) => self.parts_of(net, |_| true),
                None => names::nets(scope).collect(),
            },
            (CallKind::Command, "DATA[0..16]") => match dotted {
                Some(net) => self.parts_of(net, is_map),
                None => names::data(scope, None, false).chain(names::nets(scope)).collect(),
            },
            (CallKind::Command, "WORD") => names::topics(),
            (CallKind::Command, "NAME") => self.library(),
            (CallKind::Step, "label") => self.labels_for(call),
            (CallKind::Step, "size") if call.name == "crop" => {
                names::labels(self.place, |label| matches!(label.shape, None | Some(Shape::Map(_))))
            }
            (CallKind::Step, _) if crate::layers::layer(call.name).is_some() => self.numbers(),
            (CallKind::Step, _) => {
                self.values().into_iter().chain(names::labels(self.place, |_| true)).collect()
            }
            (CallKind::Transform, "imagenet") => {
                vec![Candidate::new(Kind::Word, "imagenet", "mean and deviation of its pixels")]
            }
            _ => Vec::new(),
        }
    }

    /// The labels that a join or an `unpool` may take here.
    fn labels_for(&self, call: &Call<'_>) -> Vec<Candidate> {
        let current = self.place.seen.as_ref().and_then(|seen| seen.before);
        let join = crate::layers::join(call.name);
        let found = names::labels(self.place, |label| match (join, current, label.shape) {
            (Some(join), Some(current), Some(shape)) => join.of(&[current, shape]).is_ok(),
            (None, ..) if call.name == "unpool" => label.tells_places,
            _ => true,
        });
        found.into_iter().filter(|label| !call.places.contains(&label.text.as_str())).collect()
    }

    /// What stands behind `on`.
    fn operand(&self, call: &Call<'_>) -> Vec<Candidate> {
        let scope = &self.place.scope;
        let net = call.places.first().and_then(|name| name.split('.').next());
        let net = net.and_then(|name| scope.net(name));
        let is_training = matches!(call.name, "train" | "lrfind");
        names::data(scope, net.as_deref(), is_training).collect()
    }

    /// What a key may be.
    fn value_of_key(&self, call: &Call<'_>, key: &str, takes: &Takes) -> Vec<Candidate> {
        let default = takes.keys.iter().find(|(known, _)| known == key);
        let default = default.map_or("", |(_, default)| default.as_str());
        match (call.kind, call.name, key) {
            (CallKind::Step, "upsample", "to") | (CallKind::Step, "roialign", "from" | "boxes") => {
                let is_boxes = key == "boxes";
                return names::labels(self.place, |label| match label.shape {
                    Some(Shape::Matrix([_, sides])) => is_boxes && sides == 4,
                    Some(Shape::Map(_)) => !is_boxes,
                    shape => shape.is_none(),
                });
            }
            (CallKind::Command, "gradcam", "layer") => {
                let net = call.places.first().and_then(|name| self.place.scope.net(name));
                let Some(net) = net else { return Vec::new() };
                let prefix = format!("{}.", net.name);
                let parts = names::parts(&net, self.word, is_map).into_iter();
                return parts
                    .map(|part| Candidate {
                        text: part.text.strip_prefix(&prefix).unwrap_or(&part.text).to_owned(),
                        ..part
                    })
                    .collect();
            }
            _ => {}
        }
        let is_flag = matches!(default, "yes" | "no");
        let chosen = match is_flag {
            true => vec!["yes", "no"],
            false => vocabulary::words_of_key(call.name, key),
        };
        let values = match call.kind {
            CallKind::Step if is_flag || !is_number(default) => {
                // The value of a parameter is one of the words, where it is known.
                let mut values = names::variables(self.place);
                let may_be = |value: &str| value.is_empty() || chosen.contains(&value);
                values.retain(|variable| may_be(&variable.detail));
                values
            }
            CallKind::Step => self.numbers(),
            _ => Vec::new(),
        };
        let chosen = chosen.iter().map(|&word| {
            let detail = if word == default { "the default" } else { "" };
            Candidate::new(Kind::Word, word, detail)
        });
        chosen.chain(values).collect()
    }

    fn library(&self) -> Vec<Candidate> {
        let names = self.context.library.names().into_iter();
        names.map(|name| Candidate::new(Kind::Library, name, "")).collect()
    }

    /// The parts of a network behind its name and a dot.
    fn parts_of(&self, net: &str, is_wanted: fn(&Node) -> bool) -> Vec<Candidate> {
        let Some(network) = self.place.scope.net(net) else { return Vec::new() };
        let path = self.word.split_once('.').map_or("", |(_, path)| path);
        names::parts(&network, path, is_wanted)
    }
}

fn is_item_word(word: &str) -> bool {
    matches!(word, "net" | "block" | "data")
}

/// Whether a value is a number, or a size of several.
fn is_number(value: &str) -> bool {
    value.starts_with(|first: char| first.is_ascii_digit() || first == '-')
}

fn is_map(node: &Node) -> bool {
    matches!(node.shape, Shape::Map(_))
}

fn keywords(words: &[&str]) -> Vec<Candidate> {
    let about = |word| match word {
        "as" => "a label: the name of the value",
        "via" => "the layers on the way round",
        "else" => "the layers where no condition holds",
        _ => "",
    };
    words.iter().map(|&word| Candidate::new(Kind::Keyword, word, about(word))).collect()
}

/// The joins, as `skip` takes them.
fn joins() -> Vec<Candidate> {
    let joins = crate::layers::JOINS.iter();
    joins.map(|join| Candidate::new(Kind::Layer, join.signature.name, join.about)).collect()
}

/// Keys that are not given yet.
fn keys_of(
    keys: Vec<(String, String)>,
    given: &[&str],
    about: impl Fn(&str) -> &'static str,
) -> Vec<Candidate> {
    let new = keys.into_iter().filter(|(key, _)| !given.contains(&key.as_str()));
    new.map(|(key, default)| {
        let detail = format!("{default}: {}", about(&key));
        Candidate::new(Kind::Key, format!("{key}="), detail)
    })
    .collect()
}
