//! Diagnostics as HTML for notebooks: the source lines with marks, notes and help.
//!
//! Colours are those of Jupyter's theme where there is one, and else of a middle tone that reads on
//! light and on dark ground. Text keeps the colour of what is around it.

use std::fmt::Write;
use std::ops::Range;
use std::sync::Arc;

use super::render::within;
use super::{Diagnostic, Severity};
use crate::source::{Source, Sources};

const ERROR: &str = "var(--jp-error-color1, #e5484d)";
const WARNING: &str = "var(--jp-warn-color1, #c07a00)";
const SECONDARY: &str = "var(--jp-info-color1, #3b82f6)";
const PALE: &str = "opacity: 0.65";
const LINES: &str = "margin: 0.3em 0; padding: 0; overflow-x: auto; white-space: pre; \
                     background: transparent; color: inherit; font: inherit";
const WHOLE: &str = "font-family: var(--jp-code-font-family, monospace); line-height: 1.4; \
                     margin: 0.5em 0; padding-left: 0.8em";

/// A label in its text.
struct Mark<'d> {
    source: Arc<Source>,
    /// Bytes of the text.
    range: Range<usize>,
    text: &'d str,
    colour: &'static str,
    is_primary: bool,
}

/// Draws a diagnostic as HTML that stands by itself: styles are inline, and there are no scripts.
pub fn html(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let (word, colour) = match diagnostic.severity {
        Severity::Error => ("error", ERROR),
        Severity::Warning => ("warning", WARNING),
    };
    let mut html = format!(r#"<div style="{WHOLE}; border-left: 3px solid {colour}">"#);
    let Diagnostic { code, headline, notes, help, .. } = diagnostic;
    let _ = write!(
        html,
        r#"<div><b style="color: {colour}">{word}</b><span style="{PALE}">[{code}]</span>: {}</div>"#,
        quoted(headline)
    );
    let mut marks = marks(diagnostic, sources, colour);
    while let Some(first) = marks.first() {
        let start = first.source.start;
        let (own, others): (Vec<_>, Vec<_>) =
            marks.into_iter().partition(|mark| mark.source.start == start);
        excerpt(&mut html, &own);
        marks = others;
    }
    let facts = notes.iter().map(|note| ("note", note));
    for (kind, fact) in facts.chain(help.iter().map(|help| ("help", help))) {
        let _ = write!(
            html,
            r#"<div style="display: flex; gap: 1ch"><b>{kind}:</b><span style="white-space: pre-wrap">{}</span></div>"#,
            quoted(fact)
        );
    }
    html + "</div>"
}

/// The labels with their texts, the primary one first.
fn marks<'d>(diagnostic: &'d Diagnostic, sources: &Sources, colour: &'static str) -> Vec<Mark<'d>> {
    let secondary = diagnostic.secondary.iter().map(|label| (label, SECONDARY, false));
    let labels = [(&diagnostic.primary, colour, true)].into_iter().chain(secondary);
    let marks = labels.filter_map(|(label, colour, is_primary)| {
        let source = Arc::clone(sources.of(&label.span)?);
        let range = within(&label.span, &source);
        Some(Mark { source, range, text: &label.text, colour, is_primary })
    });
    marks.collect()
}

/// The lines of one text that are marked, with what is said about them below each.
fn excerpt(html: &mut String, marks: &[Mark<'_>]) {
    let source = &marks[0].source;
    let lines = lines(&source.text);
    let line_of = |at: usize| lines.iter().rposition(|line| line.start <= at).unwrap_or(0);
    let mut shown = marks
        .iter()
        .flat_map(|mark| [line_of(mark.range.start), line_of(mark.range.end)])
        .collect::<Vec<_>>();
    shown.sort_unstable();
    shown.dedup();
    let [line, column] = source.position(source.start + marks[0].range.start);
    let name = escaped(&source.name);
    let _ = write!(html, r#"<div style="{PALE}">{name}:{line}:{column}</div>"#);
    let _ = write!(html, r#"<pre style="{LINES}">"#);
    let width = (shown.last().unwrap_or(&0) + 1).to_string().len();
    for (place, &number) in shown.iter().enumerate() {
        if place > 0 && shown[place - 1] + 1 < number {
            let _ = writeln!(html, r#"<span style="{PALE}">{:>width$} ⋮</span>"#, "");
        }
        let line = lines[number].clone();
        let _ = write!(html, r#"<span style="{PALE}">{:>width$} │ </span>"#, number + 1);
        marked_line(html, &source.text, &line, marks);
        html.push('\n');
        let mut below =
            marks.iter().filter(|mark| line_of(mark.range.end) == number).collect::<Vec<_>>();
        below.sort_by_key(|mark| mark.range.start);
        for mark in below.into_iter().filter(|mark| !mark.text.is_empty()) {
            // What stands before the mark takes its room unseen, whatever letters it has.
            let start = mark.range.start.max(line.start);
            let before = escaped(&source.text[line.start..start]);
            let (colour, words) = (mark.colour, quoted(mark.text));
            let _ = writeln!(
                html,
                r#"<span style="{PALE}">{:>width$} │ </span><span style="visibility: hidden" aria-hidden="true">{before}</span><span style="color: {colour}">╰ {words}</span>"#,
                ""
            );
        }
    }
    html.push_str("</pre>");
}

/// A line with its marks underlined.
fn marked_line(html: &mut String, source: &str, line: &Range<usize>, marks: &[Mark<'_>]) {
    let inside = |at: usize| at.clamp(line.start, line.end);
    let mut cuts = vec![line.start, line.end];
    cuts.extend(marks.iter().flat_map(|mark| [mark.range.start, mark.range.end]).map(inside));
    cuts.sort_unstable();
    cuts.dedup();
    for (place, &start) in cuts.iter().enumerate() {
        // Something that is missing has a place, but no letters.
        let missing = marks.iter().find(|mark| mark.range == (start..start));
        if let Some(Mark { colour, .. }) = missing {
            let _ = write!(html, r#"<span style="border-left: 2px solid {colour}"></span>"#);
        }
        let Some(&end) = cuts.get(place + 1) else { break };
        let covers = |mark: &&Mark<'_>| mark.range.start <= start && end <= mark.range.end;
        // The mark of the smaller place lies on top.
        let top =
            marks.iter().filter(covers).min_by_key(|mark| (mark.range.len(), !mark.is_primary));
        let letters = escaped(&source[start..end]);
        let _ = match top {
            Some(Mark { colour, is_primary, .. }) => {
                let weight = if *is_primary { "; font-weight: bold" } else { "" };
                write!(
                    html,
                    r#"<span style="text-decoration: underline 2px {colour}; text-underline-offset: 3px{weight}">{letters}</span>"#
                )
            }
            None => write!(html, "{letters}"),
        };
    }
}

/// The bytes of each line, without its end.
fn lines(text: &str) -> Vec<Range<usize>> {
    let mut lines = Vec::new();
    let mut start = 0;
    for line in text.split('\n') {
        lines.push(start..start + line.trim_end_matches('\r').len());
        start += line.len() + 1;
    }
    lines
}

/// Words of a message, with what stands in backticks as code.
pub(crate) fn quoted(words: &str) -> String {
    let parts = words.split('`').collect::<Vec<_>>();
    let whole = parts.len() % 2 == 1;
    let parts = parts.iter().enumerate().map(|(place, part)| match place % 2 {
        1 if whole => format!("<code>{}</code>", escaped(part)),
        _ => escaped(part),
    });
    parts.collect::<Vec<_>>().join(if whole { "" } else { "`" })
}

/// Text as it stands between tags, or in an attribute.
pub(crate) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(letter),
        }
    }
    escaped
}
