//! Rust cells: a first line of `%%rust`, lines of the interpreter's commands, then Rust.

mod commands;
mod compile_error;
mod evaluate;
mod types;

pub use compile_error::{Label, RustError};
pub(super) use evaluate::{Evaluated, Rust, RustEnd, Step};

/// What a Rust cell begins with.
pub const MARK: &str = "%%rust";

/// Whether a cell is one of Rust.
pub fn is_rust(text: &str) -> bool {
    let first = text.lines().next().unwrap_or_default();
    first.trim_end() == MARK || first.starts_with(&format!("{MARK} "))
}

/// A Rust cell for the interpreter.
pub(super) struct RustCell {
    /// The networks that it names: the name of each, and the source of its type.
    pub(super) nets: Vec<(String, String)>,
    /// The whole cell, its first line included.
    pub(super) text: String,
}

/// Whether a word stands in a text as a name of its own.
pub(super) fn mentions(text: &str, word: &str) -> bool {
    let mut names = text.split(|c: char| !c.is_alphanumeric() && c != '_');
    names.any(|name| name == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_makes_a_cell_one_of_rust() {
        for text in ["%%rust", "%%rust\n1 + 1", "%%rust  \nlet x = 1;"] {
            assert!(is_rust(text), "{text:?}");
        }
        for text in ["", "%%rusty", "net A(1x28x28)\n%%rust", " %%rust"] {
            assert!(!is_rust(text), "{text:?}");
        }
    }

    #[test]
    fn a_name_is_a_whole_word() {
        assert!(mentions("let n = LeNet5::new();", "LeNet5"));
        assert!(!mentions("LeNet50 my_LeNet5", "LeNet5"));
    }
}
