//! The words and signs of a text, with everything between them: for formatting and for colours.
//!
//! The tokens of any text, right or wrong, laid end to end are that text. Where a text is right,
//! they are what the grammar takes for one: `in.channels` and `3x224x224` are one token each. What
//! a word is depends on where it stands, as in the grammar: `if` begins a condition at the
//! beginning of a step, and is a name behind `conv`.

mod number;

use crate::diagnostic::Span;

/// A token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Its bytes.
    pub span: Span,
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// Blanks, but no newline.
    Blank,
    /// A newline.
    Newline,
    /// From `#` to the end of the line.
    Comment,
    /// `;`
    Separator,
    /// `->`
    Arrow,
    /// `|`
    Bar,
    /// `,`
    Comma,
    /// `=`
    Equals,
    /// `:`
    Colon,
    /// `..`
    Range,
    /// A word of the language where it acts as one: `net`, `skip`, `as`.
    Keyword,
    /// What is called: a layer, a block, a command, a join, a source of data.
    Call,
    /// The name before `=`: `pad`.
    Key,
    /// Any other name, or names within names: `enc1`, `in.channels`.
    Name,
    /// `cuda:1`
    Device,
    /// `yes` or `no`
    Flag,
    /// `64`, `0.5`, `1e-3`
    Number,
    /// `3x224x224`, and the parts of a computed one that are no brackets: `x4x4` in `(8*c)x4x4`.
    Shape,
    /// With its quotes.
    String,
    /// A string without an end, up to the end of its line.
    EndlessString,
    /// What an expression is made with: `+`, `==`.
    Operator,
    /// `(`, `[` or `{`
    Open,
    /// `)`, `]` or `}`
    Close,
    /// What follows `%%rust`.
    Rust,
    /// What the language does not have.
    Unknown,
}

impl TokenKind {
    /// Whether it only stands between others: blanks, newlines, comments.
    pub fn is_trivia(self) -> bool {
        matches!(self, Self::Blank | Self::Newline | Self::Comment)
    }
}

/// The tokens of a text.
pub fn tokens(text: &str) -> Vec<Token> {
    let mut lexer = Lexer {
        text,
        at: 0,
        brackets: Vec::new(),
        place: Place::Item,
        item: Item::Other,
        last: None,
        behind_dimension: false,
        shape: (0, false),
        tokens: Vec::new(),
    };
    while lexer.at < text.len() {
        lexer.token();
    }
    lexer.tokens
}

/// Where the next word stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// At the beginning of an item.
    Item,
    /// At the beginning of a step.
    Step,
    /// Behind something.
    Inside,
}

/// The item that the current place is in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Item {
    /// `net` or `block`, before its inputs or parameters.
    Header,
    /// `net`, behind them.
    Net,
    /// `data`, before its source.
    DataName,
    /// `data`, from its source on, where no word begins a construct.
    Data,
    /// Anything else.
    Other,
}

/// An open bracket.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Bracket {
    /// `{`
    Brace,
    /// `[`
    List,
    /// `(` of an expression that may be a dimension
    Dimension,
    /// `(` of an expression behind an operator
    Parenthesis,
    /// `(` of inputs or parameters
    Header,
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
    brackets: Vec<Bracket>,
    place: Place,
    item: Item,
    /// The last token that is no trivia.
    last: Option<Token>,
    /// Whether the token before, without a blank between, is a `)` that may end a dimension.
    behind_dimension: bool,
    /// What is known of the dimensions up to a place: whether they make a shape.
    shape: (usize, bool),
    tokens: Vec<Token>,
}

impl<'t> Lexer<'t> {
    fn token(&mut self) {
        let start = self.at;
        let behind_dimension = std::mem::take(&mut self.behind_dimension);
        let (kind, length) = self.next(behind_dimension);
        self.at = start + length;
        let token = Token { kind, span: start..self.at };
        self.follow(&token);
        if !kind.is_trivia() {
            self.last = Some(token.clone());
        }
        self.tokens.push(token);
    }

    /// The kind and the length of the token that begins here.
    fn next(&mut self, behind_dimension: bool) -> (TokenKind, usize) {
        let rest = &self.text[self.at..];
        let Some(first) = rest.chars().next() else { return (TokenKind::Unknown, 0) };
        if self.place == Place::Item
            && let Some(length) = rust(rest)
        {
            return (TokenKind::Keyword, length);
        }
        if self.last.as_ref().is_some_and(|last| rust(self.slice(last)).is_some()) {
            return (TokenKind::Rust, rest.len());
        }
        match first {
            '\n' => (TokenKind::Newline, 1),
            _ if is_blank(first) => (TokenKind::Blank, run(rest, is_blank)),
            '#' => (TokenKind::Comment, run(rest, |found| found != '\n')),
            '"' => string(rest),
            'x' if behind_dimension && self.goes_on_shape(rest) => {
                (TokenKind::Shape, number::dimensions(rest))
            }
            '0'..='9' => number::number(rest),
            'a'..='z' | 'A'..='Z' => self.word(rest),
            _ => sign(rest, first),
        }
    }

    /// Whether what is here goes on a computed shape, which is one only if it is right to its end.
    fn goes_on_shape(&mut self, rest: &str) -> bool {
        if self.shape.0 <= self.at {
            let (length, is_shape) = number::further_dimensions(rest);
            self.shape = (self.at + length, is_shape);
        }
        // What is nested in the dimensions of a shape may be wrong.
        self.shape.1 && number::dimensions(rest) > 0
    }

    /// A word: what it is depends on where it stands.
    fn word(&self, rest: &str) -> (TokenKind, usize) {
        let length = run(rest, is_name_char);
        let word = &rest[..length];
        if let Some(length) = number::device(rest).filter(|_| !self.begins_input()) {
            return (TokenKind::Device, length);
        }
        let kind = self.kind(word, &rest[length..]);
        if matches!(kind, TokenKind::Name | TokenKind::Call) {
            return (kind, length + path(&rest[length..]));
        }
        (kind, length)
    }

    fn kind(&self, word: &str, behind: &str) -> TokenKind {
        let begins_step = self.place != Place::Inside && self.item_at_word() != Item::Data;
        let before = self.last.as_ref().filter(|last| last.kind == TokenKind::Keyword);
        let before = before.map_or("", |last| self.slice(last));
        if self.place == Place::Item && matches!(word, "net" | "block" | "data")
            || begins_step && is_step_word(word)
            || before == "else" && word == "if"
        {
            return TokenKind::Keyword;
        }
        let names = matches!(before, "net" | "block" | "data");
        if self.place == Place::Inside && !names && is_key(behind) {
            return TokenKind::Key;
        }
        match word {
            "yes" | "no" => TokenKind::Flag,
            _ if is_reserved(word) => TokenKind::Keyword,
            _ if self.place != Place::Inside || before == "skip" => TokenKind::Call,
            "strict" if self.item == Item::Net && self.brackets.is_empty() => TokenKind::Keyword,
            _ => TokenKind::Name,
        }
    }

    /// The item that a word here belongs to: a new one, if it begins one.
    fn item_at_word(&self) -> Item {
        if self.place == Place::Item { Item::Other } else { self.item }
    }

    /// Whether an input begins here, where `cuda:` would be its name.
    fn begins_input(&self) -> bool {
        let before = self.last.as_ref().map(|last| last.kind);
        self.brackets.last() == Some(&Bracket::Header)
            && matches!(before, Some(TokenKind::Open | TokenKind::Comma))
    }

    fn slice(&self, token: &Token) -> &'t str {
        &self.text[token.span.clone()]
    }

    /// What a token means for the place behind it.
    fn follow(&mut self, token: &Token) {
        match token.kind {
            TokenKind::Blank | TokenKind::Comment => return,
            TokenKind::Newline | TokenKind::Separator => {
                // Behind an arrow, the item goes on in the next line.
                let before = self.last.as_ref().map(|last| last.kind);
                if before == Some(TokenKind::Arrow) && token.kind == TokenKind::Newline {
                    return;
                }
                match self.brackets.last() {
                    None => self.place = Place::Item,
                    Some(Bracket::Brace) => self.place = Place::Step,
                    Some(_) => {}
                }
                return;
            }
            TokenKind::Open => return self.open(token),
            TokenKind::Close => self.close(self.slice(token)),
            _ => {}
        }
        if self.place == Place::Item && matches!(token.kind, TokenKind::Keyword | TokenKind::Call) {
            self.item = match self.slice(token) {
                "net" | "block" => Item::Header,
                "data" => Item::DataName,
                // These go on with the item above.
                "else" | "via" => self.item,
                _ => Item::Other,
            };
        }
        self.place = match token.kind {
            TokenKind::Arrow | TokenKind::Bar => Place::Step,
            TokenKind::Equals if self.item == Item::DataName => {
                self.item = Item::Data;
                Place::Step
            }
            _ => Place::Inside,
        };
    }

    fn open(&mut self, token: &Token) {
        let is_name = |last: &Token| last.kind == TokenKind::Name;
        let is_operator = |last: &Token| last.kind == TokenKind::Operator;
        let is_header = self.item == Item::Header && self.brackets.is_empty();
        let bracket = match self.slice(token) {
            "{" => Bracket::Brace,
            "[" => Bracket::List,
            _ if is_header && self.last.as_ref().is_some_and(is_name) => Bracket::Header,
            _ if self.last.as_ref().is_some_and(is_operator) => Bracket::Parenthesis,
            _ => Bracket::Dimension,
        };
        self.brackets.push(bracket);
        self.place = if bracket == Bracket::Brace { Place::Step } else { Place::Inside };
    }

    /// A brace closes its own, and with it what was left open inside.
    fn close(&mut self, closer: &str) {
        let is_opener = |open: &Bracket| match closer {
            "}" => *open == Bracket::Brace,
            "]" => *open == Bracket::List,
            _ => matches!(open, Bracket::Dimension | Bracket::Parenthesis | Bracket::Header),
        };
        let Some(place) = self.brackets.iter().rposition(is_opener) else { return };
        if closer != "}" && place + 1 != self.brackets.len() {
            return;
        }
        match self.brackets[place] {
            Bracket::Dimension => self.behind_dimension = true,
            Bracket::Header => self.item = Item::Net,
            _ => {}
        }
        self.brackets.truncate(place);
    }
}

/// The length of the word that begins a cell of Rust.
fn rust(rest: &str) -> Option<usize> {
    let word = ["%%rust", ":rust"].into_iter().find(|word| rest.starts_with(word))?;
    (!rest[word.len()..].starts_with(is_name_char)).then_some(word.len())
}

fn string(rest: &str) -> (TokenKind, usize) {
    let inside = run(&rest[1..], |found| found != '"' && found != '\n');
    match rest[1 + inside..].starts_with('"') {
        true => (TokenKind::String, inside + 2),
        false => (TokenKind::EndlessString, inside + 1),
    }
}

fn sign(rest: &str, first: char) -> (TokenKind, usize) {
    let pairs = [
        ("->", TokenKind::Arrow),
        ("==", TokenKind::Operator),
        ("!=", TokenKind::Operator),
        ("<=", TokenKind::Operator),
        (">=", TokenKind::Operator),
        ("..", TokenKind::Range),
    ];
    if let Some((_, kind)) = pairs.into_iter().find(|(pair, _)| rest.starts_with(pair)) {
        return (kind, 2);
    }
    let kind = match first {
        ';' => TokenKind::Separator,
        '|' => TokenKind::Bar,
        ',' => TokenKind::Comma,
        '=' => TokenKind::Equals,
        ':' => TokenKind::Colon,
        '+' | '-' | '*' | '/' | '%' | '<' | '>' => TokenKind::Operator,
        '(' | '[' | '{' => TokenKind::Open,
        ')' | ']' | '}' => TokenKind::Close,
        // A word of other letters is one thing to a reader.
        _ if is_letter(first) => return (TokenKind::Unknown, run(rest, is_letter)),
        _ => TokenKind::Unknown,
    };
    (kind, first.len_utf8())
}

/// The length of what makes a name a path: `.channels`.
fn path(rest: &str) -> usize {
    let mut length = 0;
    while let Some(behind) = rest[length..].strip_prefix('.')
        && behind.starts_with(is_name_char)
    {
        length += 1 + run(behind, is_name_char);
    }
    length
}

/// Whether a word before this is a key.
fn is_key(behind: &str) -> bool {
    let behind = behind.trim_start_matches(is_blank);
    behind.starts_with('=') && !behind.starts_with("==")
}

fn is_step_word(word: &str) -> bool {
    matches!(word, "skip" | "repeat" | "if" | "head" | "share" | "from")
}

fn is_reserved(word: &str) -> bool {
    matches!(word, "and" | "as" | "else" | "no" | "not" | "on" | "or" | "via" | "yes")
}

fn is_blank(found: char) -> bool {
    matches!(found, ' ' | '\t' | '\r' | '\u{a0}' | '\u{feff}')
}

fn is_name_char(found: char) -> bool {
    found.is_ascii_alphanumeric() || found == '_'
}

fn is_letter(found: char) -> bool {
    found.is_alphanumeric() || found == '_'
}

/// The length of what such characters make at the beginning.
fn run(rest: &str, is_in: impl Fn(char) -> bool) -> usize {
    rest.find(|found| !is_in(found)).unwrap_or(rest.len())
}

#[cfg(test)]
mod tests;
