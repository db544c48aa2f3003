//! Figures as SVG. Boxes bring their own background, and what stands outside of them is of a grey
//! that is seen on white and on black, since a notebook does not say which it has.

use std::fmt::Write as _;

use super::arrange::{Place, Way, arrange};
use super::figure::{Figure, Item, ItemId, Kind};
use super::page::{Page, page};
use super::wire::{Wire, wires};
use super::words::{self, LINE_HEIGHT, PADDING, SMALL_HEIGHT, Symbol};

/// Lines, and text outside of boxes.
const GREY: &str = "#7b828c";
/// Text in boxes.
const INK: &str = "#1d2733";
/// Small print in boxes.
const FAINT: &str = "#56616f";
/// Round a figure.
pub(super) const MARGIN: i32 = 18;
/// The height of a figure's title.
pub(super) const TITLE: i32 = 34;
/// How far corners of lines are rounded.
const ROUND: i32 = 7;
/// The length of an arrow's head.
const ARROW: i32 = 7;

/// A figure ready to be drawn, from 0, 0 on.
pub(super) struct Drawn {
    pub(super) body: String,
    pub(super) width: i32,
    pub(super) height: i32,
}

/// All figures on one page.
pub(super) fn svg(figures: &[Figure], title: &str) -> String {
    let drawn = figures.iter().enumerate().map(|(place, figure)| draw(figure, place == 0));
    let drawn = drawn.collect::<Vec<_>>();
    let Page { places, width, height } = page(&drawn);
    let title = escape(title);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\" \
         font-family=\"ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace\" \
         font-size=\"12\" style=\"max-width:100%;height:auto\">\n<title>{title}</title>\n"
    );
    for (figure, (x, y)) in drawn.iter().zip(places) {
        // Writing to a string cannot fail.
        let _ = write!(svg, "<g transform=\"translate({x} {y})\">\n{}</g>\n", figure.body);
    }
    svg + "</svg>\n"
}

fn draw(figure: &Figure, is_whole: bool) -> Drawn {
    let mut arranged = arrange(figure);
    let lines = wires(figure, &arranged);
    let mut bounds = Bounds::default();
    for (place, item) in arranged.places.iter().zip(&figure.items) {
        bounds.include(place.left(), place.y);
        bounds.include(place.right() + words::behind(item), place.bottom());
    }
    for point in lines.iter().flat_map(|line| &line.points) {
        bounds.include(point.0 - 2, point.1 - 2);
        bounds.include(point.0 + 2, point.1 + 2);
    }
    let labels = labels(figure, &arranged.places, &lines, |edge| {
        matches!(arranged.ways.get(&edge), Some(Way::Up))
    });
    for label in &labels {
        bounds.include(label.left(), label.y - 10);
        bounds.include(label.left() + words::small_width(&label.text), label.y + 3);
    }
    let (dx, dy) = (MARGIN - bounds.left, MARGIN + TITLE - bounds.top);
    for place in &mut arranged.places {
        place.x += dx;
        place.y += dy;
    }
    let note = figure.note(52);
    let title_width = words::width(&figure.title).max(words::small_width(&note)) + 2 * MARGIN;
    let width = (bounds.right - bounds.left + 2 * MARGIN).max(title_width);
    let height = bounds.bottom - bounds.top + 2 * MARGIN + TITLE;
    let mut body = String::new();
    heading(&mut body, figure, &note, is_whole, (width, height));
    for line in lines {
        wire(&mut body, figure, line, (dx, dy));
    }
    for Label { x, y, text, at_end } in labels {
        let anchor = if at_end { " text-anchor=\"end\"" } else { "" };
        let (x, y) = (x + dx, y + dy);
        let _ = writeln!(
            body,
            "<text class=\"shape\" x=\"{x}\" y=\"{y}\" font-size=\"10\" fill=\"{GREY}\"{anchor}>{}</text>",
            escape(&text)
        );
    }
    for (item, place) in figure.items.iter().zip(&arranged.places) {
        put(&mut body, item, *place);
    }
    Drawn { body, width, height }
}

fn heading(body: &mut String, figure: &Figure, note: &str, is_whole: bool, size: (i32, i32)) {
    let (width, height) = size;
    if !is_whole {
        let _ = writeln!(
            body,
            "<rect class=\"frame\" x=\"0.5\" y=\"0.5\" width=\"{}\" height=\"{}\" rx=\"10\" \
             fill=\"{GREY}\" fill-opacity=\"0.07\" stroke=\"{GREY}\" stroke-opacity=\"0.55\"/>",
            width - 1,
            height - 1
        );
    }
    let font = if is_whole { 15 } else { 12 };
    let _ = writeln!(
        body,
        "<text class=\"title\" x=\"{MARGIN}\" y=\"24\" font-size=\"{font}\" font-weight=\"bold\" \
         fill=\"{GREY}\">{}</text>",
        escape(&figure.title)
    );
    if !note.is_empty() {
        let _ = writeln!(
            body,
            "<text class=\"note\" x=\"{MARGIN}\" y=\"38\" font-size=\"10\" fill=\"{GREY}\">{}</text>",
            escape(note)
        );
    }
}

/// A shape beside a line.
struct Label {
    x: i32,
    y: i32,
    text: String,
    /// Whether it ends at `x`.
    at_end: bool,
}

impl Label {
    fn left(&self) -> i32 {
        if self.at_end { self.x - words::small_width(&self.text) } else { self.x }
    }
}

/// The shapes beside lines: where they change, once for each box.
fn labels(
    figure: &Figure,
    places: &[Place],
    lines: &[Wire],
    is_up: impl Fn(super::figure::Edge) -> bool,
) -> Vec<Label> {
    let mut labels = Vec::new();
    for (id, item) in figure.items.iter().enumerate() {
        let is_same = |input: ItemId| figure.items[input].shape == item.shape;
        let mut inputs = figure.edges.iter().filter(|edge| edge.to == id).map(|edge| edge.from);
        if item.kind == Kind::Input || inputs.any(is_same) {
            continue;
        }
        let outputs = figure.edges.iter().filter(|edge| edge.from == id);
        let mut outputs = outputs.filter(|edge| figure.items[edge.to].kind != Kind::Output);
        let Some(first) = outputs.next() else { continue };
        let down = lines.iter().find(|line| {
            line.from == id && line.points.first().is_some_and(|start| start.0 == places[id].x)
        });
        if down.is_none() {
            continue;
        }
        let turns = |left: bool| {
            lines.iter().filter(|line| line.from == id).any(|line| {
                let ends = line.points.get(2).or(line.points.last());
                ends.is_some_and(
                    |end| if left { end.0 < places[id].x } else { end.0 > places[id].x },
                )
            })
        };
        let place = places[id];
        let y = if is_up(*first) { place.y - 9 } else { place.bottom() + 13 };
        let at_end = turns(false) && !turns(true);
        let x = if at_end { place.x - 6 } else { place.x + 6 };
        labels.push(Label { x, y, text: item.shape.to_string(), at_end });
    }
    labels
}

/// A line with its corners rounded, and its arrow.
fn wire(body: &mut String, figure: &Figure, line: Wire, (dx, dy): (i32, i32)) {
    let points = line.points.iter().map(|&(x, y)| (x + dx, y + dy)).collect::<Vec<_>>();
    let [first, .., before, end] = points.as_slice() else {
        return straight(body, figure, &line, &points);
    };
    let mut path = format!("M{} {}", first.0, first.1);
    for corner in points.windows(3) {
        let [a, b, c] = [corner[0], corner[1], corner[2]];
        let (start, stop) = (towards(b, a), towards(b, c));
        let _ = write!(path, "L{} {}Q{} {} {} {}", start.0, start.1, b.0, b.1, stop.0, stop.1);
    }
    finish(body, figure, &line, path, *before, *end);
}

fn straight(body: &mut String, figure: &Figure, line: &Wire, points: &[(i32, i32)]) {
    let [first, end] = points else { return };
    finish(body, figure, line, format!("M{} {}", first.0, first.1), *first, *end);
}

fn finish(
    body: &mut String,
    figure: &Figure,
    line: &Wire,
    mut path: String,
    before: (i32, i32),
    end: (i32, i32),
) {
    let (sx, sy) = ((end.0 - before.0).signum(), (end.1 - before.1).signum());
    let base = (end.0 - sx * ARROW, end.1 - sy * ARROW);
    let _ = write!(path, "L{} {}", base.0, base.1);
    let training = figure.items[line.to].training;
    let dashes = if training { " stroke-dasharray=\"5 3\"" } else { "" };
    let half = ARROW / 2;
    let (left, right) =
        ((base.0 + sy * half, base.1 + sx * half), (base.0 - sy * half, base.1 - sx * half));
    let _ = writeln!(
        body,
        "<path class=\"edge\" data-from=\"{}\" data-to=\"{}\" d=\"{path}\" fill=\"none\" \
         stroke=\"{GREY}\" stroke-width=\"1.4\"{dashes}/>\
         <path d=\"M{} {}L{} {}L{} {}Z\" fill=\"{GREY}\"/>",
        line.from, line.to, end.0, end.1, left.0, left.1, right.0, right.1
    );
}

/// A point some way from a corner towards the next point.
fn towards(corner: (i32, i32), next: (i32, i32)) -> (i32, i32) {
    let step = |from: i32, to: i32| (to - from).signum() * ROUND.min((to - from).abs() / 2);
    (corner.0 + step(corner.0, next.0), corner.1 + step(corner.1, next.1))
}

/// A box with its text.
fn put(body: &mut String, item: &Item, place: Place) {
    let Colours { fill, line } = colours(item.kind);
    let dashes = if item.training { " stroke-dasharray=\"5 3\"" } else { "" };
    let radius = match item.kind {
        Kind::Input | Kind::Output | Kind::Join => place.height / 2,
        _ => 4,
    };
    let behind = words::behind(item);
    let (x, y) = (place.left(), place.y + behind);
    let (width, height) = (place.width, place.height - behind);
    let rect = |class: &str, by: i32| {
        format!(
            "<rect class=\"{class}\" x=\"{}\" y=\"{}\" width=\"{width}\" height=\"{height}\" \
             rx=\"{radius}\" fill=\"{fill}\" stroke=\"{line}\"{dashes}/>\n",
            x + by,
            y - by
        )
    };
    body.push_str("<g class=\"item\">\n");
    if behind > 0 {
        body.push_str(&rect("behind", behind));
        body.push_str(&rect("behind", behind / 2));
    }
    body.push_str(&rect("box", 0));
    inscribe(body, item, place);
    body.push_str("</g>\n");
}

/// What stands in a box.
fn inscribe(body: &mut String, item: &Item, place: Place) {
    let (middle_x, middle_y) = (place.x, place.middle());
    let (x, y, width) = (place.left(), place.y + words::behind(item), place.width);
    match words::symbol(item) {
        Some(Symbol::Plus) => {
            let _ = writeln!(
                body,
                "<path d=\"M{} {middle_y}h12M{middle_x} {}v12\" stroke=\"{INK}\" stroke-width=\"1.6\"/>",
                middle_x - 6,
                middle_y - 6
            );
            return;
        }
        Some(Symbol::Times) => {
            let _ = writeln!(
                body,
                "<path d=\"M{} {}l8 8m0 -8l-8 8\" stroke=\"{INK}\" stroke-width=\"1.6\"/>",
                middle_x - 4,
                middle_y - 4
            );
            return;
        }
        _ => {}
    }
    let mut baseline = y + PADDING + 12;
    if let Some((name, parameters)) = words::header(item) {
        let small = |x: i32, anchor: &str, text: &str| {
            format!(
                "<text x=\"{x}\" y=\"{}\" font-size=\"10\" fill=\"{FAINT}\"{anchor}>{}</text>\n",
                baseline - 1,
                escape(text)
            )
        };
        if !name.is_empty() {
            body.push_str(&small(x + 8, "", &name));
        }
        if !parameters.is_empty() {
            body.push_str(&small(x + width - 8, " text-anchor=\"end\"", &parameters));
        }
        baseline += SMALL_HEIGHT;
    }
    let lines = words::box_lines(item);
    let bold = if item.kind == Kind::Block { " font-weight=\"bold\"" } else { "" };
    for (place, line) in lines.iter().enumerate() {
        let bold = if place == 0 { bold } else { "" };
        let _ = writeln!(
            body,
            "<text x=\"{middle_x}\" y=\"{baseline}\" text-anchor=\"middle\" fill=\"{INK}\"{bold}>{}</text>",
            escape(line)
        );
        baseline += LINE_HEIGHT;
    }
}

struct Colours {
    fill: &'static str,
    line: &'static str,
}

fn colours(kind: Kind) -> Colours {
    let (fill, line) = match kind {
        Kind::Input | Kind::Output => ("#e9ecf0", "#7b828c"),
        Kind::Conv => ("#d7e6f7", "#4c7fb5"),
        Kind::Pool => ("#f9dcd6", "#c26a57"),
        Kind::Up => ("#d3eee4", "#3f9478"),
        Kind::Linear => ("#e0edcf", "#7a9a45"),
        Kind::Small => ("#fbf0cf", "#bd9a3e"),
        Kind::Block => ("#e6def4", "#7f66b3"),
        Kind::Join => ("#ffffff", "#56616f"),
        Kind::More => ("#f2f3f5", "#a3a9b1"),
    };
    Colours { fill, line }
}

/// What everything in a figure lies within.
struct Bounds {
    left: i32,
    top: i32,
    right: i32,
    bottom: i32,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { left: i32::MAX, top: i32::MAX, right: i32::MIN, bottom: i32::MIN }
    }
}

impl Bounds {
    fn include(&mut self, x: i32, y: i32) {
        self.left = self.left.min(x);
        self.right = self.right.max(x);
        self.top = self.top.min(y);
        self.bottom = self.bottom.max(y);
    }
}

/// Text as XML has it.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            character if character.is_control() => escaped.push(' '),
            character => escaped.push(character),
        }
    }
    escaped
}
