//! What stands at a place of a text, as plain text and as HTML.

use std::fmt::Write;

use crate::diagnostic::{escaped, quoted};

/// What stands at a place of a text, or what a word of the language means.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inspection {
    /// How it is written: a layer with its arguments, the header of a network.
    pub title: String,
    /// What it is and does, a line each.
    pub about: Vec<String>,
    /// What is known of it at that place, each with its name.
    pub facts: Vec<(String, String)>,
    /// What it may be given by key: the key with its default, and what it means.
    pub keys: Vec<(String, String)>,
    /// The text of its definition, for those who ask for more.
    pub source: Option<String>,
}

const PALE: &str = "opacity: 0.7";
const CODE: &str = "font-family: var(--jp-code-font-family, monospace)";
const CELL: &str = "text-align: left; vertical-align: top; padding: 0 1em 0 0";

impl Inspection {
    /// As plain text of some lines; with the text of the definition where `all` is asked for.
    pub fn text(&self, all: bool) -> String {
        let mut text = format!("{}\n", self.title);
        for line in &self.about {
            text += &format!("    {line}\n");
        }
        for rows in [&self.facts, &self.keys].into_iter().filter(|rows| !rows.is_empty()) {
            let width = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
            text.push('\n');
            for (name, value) in rows {
                text += &format!("    {name:<width$}  {value}\n");
            }
        }
        if let Some(source) = self.source.as_ref().filter(|_| all) {
            text += &format!("\n{}\n", source.trim_end());
        }
        text.truncate(text.trim_end().len());
        text
    }

    /// As HTML that stands by itself: styles are inline, and colours are those around it.
    pub fn html(&self, all: bool) -> String {
        let mut html = format!(r#"<div style="{CODE}"><b>{}</b></div>"#, escaped(&self.title));
        for line in &self.about {
            // Writing to a string cannot fail.
            let _ = write!(html, "<div>{}</div>", quoted(line));
        }
        table(&mut html, &self.facts, "");
        table(&mut html, &self.keys, PALE);
        if let Some(source) = self.source.as_ref().filter(|_| all) {
            let _ = write!(html, "<pre>{}</pre>", escaped(source.trim_end()));
        }
        html
    }
}

fn table(html: &mut String, rows: &[(String, String)], style: &str) {
    if rows.is_empty() {
        return;
    }
    html.push_str(r#"<table style="margin: 0.5em 0 0 0">"#);
    for (name, value) in rows {
        let (name, value) = (escaped(name), quoted(value));
        let _ = write!(
            html,
            r#"<tr><td style="{CELL}; {CODE}">{name}</td><td style="{CELL}; {style}">{value}</td></tr>"#
        );
    }
    html.push_str("</table>");
}
