//! Figures as text: a line for each box, and beside it a lane for each value that waits for its
//! use, as version control draws its history. That fits any width and stays short.

use std::fmt::Write as _;

use super::figure::{Figure, Item, ItemId, Kind};
use super::words;
use crate::summary::thousands;

/// The most values that wait at a time; further ones are named where they are used.
const MOST_LANES: usize = 14;
/// The room that words should have beside numbers.
const ENOUGH: usize = 22;
/// The narrowest text.
const NARROWEST: usize = 24;

/// All figures below one another.
pub(super) fn text(figures: &[Figure], heading: &str, width: usize) -> String {
    let width = width.max(NARROWEST);
    let most_lanes = MOST_LANES.min((width - 12) / 4);
    let mut text = String::new();
    for (place, figure) in figures.iter().enumerate() {
        let note = figure.note(width.saturating_sub(figure.title.len() + 4));
        let title = match (place, note.as_str()) {
            (0, _) => heading.to_owned(),
            (_, "") => figure.title.clone(),
            (_, note) => format!("{} ({note})", figure.title),
        };
        let gap = if place == 0 { "" } else { "\n" };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{gap}{}\n", words::shortened(&title, width));
        for row in rows(figure, most_lanes) {
            row.write(&mut text, width);
        }
    }
    text
}

/// A line of text, before it is fitted into the width.
struct Row {
    lanes: String,
    /// The lanes of further lines of the same box.
    below: String,
    words: Option<Words>,
    /// Where words begin.
    indent: usize,
}

struct Words {
    lines: String,
    shape: String,
    parameters: String,
}

impl Row {
    fn write(&self, text: &mut String, width: usize) {
        let Some(words) = &self.words else {
            let _ = writeln!(text, "{}", self.lanes.trim_end());
            return;
        };
        // Numbers stand to the right where there is room for them.
        let left = width.saturating_sub(self.indent);
        let numbers =
            [format!("{:>13}{:>12}", words.shape, words.parameters), format!(" {}", words.shape)];
        let fits = |numbers: &String| left >= numbers.chars().count() + ENOUGH;
        let numbers = numbers.into_iter().find(fits).unwrap_or_default();
        let room = left - numbers.chars().count();
        let lines = wrapped(&words.lines, room);
        for (place, line) in lines.iter().enumerate() {
            let lanes = if place == 0 { &self.lanes } else { &self.below };
            let numbers = if place == 0 { numbers.as_str() } else { "" };
            let pad = self.indent;
            let full = format!("{lanes:<pad$}{line:<room$}{numbers}");
            let _ = writeln!(text, "{}", full.trim_end());
        }
    }
}

/// Words in lines of at most `room` characters.
fn wrapped(words: &str, room: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in words.split(' ') {
        let word = words::shortened(word, room);
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= room => {
                line.push(' ');
                line.push_str(&word);
            }
            _ => lines.push(word),
        }
    }
    lines
}

/// A value that waits for its use.
#[derive(Clone, Copy)]
struct Lane {
    from: ItemId,
    to: ItemId,
}

fn rows(figure: &Figure, most: usize) -> Vec<Row> {
    let mut order = Vec::new();
    figure.row.iter().for_each(|part| part.each_item(&mut |item| order.push(item)));
    let mut place = vec![usize::MAX; figure.items.len()];
    order.iter().enumerate().for_each(|(at, &item)| place[item] = at);
    let mut writer = Writer { figure, most, lanes: Vec::new(), rows: Vec::new(), widest: 0 };
    for &item in &order {
        writer.item(item, &place);
    }
    let indent = 2 * writer.widest + 1;
    let mut rows = writer.rows;
    rows.iter_mut().for_each(|row| row.indent = indent);
    rows
}

struct Writer<'f> {
    figure: &'f Figure,
    /// The most lanes; a box that finds none free stands behind them.
    most: usize,
    lanes: Vec<Option<Lane>>,
    rows: Vec<Row>,
    widest: usize,
}

impl Writer<'_> {
    fn item(&mut self, id: ItemId, place: &[usize]) {
        let item = &self.figure.items[id];
        let meets = |lane: &Option<Lane>| lane.is_some_and(|lane| lane.to == id);
        let mut incoming = (0..self.lanes.len()).filter(|&at| meets(&self.lanes[at]));
        let first = incoming.next();
        let others = incoming.collect::<Vec<_>>();
        let at = first.unwrap_or_else(|| self.free(0));
        self.lanes.resize(self.lanes.len().max(at + 1), None);
        self.widest = self.widest.max(at + 1);
        // Values that had no lane are named.
        let named = self.figure.edges.iter().filter(|edge| edge.to == id);
        let has_lane = |from: ItemId| {
            self.lanes.iter().flatten().any(|lane| lane.from == from && lane.to == id)
        };
        let named = named.filter(|edge| !has_lane(edge.from)).map(|edge| edge.from);
        let named = named.map(|from| &self.figure.items[from].name).filter(|it| !it.is_empty());
        let named = named.map(String::as_str).collect::<Vec<_>>().join(", ");
        let lanes = self.line(at, sign(item), &others);
        for lane in others {
            self.lanes[lane] = None;
        }
        let mut users = self.figure.edges.iter().filter(|edge| edge.from == id);
        let mut users = users.by_ref().map(|edge| edge.to).collect::<Vec<_>>();
        // The way goes straight on, heads part from it.
        users.sort_by_key(|&user| (self.figure.items[user].is_aside, place[user]));
        let straight = users.first().filter(|_| at < self.most);
        self.lanes[at] = straight.map(|&to| Lane { from: id, to });
        let below = self.passing();
        let mut forks = Vec::new();
        for &to in users.iter().skip(1) {
            let lane = self.free(at + 1);
            if lane >= self.most {
                break;
            }
            self.lanes.resize(self.lanes.len().max(lane + 1), None);
            self.widest = self.widest.max(lane + 1);
            self.lanes[lane] = Some(Lane { from: id, to });
            forks.push(lane);
        }
        let words = Some(words_of(item, &named));
        self.rows.push(Row { lanes, below: below.clone(), words, indent: 0 });
        if !forks.is_empty() {
            let lanes = self.fork(at, &forks);
            self.rows.push(Row { lanes, below, words: None, indent: 0 });
        } else if users.is_empty() && self.lanes.iter().any(Option::is_some) {
            self.rows.push(Row { lanes: below.clone(), below, words: None, indent: 0 });
        }
        while self.lanes.last().is_some_and(Option::is_none) {
            self.lanes.pop();
        }
    }

    /// The first free lane from `from` on.
    fn free(&self, from: usize) -> usize {
        let found = (from..self.lanes.len()).find(|&at| self.lanes[at].is_none());
        found.unwrap_or(self.lanes.len().max(from))
    }

    /// The lanes at a box, with those that end in it.
    fn line(&self, at: usize, sign: char, ending: &[usize]) -> String {
        let last = ending.last().copied().unwrap_or(at);
        let mut line = String::new();
        for (lane, value) in self.lanes.iter().enumerate() {
            let is_within = lane > at && lane < last;
            line.push(match value {
                _ if lane == at => sign,
                _ if lane == last && !ending.is_empty() => '╯',
                _ if ending.contains(&lane) => '┴',
                Some(_) if is_within => '┼',
                Some(_) => '│',
                None if is_within => '─',
                None => ' ',
            });
            line.push(if lane >= at && lane < last { '─' } else { ' ' });
        }
        line
    }

    /// The lanes below a box whose value goes several ways.
    fn fork(&self, at: usize, forks: &[usize]) -> String {
        let last = forks.last().copied().unwrap_or(at);
        let mut line = String::new();
        for (lane, value) in self.lanes.iter().enumerate() {
            let is_within = lane > at && lane < last;
            line.push(match value {
                _ if lane == at => '├',
                _ if lane == last => '╮',
                _ if forks.contains(&lane) => '┬',
                Some(_) if is_within => '┼',
                Some(_) => '│',
                None if is_within => '─',
                None => ' ',
            });
            line.push(if lane >= at && lane < last { '─' } else { ' ' });
        }
        line
    }

    fn passing(&self) -> String {
        self.lanes.iter().map(|lane| if lane.is_some() { "│ " } else { "  " }).collect()
    }
}

fn sign(item: &Item) -> char {
    match item.kind {
        Kind::Input | Kind::Output => '○',
        Kind::Block => '■',
        Kind::Join => match words::symbol(item) {
            Some(words::Symbol::Plus) => '⊕',
            Some(words::Symbol::Times) => '⊗',
            _ => '◆',
        },
        Kind::More => '⋮',
        _ => '●',
    }
}

fn words_of(item: &Item, named: &str) -> Words {
    let name = |word: &str| if item.name.is_empty() { word.to_owned() } else { item.name.clone() };
    let mut lines = match item.kind {
        Kind::Input => name("input"),
        Kind::Output if item.training => format!("{} (training only)", name("out")),
        Kind::Output => name("out"),
        _ => words::in_one_line(item),
    };
    if item.kind.is_box() && !item.name.is_empty() {
        lines = format!("{}: {lines}", item.name);
    }
    if !named.is_empty() {
        lines = format!("{lines} ← {named}");
    }
    let parameters = if item.parameters == 0 { String::new() } else { thousands(item.parameters) };
    Words { lines, shape: item.shape.to_string(), parameters }
}
