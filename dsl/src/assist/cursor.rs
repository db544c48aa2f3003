//! Where a place of a text stands, however unfinished the text is: read off the tokens before it.

use std::ops::Range;

use crate::syntax::tokens::{Token, TokenKind, tokens};

/// A place of a text, seen from the tokens before it.
#[derive(Debug)]
pub(super) struct Cursor<'t> {
    /// The text before it.
    pub(super) text: &'t str,
    /// What it stands in the middle of.
    pub(super) inside: Inside,
    /// The brackets that are open, outermost first.
    pub(super) levels: Vec<Level>,
    /// The tokens of its step, its command or its definition so far; of closed brackets within,
    /// only the brackets.
    pub(super) step: Vec<Token>,
    /// The first token of the item.
    pub(super) item: Option<Token>,
    /// The last token that is no trivia.
    pub(super) last: Option<Token>,
    /// What a line goes on with that begins with an arrow or a brace.
    ended: Option<(Vec<Token>, Option<Token>)>,
}

/// What a place may be in the middle of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Inside {
    /// The language's own words and signs.
    Code,
    /// A string, whose quote stands there.
    String(usize),
    /// A comment, or Rust.
    Other,
}

/// An open bracket.
#[derive(Debug)]
pub(super) struct Level {
    /// It.
    pub(super) open: Token,
    /// The tokens of the step that it belongs to, before it.
    pub(super) head: Vec<Token>,
    /// Whether a bar stands in it.
    pub(super) has_bar: bool,
}

impl<'t> Cursor<'t> {
    /// The place at the end of a text.
    pub(super) fn behind(text: &'t str) -> Self {
        let mut cursor = Self {
            text,
            inside: Inside::Code,
            levels: Vec::new(),
            step: Vec::new(),
            item: None,
            last: None,
            ended: None,
        };
        for token in tokens(text) {
            cursor.take(token);
        }
        cursor
    }

    fn take(&mut self, token: Token) {
        let is_end = token.span.end == self.text.len();
        match token.kind {
            TokenKind::Blank => return,
            TokenKind::Comment | TokenKind::Rust => {
                if is_end {
                    self.inside = Inside::Other;
                }
                return;
            }
            TokenKind::Newline | TokenKind::Separator => return self.end_line(token),
            TokenKind::EndlessString if is_end => self.inside = Inside::String(token.span.start),
            _ => {}
        }
        if let Some((step, item)) = self.ended.take()
            && self.step.is_empty()
            && self.goes_on(&token)
        {
            (self.step, self.item) = (step, item);
        }
        self.last = Some(token.clone());
        if self.item.is_none() {
            self.item = Some(token.clone());
        }
        match token.kind {
            TokenKind::Arrow => self.step.clear(),
            TokenKind::Bar => {
                self.step.clear();
                if let Some(level) = self.levels.last_mut() {
                    level.has_bar = true;
                }
            }
            TokenKind::Open => {
                let head = std::mem::take(&mut self.step);
                self.levels.push(Level { open: token, head, has_bar: false });
            }
            TokenKind::Close => self.close(token),
            _ => self.step.push(token),
        }
    }

    /// Whether a line that begins with this token goes on with the one above.
    fn goes_on(&self, token: &Token) -> bool {
        token.kind == TokenKind::Arrow || matches!(self.of(token), "{" | "via" | "else")
    }

    fn end_line(&mut self, token: Token) {
        let behind_arrow = self.last.as_ref().is_some_and(|last| last.kind == TokenKind::Arrow);
        let ends = match self.levels.last() {
            None => !(behind_arrow && token.kind == TokenKind::Newline),
            Some(level) => self.of(&level.open) == "{",
        };
        if !ends || self.step.is_empty() && self.item.is_none() {
            return;
        }
        let step = std::mem::take(&mut self.step);
        let item = if self.levels.is_empty() { self.item.take() } else { self.item.clone() };
        if !step.is_empty() {
            self.ended = Some((step, item));
        }
        // What stands before a newline tells nothing of the next line, but an arrow.
        if !behind_arrow {
            self.last = None;
        }
    }

    /// A brace closes its own, and with it what was left open inside.
    fn close(&mut self, token: Token) {
        let opener = match self.of(&token) {
            "}" => "{",
            ")" => "(",
            _ => "[",
        };
        let Some(place) = self.levels.iter().rposition(|level| self.of(&level.open) == opener)
        else {
            return;
        };
        if opener != "{" && place + 1 != self.levels.len() {
            return;
        }
        let Some(Level { open, head, .. }) = self.levels.drain(place..).next() else { return };
        self.step = head;
        self.step.extend([open, token]);
    }

    /// The text of a token.
    pub(super) fn of(&self, token: &Token) -> &'t str {
        &self.text[token.span.clone()]
    }

    /// The texts of the step's tokens.
    pub(super) fn words(&self) -> impl Iterator<Item = &'t str> {
        self.step.iter().map(|token| self.of(token))
    }

    /// Whether the place is the first of a step or an item.
    pub(super) fn begins_step(&self) -> bool {
        self.step.is_empty()
    }

    /// Whether an arrow stands right before it.
    pub(super) fn is_behind_arrow(&self) -> bool {
        self.last.as_ref().is_some_and(|last| last.kind == TokenKind::Arrow)
    }

    /// The innermost open bracket.
    pub(super) fn bracket(&self) -> Option<&'t str> {
        self.levels.last().map(|level| self.of(&level.open))
    }

    /// The word that the item begins with.
    pub(super) fn item_word(&self) -> &'t str {
        self.item.as_ref().map_or("", |item| self.of(item))
    }

    /// Where the step begins, if it has begun.
    pub(super) fn step_start(&self) -> Option<usize> {
        self.step.first().map(|token| token.span.start)
    }

    /// Whether a place stands in the braces of branches before the first bar.
    pub(super) fn wants_bar(&self) -> bool {
        let Some(level) = self.levels.last() else { return false };
        let joins = level.head.first().is_some_and(|first| {
            first.kind == TokenKind::Call && crate::layers::join(self.of(first)).is_some()
        });
        joins && !level.has_bar && self.of(&level.open) == "{"
    }
}

/// The name, or part of one, that ends at a place: the bytes from its first letter on.
pub(super) fn word_before(text: &str, at: usize) -> Range<usize> {
    let is_in = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.');
    let length = text.as_bytes()[..at].iter().rev().take_while(|byte| is_in(byte)).count();
    at - length..at
}

/// The name, or part of a path, that a place stands in or at the edge of.
pub(super) fn word_around(text: &str, at: usize) -> Range<usize> {
    let is_in = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let behind = text.as_bytes()[at..].iter().take_while(|byte| is_in(byte)).count();
    word_before(text, at).start..at + behind
}
