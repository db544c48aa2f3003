//! What was read, laid out in lines.

use super::align::{OutLine, joined};
use super::page::{Body, Branch, Chain, Group, Line, Page, Part, PartKind, Step, width};
use super::{INDENT, WIDTH};

/// The text of a page but its Rust, which begins on a line of its own.
pub(super) fn print(page: &Page<'_>) -> String {
    let mut printer = Printer::default();
    printer.lines(&page.lines, 0);
    let is_apart = matches!(page.lines.last(), Some(Line::Blank)) && printer.current.is_some();
    if page.rust.is_some() && is_apart {
        printer.start(0);
    }
    joined(printer.all.into_iter().chain(printer.current).collect())
}

#[derive(Default)]
struct Printer {
    all: Vec<OutLine>,
    current: Option<OutLine>,
    /// The columns taken on the current line.
    column: usize,
}

impl Printer {
    /// Begins a line.
    fn start(&mut self, indent: usize) {
        self.all.extend(self.current.take());
        self.current = Some(OutLine { indent, ..OutLine::default() });
        self.column = indent;
    }

    fn write(&mut self, text: &str) {
        let line = self.current.get_or_insert_default();
        debug_assert!(line.comment.is_none(), "`{text}` would stand within a comment");
        line.code.push_str(text);
        self.column += width(text);
    }

    /// Puts a comment at the end of the line.
    fn comment(&mut self, comment: Option<&str>) {
        if let (Some(line), Some(comment)) = (&mut self.current, comment) {
            debug_assert!(line.comment.is_none(), "`{comment}` would be a second comment");
            line.comment = Some(comment.to_owned());
        }
    }

    fn indent(&self) -> usize {
        self.current.as_ref().map_or(0, |line| line.indent)
    }

    fn has_comment(&self) -> bool {
        self.current.as_ref().is_some_and(|line| line.comment.is_some())
    }

    fn own_line(&mut self, comment: &str, indent: usize) {
        self.start(indent);
        self.write(comment);
    }

    /// Lines, without blank ones at their beginning and end.
    fn lines(&mut self, lines: &[Line<'_>], indent: usize) {
        let first = lines.iter().take_while(|line| matches!(line, Line::Blank)).count();
        self.further_lines(&lines[first..], indent);
    }

    /// Lines below others.
    fn further_lines(&mut self, lines: &[Line<'_>], indent: usize) {
        let mut blank = false;
        for line in lines {
            if std::mem::take(&mut blank) && !matches!(line, Line::Blank) {
                self.start(0);
            }
            match line {
                Line::Blank => blank = true,
                Line::Comment(comment) => self.own_line(comment, indent),
                Line::Chain(chain) => {
                    self.start(indent);
                    self.chain(chain, indent);
                }
            }
        }
    }

    /// A chain from the current column on. Where it is broken, it goes on a level deeper.
    fn chain(&mut self, chain: &Chain<'_>, indent: usize) {
        const ARROW: &str = "-> ";
        let further = indent + INDENT;
        for (place, link) in chain.links.iter().enumerate() {
            let own = if place == 0 { self.column } else { further + ARROW.len() };
            let is_flat = link.step.flat.is_some_and(|width| own + width <= WIDTH);
            if place > 0 {
                let first = match link.step.flat {
                    Some(width) if is_flat => width,
                    _ => first_width(&link.step.parts),
                };
                let fits = self.column + 1 + ARROW.len() + first <= WIDTH;
                if fits && !link.broken && link.before.is_empty() && !self.has_comment() {
                    self.write(" ");
                } else {
                    link.before.iter().for_each(|comment| self.own_line(comment, further));
                    self.start(further);
                }
                self.write(ARROW);
            }
            self.step(&link.step, is_flat);
            self.comment(link.comment);
        }
    }

    fn step(&mut self, step: &Step<'_>, is_flat: bool) {
        // What its author has put on one line, and does not fit there, opens all its bodies.
        let opens_all = step.flat.is_some();
        for (place, part) in step.parts.iter().enumerate() {
            if part.blank && place > 0 {
                self.write(" ");
            }
            let behind = &step.parts[place + 1..];
            let fits = part
                .flat()
                .is_some_and(|width| is_flat || self.column + width + first_width(behind) <= WIDTH);
            match &part.kind {
                PartKind::Text(text) => self.write(text),
                PartKind::Group(group) if fits => self.flat_group(group),
                PartKind::Group(group) => self.broken_group(group),
                PartKind::Body(body) if body.is_empty() => self.write("{}"),
                PartKind::Body(body) if is_flat || fits && !opens_all => self.flat_body(body),
                PartKind::Body(body) => self.broken_body(body),
            }
        }
    }

    fn flat_step(&mut self, step: &Step<'_>) {
        self.step(step, true);
    }

    fn flat_group(&mut self, group: &Group<'_>) {
        self.write(if group.is_list { "[" } else { "(" });
        for (place, entry) in group.entries.iter().enumerate() {
            self.write(if place > 0 { ", " } else { "" });
            self.flat_step(&entry.value);
        }
        self.write(if group.is_list { "]" } else { ")" });
    }

    /// Inputs and parameters one a line; a list as many as fit, unless it has comments.
    fn broken_group(&mut self, group: &Group<'_>) {
        let outer = self.indent();
        let indent = outer + INDENT;
        let has_comments = group.head.is_some()
            || !group.tail.is_empty()
            || group.entries.iter().any(|it| it.comment.is_some() || !it.before.is_empty());
        let one_a_line = !group.is_list || has_comments;
        self.write(if group.is_list { "[" } else { "(" });
        self.comment(group.head);
        let last = group.entries.len().saturating_sub(1);
        for (place, entry) in group.entries.iter().enumerate() {
            let comma = usize::from(!group.is_list || place < last);
            let is_flat = entry.value.flat.is_some_and(|width| indent + width + comma <= WIDTH);
            let fits = entry
                .value
                .flat
                .is_some_and(|width| is_flat && self.column + 1 + width + comma <= WIDTH);
            if place > 0 && fits && !one_a_line {
                self.write(" ");
            } else {
                entry.before.iter().for_each(|comment| self.own_line(comment, indent));
                self.start(indent);
            }
            self.step(&entry.value, is_flat);
            self.write(if comma > 0 { "," } else { "" });
            self.comment(entry.comment);
        }
        group.tail.iter().for_each(|comment| self.own_line(comment, indent));
        self.start(outer);
        self.write(if group.is_list { "]" } else { ")" });
    }

    fn flat_body(&mut self, body: &Body<'_>) {
        self.write("{ ");
        self.flat_lines(&body.lines);
        for (place, branch) in body.branches.iter().enumerate() {
            self.write(if place > 0 { " |" } else { "|" });
            if !branch.lines.is_empty() {
                self.write(" ");
                self.flat_lines(&branch.lines);
            }
        }
        self.write(" }");
    }

    fn flat_lines(&mut self, lines: &[Line<'_>]) {
        for (place, chain) in Page::chains(lines).enumerate() {
            self.write(if place > 0 { "; " } else { "" });
            for (place, link) in chain.links.iter().enumerate() {
                self.write(if place > 0 { " -> " } else { "" });
                self.flat_step(&link.step);
            }
        }
    }

    fn broken_body(&mut self, body: &Body<'_>) {
        let outer = self.indent();
        let indent = outer + INDENT;
        self.write("{");
        self.comment(body.head);
        for (place, branch) in body.branches.iter().enumerate() {
            match place {
                0 => self.lines(&branch.above, indent),
                _ => self.further_lines(&branch.above, indent),
            }
            if place > 0 && matches!(branch.above.last(), Some(Line::Blank)) {
                self.start(0);
            }
            self.branch(branch, indent);
        }
        match body.branches.is_empty() {
            true => self.lines(&body.lines, indent),
            false => self.further_lines(&body.lines, indent),
        }
        self.start(outer);
        self.write("}");
    }

    fn branch(&mut self, branch: &Branch<'_>, indent: usize) {
        self.start(indent);
        self.write("|");
        self.comment(branch.head);
        match branch.lines.as_slice() {
            [Line::Chain(first), behind @ ..] if branch.head.is_none() => {
                self.write(" ");
                self.chain(first, indent);
                self.further_lines(behind, indent + INDENT);
            }
            lines => self.lines(lines, indent + INDENT),
        }
    }
}

/// The width of parts up to where the line may be broken: behind a bracket.
fn first_width(parts: &[Part<'_>]) -> usize {
    let mut sum = 0;
    for part in parts {
        sum += usize::from(part.blank);
        match &part.kind {
            PartKind::Text(text) => sum += width(text),
            PartKind::Body(body) if body.is_empty() => sum += "{}".len(),
            PartKind::Group(_) | PartKind::Body(_) => return sum + 1,
        }
    }
    sum
}
