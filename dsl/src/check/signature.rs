//! What a layer, a command or a data source may be given.

use std::fmt;

/// The arguments of one word of the language, as its messages show them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Signature<'s> {
    /// The word.
    pub(crate) name: &'s str,
    /// The arguments that must be there, in order.
    pub(crate) positional: &'s [&'s str],
    /// What may follow them.
    pub(crate) rest: Rest<'s>,
    /// What stands behind `on`.
    pub(crate) on: Option<&'s str>,
    /// Whether that may be left out.
    pub(crate) on_optional: bool,
    /// The keys with their defaults. A default may name another argument.
    pub(crate) keys: &'s [(&'s str, &'s str)],
}

/// What may follow the positional arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rest<'s> {
    /// Nothing.
    None,
    /// One more.
    Optional(&'s str),
    /// At least one more.
    Many(&'s str),
}

impl<'s> Signature<'s> {
    /// A word with positional arguments alone.
    pub(crate) const fn new(name: &'s str, positional: &'s [&'s str]) -> Self {
        Self { name, positional, rest: Rest::None, on: None, on_optional: false, keys: &[] }
    }

    /// With these keys and their defaults.
    pub(crate) const fn keys(self, keys: &'s [(&'s str, &'s str)]) -> Self {
        Self { keys, ..self }
    }

    /// With more positional arguments.
    pub(crate) const fn rest(self, rest: Rest<'s>) -> Self {
        Self { rest, ..self }
    }

    /// With an operand behind `on`.
    pub(crate) const fn on(self, on: &'s str) -> Self {
        Self { on: Some(on), ..self }
    }

    /// With an operand behind `on` that may be left out.
    pub(crate) const fn maybe_on(self, on: &'s str) -> Self {
        Self { on: Some(on), on_optional: true, ..self }
    }

    /// How many positional arguments there may be.
    pub(crate) fn most(&self) -> usize {
        match self.rest {
            Rest::None => self.positional.len(),
            Rest::Optional(_) => self.positional.len() + 1,
            Rest::Many(_) => usize::MAX,
        }
    }

    /// The name of the first positional argument that is missing where there are `count`.
    pub(crate) fn missing(&self, count: usize) -> Option<&'s str> {
        match (self.positional.get(count), self.rest) {
            (Some(&name), _) => Some(name),
            (None, Rest::Many(name)) if count == self.positional.len() => Some(name),
            _ => None,
        }
    }
}

/// The word as it is written: `conv channels window stride=1 ...`.
impl fmt::Display for Signature<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)?;
        self.positional.iter().try_for_each(|name| write!(f, " {name}"))?;
        match self.rest {
            Rest::None => {}
            Rest::Optional(name) => write!(f, " [{name}]")?,
            Rest::Many(name) => write!(f, " {name}...")?,
        }
        match self.on {
            Some(on) if self.on_optional => write!(f, " [on {on}]")?,
            Some(on) => write!(f, " on {on}")?,
            None => {}
        }
        self.keys.iter().try_for_each(|(key, default)| write!(f, " {key}={default}"))
    }
}
