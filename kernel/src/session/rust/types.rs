//! The types of variables that a cell keeps.
//!
//! The interpreter has to know them, and works them out without the standard library, see
//! `process.rs`. What it cannot work out rustc is asked for: it says what a variable is where that
//! does not fit.

use evcxr::{CompilationError, Error};

/// What the interpreter says of a variable whose type it does not know.
const UNKNOWN: &str = "Couldn't automatically determine type of variable";

/// Whether this is why a cell was not run.
pub(super) fn are_unknown(error: &Error) -> bool {
    matches!(error, Error::Message(message) if message.starts_with(UNKNOWN))
}

/// A variable that a cell declares at its top level without a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Variable {
    name: String,
    /// The byte that its type goes before: behind the name, or behind the statement of a pattern.
    place: usize,
    pattern: Option<Pattern>,
}

/// How a variable stands in a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Pattern {
    is_mutable: bool,
}

impl Variable {
    /// What gives it a type.
    fn with_type(&self, kind: &str) -> String {
        let name = &self.name;
        match self.pattern {
            None => format!(": {kind}"),
            Some(Pattern { is_mutable: false }) => format!(" let {name}: {kind} = {name};"),
            Some(Pattern { is_mutable: true }) => format!(" let mut {name}: {kind} = {name};"),
        }
    }
}

/// The variables that a cell keeps and gives no type.
pub(super) fn untyped(rust: &str) -> Vec<Variable> {
    let mut depth = 0usize;
    let mut at_start = true;
    let mut found = Vec::new();
    let mut rest = Tokens { text: rust, at: 0 };
    while let Some((_, token)) = rest.next_token() {
        match token {
            "{" | "(" | "[" => depth += 1,
            "}" | ")" | "]" => depth = depth.saturating_sub(1),
            "let" if depth == 0 && at_start => found.extend(declared(&mut rest.clone())),
            _ => {}
        }
        at_start = depth == 0 && matches!(token, ";" | "}");
    }
    found
}

/// The variables of a `let` whose pattern comes next.
fn declared(rest: &mut Tokens<'_>) -> Vec<Variable> {
    let is_name = |token: &str| token.starts_with(|c: char| c.is_lowercase() || c == '_');
    let mut names = Vec::new();
    let (mut depth, mut is_mutable, mut in_type) = (0usize, false, false);
    let (mut tokens, mut end_of_name, mut starts_with_name) = (0, 0, false);
    while let Some((start, token)) = rest.next_token() {
        match token {
            "=" if depth == 0 => break,
            ":" if depth == 0 => in_type = true,
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            "mut" => {
                is_mutable = true;
                continue;
            }
            // The name of a field is no variable.
            _ if is_name(token) && !in_type && token != "_" && token != "ref" => {
                let next = rest.clone().next_token();
                if next.is_none_or(|(_, token)| token != ":") || depth == 0 {
                    starts_with_name |= tokens == 0;
                    names.push((token, is_mutable));
                    end_of_name = start + token.len();
                }
            }
            _ => {}
        }
        is_mutable = false;
        tokens += 1;
    }
    if tokens == 1 {
        let whole = |(name, _): (&str, bool)| Variable {
            name: name.to_owned(),
            place: end_of_name,
            pattern: None,
        };
        return names.into_iter().map(whole).collect();
    }
    if starts_with_name && in_type {
        return Vec::new();
    }
    while let Some((start, token)) = rest.next_token() {
        match token {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            ";" if depth == 0 => {
                let part = |(name, is_mutable): (&str, bool)| Variable {
                    name: name.to_owned(),
                    place: start + 1,
                    pattern: Some(Pattern { is_mutable }),
                };
                return names.into_iter().map(part).collect();
            }
            _ => {}
        }
    }
    Vec::new()
}

/// A program whose errors tell the types of the variables, and which never compiles.
pub(super) fn question(rust: &str, variables: &[Variable]) -> String {
    let each = variables.iter().map(|variable| format!("let () = {};\n", variable.name));
    format!("{{\n{rust}\n;\n{}let _: u8 = ();\n}}", each.collect::<String>())
}

/// The types that the errors tell, by the names of the variables.
pub(super) fn answers(errors: &[CompilationError]) -> Vec<(String, String)> {
    let told = errors.iter().flat_map(|error| told_by(&error.json));
    let named = told.filter_map(|(line, kind)| {
        let name = line.trim().strip_prefix("let () = ")?.strip_suffix(';')?;
        Some((name.to_owned(), kind))
    });
    named.collect()
}

/// The cell with types written in.
pub(super) fn typed(rust: &str, variables: &[Variable], types: &[(String, String)]) -> String {
    let mut typed = rust.to_owned();
    // From the end, so that what comes before keeps its place.
    for variable in variables.iter().rev() {
        if let Some((_, kind)) = types.iter().find(|(name, _)| *name == variable.name) {
            typed.insert_str(variable.place, &variable.with_type(kind));
        }
    }
    typed
}

/// The types with the paths that the errors suggest to import, such as `std::time::Instant`.
pub(super) fn with_paths(
    types: &[(String, String)],
    errors: &[CompilationError],
) -> Vec<(String, String)> {
    let paths = errors.iter().flat_map(|error| suggested(&error.json)).collect::<Vec<_>>();
    let full = |kind: &str| {
        let mut full = String::new();
        let mut tokens = Tokens { text: kind, at: 0 };
        let mut copied = 0;
        while let Some((start, token)) = tokens.next_token() {
            let path = paths.iter().find(|path| path.rsplit("::").next() == Some(token));
            full.push_str(&kind[copied..start]);
            full.push_str(path.filter(|_| !full.ends_with("::")).map_or(token, String::as_str));
            copied = start + token.len();
        }
        full + &kind[copied..]
    };
    types.iter().map(|(name, kind)| (name.clone(), full(kind))).collect()
}

/// The paths of `use` lines that an error suggests.
fn suggested(error: &serde_json::Value) -> Vec<String> {
    let children = error["children"].as_array().into_iter().flatten();
    let spans = children.flat_map(|child| child["spans"].as_array().into_iter().flatten());
    let lines = spans.filter_map(|span| span["suggested_replacement"].as_str());
    let paths = lines.filter_map(|line| line.trim().strip_prefix("use ")?.strip_suffix(';'));
    paths.map(str::to_owned).collect()
}

/// The lines that an error is about, each with the type of the value in it.
fn told_by(error: &serde_json::Value) -> Vec<(String, String)> {
    let spans = error["spans"].as_array().into_iter().flatten();
    spans
        .filter_map(|span| {
            let label = span["label"].as_str()?;
            let kind = label.strip_prefix("this expression has type `")?.strip_suffix('`')?;
            // Numbers that nothing else says more of are these.
            let kind = kind.replace("{integer}", "i32").replace("{float}", "f64");
            Some((span["text"][0]["text"].as_str()?.to_owned(), kind))
        })
        .collect()
}

/// Words and signs of Rust. Comments, strings and characters are passed over.
#[derive(Clone)]
struct Tokens<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Tokens<'a> {
    fn next_token(&mut self) -> Option<(usize, &'a str)> {
        loop {
            let rest = &self.text[self.at..];
            let first = rest.chars().next()?;
            let length = if rest.starts_with("//") {
                rest.find('\n').unwrap_or(rest.len())
            } else if rest.starts_with("/*") {
                rest.find("*/").map_or(rest.len(), |end| end + 2)
            } else if first == '"' {
                string(rest)
            } else if first == '\'' {
                character(rest)
            } else if first.is_whitespace() {
                first.len_utf8()
            } else {
                let is_word = |c: char| c.is_alphanumeric() || c == '_';
                let length = match rest.find(|c| !is_word(c)) {
                    Some(0) if rest.starts_with("==") => 2,
                    Some(0) => first.len_utf8(),
                    Some(end) => end,
                    None => rest.len(),
                };
                let start = self.at;
                self.at += length;
                return Some((start, &self.text[start..self.at]));
            };
            self.at += length;
        }
    }
}

/// The length of a string.
fn string(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '\\' if !escaped => escaped = true,
            '"' if !escaped => return at + 1,
            _ => escaped = false,
        }
    }
    text.len()
}

/// The length of a character, or of the quote of a lifetime.
fn character(text: &str) -> usize {
    let mut characters = text.char_indices().skip(1);
    match (characters.next(), characters.next()) {
        (Some((_, '\\')), Some((at, _))) => text[at + 1..].find('\'').map_or(1, |end| at + end + 2),
        (Some(_), Some((at, '\''))) => at + 1,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(rust: &str) -> Vec<String> {
        untyped(rust).into_iter().map(|variable| variable.name).collect()
    }

    #[test]
    fn variables_at_the_top_level_without_a_type_are_found() {
        assert_eq!(names("\nlet a = vec![1];\nlet mut b = a;"), ["a", "b"]);
        assert_eq!(names("fn f() { let x = 1; }\nlet y = f();"), ["y"]);
        assert_eq!(names("let t: u8 = 1; if let Some(z) = q {}"), Vec::<String>::new());
        assert_eq!(names("let a = \"; let b = 1\"; // let c = 1;\nlet d = ';';"), ["a", "d"]);
        assert_eq!(names("let (a, mut b) = f(); let P { x: c, y } = p;"), ["a", "b", "c", "y"]);
        assert_eq!(names("let (a, _): (u8, Vec<u8>) = f();"), ["a"]);
    }

    #[test]
    fn parts_of_a_pattern_get_their_types_behind_it() {
        let rust = "let (a, mut b) = f(';');\na";
        let types = [("a".to_owned(), "u8".to_owned()), ("b".to_owned(), "String".to_owned())];
        let expected = "let (a, mut b) = f(';'); let a: u8 = a; let mut b: String = b;\na";
        assert_eq!(typed(rust, &untyped(rust), &types), expected);
    }

    #[test]
    fn suggested_paths_are_found() {
        let error = serde_json::json!({ "children": [{ "spans": [
            { "suggested_replacement": "use std::time::Instant;\n" },
            { "suggested_replacement": null },
        ]}]});
        assert_eq!(suggested(&error), ["std::time::Instant"]);
    }

    #[test]
    fn a_type_goes_behind_the_name() {
        let rust = "let mut a = vec![1];\nlet b = 2;";
        let variables = untyped(rust);
        let error = serde_json::json!({ "spans": [{
            "label": "this expression has type `Vec<{integer}>`",
            "text": [{ "text": "let () = a;" }],
        }]});
        let told = told_by(&error);
        assert_eq!(told, [("let () = a;".to_owned(), "Vec<i32>".to_owned())]);
        assert!(question(rust, &variables).contains("let () = a;\nlet () = b;\n"));
    }
}
