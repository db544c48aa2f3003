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
    let drawing = draw(diagnostic, source_name, text, colour);
    // Our own headline stands in place of the first line, which would be coloured in any case.
    let below = drawing.split_once('\n').map_or("", |(_, below)| below);
    format!("{}\n{below}", headline(diagnostic, colour))
}

fn headline(diagnostic: &Diagnostic, colour: Colour) -> String {
    let (word, escape) = match diagnostic.severity {
        Severity::Error => ("error", "\x1b[1;31m"),
        Severity::Warning => ("warning", "\x1b[1;33m"),
    };
    let Diagnostic { code, headline, .. } = diagnostic;
    match colour {
        Colour::Ansi => format!("{escape}{word}[{code}]\x1b[0m: {headline}"),
        Colour::Plain => format!("{word}[{code}]: {headline}"),
    }
}

fn draw(diagnostic: &Diagnostic, source_name: &str, text: &str, colour: Colour) -> String {
    let (kind, tint) = match diagnostic.severity {
        Severity::Error => (ReportKind::Error, Color::Red),
        Severity::Warning => (ReportKind::Warning, Color::Yellow),
    };
    let config = Config::new().with_index_type(IndexType::Byte).with_color(colour == Colour::Ansi);
    let mark = |label: &Label, tint: Color, priority: i32| {
        // A place without words would not be underlined.
        let words = if label.text.is_empty() { "here" } else { &label.text };
        let mark = Mark::new((source_name, within(&label.span, text)));
        mark.with_color(tint).with_priority(priority).with_message(words)
    };
    let secondary = diagnostic.secondary.iter().map(|label| (label, Color::Blue, 0));
    let mut labels =
        [(&diagnostic.primary, tint, 1)].into_iter().chain(secondary).collect::<Vec<_>>();
    // Only labels in the order of their lines are drawn into one picture.
    labels.sort_by_key(|(label, ..)| label.span.end);
    let at = (source_name, within(&diagnostic.primary.span, text));
    let mut report = Report::build(kind, at).with_config(config);
    report
        .add_labels(labels.into_iter().map(|(label, tint, priority)| mark(label, tint, priority)));
    report.with_notes(&diagnostic.notes);
    report.with_helps(&diagnostic.help);
    let mut drawing = Vec::new();
    // Writing to memory fails for want of memory alone, and then the headline has to do.
    let _ = report.finish().write((source_name, Source::from(text)), &mut drawing);
    String::from_utf8_lossy(&drawing).into_owned()
}

/// The span cut to the text and to whole characters, without blanks at its end.
fn within(span: &Span, text: &str) -> Range<usize> {
    let start = text.floor_char_boundary(span.start);
    let end = text.ceil_char_boundary(span.end.max(start));
    start..start + text[start..end].trim_end().len()
}
