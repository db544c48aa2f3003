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
    /// The byte behind the name.
    end: usize,
}

/// The variables that a cell keeps and gives no type.
pub(super) fn untyped(rust: &str) -> Vec<Variable> {
    let mut depth = 0usize;
    let mut at_start = true;
    let mut found = Vec::new();
    let mut rest = Tokens { text: rust, at: 0 };
    while let Some((start, token)) = rest.next_token() {
        match token {
            "{" | "(" | "[" => depth += 1,
            "}" | ")" | "]" => depth = depth.saturating_sub(1),
            "let" if depth == 0 && at_start => {
                let mut name = rest.next_token();
                if name.is_some_and(|(_, token)| token == "mut") {
                    name = rest.next_token();
                }
                if let Some((start, name)) = name
                    && name.starts_with(|c: char| c.is_alphabetic() || c == '_')
                    && rest.clone().next_token().is_some_and(|(_, token)| token == "=")
                {
                    found.push(Variable { name: name.to_owned(), end: start + name.len() });
                }
            }
            _ => {}
        }
        at_start = matches!(token, ";" | "}") || (at_start && start == 0);
    }
    found
}

/// A program whose errors tell the types of the variables, and which never compiles.
pub(super) fn question(rust: &str, variables: &[Variable]) -> String {
    let each = variables.iter().map(|variable| format!("let () = {};\n", variable.name));
    format!("{{\n{rust}\n;\n{}let _: u8 = ();\n}}", each.collect::<String>())
}

/// The cell with the types that the errors tell.
pub(super) fn answered(rust: &str, variables: &[Variable], errors: &[CompilationError]) -> String {
    let told = errors.iter().flat_map(|error| told_by(&error.json)).collect::<Vec<_>>();
    let mut typed = rust.to_owned();
    // From the end, so that what comes before keeps its place.
    for variable in variables.iter().rev() {
        let line = format!("let () = {};", variable.name);
        if let Some((_, kind)) = told.iter().find(|(source, _)| source.trim() == line) {
            typed.insert_str(variable.end, &format!(": {kind}"));
        }
    }
    typed
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
