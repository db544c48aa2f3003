//! The words in boxes, and the room that they take.

use super::figure::{Item, Kind};
use crate::summary::thousands;

/// The most characters of a line in a box.
const LINE: usize = 34;
/// The width of 100 characters of a box's text, and of its small print.
const CHARACTERS: i32 = 725;
const SMALL_CHARACTERS: i32 = 604;
/// The height of a line of text, and of small print.
pub(super) const LINE_HEIGHT: i32 = 16;
pub(super) const SMALL_HEIGHT: i32 = 13;
/// Round the text of a box.
pub(super) const PADDING: i32 = 5;

/// The width and height of a box.
pub(super) fn size(item: &Item) -> (i32, i32) {
    if let Some(Symbol::Plus | Symbol::Times) = symbol(item) {
        return (22, 22);
    }
    let lines = box_lines(item);
    let widest = lines.iter().map(|line| width(line)).max().unwrap_or(0);
    let count = i32::try_from(lines.len()).unwrap_or(0);
    let height = count * LINE_HEIGHT + 2 * PADDING;
    let (width, height) = match header(item) {
        Some((name, parameters)) => {
            let small = small_width(&name) + small_width(&parameters) + 12;
            (widest.max(small), height + SMALL_HEIGHT)
        }
        None => (widest, height),
    };
    let height = height + behind(item);
    // Even, so that the middle is a whole number.
    ((width + 20 + 1) / 2 * 2, (height + 1) / 2 * 2)
}

/// How far boxes stand out behind the first of several.
pub(super) fn behind(item: &Item) -> i32 {
    if item.count > 1 { 8 } else { 0 }
}

/// How wide a text in a box is.
pub(super) fn width(text: &str) -> i32 {
    i32::try_from(text.chars().count()).unwrap_or(0) * CHARACTERS / 100
}

/// How wide small print is.
pub(super) fn small_width(text: &str) -> i32 {
    i32::try_from(text.chars().count()).unwrap_or(0) * SMALL_CHARACTERS / 100
}

/// The sign of a join.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Symbol {
    Plus,
    Times,
    Word,
}

/// The sign of a join, if the item is one.
pub(super) fn symbol(item: &Item) -> Option<Symbol> {
    let word = item.layers.first().map(String::as_str);
    (item.kind == Kind::Join).then_some(match word {
        Some("add") => Symbol::Plus,
        Some("mul") => Symbol::Times,
        _ => Symbol::Word,
    })
}

/// The small print above the text of a box: its name and its parameters.
pub(super) fn header(item: &Item) -> Option<(String, String)> {
    if !item.kind.is_box() {
        return None;
    }
    let parameters = match item.parameters {
        0 => String::new(),
        count => thousands(count),
    };
    (!item.name.is_empty() || !parameters.is_empty())
        .then(|| (ending(&item.name, LINE), parameters))
}

/// The text of a box in its lines.
pub(super) fn box_lines(item: &Item) -> Vec<String> {
    lines(item, LINE)
}

/// The text of a box in one line.
pub(super) fn in_one_line(item: &Item) -> String {
    let lines = lines(item, usize::MAX);
    lines.join(": ")
}

fn lines(item: &Item, most: usize) -> Vec<String> {
    let named = |word: &str| {
        let name = if item.name.is_empty() { word } else { &item.name };
        vec![format!("{} {}", shortened(name, most), item.shape)]
    };
    match item.kind {
        Kind::Input => return named("input"),
        Kind::Output => {
            let mut lines = named("out");
            if item.training {
                lines.push("training only".to_owned());
            }
            return lines;
        }
        _ => {}
    }
    let times = match item.count {
        1 => String::new(),
        count => format!("{count} × "),
    };
    let title = item.title.as_ref().map(|title| format!("{times}{title}"));
    let mut layers = item.layers.clone();
    if let (None, Some(first)) = (&title, layers.first_mut()) {
        *first = format!("{times}{first}");
    }
    let mut lines = title.map_or(Vec::new(), |title| wrapped(&[title], most));
    lines.extend(wrapped(&layers, most));
    lines
}

/// Layers with arrows between them, in lines that break between layers where they can.
fn wrapped(layers: &[String], most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for layer in layers {
        let long = layer.chars().count();
        match lines.last_mut() {
            Some(line) if line.chars().count() + 3 + long <= most => {
                line.push_str(" → ");
                line.push_str(layer);
            }
            _ if long <= most => lines.push(layer.clone()),
            _ => lines.extend(broken(layer, most)),
        }
    }
    lines
}

/// One layer in lines that break at blanks, two of them at most.
fn broken(layer: &str, most: usize) -> Vec<String> {
    let at = layer.char_indices().take(most + 1).filter(|&(_, found)| found == ' ').last();
    match at {
        Some((at, _)) => {
            let (first, rest) = layer.split_at(at);
            vec![first.to_owned(), shortened(&format!(" {rest}"), most)]
        }
        None => vec![shortened(layer, most)],
    }
}

/// The end of a name that is too long: there is what tells it from others.
fn ending(name: &str, most: usize) -> String {
    let length = name.chars().count();
    if length <= most {
        return name.to_owned();
    }
    ['…'].into_iter().chain(name.chars().skip(length + 1 - most)).collect()
}

/// A text cut to a length, with a sign that it is.
pub(super) fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept = text.chars().take(most.saturating_sub(1));
    kept.chain(['…']).collect()
}
