//! Errors of Rust cells as text, drawn as those of the language are.

use ariadne::{Color, Config, IndexType, Label, Report, ReportKind, Source};
use netlet_dsl::diagnostic::Colour;

use crate::session::{Cell, RustError};

/// An error with the lines that it is about, without a newline at its end.
pub(super) fn draw(error: &RustError, cell: &Cell, colour: Colour) -> String {
    let code = error.code.as_ref().map_or_else(String::new, |code| format!("[{code}]"));
    let word = match colour {
        Colour::Ansi => format!("\u{1b}[1;31merror{code}\u{1b}[0m"),
        Colour::Plain => format!("error{code}"),
    };
    let below = if error.labels.is_empty() {
        error.notes.iter().map(|note| format!("  note: {note}\n")).collect()
    } else {
        lines(error, cell, colour)
    };
    format!("{word}: {}\n{below}", error.message).trim_end().to_owned()
}

fn lines(error: &RustError, cell: &Cell, colour: Colour) -> String {
    let name = cell.name.as_str();
    let config = Config::new().with_index_type(IndexType::Byte).with_color(colour == Colour::Ansi);
    let first = error.labels.first().map_or(0..0, |label| label.range.clone());
    let mut report = Report::build(ReportKind::Error, (name, first)).with_config(config);
    let marks = error.labels.iter().enumerate().map(|(place, label)| {
        let tint = if place == 0 { Color::Red } else { Color::Blue };
        let words = if label.text.is_empty() { "here" } else { &label.text };
        Label::new((name, label.range.clone())).with_message(words).with_color(tint)
    });
    report.add_labels(marks);
    report.with_notes(&error.notes);
    let mut drawing = Vec::new();
    // Writing to memory fails for want of memory alone, and then the headline has to do.
    let _ = report.finish().write((name, Source::from(cell.text.as_str())), &mut drawing);
    let drawing = String::from_utf8_lossy(&drawing).into_owned();
    // The headline stands in place of the first line.
    drawing.lines().skip(1).map(str::trim_end).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use crate::session::Label;

    use super::*;

    #[test]
    fn an_error_stands_under_its_line() {
        let cell = Cell::new("In[2]", "%%rust\nlet é: u8 = \"a\";\n");
        let start = cell.text.find("\"a\"").expect("a string");
        let error = RustError {
            code: Some("E0308".into()),
            message: "mismatched types".into(),
            labels: vec![Label {
                range: start..start + 3,
                text: "expected `u8`, found `&str`".into(),
            }],
            notes: Vec::new(),
        };
        insta::assert_snapshot!(draw(&error, &cell, Colour::Plain), @r#"
        error[E0308]: mismatched types
           ╭─[ In[2]:2:13 ]
           │
         2 │ let é: u8 = "a";
           │             ─┬─
           │              ╰─── expected `u8`, found `&str`
        ───╯
        "#);
    }
}
