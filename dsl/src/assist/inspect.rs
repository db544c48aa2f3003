//! What stands at a place of a text.

use super::call::{Call, CallKind, takes};
use super::cursor::{Cursor, Inside, word_around};
use super::inspection::Inspection;
use super::place::{Place, before_step, with_step};
use super::{names, place_in, words};
use crate::check::{Context, ImportName, Scope};
use crate::elaborate::Seen;
use crate::messages::Task;
use crate::network::{Network, Node};
use crate::summary::{bytes, summarize, thousands};
use crate::syntax::tokens::{TokenKind, tokens};

/// What stands at a place of a text, given in bytes: a layer with the shapes at that very line, a
/// label, a network, a data set, a command, a key. Where nothing by itself stands there, the call
/// that the place is in.
pub fn inspect(
    text: &str,
    position: usize,
    scope: &Scope,
    context: Context<'_>,
) -> Option<Inspection> {
    let position = place_in(text, position);
    let word = match Cursor::behind(&text[..position]).inside {
        Inside::Other => return None,
        Inside::String(quote) => quote..quote,
        Inside::Code => word_around(text, position),
    };
    let cursor = Cursor::behind(&text[..word.start]);
    let at = At { text, cursor: &cursor, word: &text[word.clone()], end: word.end, scope, context };
    at.word_itself(word.start).or_else(|| at.call_around())
}

struct At<'a> {
    text: &'a str,
    /// The place before the word.
    cursor: &'a Cursor<'a>,
    word: &'a str,
    /// Where the word ends.
    end: usize,
    scope: &'a Scope,
    context: Context<'a>,
}

impl At<'_> {
    fn word_itself(&self, start: usize) -> Option<Inspection> {
        let (cursor, word) = (self.cursor, self.word);
        if !word.starts_with(|first: char| first.is_ascii_alphabetic()) {
            return None;
        }
        if cursor.begins_step() {
            return self.callee(start);
        }
        let words = cursor.words().collect::<Vec<_>>();
        let step = cursor.step_start()?;
        match words.as_slice() {
            ["skip"] => words::called(CallKind::Step, word),
            ["from"] => self.label(step),
            [.., "as"] => self.step(step),
            ["net", _, "="] | ["net"] => {
                let place = self.place_behind_line(start);
                net(&place.scope, word)
            }
            ["data"] => {
                let place = self.place_behind_line(start);
                data(&place.scope, word)
            }
            ["block"] => block(&self.place_behind_line(start).scope, word),
            ["data", _, "="] => words::called(CallKind::Source, word),
            _ => self.argument(step),
        }
    }

    /// What a step, a command or a name alone begins with.
    fn callee(&self, start: usize) -> Option<Inspection> {
        let (cursor, word) = (self.cursor, self.word);
        let is_item = cursor.levels.is_empty() && !cursor.is_behind_arrow();
        if cursor.levels.is_empty() && cursor.item_word() == "data" {
            return words::called(CallKind::Transform, word);
        }
        if is_item {
            if let Some(command) = words::called(CallKind::Command, word) {
                return Some(command);
            }
            if matches!(word, "net" | "block" | "data") {
                return words::keyword(word);
            }
        }
        let found = self.step(start);
        if found.is_some() || !is_item {
            return found;
        }
        let place = before_step(cursor, start, self.scope, self.context);
        self.name(&place.scope)
    }

    /// A name that the session knows, or a part of a network.
    fn name(&self, scope: &Scope) -> Option<Inspection> {
        match self.word.split_once('.') {
            Some((name, path)) => part(&*scope.net(name)?, path),
            None => net(scope, self.word).or_else(|| data(scope, self.word)),
        }
    }

    /// An argument of a call, or the call itself where it says nothing.
    fn argument(&self, step: usize) -> Option<Inspection> {
        let call = Call::of(self.cursor)?;
        let rest = self.text[self.end..].trim_start_matches([' ', '\t']);
        if rest.starts_with('=') && !rest.starts_with("==") {
            let place = before_step(self.cursor, self.end, self.scope, self.context);
            return key(&call, self.word, &place.scope);
        }
        match call.kind {
            CallKind::Command if call.name == "import" => self.library(),
            CallKind::Command if call.name == "help" => {
                let kinds =
                    [CallKind::Step, CallKind::Command, CallKind::Source, CallKind::Transform];
                let called = kinds.into_iter().find_map(|kind| words::called(kind, self.word));
                called.or_else(|| words::keyword(self.word))
            }
            CallKind::Command if call.key.is_none() => {
                let place = before_step(self.cursor, self.end, self.scope, self.context);
                self.name(&place.scope)
            }
            CallKind::Step => self.label(step),
            _ => None,
        }
    }

    /// The word as a label that a step may use, or as a name with a value.
    fn label(&self, step: usize) -> Option<Inspection> {
        let place = with_step_at(self.text, step, self.scope, self.context);
        let seen = place.seen?;
        if let Some(label) = seen.labels.iter().find(|label| label.name == self.word) {
            let mut facts = Vec::new();
            facts.extend(label.shape.map(|shape| fact("shape", shape.to_string())));
            return Some(Inspection {
                title: label.name.clone(),
                about: vec![format!("a label: the value of `{}`", label.layer)],
                facts,
                ..Inspection::default()
            });
        }
        let (name, value) = seen.variables.iter().find(|(name, _)| name == self.word)?;
        Some(Inspection {
            title: name.clone(),
            about: vec![format!("a parameter, here {value}")],
            ..Inspection::default()
        })
    }

    /// The call that the place is in.
    fn call_around(&self) -> Option<Inspection> {
        let start = self.cursor.step_start()?;
        let call = Call::of(self.cursor)?;
        match call.kind {
            CallKind::Step => self.step(start),
            kind => words::called(kind, call.name),
        }
    }

    /// A step with what it does here.
    fn step(&self, start: usize) -> Option<Inspection> {
        let name = leading_name(&self.text[start..]);
        let place = with_step_at(self.text, start, self.scope, self.context);
        let known = words::called(CallKind::Step, name)
            .or_else(|| block(&place.scope, name))
            .or_else(|| words::keyword(name).filter(|_| !matches!(name, "net" | "block" | "data")));
        // A network alone on a line is shown, and no layer.
        let is_layer = place.seen.is_some();
        let known = known.or_else(|| net(&place.scope, name).filter(|_| is_layer));
        let mut found = known?;
        if let Some(seen) = &place.seen {
            let step = self.text[start..step_end(self.text, start)].split_whitespace();
            found.facts.splice(0..0, here(&step.collect::<Vec<_>>().join(" "), seen));
        }
        Some(found)
    }

    /// What is known once the line of a place is done with.
    fn place_behind_line(&self, start: usize) -> Place {
        let end = item_end(self.text, start);
        let text = format!("{}\n", &self.text[..end]);
        before_step(&Cursor::behind(&text), text.len(), self.scope, self.context)
    }

    /// What a part of the library brings.
    fn library(&self) -> Option<Inspection> {
        let name = ImportName::Path(self.word.to_owned());
        let texts = self.context.library.texts(&name).ok()?;
        let lines = texts.iter().flat_map(|(_, text)| text.lines());
        let headers = lines.filter(|line| line.starts_with("net ") || line.starts_with("block "));
        let headers = headers.map(|line| line.trim_end_matches(['{', ' ']).to_owned());
        Some(Inspection {
            title: format!("import {}", self.word),
            about: headers.collect(),
            ..Inspection::default()
        })
    }
}

fn fact(name: &str, value: impl Into<String>) -> (String, String) {
    (name.to_owned(), value.into())
}

/// What a step does at its place.
fn here(step: &str, seen: &Seen) -> Vec<(String, String)> {
    let mut facts = vec![fact("here", format!("`{step}`"))];
    facts.extend(seen.calls.last().map(|call| fact("as called by", format!("`{call}`"))));
    facts.extend(seen.before.map(|shape| fact("in", shape.to_string())));
    match seen.errors.first() {
        Some(error) => facts.push(fact("error", error.headline.clone())),
        None => facts.extend(seen.after.map(|shape| fact("out", shape.to_string()))),
    }
    if seen.parameters > 0 {
        facts.push(fact("parameters", thousands(seen.parameters)));
    }
    if seen.multiply_adds > 0 {
        facts.push(fact("multiply-adds", thousands(seen.multiply_adds)));
    }
    facts
}

/// What is known of a step, with the whole text around it where that is needed.
fn with_step_at(text: &str, start: usize, scope: &Scope, context: Context<'_>) -> Place {
    let cut = with_step(&text[..step_end(text, start)], start, scope, context);
    if cut.seen.is_some() || cut.block.is_none() {
        return cut;
    }
    // What calls the block may stand below.
    let whole = with_step(text, start, scope, context);
    if whole.seen.is_some() { whole } else { cut }
}

/// Where the step ends that begins at `start`.
fn step_end(text: &str, start: usize) -> usize {
    end(text, start, |kind| {
        matches!(kind, TokenKind::Arrow | TokenKind::Bar | TokenKind::Separator)
    })
}

/// Where the item ends that `start` is in the first line of.
fn item_end(text: &str, start: usize) -> usize {
    end(text, start, |kind| kind == TokenKind::Separator)
}

/// The end of the last token before a newline or one that `ends`, outside of brackets.
fn end(text: &str, start: usize, ends: impl Fn(TokenKind) -> bool) -> usize {
    let tokens = tokens(&text[start..]);
    let (mut depth, mut last) = (0_usize, start);
    for (place, token) in tokens.iter().enumerate() {
        match token.kind {
            TokenKind::Open => depth += 1,
            TokenKind::Close if depth == 0 => break,
            TokenKind::Close => depth -= 1,
            kind if depth == 0 && ends(kind) => break,
            TokenKind::Newline if depth == 0 => {
                let next = tokens[place..].iter().find(|token| !token.kind.is_trivia());
                let next = next.map_or("", |next| &text[start..][next.span.clone()]);
                let goes_on = match next {
                    "->" => !ends(TokenKind::Arrow),
                    next => matches!(next, "via" | "else" | "{"),
                };
                if !goes_on {
                    break;
                }
            }
            _ => {}
        }
        if !token.kind.is_trivia() {
            last = start + token.span.end;
        }
    }
    last
}

fn leading_name(text: &str) -> &str {
    let end = text.find(|found: char| !found.is_ascii_alphanumeric() && found != '_');
    &text[..end.unwrap_or(text.len())]
}

fn key(call: &Call<'_>, word: &str, scope: &Scope) -> Option<Inspection> {
    let takes = call.takes(scope);
    let default = takes.and_then(|takes| takes.keys.into_iter().find(|(key, _)| key == word));
    let default = match default {
        Some((_, default)) => default,
        None if word == "init" && call.kind == CallKind::Step => "default".to_owned(),
        None => return None,
    };
    Some(Inspection {
        title: format!("{word}={default}"),
        about: vec![format!("a key of `{}`", call.name), words::meaning(call.name, word)],
        ..Inspection::default()
    })
}

fn block(scope: &Scope, name: &str) -> Option<Inspection> {
    let block = &scope.definitions.block(name)?.item;
    let takes = takes(CallKind::Step, name, scope)?;
    Some(Inspection {
        title: format!("{name} {}", takes.written()).trim_end().to_owned(),
        about: vec!["a block".to_owned()],
        source: Some(scope.sources.slice(&block.span).to_owned()),
        ..Inspection::default()
    })
}

fn net(scope: &Scope, name: &str) -> Option<Inspection> {
    let open = scope.open().filter(|open| open.name() == name);
    let family = scope.definitions.family(name);
    let title = match (open, family) {
        (Some(_), _) => format!("net {name}"),
        (None, Some(family)) => names::header(&family.item),
        (None, None) => return None,
    };
    let mut found = Inspection { title, ..Inspection::default() };
    if let Some(open) = open {
        let lines = open.len();
        let plural = if lines == 1 { "" } else { "s" };
        found.about.push(format!("built line by line: {lines} line{plural} so far"));
    }
    if let Some(network) = scope.net(name) {
        found.facts = size(&network);
    }
    found.source = family.map(|family| family.item.source.clone());
    Some(found)
}

/// The figures of a network.
fn size(network: &Network) -> Vec<(String, String)> {
    let summary = summarize(network);
    let ports = |ports: &[crate::summary::Port]| {
        let shapes = ports.iter().map(|port| {
            let shape = crate::shape::dims_text(&port.shape);
            if ports.len() > 1 { format!("{} {shape}", port.name) } else { shape }
        });
        shapes.collect::<Vec<_>>().join(", ")
    };
    vec![
        fact("in", ports(&summary.inputs)),
        fact("out", ports(&summary.outputs)),
        fact("layers", thousands(summary.layers.len() as u64)),
        fact("parameters", thousands(summary.parameters)),
        fact("multiply-adds", thousands(summary.multiply_adds)),
        fact("activations", bytes(summary.activation_bytes)),
    ]
}

/// A part of a network: a layer, or all that has its label.
fn part(network: &Network, path: &str) -> Option<Inspection> {
    let nodes = network.layers().iter().filter(|node| network.is_in_part(node, path));
    let nodes = nodes.collect::<Vec<&Node>>();
    let last = nodes.last()?;
    let about = match nodes.as_slice() {
        [only] => format!("`{}`", only.layer),
        all => format!("{} layers", all.len()),
    };
    let parameters = nodes.iter().map(|node| node.parameter_count()).fold(0, u64::saturating_add);
    Some(Inspection {
        title: format!("{}.{path}", network.name),
        about: vec![about],
        facts: vec![fact("out", last.shape.to_string()), fact("parameters", thousands(parameters))],
        ..Inspection::default()
    })
}

fn data(scope: &Scope, name: &str) -> Option<Inspection> {
    let set = scope.data(name)?;
    let task = set.task.map(|task| match task {
        Task::Class => "a class for each sample",
        Task::Mask => "the class of each pixel",
        Task::Colours => "the colour of each pixel",
        Task::Box => "a class and the box around it",
        Task::Values => "numbers",
        Task::None => "none",
    });
    let mut facts = Vec::new();
    facts.extend(set.shape.map(|shape| fact("shape", shape.to_string())));
    facts.extend(task.map(|task| fact("answer", task)));
    facts.extend(set.classes.map(|classes| fact("classes", classes.to_string())));
    facts.extend(set.samples.map(|[train, test]| {
        fact("samples", format!("{} for training, {} for tests", thousands(train), thousands(test)))
    }));
    let about = if facts.is_empty() { "a data set, known once it is read" } else { "a data set" };
    Some(Inspection {
        title: format!("data {name}"),
        about: vec![about.to_owned()],
        facts,
        ..Inspection::default()
    })
}
