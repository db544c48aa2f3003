//! What someone who wrote something else may have meant: habits of Python, of papers and of other
//! languages.

use crate::check::is_command;
use crate::check::suggest::did_you_mean;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::layers;

/// A place that the grammar did not expect.
pub(super) struct Place<'t> {
    /// The item up to the place.
    pub(super) before: &'t str,
    /// The token at the place.
    pub(super) token: &'t str,
    /// The text from the token on.
    pub(super) rest: &'t str,
    /// Where the item begins in the text.
    pub(super) start: usize,
}

/// What begins a definition.
const DEFINITIONS: [&str; 3] = ["net", "block", "data"];
/// Words that have a body in braces.
const WITH_BODY: [&str; 6] = ["skip", "repeat", "if", "head", "share", "via"];
/// Words that are no names.
const RESERVED: [&str; 9] = ["and", "as", "else", "no", "not", "on", "or", "via", "yes"];

impl<'t> Place<'t> {
    /// What may have been meant.
    pub(super) fn help(&self, expected: &str) -> Option<String> {
        let Self { token, rest, .. } = *self;
        let before = self.word_before();
        let step = first_word(self.step());
        let fixed = match token {
            "→" | "=>" | "⇒" | "|>" => "layers are joined by `->`",
            "|" if rest.starts_with("|>") => "layers are joined by `->`",
            "×" => "shapes are written with the letter `x`: `1x28x28`",
            "“" | "”" | "„" | "'" => "strings stand in plain double quotes: `\"cat.png\"`",
            "/" if rest.starts_with("//") || rest.starts_with("/*") => "comments begin with `#`",
            "&" | "|" if rest.starts_with("&&") || rest.starts_with("||") => {
                "conditions are joined by `and` and `or`"
            }
            "!" => "`not` turns a condition round, and `!=` compares",
            "," | "=" if self.is_called_with_parentheses() => {
                "arguments stand behind the name without parentheses: `conv 6 5x5`"
            }
            "," if self.is_in_parentheses() => "a shape or a window is written with `x`: `5x5`",
            "," if rest[1..].trim_start_matches([' ', '\t', '\r']).starts_with('\n') => {
                "a newline is enough between two layers"
            }
            "," => "arguments stand apart by spaces, without commas: `conv 6 5x5`",
            "=" if step == "if" => "`==` compares",
            "=" if expected == "`{`" => "layers stand in braces: `net NAME(SHAPE) { ... }`",
            "=" if self.before.trim_end().ends_with(step) && !first_word(&rest[1..]).is_empty() => {
                return Some(format!("a label stands behind its layer: `... as {step}`"));
            }
            "*" | "+" | "/" | "%" | "-" | "<" | ">"
                if !rest.starts_with("->") && self.before.ends_with(' ') =>
            {
                "an expression has no spaces, `c*2`, or stands in parentheses: `(c * 2)`"
            }
            ":" => "a body stands in braces: `{ ... }`",
            "{" if before == "repeat" => "say how often: `repeat 3 { ... }`",
            "{" if before == "skip" => "say how the two ways are joined: `skip add { ... }`",
            "{" if expected.contains("`(`") => {
                "say what shape goes in: `net NAME(3x32x32) { ... }`"
            }
            _ if token.starts_with(|found: char| found.is_ascii_digit()) && token.contains('_') => {
                return Some(format!(
                    "numbers are written without `_`: `{}`",
                    token.replace('_', "")
                ));
            }
            _ if token.starts_with(|found: char| found.is_ascii_digit()) && token.contains('X') => {
                return Some(format!(
                    "shapes are joined by a small `x`: `{}`",
                    token.to_lowercase()
                ));
            }
            _ if expected.contains("`{`") && !token.is_empty() && token != "}" => {
                "a body stands in braces: `{ ... }`"
            }
            _ if expected == "`|`" && layers::join(step).is_some() => {
                return Some(format!("each branch begins with `|`: `{step} {{ | ... | ... }}`"));
            }
            _ if expected.contains("`,`") && token.starts_with(is_word) => {
                "inputs and parameters are separated by commas"
            }
            _ if RESERVED.contains(&token) && expected.contains("a ") => {
                "this is a word of the language, which cannot be a name"
            }
            _ if before == "as" => "the label stands behind `as`: `conv 6 5x5 as NAME`",
            _ if before == "on" => "name a data set: `train NET on DATA`",
            _ if expected == "the end of the line" => "a newline or `;` stands between two items",
            _ if !token.is_ascii() => "names are made of the letters a to z, digits and `_`",
            _ => return None,
        };
        Some(fixed.to_owned())
    }

    /// What is wrong where not the place itself is to blame, but a word before it.
    pub(super) fn blamed(&self, expected: &str) -> Option<Diagnostic> {
        let found = self.misspelt_definition().or_else(|| self.body_of_none(expected));
        found.or_else(|| {
            let word = self.word_before();
            let item = without_comments(self.before);
            if expected == "`=`" && first_word(item) == "net" && !item.contains('{') {
                return Some(self.no_modifier(word));
            }
            (word == "else" && self.token == "{").then(|| {
                let end = self.before.trim_end().len();
                self.error(Code::Unexpected, end - 4..end, "this `else` has no `if`")
                    .label("stands alone")
                    .help("write `if CONDITION { ... } else { ... }`")
            })
        })
    }

    /// `net A(3) strickt { relu }`
    fn no_modifier(&self, word: &str) -> Diagnostic {
        let end = self.before.trim_end().len();
        let headline = format!("`{word}` is no word behind the input of a network");
        self.error(Code::Unexpected, end - word.len()..end, headline).label("not known here").help(
            did_you_mean(word, ["strict"])
                .unwrap_or_else(|| "there are `strict` and `init=`".to_owned()),
        )
    }

    /// `nte A(3) { relu }`, `def basic(c):`.
    fn misspelt_definition(&self) -> Option<Diagnostic> {
        let item = without_comments(self.before);
        let word = first_word(item);
        let whole = &item[word.len()..];
        let behind = whole.trim_start();
        let name = first_word(behind);
        let is_known = DEFINITIONS.contains(&word)
            || WITH_BODY.contains(&word)
            || is_command(word)
            || layers::names().any(|layer| layer == word);
        if word.is_empty() || name.is_empty() || is_known || !whole.starts_with(' ') {
            return None;
        }
        let near = did_you_mean(word, DEFINITIONS);
        let behind = &behind[name.len()..];
        let defines = match near {
            Some(_) => behind.trim_start_matches(' ').starts_with(['(', '=', '{']),
            None => behind.starts_with('('),
        };
        defines.then(|| {
            let start = self.before.len() - item.len();
            let headline = format!("there is no command `{word}`");
            let span = start..start + word.len();
            self.error(Code::UnknownCommand, span, headline).label("defines nothing").help(
                near.unwrap_or_else(|| {
                    "`net NAME(SHAPE) { ... }` defines a network, `block NAME(PARAMETERS) { ... }` \
                     a piece of one"
                        .to_owned()
                }),
            )
        })
    }

    /// `for i in range(3) { conv 16 3 }`: only joins have branches, and only some words a body.
    fn body_of_none(&self, expected: &str) -> Option<Diagnostic> {
        let brace = self.before.trim_end();
        if expected != "`|`" || !brace.ends_with('{') {
            return None;
        }
        let word = first_word(self.step());
        if word.is_empty() || layers::join(word).is_some() {
            return None;
        }
        let step = self.step();
        let start = step.as_ptr() as usize - self.before.as_ptr() as usize;
        let help = match word {
            "for" | "while" | "loop" => "`repeat 3 as i { ... }` repeats a body".to_owned(),
            "residual" | "shortcut" => "`skip add { ... }` adds its input to a body".to_owned(),
            _ => {
                let joins = layers::JOINS.iter().map(|join| join.signature.name);
                did_you_mean(word, WITH_BODY.into_iter().chain(joins)).unwrap_or_else(|| {
                    "`skip`, `repeat`, `if`, `head` and `share` have a body, joins have branches"
                        .to_owned()
                })
            }
        };
        let headline = format!("`{word}` has no body in braces");
        let found = self.error(Code::Unexpected, start..start + word.len(), headline);
        let at = self.start + brace.len() - 1;
        Some(found.label("has no body").also(at..at + 1, "this body").help(help))
    }

    /// The text of the step that the place is in, up to the place. A brace that has just been
    /// opened does not begin another one.
    fn step(&self) -> &'t str {
        let text = self.before.trim_end();
        let text = text.strip_suffix('{').unwrap_or(text);
        let separator = |text: &str| {
            let signs = text.rfind(['\n', '{', '}', '|', ';']).map(|at| at + 1);
            signs.max(text.rfind("->").map(|at| at + 2))
        };
        let step = &text[separator(text).unwrap_or(0)..];
        step.trim_start()
    }

    /// The word right before the place.
    fn word_before(&self) -> &'t str {
        let text = self.before.trim_end();
        let start = text
            .rfind(|found| !is_word(found))
            .map_or(0, |at| at + text[at..].chars().next().map_or(1, char::len_utf8));
        &text[start..]
    }

    /// Whether the place is behind a parenthesis that is open.
    fn is_in_parentheses(&self) -> bool {
        let step = self.step();
        step.matches('(').count() > step.matches(')').count()
    }

    /// `conv(6, 5)`
    fn is_called_with_parentheses(&self) -> bool {
        let step = self.step();
        step[first_word(step).len()..].starts_with('(')
    }

    /// An error at a span within the item.
    fn error(&self, code: Code, span: Span, headline: impl Into<String>) -> Diagnostic {
        Diagnostic::error(code, self.start + span.start..self.start + span.end, headline)
    }
}

/// Whether a word was read as one that has an argument of its own behind it.
pub(super) fn is_reserved(word: &str) -> bool {
    RESERVED.contains(&word)
}

/// The word that ends a text, such as the one before a place.
pub(super) fn last_word(text: &str) -> &str {
    Place { before: text, token: "", rest: "", start: 0 }.word_before()
}

fn is_word(found: char) -> bool {
    found.is_alphanumeric() || found == '_'
}

fn first_word(text: &str) -> &str {
    let text = text.trim_start();
    &text[..text.find(|found| !is_word(found)).unwrap_or(text.len())]
}

/// An item without the blanks and comments before it.
fn without_comments(mut item: &str) -> &str {
    loop {
        item = item.trim_start();
        let Some(comment) = item.strip_prefix('#') else { return item };
        item = comment.split_once('\n').map_or("", |(_, rest)| rest);
    }
}
