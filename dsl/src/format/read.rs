//! From tokens to what the formatter prints.
//!
//! The text has been parsed, so that brackets are closed and every word stands where it may. What
//! is read here is only what breaks lines: items, steps, braces, lists, comments.

use super::page::{Body, Branch, Chain, Entry, Group, Line, Link, Page, Part, PartKind, Step};
use super::spacing;
use crate::syntax::tokens::{TokenKind, tokens};

/// A token that is no trivia, with the trivia before it.
pub(super) struct Word<'t> {
    pub(super) kind: TokenKind,
    pub(super) text: &'t str,
    /// Whether anything stands between it and the word before.
    pub(super) spaced: bool,
    before: Vec<Between<'t>>,
    /// How many newlines there are before it in the whole text.
    newlines: usize,
}

/// What stands between words, beside blanks.
#[derive(Clone, Copy)]
enum Between<'t> {
    Newline,
    Separator,
    Comment(&'t str),
}

/// Comments and blank lines between two words.
#[derive(Default)]
struct Notes<'t> {
    /// The comment on the line of the word before.
    end: Option<&'t str>,
    lines: Vec<Line<'t>>,
    has_newline: bool,
}

/// Reads a text that has been parsed.
pub(super) fn page(text: &str) -> Page<'_> {
    let (words, rust) = words(text);
    let mut reader = Reader { words, at: 0 };
    let Notes { end, lines: mut first, .. } = reader.notes();
    if let Some(comment) = end {
        first.insert(0, Line::Comment(comment));
    }
    let lines = reader.lines(first);
    Page { lines, rust }
}

/// The words of a text and one for its end, and the cell of Rust behind them.
fn words(text: &str) -> (Vec<Word<'_>>, Option<&str>) {
    let (mut words, mut rust) = (Vec::new(), None);
    let (mut before, mut spaced, mut newlines) = (Vec::new(), true, 0);
    for token in tokens(text) {
        let (kind, text) = (token.kind, &text[token.span.clone()]);
        match kind {
            TokenKind::Blank => {}
            TokenKind::Newline => {
                before.push(Between::Newline);
                newlines += 1;
            }
            TokenKind::Separator => before.push(Between::Separator),
            TokenKind::Comment => before.push(Between::Comment(text.trim_end())),
            TokenKind::Keyword if text.ends_with("rust") => {
                rust = Some(token.span.start);
                break;
            }
            _ => {
                let before = std::mem::take(&mut before);
                words.push(Word { kind, text, spaced, before, newlines });
                spaced = false;
                continue;
            }
        }
        spaced = true;
    }
    words.push(Word { kind: TokenKind::Newline, text: "", spaced, before, newlines });
    (words, rust.map(|start| &text[start..]))
}

struct Reader<'t> {
    words: Vec<Word<'t>>,
    at: usize,
}

impl<'t> Reader<'t> {
    fn word(&self) -> &Word<'t> {
        &self.words[self.at]
    }

    fn is(&self, text: &str) -> bool {
        self.word().text == text
    }

    /// Goes on behind the current word. The one at the end stays.
    fn advance(&mut self) -> &Word<'t> {
        let at = self.at;
        self.at = (at + 1).min(self.words.len() - 1);
        &self.words[at]
    }

    fn at_end(&self) -> bool {
        self.at + 1 == self.words.len()
    }

    /// Takes the comments and blank lines before the current word.
    fn notes(&mut self) -> Notes<'t> {
        let at = self.at;
        let before = std::mem::take(&mut self.words[at].before);
        let mut notes = Notes::default();
        let mut newlines = 0;
        for between in before {
            let blank = newlines > 1;
            match between {
                Between::Newline => {
                    newlines += 1;
                    notes.has_newline = true;
                    continue;
                }
                Between::Comment(comment) if !notes.has_newline => notes.end = Some(comment),
                Between::Comment(comment) => {
                    notes.lines.extend(blank.then_some(Line::Blank));
                    notes.lines.push(Line::Comment(comment));
                }
                Between::Separator => notes.lines.extend(blank.then_some(Line::Blank)),
            }
            newlines = 0;
        }
        notes.lines.extend((newlines > 1).then_some(Line::Blank));
        notes
    }

    /// Chains up to the end of a body, of a branch or of the text, behind lines read already.
    fn lines(&mut self, mut lines: Vec<Line<'t>>) -> Vec<Line<'t>> {
        while !self.at_end() && !self.is("}") && self.word().kind != TokenKind::Bar {
            let mut chain = self.chain();
            let notes = self.notes();
            if let Some(last) = chain.links.last_mut() {
                last.comment = notes.end;
            }
            lines.push(Line::Chain(chain));
            lines.extend(notes.lines);
        }
        lines
    }

    fn chain(&mut self) -> Chain<'t> {
        let first = Link { broken: false, before: Vec::new(), step: self.step(), comment: None };
        let mut links = vec![first];
        while self.word().kind == TokenKind::Arrow {
            let above = self.notes();
            self.advance();
            let below = self.notes();
            let broken = above.has_newline || below.has_newline;
            let mut before = comments(above.lines).collect::<Vec<_>>();
            let mut end = above.end;
            match end {
                None if before.is_empty() => end = below.end,
                _ => before.extend(below.end),
            }
            if let Some(last) = links.last_mut() {
                last.comment = end;
            }
            before.extend(comments(below.lines));
            links.push(Link { broken, before, step: self.step(), comment: None });
        }
        Chain { links }
    }

    /// A step, or an item up to its first arrow.
    fn step(&mut self) -> Step<'t> {
        let mut words = Words::default();
        let is_header = matches!(self.word().text, "net" | "block");
        let is_header = is_header && self.word().kind == TokenKind::Keyword;
        // Comments on the way to a brace, which go behind it.
        let mut carried = Vec::new();
        let first = self.at;
        while !self.is_end_of_step(first) {
            let word = self.word();
            match (word.kind, word.text) {
                (_, "{") => {
                    carried.extend(self.all_comments());
                    let body = self.body(std::mem::take(&mut carried));
                    words.push(true, PartKind::Body(body));
                }
                (_, "(") if is_header && words.has_no_group() => {
                    let group = self.group();
                    words.push(false, PartKind::Group(group));
                }
                (TokenKind::Keyword, "else" | "via") => {
                    carried.extend(self.all_comments());
                    words.text(true, self.advance().text);
                }
                (TokenKind::Keyword, "if" | "repeat") => {
                    words.text(true, self.advance().text);
                    let condition = self.expression(false);
                    words.text(true, &condition);
                }
                _ => self.value_word(&mut words),
            }
        }
        words.finish()
    }

    /// Whether the step that begins at the word `first` ends before the current word.
    fn is_end_of_step(&self, first: usize) -> bool {
        let word = self.word();
        let goes_on = word.text == "{"
            || word.kind == TokenKind::Keyword && matches!(word.text, "else" | "via");
        let ends = matches!(word.kind, TokenKind::Arrow | TokenKind::Bar | TokenKind::Close);
        let is_apart = |it: &Between<'_>| matches!(it, Between::Newline | Between::Separator);
        self.at_end() || ends || self.at > first && !goes_on && word.before.iter().any(is_apart)
    }

    /// A word of a call, or what stands in brackets among its arguments.
    fn value_word(&mut self, words: &mut Words<'t>) {
        let word = self.word();
        let before = (self.at > 0).then(|| &self.words[self.at - 1]);
        let defines = self.defines(self.at) || self.at > 0 && self.defines(self.at - 1);
        let blank = defines || before.is_none_or(|before| spacing::between(before, word));
        match word.text {
            "[" if before.is_some_and(|it| it.kind == TokenKind::Name) && self.is_slice() => {
                let slice = self.slice();
                words.text(false, &slice);
            }
            "[" => {
                let list = self.group();
                words.push(blank, PartKind::Group(list));
            }
            "(" => {
                let parenthesis = self.parenthesis(self.is_dimension());
                words.text(blank, &parenthesis);
            }
            _ => words.text(blank, self.advance().text),
        }
    }

    /// Whether a word is the `=` of a definition, not of a key.
    fn defines(&self, at: usize) -> bool {
        let name = at.checked_sub(1).map(|before| self.words[before].kind);
        self.words[at].kind == TokenKind::Equals && name == Some(TokenKind::Name)
    }

    /// Whether the bracket here, behind a name, holds a range: it then stands on one line, close to
    /// the name.
    fn is_slice(&self) -> bool {
        let inside = self.words[self.at + 1..].iter();
        let end = inside.clone().position(|word| word.kind == TokenKind::Close);
        let is_newline = |it: &Between<'_>| matches!(it, Between::Newline);
        let breaks = |word: &Word<'_>| word.before.iter().any(is_newline);
        !self.word().spaced && !inside.take(end.map_or(0, |end| end + 1)).any(breaks)
    }

    /// `[0..8]`
    fn slice(&mut self) -> String {
        let mut text = String::new();
        while !self.at_end() {
            let word = self.advance().text;
            text.push_str(word);
            if word == "]" {
                break;
            }
        }
        text
    }

    /// Whether the parenthesis here is a dimension of a shape.
    fn is_dimension(&self) -> bool {
        let is_shape = |word: &Word<'_>| word.kind == TokenKind::Shape && !word.spaced;
        let before = self.at.checked_sub(1).map(|at| &self.words[at]);
        if !self.word().spaced
            && before.is_some_and(|it| it.kind == TokenKind::Shape && it.text.ends_with('x'))
        {
            return true;
        }
        let mut depth = 0;
        for (word, next) in self.words[self.at..].iter().zip(&self.words[self.at + 1..]) {
            match word.kind {
                TokenKind::Open => depth += 1,
                TokenKind::Close => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return is_shape(next) && next.text.starts_with('x');
            }
        }
        false
    }

    fn parenthesis(&mut self, is_dense: bool) -> String {
        self.advance();
        let inside = self.expression(is_dense);
        self.advance();
        format!("({inside})")
    }

    /// An expression that may have blanks, up to what ends it.
    fn expression(&mut self, is_dense: bool) -> String {
        let mut text = String::new();
        let mut behind_operand = false;
        while !self.at_end() {
            let word = self.word();
            match (word.kind, word.text) {
                (_, "(") => text += &self.parenthesis(is_dense),
                (TokenKind::Keyword, "not") => {
                    text += "not ";
                    self.advance();
                    continue;
                }
                (TokenKind::Keyword, word @ ("and" | "or")) => {
                    text += &format!(" {word} ");
                    self.advance();
                    behind_operand = false;
                    continue;
                }
                (TokenKind::Operator, sign) => {
                    match behind_operand && !is_dense && !matches!(sign, "*" | "/" | "%") {
                        true => text += &format!(" {sign} "),
                        false => text += sign,
                    }
                    self.advance();
                    behind_operand = false;
                    continue;
                }
                (TokenKind::Keyword | TokenKind::Open | TokenKind::Close, _) => break,
                (_, operand) => {
                    text += operand;
                    self.advance();
                }
            }
            behind_operand = true;
        }
        text
    }

    /// Values in brackets.
    fn group(&mut self) -> Group<'t> {
        let mut group = Group { is_list: self.is("["), ..Group::default() };
        self.advance();
        let notes = self.notes();
        group.head = notes.end;
        let mut before = comments(notes.lines).collect::<Vec<_>>();
        while !self.at_end() && self.word().kind != TokenKind::Close {
            let value = self.entry();
            let mut comment = None;
            let mut behind = self.all_comments();
            if self.word().kind == TokenKind::Comma {
                self.advance();
                behind.extend(self.all_comments());
            }
            if behind.first().is_some_and(|(_, is_end)| *is_end) {
                comment = Some(behind.remove(0).0);
            }
            let above = std::mem::replace(&mut before, texts(behind).collect());
            group.entries.push(Entry { before: above, value, comment });
        }
        group.tail = before;
        self.advance();
        group.measure();
        group
    }

    fn entry(&mut self) -> Step<'t> {
        let mut words = Words::default();
        while !self.at_end() && !matches!(self.word().kind, TokenKind::Comma | TokenKind::Close) {
            self.value_word(&mut words);
        }
        words.finish()
    }

    /// What stands in braces, with comments that were found before it.
    fn body(&mut self, carried: Vec<(&'t str, bool)>) -> Body<'t> {
        let newlines = self.word().newlines;
        self.advance();
        let mut body = Body::default();
        let notes = self.notes();
        let mut comments = carried;
        comments.extend(notes.end.map(|comment| (comment, true)));
        if comments.first().is_some_and(|(_, is_end)| *is_end) {
            body.head = Some(comments.remove(0).0);
        }
        let has_comments = body.head.is_some() || !comments.is_empty();
        let mut lines = texts(comments).map(Line::Comment).collect::<Vec<_>>();
        lines.extend(notes.lines);
        if self.word().kind != TokenKind::Bar {
            body.lines = self.lines(lines);
        } else {
            while self.word().kind == TokenKind::Bar {
                let (branch, behind) = self.branch(lines);
                body.branches.push(branch);
                lines = behind;
            }
            body.lines = lines;
        }
        let has_newlines = self.word().newlines > newlines;
        self.advance();
        body.measure(has_newlines || has_comments);
        body
    }

    /// A branch, and the lines behind its last step.
    fn branch(&mut self, above: Vec<Line<'t>>) -> (Branch<'t>, Vec<Line<'t>>) {
        self.advance();
        let notes = self.notes();
        let mut lines = self.lines(notes.lines);
        let last = lines.iter().rposition(|line| matches!(line, Line::Chain(_)));
        let behind = lines.split_off(last.map_or(0, |last| last + 1));
        let first = lines.iter().take_while(|line| matches!(line, Line::Blank)).count();
        lines.drain(..first);
        (Branch { above, head: notes.end, lines }, behind)
    }

    /// The comments before the current word, and whether each stands at the end of the line of the
    /// word before.
    fn all_comments(&mut self) -> Vec<(&'t str, bool)> {
        let notes = self.notes();
        let end = notes.end.map(|comment| (comment, true));
        end.into_iter().chain(comments(notes.lines).map(|comment| (comment, false))).collect()
    }
}

fn comments<'t>(lines: Vec<Line<'t>>) -> impl Iterator<Item = &'t str> {
    lines.into_iter().filter_map(|line| match line {
        Line::Comment(comment) => Some(comment),
        _ => None,
    })
}

fn texts(comments: Vec<(&str, bool)>) -> impl Iterator<Item = &str> {
    comments.into_iter().map(|(comment, _)| comment)
}

/// The parts of a step that is being read.
#[derive(Default)]
struct Words<'t> {
    parts: Vec<Part<'t>>,
}

impl<'t> Words<'t> {
    fn push(&mut self, blank: bool, kind: PartKind<'t>) {
        self.parts.push(Part { blank, kind });
    }

    fn text(&mut self, blank: bool, word: &str) {
        if let Some(Part { kind: PartKind::Text(text), .. }) = self.parts.last_mut() {
            text.push_str(if blank { " " } else { "" });
            text.push_str(word);
        } else {
            self.push(blank, PartKind::Text(word.to_owned()));
        }
    }

    fn has_no_group(&self) -> bool {
        self.parts.iter().all(|part| matches!(part.kind, PartKind::Text(_)))
    }

    fn finish(self) -> Step<'t> {
        let mut step = Step { parts: self.parts, flat: None };
        step.measure();
        step
    }
}
