//! What stands at the foot of a picture: a legend, or the scale of its colours.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::canvas::{Area, Drawn, INK, PALE_INK, fitted, px, text, width};
use super::colormap::ColorMap;

const LETTERS: u32 = 12;
/// The height of a line of a legend.
const LINE: u32 = 18;
/// The mark before an entry: a field or a line.
const MARK: u32 = 14;
const LONG_MARK: u32 = 26;
/// Between a mark and its text, and between entries.
const SPACE: u32 = 6;
const BETWEEN: u32 = 18;
/// The longest text of an entry.
const LONGEST: u32 = 220;
/// The least width of a picture with a legend.
const LEGEND: u32 = 280;
/// The scale of colours.
const BAR: u32 = 200;
const BAR_HEIGHT: u32 = 10;

/// What stands at the foot.
#[derive(Default)]
pub(super) enum Foot {
    /// Nothing.
    #[default]
    Empty,
    /// Marks with what they mean.
    Legend(Vec<Entry>),
    /// Colours with numbers.
    Scale(Scale),
}

/// A mark with what it means.
pub(super) struct Entry {
    pub(super) mark: Mark,
    pub(super) text: String,
}

/// What an entry of a legend explains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// A colour.
    Field([u8; 3]),
    /// Hatched pixels, as [`is_hatched`] has them.
    Hatched,
    /// A line.
    Line(RGBColor),
    /// A broken line.
    Broken(RGBColor),
    /// No mark.
    None,
}

/// Colours with numbers below them.
pub(super) struct Scale {
    pub(super) colors: ColorMap,
    /// Words and where they stand, from 0 to 1.
    pub(super) ticks: Vec<(f64, String)>,
    /// What the numbers are.
    pub(super) what: String,
}

/// Whether the pixel of a drawing at `x`, `y` is on a line of the hatching.
pub(super) fn is_hatched(x: u32, y: u32) -> bool {
    (x + y) % 12 < 3
}

impl Foot {
    /// How wide the picture must be.
    pub(super) fn least_width(&self) -> u32 {
        match self {
            Self::Empty => 0,
            Self::Legend(_) => LEGEND,
            Self::Scale(scale) => BAR + 40 + SPACE + width(&scale.what, &text(LETTERS, INK)),
        }
    }

    /// How high it is where it may be `most` wide.
    pub(super) fn height(&self, most: u32) -> u32 {
        match self {
            Self::Empty => 0,
            Self::Legend(entries) => {
                let lines = places(entries, most).last().map_or(0, |[_, line]| line + 1);
                lines * LINE
            }
            Self::Scale(_) => BAR_HEIGHT + LINE + 2,
        }
    }

    /// Draws it with its upper left corner at `at`, `most` wide.
    pub(super) fn draw(&self, area: &Area, at: [u32; 2], most: u32) -> Drawn {
        match self {
            Self::Empty => Ok(()),
            Self::Legend(entries) => {
                for (entry, [x, line]) in entries.iter().zip(places(entries, most)) {
                    entry.draw(area, [at[0] + x, at[1] + line * LINE])?;
                }
                Ok(())
            }
            Self::Scale(scale) => scale.draw(area, at),
        }
    }
}

/// For each entry how far it is from the left, and its line, from 0.
fn places(entries: &[Entry], most: u32) -> Vec<[u32; 2]> {
    let mut next = [0, 0];
    let place = |entry: &Entry| {
        let width = entry.width();
        if next[0] > 0 && next[0] + width > most {
            next = [0, next[1] + 1];
        }
        let place = next;
        next[0] += width + BETWEEN;
        place
    };
    entries.iter().map(place).collect()
}

impl Entry {
    fn width(&self) -> u32 {
        let shown = fitted(&self.text, &text(LETTERS, INK), LONGEST);
        self.mark.width() + width(&shown, &text(LETTERS, INK))
    }

    fn draw(&self, area: &Area, [x, y]: [u32; 2]) -> Drawn {
        self.mark.draw(area, [px(x), px(y + LINE / 2)])?;
        let style = text(LETTERS, INK);
        let shown = fitted(&self.text, &style, LONGEST);
        let style = style.pos(Pos::new(HPos::Left, VPos::Center));
        area.draw(&Text::new(shown, (px(x + self.mark.width()), px(y + LINE / 2)), style))
    }
}

impl Mark {
    /// With the space behind it.
    fn width(self) -> u32 {
        match self {
            Self::None => 0,
            Self::Field(_) | Self::Hatched => MARK + SPACE,
            Self::Line(_) | Self::Broken(_) => LONG_MARK + SPACE,
        }
    }

    /// Draws it with the middle of its left edge at `x`, `y`, in pixels of the drawing.
    fn draw(self, area: &Area, [x, y]: [i32; 2]) -> Drawn {
        let field = [(x, y - px(MARK) / 2), (x + px(MARK), y + px(MARK) / 2)];
        let (line, end) = (|color: RGBColor| color.stroke_width(5), x + px(LONG_MARK));
        match self {
            Self::None => Ok(()),
            Self::Field([red, green, blue]) => {
                let color = RGBColor(red, green, blue);
                area.draw(&Rectangle::new(field, color.filled()))?;
                // Pale colours have an edge on white too.
                area.draw(&Rectangle::new(field, PALE_INK.stroke_width(1)))
            }
            Self::Hatched => {
                area.draw(&Rectangle::new(field, PALE_INK.stroke_width(1)))?;
                let [(left, top), (right, bottom)] = field;
                let inside = (left..right).flat_map(|x| (top..bottom).map(move |y| (x, y)));
                for (x, y) in
                    inside.filter(|(x, y)| is_hatched((x - left) as u32, (y - top) as u32))
                {
                    area.draw_pixel((x, y), &PALE_INK)?;
                }
                Ok(())
            }
            Self::Line(color) => area.draw(&PathElement::new(vec![(x, y), (end, y)], line(color))),
            Self::Broken(color) => {
                let dashes = [x, x + px(10), x + px(20)].map(|x| [(x, y), (x + px(6), y)]);
                dashes
                    .into_iter()
                    .try_for_each(|dash| area.draw(&PathElement::new(dash.to_vec(), line(color))))
            }
        }
    }
}

impl Scale {
    fn draw(&self, area: &Area, [x, y]: [u32; 2]) -> Drawn {
        // Room for one half of the first number.
        let (left, right, top) = (px(x + 20), px(x + 20 + BAR), px(y));
        for column in left..right {
            let [red, green, blue] =
                self.colors.at(f64::from(column - left) / f64::from(right - left - 1));
            let line = vec![(column, top), (column, top + px(BAR_HEIGHT) - 1)];
            area.draw(&PathElement::new(line, RGBColor(red, green, blue)))?;
        }
        let frame = [(left, top), (right, top + px(BAR_HEIGHT))];
        area.draw(&Rectangle::new(frame, PALE_INK.stroke_width(1)))?;
        let style = text(LETTERS, PALE_INK).pos(Pos::new(HPos::Center, VPos::Center));
        for (place, tick) in &self.ticks {
            let middle = left + (place * f64::from(right - left)).round() as i32;
            let foot = top + px(BAR_HEIGHT);
            area.draw(&PathElement::new(vec![(middle, foot), (middle, foot + px(3))], PALE_INK))?;
            let at = (middle, foot + px(LINE / 2 + 2));
            area.draw(&Text::new(tick.clone(), at, style.clone()))?;
        }
        let style = text(LETTERS, INK).pos(Pos::new(HPos::Left, VPos::Center));
        let at = (right + px(SPACE + 4), top + px(BAR_HEIGHT) / 2);
        area.draw(&Text::new(self.what.clone(), at, style))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_legend_goes_on_in_the_next_line() {
        let entry = |text: &str| Entry { mark: Mark::Field([0; 3]), text: text.to_owned() };
        let entries = vec![entry("sheep"), entry("person"), entry("aeroplane")];
        let both = entries[0].width() + BETWEEN + entries[1].width();
        let second = entries[0].width() + BETWEEN;
        assert_eq!(places(&entries, both), [[0, 0], [second, 0], [0, 1]]);
        assert_eq!(places(&entries, 1), [[0, 0], [0, 1], [0, 2]]);
        assert_eq!(Foot::Legend(entries).height(both), 2 * LINE);
    }
}
