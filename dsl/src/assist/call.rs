//! The call that a place stands in: what is called, what it takes, and what it was given.

use super::cursor::Cursor;
use crate::check::signature::{Rest, Signature};
use crate::check::{
    Scope, command_signatures, is_command, source_signatures, transform_signatures,
};
use crate::layers;
use crate::syntax::ast::Parameter;
use crate::syntax::tokens::{Token, TokenKind};

/// What is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CallKind {
    Command,
    /// A layer, a block or a network as one.
    Step,
    Source,
    Transform,
    /// `head`
    Head,
}

/// A call up to a place.
#[derive(Debug)]
pub(super) struct Call<'t> {
    pub(super) kind: CallKind,
    pub(super) name: &'t str,
    /// The arguments that stand by place, before `on`.
    pub(super) places: Vec<&'t str>,
    /// The keys that are given.
    pub(super) keys: Vec<&'t str>,
    /// The key whose value the place is, or would begin at it.
    pub(super) key: Option<&'t str>,
    /// Behind `on`, its operand, once that is given.
    pub(super) on: Option<Option<&'t str>>,
}

/// What something takes that is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Takes {
    /// What must be there, in order.
    pub(super) positional: Vec<String>,
    /// What may follow, and whether it may be many.
    pub(super) rest: Option<(String, bool)>,
    /// What stands behind `on`.
    pub(super) on: Option<String>,
    /// Keys with their defaults.
    pub(super) keys: Vec<(String, String)>,
}

impl<'t> Call<'t> {
    /// The call that the end of a cursor's text stands in, behind the name that is called.
    pub(super) fn of(cursor: &Cursor<'t>) -> Option<Self> {
        let words = cursor.words().collect::<Vec<_>>();
        let at_top = cursor.levels.is_empty();
        let is_data = at_top && cursor.item_word() == "data";
        let (kind, name_at) = match words.as_slice() {
            ["data", _, "=", _, ..] if is_data => (CallKind::Source, 3),
            ["head", _, ..] => (CallKind::Head, 1),
            [name, ..] if cursor.step[0].kind == TokenKind::Call => {
                let is_first = cursor.item.as_ref().is_some_and(|item| *item == cursor.step[0]);
                let kind = match () {
                    () if is_data => CallKind::Transform,
                    () if at_top && is_first && is_command(name) => CallKind::Command,
                    () => CallKind::Step,
                };
                (kind, 0)
            }
            _ => return None,
        };
        let mut call = Self {
            kind,
            name: if kind == CallKind::Head { "head" } else { words[name_at] },
            places: Vec::new(),
            keys: Vec::new(),
            key: None,
            on: None,
        };
        call.arguments(cursor, &cursor.step[name_at + 1..]);
        Some(call)
    }

    fn arguments(&mut self, cursor: &Cursor<'t>, tokens: &[Token]) {
        let mut end = 0;
        let mut is_value = false;
        for token in tokens {
            let text = cursor.of(token);
            let goes_on = token.span.start == end || token.kind == TokenKind::Close;
            end = token.span.end;
            match token.kind {
                TokenKind::Key => {
                    self.keys.push(text);
                    self.key = Some(text);
                }
                TokenKind::Equals => is_value = true,
                TokenKind::Keyword if text == "on" => self.on = Some(None),
                _ if std::mem::take(&mut is_value) => self.key = None,
                _ if goes_on => {}
                _ => match &mut self.on {
                    Some(on @ None) => *on = Some(text),
                    _ => self.places.push(text),
                },
            }
        }
    }

    /// What it takes, if it is known.
    pub(super) fn takes(&self, scope: &Scope) -> Option<Takes> {
        takes(self.kind, self.name, scope)
    }
}

/// What something takes that is called by a name.
pub(super) fn takes(kind: CallKind, name: &str, scope: &Scope) -> Option<Takes> {
    match kind {
        CallKind::Command => command_signatures().find(|it| it.name == name).map(Takes::of),
        CallKind::Source => source_signatures().find(|it| it.name == name).map(Takes::of),
        CallKind::Transform => transform_signatures().find(|it| it.name == name).map(Takes::of),
        CallKind::Head => Some(Takes {
            positional: Vec::new(),
            rest: None,
            on: None,
            keys: vec![("loss".to_owned(), "1".to_owned())],
        }),
        CallKind::Step => step(name, scope),
    }
}

fn step(name: &str, scope: &Scope) -> Option<Takes> {
    if let Some(layer) = layers::layer(name) {
        return Some(Takes::of(&layer.signature));
    }
    if let Some(join) = layers::join(name) {
        return Some(Takes::of(&join.signature));
    }
    if let Some(block) = scope.definitions.block(name) {
        let parameters = &block.item.parameters;
        let positional = parameters.iter().filter(|it| it.default.is_none());
        return Some(Takes {
            positional: positional.map(|it| it.name.value.clone()).collect(),
            rest: None,
            on: None,
            keys: defaults(parameters),
        });
    }
    let family = &scope.definitions.family(name)?.item;
    let names = family.net.inputs.iter().filter_map(|input| input.name.as_ref());
    let names = names.map(|name| name.value.clone());
    Some(Takes {
        positional: if family.net.inputs.len() > 1 { names.collect() } else { Vec::new() },
        rest: None,
        on: None,
        keys: defaults(family.parameters()),
    })
}

/// Parameters that have defaults, with those.
pub(super) fn defaults(parameters: &[Parameter]) -> Vec<(String, String)> {
    let keys = parameters.iter().filter_map(|parameter| {
        Some((parameter.name.value.clone(), parameter.default.as_ref()?.value.to_string()))
    });
    keys.collect()
}

impl Takes {
    fn of(signature: &Signature<'static>) -> Self {
        let keys = signature.keys.iter();
        Self {
            positional: signature.positional.iter().map(|&name| name.to_owned()).collect(),
            rest: match signature.rest {
                Rest::None => None,
                Rest::Optional(name) => Some((name.to_owned(), false)),
                Rest::Many(name) => Some((name.to_owned(), true)),
            },
            on: signature.on.map(str::to_owned),
            keys: keys.map(|(key, default)| ((*key).to_owned(), (*default).to_owned())).collect(),
        }
    }

    /// What stands at a place among the arguments without keys, counted from 0.
    pub(super) fn at(&self, place: usize) -> Option<&str> {
        let rest = self.rest.as_ref().filter(|(_, many)| *many || place == self.positional.len());
        self.positional.get(place).or(rest.map(|(name, _)| name)).map(String::as_str)
    }

    /// What must still be given behind so many arguments: what `conv 6` lacks is `window`.
    pub(super) fn missing(&self, given: usize) -> &[String] {
        self.positional.get(given..).unwrap_or_default()
    }

    /// How its arguments are written: `channels window stride=1 ...`.
    pub(super) fn written(&self) -> String {
        self.written_with(&self.keys)
    }

    /// The same without the keys.
    pub(super) fn written_without_keys(&self) -> String {
        self.written_with(&[])
    }

    fn written_with(&self, keys: &[(String, String)]) -> String {
        let positional = self.positional.iter().map(String::as_str).collect::<Vec<_>>();
        let keys = keys.iter().map(|(key, default)| (key.as_str(), default.as_str()));
        let keys = keys.collect::<Vec<_>>();
        let rest = match &self.rest {
            None => Rest::None,
            Some((name, true)) => Rest::Many(name),
            Some((name, false)) => Rest::Optional(name),
        };
        let signature = Signature {
            on: self.on.as_deref(),
            ..Signature::new("", &positional).rest(rest).keys(&keys)
        };
        signature.to_string().trim_start().to_owned()
    }
}
