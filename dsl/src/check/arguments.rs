//! Arguments by name, with what is wrong about them reported.

use std::borrow::Cow;

use super::signature::{Rest, Signature};
use super::suggest::{by_place, did_you_mean, other_key};
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::layers;
use crate::syntax::ast::{Call, Expr, Name, Spanned, Value};

/// The largest integer that an argument may be, so that sums and products of a few fit 64 bits.
const LARGEST: u64 = i32::MAX as u64;

/// The longest signature that a message shows whole.
const LONGEST_NOTE: usize = 120;

/// The arguments of one call, seen through its signature.
///
/// Every getter gives `None` after reporting what is wrong, so that a caller may ask for all of
/// them before it gives up.
pub(crate) struct Arguments<'a> {
    signature: &'a Signature<'a>,
    call: &'a Call,
    positional: Vec<&'a Expr>,
    keys: Vec<(&'a Name, &'a Expr)>,
    /// Whether an argument that stands by place was given as a key.
    placed_by_key: bool,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl<'a> Arguments<'a> {
    /// Takes a call apart. Too few or too many arguments and unknown keys are reported.
    pub(crate) fn bind(
        signature: &'a Signature<'a>,
        call: &'a Call,
        diagnostics: &'a mut Vec<Diagnostic>,
    ) -> Self {
        let mut bound = Self {
            signature,
            call,
            positional: vec![],
            keys: vec![],
            placed_by_key: false,
            diagnostics,
        };
        let mut arguments = call.arguments.iter().peekable();
        while let Some(argument) = arguments.next() {
            match &argument.key {
                Some(key) => bound.bind_key(key, &argument.value),
                None => {
                    let next = arguments.peek().filter(|next| next.key.is_none());
                    if let Some(next) = next
                        && bound.is_key_without_sign(&argument.value, &next.value)
                    {
                        arguments.next();
                        continue;
                    }
                    bound.bind_positional(&argument.value);
                }
            }
        }
        let missing = signature.missing(bound.positional.len()).filter(|_| !bound.placed_by_key);
        if let Some(missing) = missing {
            let headline = format!("`{}` needs its {missing}", signature.name);
            let found = Diagnostic::error(Code::MissingArgument, call.name.span.clone(), headline);
            bound.report(found.label(format!("{missing} is missing")));
        }
        bound
    }

    /// `stride 2` for `stride=2`, which is reported.
    fn is_key_without_sign(&mut self, word: &Expr, value: &Expr) -> bool {
        let Value::Path(key) = &word.value else { return false };
        let is_full = self.positional.len() >= self.signature.most();
        if !is_full || !self.signature.keys.iter().any(|(known, _)| known == key) {
            return false;
        }
        let headline = format!("`{key} {}` lacks the `=` of a key", value.value);
        let span = word.span.start..value.span.end;
        let found = Diagnostic::error(Code::ExtraArgument, span, headline);
        let help = format!("did you mean `{key}={}`?", value.value);
        self.report(found.label("no places are left").help(help));
        true
    }

    fn bind_positional(&mut self, value: &'a Expr) {
        let name = self.signature.name;
        if self.positional.len() >= self.signature.most() {
            let headline = match self.signature.most() {
                0 => format!("`{name}` takes no `{}`", value.value),
                _ => format!("`{name}` has no place for `{}`", value.value),
            };
            let found = Diagnostic::error(Code::ExtraArgument, value.span.clone(), headline);
            let (help, note) = self.in_place_of(value);
            let mut found = found.label("one too many").maybe_help(help);
            found.notes.extend(note);
            self.report(found);
        } else {
            if let Some((key, _)) = self.keys.first() {
                let headline = format!("`{}` stands behind `{}=`", value.value, key.value);
                let found = Diagnostic::error(Code::ArgumentOrder, value.span.clone(), headline);
                let key = key.span.clone();
                self.report(
                    found.label("out of place").also(key, "this key").help(self.in_order()),
                );
            }
            self.positional.push(value);
        }
    }

    /// What may have been meant by an argument that has no place, and what to know about it.
    fn in_place_of(&self, value: &Expr) -> (Option<String>, Option<String>) {
        let Signature { name, positional, keys, .. } = *self.signature;
        let known = "the channels that come in are known, and not written".to_owned();
        if name == "depthwise" {
            let help = "give the window alone: the channels stay what they are";
            return (Some(help.to_owned()), None);
        }
        // The first key is what the next place means in PyTorch.
        let key = keys.first().filter(|_| !positional.is_empty());
        let help = match (key, &value.value) {
            (Some((key, _)), Value::Integer(_) | Value::Shape(_)) => {
                Some(format!("did you mean `{key}={}`?", value.value))
            }
            (_, Value::Path(word)) if layers::names().any(|layer| layer == word) => {
                Some(format!("layers are joined by `->`: `... -> {word}`"))
            }
            _ => None,
        };
        let is_count = matches!(value.value, Value::Integer(_));
        let takes_channels = positional.first() == Some(&"channels") && name.starts_with("conv");
        let is_told = is_count && (takes_channels || name.ends_with("norm"));
        (help, is_told.then_some(known))
    }

    fn bind_key(&mut self, key: &'a Name, value: &'a Expr) {
        let Signature { name, keys, .. } = *self.signature;
        let span = key.span.clone();
        if let Some((before, _)) = self.keys.iter().find(|(before, _)| before.value == key.value) {
            let headline = format!("`{}` is given twice", key.value);
            let before = before.span.clone();
            let found = Diagnostic::error(Code::DuplicateKey, span, headline);
            self.report(found.label("again here").also(before, "first here"));
        } else if keys.iter().any(|(known, _)| *known == key.value) {
            self.keys.push((key, value));
        } else {
            let headline = format!("`{name}` has no key `{}`", key.value);
            let known = keys.iter().map(|(key, _)| *key);
            let rest = match self.signature.rest {
                Rest::Optional(name) => Some(name),
                _ => None,
            };
            let places = self.signature.positional.iter().copied().chain(rest).collect::<Vec<_>>();
            let place = by_place(&key.value, &places);
            self.placed_by_key |= place.is_some();
            let help = place
                .map(|place| format!("`{place}` stands by its place, without a key"))
                .or_else(|| other_key(&key.value).map(str::to_owned))
                .or_else(|| did_you_mean(&key.value, known));
            let found = Diagnostic::error(Code::UnknownKey, span, headline);
            self.report(found.label("unknown key").maybe_help(help));
        }
    }

    /// The call with its keys last.
    fn in_order(&self) -> String {
        let (keys, places): (Vec<_>, Vec<_>) =
            self.call.arguments.iter().partition(|argument| argument.key.is_some());
        let texts = places.into_iter().chain(keys).map(|argument| match &argument.key {
            Some(key) => format!(" {}={}", key.value, argument.value.value),
            None => format!(" {}", argument.value.value),
        });
        format!("keys stand last: `{}{}`", self.call.name.value, texts.collect::<String>())
    }

    /// Reports something, with the signature where it helps.
    pub(crate) fn report(&mut self, diagnostic: Diagnostic) {
        let explains = matches!(
            diagnostic.code,
            Code::MissingArgument
                | Code::ExtraArgument
                | Code::UnknownKey
                | Code::ArgumentOrder
                | Code::BadArgument
                | Code::UnknownVariable
        );
        let note = match self.signature.to_string() {
            long if long.len() > LONGEST_NOTE => {
                let (name, short) = (self.signature.name, self.signature.keys(&[]));
                format!("it is written `{short}` and keys, which `help {name}` lists")
            }
            all => format!("it is written `{all}`"),
        };
        self.diagnostics.push(if explains { diagnostic.note(note) } else { diagnostic });
    }

    /// Where diagnostics go.
    pub(crate) fn diagnostics(&mut self) -> &mut Vec<Diagnostic> {
        self.diagnostics
    }

    /// The call itself.
    pub(crate) fn call(&self) -> &'a Call {
        self.call
    }

    /// The positional arguments behind the named ones.
    pub(crate) fn rest(&self) -> Vec<&'a Expr> {
        self.positional.get(self.signature.positional.len()..).unwrap_or_default().to_vec()
    }

    /// Whether the text has that argument.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.given(name).is_some()
    }

    /// The bytes of an argument, or those of the call where it is left to its default.
    pub(crate) fn span(&self, name: &str) -> Span {
        self.given(name).map_or(&self.call.span, |given| &given.span).clone()
    }

    /// An argument as it stands, or its default.
    pub(crate) fn value(&self, name: &str) -> Option<Cow<'a, Expr>> {
        if let Some(given) = self.given(name) {
            return Some(Cow::Borrowed(given));
        }
        let (_, default) = self.signature.keys.iter().find(|(key, _)| *key == name)?;
        if self.signature.positional.contains(default) {
            return self.value(default);
        }
        let value = default_value(default);
        Some(Cow::Owned(Spanned { value, span: self.call.span.clone() }))
    }

    /// An integer of at least 1.
    pub(crate) fn count(&mut self, name: &str) -> Option<usize> {
        let value = self.value(name)?;
        match value.value {
            Value::Integer(count) if count > 0 => self.bounded(count.unsigned_abs(), &value.span),
            _ => self.bad(name, &value, "a whole number of at least 1"),
        }
    }

    /// An integer of at least 0.
    pub(crate) fn whole(&mut self, name: &str) -> Option<u64> {
        let value = self.value(name)?;
        match value.value {
            Value::Integer(number) if number >= 0 => Some(number.unsigned_abs()),
            _ => self.bad(name, &value, "a whole number of at least 0"),
        }
    }

    /// A size along the last `axes` of depth, height and width, of at least 1: `5` or `5x3`. The
    /// axes before them get 1.
    pub(crate) fn sizes(&mut self, name: &str, axes: usize) -> Option<[usize; 3]> {
        let value = self.value(name)?;
        match self.sides(&value, axes, 1)? {
            Some(sides) if !sides.contains(&0) => Some(sides),
            Some(_) => self.bad(name, &value, "at least 1"),
            None if is_negative(&value) => self.bad(name, &value, "at least 1"),
            None if axes == 3 => self.bad(name, &value, "one number or three, `3` or `3x5x5`"),
            None => self.bad(name, &value, "one number or two, `3` or `3x5`"),
        }
    }

    /// An amount along the last `axes` of depth, height and width, which may be 0: `1` or `1x3`.
    pub(crate) fn amounts(&mut self, name: &str, axes: usize) -> Option<[usize; 3]> {
        let value = self.value(name)?;
        match self.sides(&value, axes, 0)? {
            Some(sides) => Some(sides),
            None if is_negative(&value) => self.bad(name, &value, "at least 0"),
            None if axes == 3 => self.bad(name, &value, "one number or three, `1` or `0x1x1`"),
            None => self.bad(name, &value, "one number or two, `1` or `1x3`"),
        }
    }

    /// Dimensions, each of at least 1: `100`, `16x7x7`.
    pub(crate) fn dims(&mut self, name: &str) -> Option<Vec<usize>> {
        let value = self.value(name)?;
        let dims = match &value.value {
            Value::Integer(dim) => u64::try_from(*dim).ok().map(|dim| vec![dim]),
            Value::Shape(dims) => Some(dims.clone()),
            _ => None,
        };
        let Some(dims) = dims.filter(|dims| !dims.contains(&0)) else {
            return self.bad(name, &value, "a shape such as `100` or `16x7x7`");
        };
        dims.into_iter().map(|dim| self.bounded(dim, &value.span)).collect()
    }

    /// A number that `fits`, which is `what` in words.
    pub(crate) fn number(
        &mut self,
        name: &str,
        what: &str,
        fits: impl Fn(f64) -> bool,
    ) -> Option<f64> {
        let value = self.value(name)?;
        match value.value.number().filter(|number| number.is_finite() && fits(*number)) {
            None => self.bad(name, &value, what),
            number => number,
        }
    }

    /// `yes` or `no`.
    pub(crate) fn flag(&mut self, name: &str) -> Option<bool> {
        let value = self.value(name)?;
        match value.value {
            Value::Flag(flag) => return Some(flag),
            _ => self.bad_word::<bool>(name, &value, "`yes` or `no`"),
        };
        let meant = match value.value.to_string().to_lowercase().as_str() {
            "true" | "1" | "on" => "did you mean `yes`?",
            "false" | "0" | "none" | "off" => "did you mean `no`?",
            _ => return None,
        };
        self.help_last(meant.to_owned());
        None
    }

    /// One of some words, by its place among them.
    pub(crate) fn choice(&mut self, name: &str, words: &[&str]) -> Option<usize> {
        let value = self.value(name)?;
        let place = match &value.value {
            Value::Path(word) => words.iter().position(|known| known == word),
            _ => None,
        };
        if place.is_some() {
            return place;
        }
        let listed = words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>();
        let wanted = match listed.as_slice() {
            [most @ .., last] if !most.is_empty() => format!("{} or {last}", most.join(", ")),
            only => only.concat(),
        };
        let found = value.value.to_string();
        self.bad_word::<usize>(name, &value, &wanted);
        if let Some(help) = did_you_mean(&found, words.iter().copied()) {
            self.help_last(help);
        }
        None
    }

    /// A string that is not empty.
    pub(crate) fn text(&mut self, name: &str, value: &Expr) -> Option<String> {
        match &value.value {
            Value::Text(text) if !text.is_empty() => Some(text.clone()),
            other => {
                let wanted = "a path in quotes, such as `\"weights.safetensors\"`";
                self.bad_word::<String>(name, value, wanted);
                if let Value::Path(path) = other {
                    self.help_last(format!("did you mean `\"{path}\"`?"));
                }
                None
            }
        }
    }

    /// Reports an argument that is not `wanted`, which no name is.
    pub(crate) fn bad<T>(&mut self, name: &str, value: &Expr, wanted: &str) -> Option<T> {
        let Value::Path(found) = &value.value else { return self.bad_word(name, value, wanted) };
        let word = self.signature.name;
        let headline = format!("`{name}` of `{word}` must be {wanted}, but `{found}` has no value");
        let found = Diagnostic::error(Code::UnknownVariable, value.span.clone(), headline);
        self.report(found.label(format!("this is `{name}`")));
        None
    }

    /// Reports an argument that is not `wanted`, which some names are.
    pub(crate) fn bad_word<T>(&mut self, name: &str, value: &Expr, wanted: &str) -> Option<T> {
        let word = self.signature.name;
        let found = &value.value;
        let headline = format!("`{name}` of `{word}` must be {wanted}, but is `{found}`");
        let found = Diagnostic::error(Code::BadArgument, value.span.clone(), headline);
        self.report(found.label(format!("this is `{name}`")));
        None
    }

    /// Says what to do about what was reported last.
    pub(crate) fn help_last(&mut self, help: String) {
        if let Some(last) = self.diagnostics.last_mut() {
            last.help = Some(help);
        }
    }

    /// The sides of a size along the last `axes`, an inner `None` if it is none; the axes before
    /// them get `before`.
    fn sides(&mut self, value: &Expr, axes: usize, before: usize) -> Option<Option<[usize; 3]>> {
        let given = match &value.value {
            Value::Integer(side) if *side >= 0 => vec![side.unsigned_abs(); axes],
            Value::Shape(sides) if sides.len() == axes => sides.clone(),
            _ => return Some(None),
        };
        let mut sides = [before; 3];
        for (side, &given) in sides[3 - axes..].iter_mut().zip(&given) {
            *side = self.bounded(given, &value.span)?;
        }
        Some(Some(sides))
    }

    fn bounded(&mut self, number: u64, span: &Span) -> Option<usize> {
        if number <= LARGEST {
            return usize::try_from(number).ok();
        }
        let headline = format!("{number} is too large: arguments go up to {LARGEST}");
        let found = Diagnostic::error(Code::TooLarge, span.clone(), headline);
        self.report(found.label("too large"));
        None
    }

    /// An argument as it stands.
    pub(crate) fn given(&self, name: &str) -> Option<&'a Expr> {
        let place = self.signature.positional.iter().position(|known| *known == name);
        let rest = match self.signature.rest {
            Rest::Optional(known) if known == name => Some(self.signature.positional.len()),
            _ => None,
        };
        let positional = place.or(rest).and_then(|place| self.positional.get(place).copied());
        let key = || self.keys.iter().find(|(key, _)| key.value == name).map(|(_, value)| *value);
        positional.or_else(key)
    }
}

fn is_negative(value: &Expr) -> bool {
    matches!(value.value, Value::Integer(..0))
}

/// The diagnostic for what the language has and this version does not.
pub(crate) fn not_yet(what: &str, span: Span) -> Diagnostic {
    Diagnostic::error(Code::NotYet, span, format!("{what} is not supported yet"))
        .label("part of the language, but still to come")
}

fn default_value(text: &str) -> Value {
    match text {
        "yes" => Value::Flag(true),
        "no" => Value::Flag(false),
        _ => match (text.parse(), text.parse()) {
            (Ok(integer), _) => Value::Integer(integer),
            (_, Ok(real)) => Value::Real(real),
            _ => Value::Path(text.to_owned()),
        },
    }
}
