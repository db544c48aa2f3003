//! How values show themselves when a Rust cell ends with them.

use std::fmt::Arguments;
use std::io::{self, Write};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use netlet_dsl::messages::{ERRORS, Picture, UNFINISHED};

use crate::value::Value;

/// The most values that are written of a batch.
const SHOWN: usize = 12;

/// `print!` as Rust cells see it: text without a newline at its end is shown as well.
#[macro_export]
macro_rules! print_in_cell {
    ($($text:tt)*) => { $crate::display::write(::std::format_args!($($text)*)) };
}

/// `eprint!` as Rust cells see it: in order with what `print!` writes.
#[macro_export]
macro_rules! eprint_in_cell {
    ($($text:tt)*) => { $crate::display::write_errors(::std::format_args!($($text)*)) };
}

/// `eprintln!` as Rust cells see it: in order with what `println!` writes.
#[macro_export]
macro_rules! eprintln_in_cell {
    () => { $crate::display::write_errors(::std::format_args!("\n")) };
    ($($text:tt)*) => {
        $crate::display::write_errors(::std::format_args!("{}\n", ::std::format_args!($($text)*)))
    };
}

pub use {eprint_in_cell as eprint, eprintln_in_cell as eprintln, print_in_cell as print};

/// Writes text to standard output, on lines of which the last may be marked as unfinished.
pub fn write(text: Arguments<'_>) {
    write_lines("", &text.to_string());
}

/// Writes text to standard output, on lines that are marked as meant for standard error.
pub fn write_errors(text: Arguments<'_>) {
    write_lines(ERRORS, &text.to_string());
}

fn write_lines(mark: &str, text: &str) {
    // Nobody listens once the session has gone.
    let _ = io::stdout().lock().write_all(on_lines(mark, text).as_bytes());
}

fn on_lines(mark: &str, text: &str) -> String {
    let lines = text.split_inclusive('\n').map(|line| match line.strip_suffix('\n') {
        Some(line) => format!("{mark}{line}\n"),
        None => format!("{mark}{UNFINISHED}{line}\n"),
    });
    lines.collect()
}

/// What shows itself in a notebook. The interpreter looks for the method by its name.
pub trait Display {
    /// Writes its forms to standard output, each between the interpreter's marks.
    fn evcxr_display(&self);
}

impl Display for Picture {
    fn evcxr_display(&self) {
        show("image/png", &STANDARD.encode(&self.png));
        show("text/plain", &self.alt);
    }
}

impl Display for Value {
    fn evcxr_display(&self) {
        show("text/plain", &in_words(self));
    }
}

/// Shape and first values: `2 samples of 3: 0.5, 1, -2, ...`.
fn in_words(value: &Value) -> String {
    let shape = value.shape().iter().map(usize::to_string).collect::<Vec<_>>().join("x");
    let values = value.values();
    let first = values.iter().take(SHOWN).map(f32::to_string).collect::<Vec<_>>().join(", ");
    let rest = if values.len() > SHOWN { ", ..." } else { "" };
    let plural = if value.samples() == 1 { "" } else { "s" };
    format!("{} sample{plural} of {shape}: {first}{rest}", value.samples())
}

fn show(mime: &str, content: &str) {
    let mut out = io::stdout().lock();
    // Nobody listens once the session has gone.
    let _ = write!(out, "EVCXR_BEGIN_CONTENT {mime}\n{content}\nEVCXR_END_CONTENT\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_has_no_end_is_marked() {
        assert_eq!(on_lines("", "a\nb\n"), "a\nb\n");
        assert_eq!(on_lines("", "a\nb"), format!("a\n{UNFINISHED}b\n"));
        assert_eq!(on_lines(ERRORS, "a\n\n"), format!("{ERRORS}a\n{ERRORS}\n"));
        assert_eq!(on_lines("", ""), "");
    }

    #[test]
    fn a_batch_is_its_shape_and_its_first_values() {
        let value = Value::features([2, 2], vec![0.5, 1.0, -2.0, 0.0]);
        assert_eq!(in_words(&value), "2 samples of 2: 0.5, 1, -2, 0");
        let long = Value::features([1, 40], vec![1.0; 40]);
        assert!(in_words(&long).ends_with("1, ..."));
    }
}
