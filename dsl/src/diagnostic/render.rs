//! Diagnostics drawn under the source lines that they are about.

use std::ops::Range;

use ariadne::{Color, Config, IndexType, Label as Mark, Report, ReportKind, Source};

use super::{Diagnostic, Label, Severity, Span};

/// Whether a rendering carries ANSI colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// With escape sequences, for a terminal.
    Ansi,
    /// Text alone.
    Plain,
}

/// Draws a diagnostic under the lines of `text` that it is about, ending in a newline.
/// `source_name` says what the text is: a file's name, `In[3]`, `prompt`.
pub fn render(diagnostic: &Diagnostic, source_name: &str, text: &str, colour: Colour) -> String {
    let (kind, tint) = match diagnostic.severity {
        Severity::Error => (ReportKind::Custom("error", Color::Red), Color::Red),
        Severity::Warning => (ReportKind::Custom("warning", Color::Yellow), Color::Yellow),
    };
    let config = Config::new()
        .with_index_type(IndexType::Byte)
        .with_color(colour == Colour::Ansi)
        .with_compact(false);
    let mark = |label: &Label, tint: Color, order: i32| {
        let span = (source_name, within(&label.span, text));
        let mark = Mark::new(span).with_color(tint).with_order(order);
        if label.text.is_empty() { mark } else { mark.with_message(&label.text) }
    };
    let at = (source_name, within(&diagnostic.primary.span, text));
    let mut report = Report::build(kind, at)
        .with_config(config)
        .with_code(diagnostic.code)
        .with_message(&diagnostic.headline)
        .with_label(mark(&diagnostic.primary, tint, 0).with_priority(1));
    for (order, label) in (1..).zip(&diagnostic.secondary) {
        report = report.with_label(mark(label, Color::Blue, order));
    }
    report.with_notes(&diagnostic.notes);
    report.with_helps(&diagnostic.help);
    let mut drawn = Vec::new();
    let written = report.finish().write((source_name, Source::from(text)), &mut drawn);
    match written {
        Ok(()) => String::from_utf8_lossy(&drawn).into_owned(),
        Err(_) => format!("{}\n", diagnostic.headline),
    }
}

/// The span cut to the text and to whole characters.
fn within(span: &Span, text: &str) -> Range<usize> {
    let start = text.floor_char_boundary(span.start);
    let end = text.ceil_char_boundary(span.end.max(start));
    start..end
}
