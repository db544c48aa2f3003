//! The texts of a session, laid end to end so that a span says which text it is in.

use std::ops::Range;
use std::sync::Arc;

use crate::diagnostic::Span;

/// A text with its name.
#[derive(Debug, PartialEq, Eq)]
pub struct Source {
    /// What a reader calls it: a file's name, `In[3]`, `prompt`.
    pub name: String,
    /// The text.
    pub text: String,
    /// Where its spans begin.
    pub start: usize,
}

/// The texts that spans point into. A clone shares them. The first is the language's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sources {
    all: Vec<Arc<Source>>,
}

/// The layers of the language that are written in it.
const BUILTIN: &str = include_str!("builtin.net");

/// Whether a span lies in the language's own text, which no reader has written.
pub(crate) fn is_builtin(span: &Span) -> bool {
    span.start < BUILTIN.len()
}

impl Default for Sources {
    fn default() -> Self {
        let mut sources = Self { all: Vec::new() };
        sources.add("netlet", BUILTIN);
        sources
    }
}

impl Source {
    /// The bytes of a span within this text, whole characters of it.
    pub fn local(&self, span: &Span) -> Range<usize> {
        let start = self.text.floor_char_boundary(span.start.saturating_sub(self.start));
        let end = self.text.ceil_char_boundary(span.end.saturating_sub(self.start));
        start..end.max(start)
    }

    /// The part of the text that a span covers.
    pub fn slice(&self, span: &Span) -> &str {
        &self.text[self.local(span)]
    }

    /// The line and the column, both from 1, of a place; columns count characters.
    pub fn position(&self, at: usize) -> [usize; 2] {
        let before = &self.text[..self.local(&(at..at)).start];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        [before.matches('\n').count() + 1, before[line_start..].chars().count() + 1]
    }
}

impl Sources {
    /// Adds a text behind all others.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> Arc<Source> {
        // A place behind each text stands for its end.
        let start = self.all.last().map_or(0, |last| last.start + last.text.len() + 1);
        let source = Arc::new(Source { name: name.into(), text: text.into(), start });
        self.all.push(Arc::clone(&source));
        source
    }

    /// The language's own text.
    pub(crate) fn builtin(&self) -> &Source {
        &self.all[0]
    }

    /// The text that a span begins in.
    pub fn of(&self, span: &Span) -> Option<&Arc<Source>> {
        let place = self.all.partition_point(|source| source.start <= span.start);
        self.all.get(place.checked_sub(1)?)
    }

    /// The part of its text that a span covers.
    pub fn slice(&self, span: &Span) -> &str {
        self.of(span).map_or("", |source| source.slice(span))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_lead_to_their_texts() {
        let mut sources = Sources::default();
        let first = sources.add("a", "net A\nrelu");
        let second = sources.add("b", "ünd");
        assert_eq!(sources.of(&(first.start..first.start)).map(|it| it.name.as_str()), Some("a"));
        let end = first.start + first.text.len();
        assert_eq!(sources.of(&(end..end)).map(|it| it.name.as_str()), Some("a"));
        let span = second.start + 2..second.start + 4;
        assert_eq!(sources.of(&span).map(|it| it.name.as_str()), Some("b"));
        assert_eq!(sources.slice(&span), "nd");
        assert_eq!(first.position(first.start + 7), [2, 2]);
        assert_eq!(second.position(span.start), [1, 2]);
        // A span that cuts a letter is widened to it.
        assert_eq!(second.slice(&(second.start + 1..second.start + 2)), "ü");
    }
}
