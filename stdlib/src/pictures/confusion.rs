//! Which class is taken for which.

use netlet_dsl::messages::Picture;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::canvas::{AreaOf, DrawnOn, INK, PALE_INK, bold, fitted, px, text, width};
use super::chart::Chart;
use super::colormap::{BLUES, ORANGES, is_dark};
use super::numbers::{class_name, compact, percent};

const MARGIN: u32 = 14;
/// The title and the line below it.
const HEAD: u32 = 46;
/// The words `true` and `predicted` at the sides.
const AXIS: u32 = 22;
/// The longest name of a class.
const LONGEST: u32 = 130;
/// The narrowest table, so that the title has room.
const NARROWEST: u32 = 360;
/// Up to this many classes, cells have their counts and parts.
const NUMBERED: usize = 24;
/// Up to this many, classes have their names; beyond, some have their numbers.
const NAMED: usize = 120;
/// The most classes: a pixel for each.
const MOST: usize = 1500;
/// The most mistakes that are told in words.
const TOLD: usize = 5;
/// The least part of a colour that is no white.
const PALEST: f64 = 0.1;
/// The line below the table.
const FOOT: u32 = 22;
const LINES: RGBColor = RGBColor(0xe2, 0xe6, 0xeb);

/// Draws how many of the `unit` of each true class, one row of `counts` each, were taken for each
/// class, one column each. Right ones are blue, mistakes orange, the stronger the larger their part
/// of the row is. `unit` is a word such as `samples` or `pixels`; `name` is the picture's.
pub fn confusion(
    name: &str,
    net: &str,
    counts: &[Vec<u64>],
    classes: &[String],
    unit: &str,
) -> Picture {
    let table = Table::new(counts, classes);
    let (name, alt) = (name.to_owned(), table.in_words(net, unit));
    let small = table.len() <= NAMED;
    let chart = Confusion { net, unit, layout: Layout::of(&table), table };
    if small { chart.picture(name, alt) } else { chart.in_pixels(name, alt, false) }
}

struct Confusion<'a> {
    net: &'a str,
    unit: &'a str,
    table: Table<'a>,
    layout: Layout,
}

impl Chart for Confusion<'_> {
    fn size(&self) -> [u32; 2] {
        [self.layout.width, self.layout.height]
    }

    fn draw<B: DrawingBackend>(&self, area: &AreaOf<B>) -> DrawnOn<B> {
        let Self { net, unit, table, layout } = self;
        let most = layout.width - 2 * MARGIN;
        let left = |style: TextStyle<'static>| style.pos(Pos::new(HPos::Left, VPos::Center));
        let title = (format!("Confusion of {net}"), bold(15, INK), 11);
        let subtitle = (table.headline(unit), text(12, PALE_INK), 31);
        for (words, style, middle) in [title, subtitle] {
            let shown = fitted(&words, &style, most);
            area.draw(&Text::new(shown, (px(MARGIN), px(MARGIN + middle)), left(style)))?;
        }
        layout.colors(area, table)?;
        layout.cells(area, table)?;
        layout.names(area, table)?;
        layout.axes(area)?;
        layout.foot(area, table.len() <= NUMBERED)
    }
}

/// Counts with the names of their classes.
struct Table<'a> {
    counts: &'a [Vec<u64>],
    classes: &'a [String],
    /// All of each true class.
    totals: Vec<u64>,
}

impl<'a> Table<'a> {
    fn new(counts: &'a [Vec<u64>], classes: &'a [String]) -> Self {
        let counts = &counts[..counts.len().min(MOST)];
        Self { counts, classes, totals: counts.iter().map(|row| row.iter().sum()).collect() }
    }

    fn len(&self) -> usize {
        self.counts.len()
    }

    fn count(&self, of: usize, taken_for: usize) -> u64 {
        self.counts[of].get(taken_for).copied().unwrap_or(0)
    }

    /// The part of a true class that was taken for a class; 0 where there are none.
    fn part(&self, of: usize, taken_for: usize) -> f64 {
        self.count(of, taken_for) as f64 / self.totals[of].max(1) as f64
    }

    /// The colour of a cell: white where nothing is. By the root of the part, and never quite white
    /// otherwise, so that a few mistakes among many are seen.
    fn color(&self, of: usize, taken_for: usize) -> [u8; 3] {
        let colors = if of == taken_for { &BLUES } else { &ORANGES };
        match self.count(of, taken_for) {
            0 => [255; 3],
            _ => colors.at(PALEST + (1.0 - PALEST) * self.part(of, taken_for).sqrt()),
        }
    }

    fn headline(&self, unit: &str) -> String {
        let all: u64 = self.totals.iter().sum();
        let right: u64 = (0..self.len()).map(|class| self.count(class, class)).sum();
        let part = right as f64 / all.max(1) as f64;
        format!("{:.1} % of {} {unit} right", part * 100.0, compact(all))
    }

    fn in_words(&self, net: &str, unit: &str) -> String {
        let classes = self.len();
        let name = |class| class_name(self.classes, class);
        let mut words =
            format!("Confusion of {net}, {classes} x {classes} classes: {}", self.headline(unit));
        let mut mistakes: Vec<(u64, usize, usize)> = (0..classes)
            .flat_map(|of| (0..classes).map(move |taken_for| (of, taken_for)))
            .filter(|(of, taken_for)| of != taken_for)
            .map(|(of, taken_for)| (self.count(of, taken_for), of, taken_for))
            .filter(|(count, _, _)| *count > 0)
            .collect();
        mistakes.sort_by_key(|&(count, of, taken_for)| (std::cmp::Reverse(count), of, taken_for));
        let told = mistakes.iter().take(TOLD).map(|&(count, of, taken_for)| {
            let part = percent(self.part(of, taken_for));
            format!("{} taken for {}: {count} ({part})", name(of), name(taken_for))
        });
        let told: Vec<String> = told.collect();
        words += &match told.is_empty() {
            true => "; no mistakes".to_owned(),
            false => format!("; most often {}", told.join(", ")),
        };
        if classes <= NUMBERED {
            let right = |class| format!("{} {}", name(class), percent(self.part(class, class)));
            let right: Vec<String> = (0..classes).map(right).collect();
            words += &format!("; right of each class: {}", right.join(", "));
        }
        words
    }
}

/// Where everything is, in pixels after shrinking.
struct Layout {
    /// The side of a cell.
    cell: u32,
    /// The size of names' letters; 0 where only some classes have their numbers.
    letters: u32,
    /// The room for names.
    names: u32,
    /// Where the cells begin, and how long and high they are together.
    left: u32,
    top: u32,
    side: u32,
    width: u32,
    height: u32,
}

impl Layout {
    fn of(table: &Table) -> Self {
        let classes = table.len().max(1);
        let (cell, letters) = match classes {
            0..=6 => (72, 12),
            7..=12 => (56, 12),
            13..=NUMBERED => (40, 11),
            25..=60 => (15, 11),
            61..=NAMED => (11, 9),
            _ => ((900 / classes as u32).max(1), 0),
        };
        let names = (0..classes).map(|class| class_name(table.classes, class));
        let style = text(letters.max(9), INK);
        let longest = names.map(|name| width(&name, &style)).max().unwrap_or(0).min(LONGEST);
        let names = if letters == 0 { 28 } else { longest + 8 };
        let side = cell * classes as u32;
        let (left, top) = (MARGIN + AXIS + names, MARGIN + HEAD + AXIS + names);
        let width = (left + side + MARGIN).max(NARROWEST);
        // A small table stands in the middle.
        let left = left + (width - (left + side + MARGIN)) / 2;
        Self { cell, letters, names, left, top, side, width, height: top + side + FOOT + MARGIN }
    }

    /// Fills the cells that hold any.
    fn colors<B: DrawingBackend>(&self, area: &AreaOf<B>, table: &Table) -> DrawnOn<B> {
        for of in 0..table.len() {
            for taken_for in (0..table.len()).filter(|&class| table.count(of, class) > 0) {
                let [x, y] = [(self.left, taken_for), (self.top, of)]
                    .map(|(first, place)| px(first + place as u32 * self.cell));
                let [r, g, b] = table.color(of, taken_for);
                let until = px(self.cell) - 1;
                let corners = [(x, y), (x + until, y + until)];
                area.draw(&Rectangle::new(corners, RGBColor(r, g, b).filled()))?;
            }
        }
        Ok(())
    }

    /// Draws what stands in the cells, and the lines between them.
    fn cells<B: DrawingBackend>(&self, area: &AreaOf<B>, table: &Table) -> DrawnOn<B> {
        let numbered = if table.len() <= NUMBERED { table.len() } else { 0 };
        for of in 0..numbered {
            for taken_for in (0..numbered).filter(|&class| table.count(of, class) > 0) {
                let at =
                    [self.left + taken_for as u32 * self.cell, self.top + of as u32 * self.cell];
                let ink = if is_dark(table.color(of, taken_for)) { WHITE } else { INK };
                let part = percent(table.part(of, taken_for));
                self.numbers(area, at, [part, compact(table.count(of, taken_for))], ink)?;
            }
        }
        let (from, until) = (px(self.left), px(self.left + self.side));
        let (above, below) = (px(self.top), px(self.top + self.side));
        let inner = if self.cell >= 9 { table.len() as u32 } else { 0 };
        for line in (1..inner).map(|line| px(line * self.cell)) {
            area.draw(&PathElement::new(vec![(from + line, above), (from + line, below)], LINES))?;
            area.draw(&PathElement::new(vec![(from, above + line), (until, above + line)], LINES))?;
        }
        area.draw(&Rectangle::new([(from, above), (until, below)], PALE_INK.stroke_width(1)))
    }

    /// Writes the part and the count in a cell.
    fn numbers<B: DrawingBackend>(
        &self,
        area: &AreaOf<B>,
        [x, y]: [u32; 2],
        lines: [String; 2],
        ink: RGBColor,
    ) -> DrawnOn<B> {
        let large = self.letters.min(12);
        let styles = [bold(large, ink), text(large - 2, ink)];
        let middle = px(x) + px(self.cell) / 2;
        let spread = large as i32 * 5 / 8;
        for ((line, style), by) in lines.into_iter().zip(styles).zip([-spread, spread]) {
            // The sign of per cent needs no space before it where there is little.
            let line = if self.cell < 56 { line.replace(" %", "") } else { line };
            let shown = fitted(&line, &style, self.cell);
            let style = style.pos(Pos::new(HPos::Center, VPos::Center));
            let at = (middle, px(y) + px(self.cell) / 2 + px(1) * by);
            area.draw(&Text::new(shown, at, style))?;
        }
        Ok(())
    }

    fn names<B: DrawingBackend>(&self, area: &AreaOf<B>, table: &Table) -> DrawnOn<B> {
        let step = if self.letters > 0 { 1 } else { self.number_step(table.len()) };
        for class in (0..table.len()).step_by(step) {
            let style = text(if self.letters > 0 { self.letters } else { 9 }, INK);
            let name = match self.letters {
                0 => class.to_string(),
                _ => fitted(&class_name(table.classes, class), &style, LONGEST),
            };
            let middle = px(class as u32 * self.cell) + px(self.cell) / 2;
            let row = style.pos(Pos::new(HPos::Right, VPos::Center));
            let at = (px(self.left - 5), px(self.top) + middle);
            area.draw(&Text::new(name.clone(), at, row))?;
            let column = style.transform(FontTransform::Rotate270);
            let column = column.pos(Pos::new(HPos::Left, VPos::Center));
            let at = (px(self.left) + middle, px(self.top - 5));
            area.draw(&Text::new(name, at, column))?;
        }
        Ok(())
    }

    /// Every which class has its number where names have no room.
    fn number_step(&self, classes: usize) -> usize {
        let steps = [10, 20, 50, 100];
        let fits = |step: &usize| *step as u32 * self.cell >= 24 && classes / step <= 40;
        steps.into_iter().find(fits).unwrap_or(200)
    }

    fn axes<B: DrawingBackend>(&self, area: &AreaOf<B>) -> DrawnOn<B> {
        let style = text(13, PALE_INK).pos(Pos::new(HPos::Center, VPos::Center));
        let middle = px(self.side) / 2;
        let above = (px(self.left) + middle, px(MARGIN + HEAD + AXIS / 2 - 2));
        area.draw(&Text::new("predicted", above, style.clone()))?;
        let beside = (px(self.left - self.names - AXIS / 2 - 2), px(self.top) + middle);
        area.draw(&Text::new("true", beside, style.transform(FontTransform::Rotate270)))
    }

    /// Says what the cells hold.
    fn foot<B: DrawingBackend>(&self, area: &AreaOf<B>, has_numbers: bool) -> DrawnOn<B> {
        let words = match has_numbers {
            true => "in each cell: per cent of the true class, and how many",
            false => "blue: right; orange: mistakes; darker: a larger part of the true class",
        };
        let style = text(12, PALE_INK);
        let shown = fitted(words, &style, self.width - 2 * MARGIN);
        let style = style.pos(Pos::new(HPos::Left, VPos::Center));
        let middle = self.top + self.side + FOOT / 2 + 4;
        let left = (self.width - MARGIN).saturating_sub(width(&shown, &text(12, PALE_INK)));
        area.draw(&Text::new(shown, (px(left.min(self.left)), px(middle)), style))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pictures::canvas::tests::{decoded, pixels_of};

    fn names(count: usize) -> Vec<String> {
        (0..count).map(|number| format!("c{number}")).collect()
    }

    fn of(counts: &[Vec<u64>]) -> Picture {
        confusion("c", "A", counts, &names(counts.len()), "samples")
    }

    #[test]
    fn right_ones_are_blue_and_mistakes_orange_by_their_part_of_the_row() {
        let counts = [vec![75, 25], vec![0, 1000]];
        let picture = of(&counts);
        let layout = Layout::of(&Table::new(&counts, &names(2)));
        let image = decoded(&picture);
        let corner = |row: u32, column: u32| {
            let at = |first: u32, place: u32| first + place * layout.cell + 6;
            image.get_pixel(at(layout.left, column), at(layout.top, row)).0
        };
        let of_part = |part: f64| PALEST + (1.0 - PALEST) * part.sqrt();
        assert_eq!(corner(0, 0), BLUES.at(of_part(0.75)));
        assert_eq!(corner(0, 1), ORANGES.at(of_part(0.25)));
        assert_eq!([corner(1, 0), corner(1, 1)], [[255; 3], BLUES.at(1.0)]);
        assert_eq!(picture.height, layout.height);
    }

    #[test]
    fn words_tell_the_mistakes() {
        let alt = of(&[vec![75, 25, 0], vec![0, 100, 0], vec![1, 4, 95]]).alt;
        assert_eq!(
            alt,
            "Confusion of A, 3 x 3 classes: 90.0 % of 300 samples right; most often c0 taken for c1: 25 \
             (25 %), c2 taken for c1: 4 (4 %), c2 taken for c0: 1 (1 %); right of each \
             class: c0 75 %, c1 100 %, c2 95 %"
        );
        assert!(of(&[vec![1, 0], vec![0, 0]]).alt.contains("no mistakes"));
    }

    #[test]
    fn every_number_of_classes_has_room() {
        for classes in [1, 2, 10, 24, 25, 100, 121, 1000] {
            let row = |of| (0..classes).map(|taken_for| u64::from(of == taken_for) * 9).collect();
            let counts: Vec<Vec<u64>> = (0..classes).map(row).collect();
            let picture = of(&counts);
            let sides = [picture.width, picture.height];
            assert!(sides.iter().all(|side| (150..1500).contains(side)), "{classes}: {sides:?}");
            // Letters at the left: names, or numbers of some classes.
            let layout = Layout::of(&Table::new(&counts, &names(classes)));
            let left = MARGIN + AXIS..layout.left;
            let ink = pixels_of(INK, &picture, left, layout.top..picture.height);
            assert!(ink > 4, "{classes}: {ink}");
        }
    }
}
