//! Diagnostics drawn under the source lines that they are about.

use std::fmt;
use std::ops::Range;

use ariadne::{Cache, Color, Config, IndexType, Label as Mark, Report, ReportKind, Source};

use super::{Diagnostic, Label, Severity, Span};
use crate::source::Sources;

/// Whether a rendering carries ANSI colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// With escape sequences, for a terminal.
    Ansi,
    /// Text alone.
    Plain,
}

/// Draws a diagnostic under the lines of the texts that it is about, ending in a newline.
pub fn render(diagnostic: &Diagnostic, sources: &Sources, colour: Colour) -> String {
    let drawing = draw(diagnostic, sources, colour);
    // Our own headline stands in place of the first line, which would be coloured in any case.
    let below = drawing.split_once('\n').map_or("", |(_, below)| below);
    format!("{}\n{below}", headline(diagnostic, colour))
}

fn headline(diagnostic: &Diagnostic, colour: Colour) -> String {
    let (word, escape) = match diagnostic.severity {
        Severity::Error => ("error", "\x1b[1;31m"),
        Severity::Warning => ("warning", "\x1b[1;33m"),
    };
    let (code, headline) = (diagnostic.code, harmless(&diagnostic.headline));
    match colour {
        Colour::Ansi => format!("{escape}{word}[{code}]\x1b[0m: {headline}"),
        Colour::Plain => format!("{word}[{code}]: {headline}"),
    }
}

fn draw(diagnostic: &Diagnostic, sources: &Sources, colour: Colour) -> String {
    let (kind, tint) = match diagnostic.severity {
        Severity::Error => (ReportKind::Error, Color::Red),
        Severity::Warning => (ReportKind::Warning, Color::Yellow),
    };
    let config = Config::new().with_index_type(IndexType::Byte).with_color(colour == Colour::Ansi);
    let place = |label: &Label| {
        let source = sources.of(&label.span)?;
        // Sources of one name are told apart by where they begin.
        Some(((source.name.clone(), source.start), within(&label.span, source)))
    };
    let mark = |label: &Label, tint: Color, priority: i32| {
        // A place without words would not be underlined.
        let words = if label.text.is_empty() { "here" } else { &label.text };
        let mark = Mark::new(place(label)?);
        Some(mark.with_color(tint).with_priority(priority).with_message(harmless(words)))
    };
    let secondary = diagnostic.secondary.iter().map(|label| (label, Color::Blue, 0));
    let mut labels =
        [(&diagnostic.primary, tint, 1)].into_iter().chain(secondary).collect::<Vec<_>>();
    // Only labels in the order of their lines are drawn into one picture.
    labels.sort_by_key(|(label, ..)| label.span.end);
    let Some(at) = place(&diagnostic.primary) else { return String::new() };
    let mut report = Report::build(kind, at).with_config(config);
    let marks = labels.iter().filter_map(|(label, tint, priority)| mark(label, *tint, *priority));
    report.add_labels(marks);
    report.with_notes(diagnostic.notes.iter().map(|note| harmless(note)));
    report.with_helps(diagnostic.help.iter().map(|help| harmless(help)));
    let mut drawing = Vec::new();
    // Writing to memory fails for want of memory alone, and then the headline has to do.
    let _ = report.finish().write(Texts::of(&labels, sources), &mut drawing);
    String::from_utf8_lossy(&drawing).into_owned()
}

/// The name of a text, and where it begins.
type TextId = (String, usize);

/// The texts that a drawing is about.
struct Texts(Vec<(TextId, Source)>);

impl Texts {
    fn of(labels: &[(&Label, Color, i32)], sources: &Sources) -> Self {
        let mut texts: Vec<(TextId, Source)> = Vec::new();
        for (label, ..) in labels {
            let Some(source) = sources.of(&label.span) else { continue };
            if texts.iter().all(|((_, start), _)| *start != source.start) {
                let text = Source::from(harmless(&source.text));
                texts.push(((source.name.clone(), source.start), text));
            }
        }
        Self(texts)
    }
}

impl Cache<TextId> for Texts {
    type Storage = String;

    fn fetch(&mut self, id: &TextId) -> Result<&Source, impl fmt::Debug> {
        let found = self.0.iter().find(|(known, _)| known == id);
        found.map(|(_, text)| text).ok_or("a text without a name")
    }

    fn display<'a>(&self, id: &'a TextId) -> Option<impl fmt::Display + 'a> {
        Some(&id.0)
    }
}

/// A text in which nothing tells a terminal to do something, as escape sequences and changes of the
/// direction would. What stands in their places has as many bytes, so that spans stay right.
fn harmless(text: &str) -> String {
    let mut letters = text.chars().peekable();
    let mut harmless = String::with_capacity(text.len());
    while let Some(letter) = letters.next() {
        harmless.push(match letter {
            '\n' | '\t' => letter,
            '\r' if letters.peek() == Some(&'\n') => letter,
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
            _ if letter.is_control() && letter.is_ascii() => '?',
            _ if letter.is_control() => '¿',
            _ => letter,
        });
    }
    harmless
}

/// The span in its text, cut to whole characters, without blanks at its end.
pub(super) fn within(span: &Span, source: &crate::source::Source) -> Range<usize> {
    let local = source.local(span);
    local.start..local.start + source.text[local].trim_end().len()
}
