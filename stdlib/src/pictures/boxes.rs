//! Pictures with boxes around things.

use netlet_dsl::messages::Picture;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::Sample;
use super::canvas::{Area, BLUE, Drawn, ORANGE, OVERSAMPLING, draw_on, fitted, px, text, width};
use super::foot::{Entry, Foot, Mark};
use super::numbers::{counted, extent};
use super::photo::image;
use super::sheet::{Block, Sheet, Tile};

/// The most pictures.
const MOST: usize = 32;
/// How large one is: at least, and at most; the latter doubled when it is alone.
const SIDE: u32 = 180;
const LARGEST: u32 = 230;
/// The size of a tag's letters, and its height.
const LETTERS: u32 = 11;
const TAG: u32 = 15;
/// The thickness of a box's lines and of the white seam that lifts them from any ground.
const THICK: u32 = 2;
const SEAM: u32 = 1;
/// The dash and the gap of a broken line.
const DASH: i32 = 7;
const GAP: i32 = 8;
/// The most pictures that are described in words.
const DESCRIBED: usize = 16;

/// A picture with what is in it.
#[derive(Clone, Copy, Debug)]
pub struct Boxed<'a> {
    /// The picture.
    pub sample: &'a Sample,
    /// The true box, where it is known.
    pub truth: Option<Thing<'a>>,
    /// The predicted one, if there is a prediction.
    pub predicted: Option<Thing<'a>>,
    /// The intersection over union of the two, if both are there.
    pub iou: Option<f64>,
}

/// A thing in a picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Thing<'a> {
    /// The name of its class.
    pub class: &'a str,
    /// Its box: left, top, right and bottom, in parts of the picture's width and height. What lies
    /// outside is drawn at the edge.
    pub place: [f64; 4],
}

/// Draws pictures with the true boxes in whole blue lines and the predicted ones in broken orange
/// lines, each with the name of its class, the predicted ones with their intersection over union.
/// `name` is the picture's.
pub fn boxes(name: &str, samples: &[Boxed<'_>]) -> Picture {
    let shown = &samples[..samples.len().min(MOST)];
    let times = if shown.len() == 1 { 2 } else { 1 };
    let block = |sample: &Boxed<'_>| {
        let mut tile = Tile::new(image(sample.sample), SIDE, times * LARGEST).drawn();
        draw_on(tile.image_mut(), |area| sample.draw(area));
        Block { tiles: vec![tile], ..Block::default() }
    };
    let entry = |mark, text: &str| Entry { mark, text: text.to_owned() };
    let has_truth = shown.iter().any(|sample| sample.truth.is_some());
    let has_prediction = shown.iter().any(|sample| sample.predicted.is_some());
    let legend = [
        has_truth.then(|| entry(Mark::Line(BLUE), "true")),
        has_prediction.then(|| entry(Mark::Broken(ORANGE), "predicted")),
    ];
    let sheet = Sheet {
        blocks: shown.iter().map(block).collect(),
        foot: Foot::Legend(legend.into_iter().flatten().collect()),
        ..Sheet::default()
    };
    sheet.picture(name, in_words(samples))
}

impl Boxed<'_> {
    fn draw(&self, area: &Area) -> Drawn {
        let (width, height) = area.dim_in_pixel();
        let frame = |thing: &Thing<'_>| Frame::new(thing.place, [width as i32, height as i32]);
        let [truth, predicted] = [&self.truth, &self.predicted].map(|of| of.as_ref().map(frame));
        // Both lines before the tags, which neither may cross.
        if let Some(frame) = &truth {
            frame.draw(area, BLUE, false)?;
        }
        if let Some(frame) = &predicted {
            frame.draw(area, ORANGE, true)?;
        }
        let mut taken = None;
        if let (Some(frame), Some(thing)) = (&truth, &self.truth) {
            taken = Some(frame.tag(area, thing.class, BLUE, taken)?);
        }
        if let (Some(frame), Some(thing)) = (&predicted, &self.predicted) {
            let iou = self.iou.map(|iou| format!("  IoU {iou:.2}")).unwrap_or_default();
            frame.tag(area, &format!("{}{iou}", thing.class), ORANGE, taken)?;
        }
        Ok(())
    }
}

/// A box in pixels of the drawing.
struct Frame {
    left: i32,
    top: i32,
    right: i32,
    bottom: i32,
    /// Width and height of the whole.
    size: [i32; 2],
}

impl Frame {
    fn new([left, top, right, bottom]: [f64; 4], size: [i32; 2]) -> Self {
        // The whole line stays inside, and a box turned round or empty is still seen.
        let rim = px(THICK + 2 * SEAM) / 2;
        let at = |part: f64, axis: usize| {
            let place = (part * f64::from(size[axis])).round() as i32;
            place.clamp(rim, size[axis] - 1 - rim)
        };
        let [x, y] = [[left, right].map(|part| at(part, 0)), [top, bottom].map(|part| at(part, 1))];
        let (left, right) = (x[0].min(x[1]), x[0].max(x[1]));
        let (top, bottom) = (y[0].min(y[1]), y[0].max(y[1]));
        Self { left, top, right, bottom, size }
    }

    fn draw(&self, area: &Area, color: RGBColor, is_broken: bool) -> Drawn {
        // Under dashes alone, so that what lies between them is still seen.
        self.sides(area, WHITE, THICK + 2 * SEAM, is_broken)?;
        self.sides(area, color, THICK, is_broken)
    }

    /// Draws all sides, `thick` pixels after shrinking.
    fn sides(&self, area: &Area, color: RGBColor, thick: u32, is_broken: bool) -> Drawn {
        let half = px(thick) / 2;
        let bar = |[x, y]: [i32; 2], [until_x, until_y]: [i32; 2]| {
            let corners = [(x - half, y - half), (until_x + half, until_y + half)];
            area.draw(&Rectangle::new(corners, color.filled()))
        };
        for (from, until) in dashes(self.left, self.right, is_broken) {
            bar([from, self.top], [until, self.top])?;
            bar([from, self.bottom], [until, self.bottom])?;
        }
        for (from, until) in dashes(self.top, self.bottom, is_broken) {
            bar([self.left, from], [self.left, until])?;
            bar([self.right, from], [self.right, until])?;
        }
        Ok(())
    }

    /// Draws a tag at the upper left corner, or where there is room that is not `taken`; gives where.
    fn tag(&self, area: &Area, words: &str, color: RGBColor, taken: Option<Place>) -> Drawn<Place> {
        let style = text(LETTERS, WHITE);
        let room = self.size[0] as u32 / OVERSAMPLING;
        let shown = fitted(words, &style, room.saturating_sub(8));
        let wide = px(width(&shown, &style) + 8).min(self.size[0]);
        let place = self.place(wide, taken);
        let [x, y] = place.corner;
        let field = [(x, y), (x + wide, y + px(TAG))];
        area.draw(&Rectangle::new(field, color.filled()))?;
        let style = style.pos(Pos::new(HPos::Left, VPos::Center));
        area.draw(&Text::new(shown, (x + px(4), y + px(TAG) / 2), style))?;
        Ok(place)
    }

    /// Where a tag goes: above the box, else below it, else within it.
    fn place(&self, wide: i32, taken: Option<Place>) -> Place {
        let high = px(TAG);
        let x = (self.left - px(SEAM)).clamp(0, (self.size[0] - wide).max(0));
        let rows = [
            self.top - high,
            self.bottom + px(SEAM),
            self.top + px(THICK),
            self.bottom - high - px(THICK),
        ];
        let places = rows.map(|y| Place { corner: [x, y], wide });
        let fits = |place: &Place| {
            let y = place.corner[1];
            y >= 0 && y + high <= self.size[1] && !taken.is_some_and(|taken| taken.meets(place))
        };
        // In a very small picture there may be no room at all.
        let last = Place { corner: [x, (self.size[1] - high).max(0)], wide };
        places.into_iter().find(fits).unwrap_or(last)
    }
}

/// Where a tag is.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Place {
    corner: [i32; 2],
    wide: i32,
}

impl Place {
    fn meets(&self, other: &Self) -> bool {
        let [[x, y], [other_x, other_y]] = [self.corner, other.corner];
        (y - other_y).abs() < px(TAG) && x < other_x + other.wide && other_x < x + self.wide
    }
}

/// The parts of a line that are drawn.
fn dashes(from: i32, until: i32, is_broken: bool) -> Vec<(i32, i32)> {
    if !is_broken {
        return vec![(from, until)];
    }
    let (dash, gap) = (DASH * OVERSAMPLING as i32, GAP * OVERSAMPLING as i32);
    let starts = (from..=until).step_by((dash + gap) as usize);
    starts.map(|start| (start, (start + dash).min(until))).collect()
}

fn in_words(samples: &[Boxed<'_>]) -> String {
    let mut words = counted(samples.len(), MOST, "picture") + " with boxes";
    let ious: Vec<f64> = samples.iter().filter_map(|sample| sample.iou).collect();
    if !ious.is_empty() {
        words += &format!(", mean IoU {:.2}", ious.iter().sum::<f64>() / ious.len() as f64);
    }
    for (number, sample) in (1..).zip(samples.iter().take(DESCRIBED)) {
        let things = [("true", &sample.truth), ("predicted", &sample.predicted)];
        let thing = |(what, thing): (&str, &Option<Thing<'_>>)| {
            thing.as_ref().map(|thing| format!("{what} {}", thing.in_words()))
        };
        let iou = sample.iou.map(|iou| format!("IoU {iou:.2}"));
        let parts: Vec<String> = things.into_iter().filter_map(thing).chain(iou).collect();
        words += &format!("; {number}: {}", parts.join(", "));
    }
    words
}

impl Thing<'_> {
    fn in_words(&self) -> String {
        format!("{} {}", self.class, extent(self.place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pictures::canvas::tests::{decoded, pixels_of};
    use crate::pictures::sheet::MARGIN;

    fn grey() -> Sample {
        Sample { shape: [1, 90, 90], pixels: vec![128; 90 * 90] }
    }

    fn both(sample: &Sample) -> Boxed<'_> {
        Boxed {
            sample,
            truth: Some(Thing { class: "dog", place: [0.25, 0.25, 0.5, 0.5] }),
            predicted: Some(Thing { class: "cat", place: [0.5, 0.5, 0.75, 1.2] }),
            iou: Some(0.125),
        }
    }

    #[test]
    fn true_boxes_are_whole_and_predicted_ones_broken() {
        let sample = grey();
        let picture = boxes("b", &[both(&sample), both(&sample)]);
        let image = decoded(&picture);
        let column = |x: u32, color: RGBColor| {
            let [red, green, blue] = [color.0, color.1, color.2];
            let is_of = |y: &u32| image.get_pixel(x, *y).0 == [red, green, blue];
            (MARGIN + 95..MARGIN + 130).filter(is_of).count()
        };
        let left_of_truth = (MARGIN + 60..MARGIN + 88)
            .all(|y| image.get_pixel(MARGIN + 45, y).0 == [BLUE.0, BLUE.1, BLUE.2]);
        assert!(left_of_truth);
        let broken = column(MARGIN + 135, ORANGE);
        assert!((12..30).contains(&broken), "{broken} of 35 pixels are orange");
        assert_eq!(image.get_pixel(MARGIN + 70, MARGIN + 70).0, [128; 3]);
    }

    #[test]
    fn tags_stay_inside_and_apart() {
        let size = [360, 360];
        let frame = Frame::new([0.0, 0.0, 1.0, 1.0], size);
        let first = frame.place(200, None);
        let second = frame.place(200, Some(first));
        assert!(!first.meets(&second), "{first:?} {second:?}");
        for place in [first, second, Frame::new([0.9, 0.0, 1.0, 0.1], size).place(200, None)] {
            let [x, y] = place.corner;
            assert!(x >= 0 && x + 200 <= 360 && y >= 0 && y + px(TAG) <= 360, "{place:?}");
        }
    }

    #[test]
    fn boxes_out_of_the_picture_end_at_its_edge() {
        let frame = Frame::new([-0.5, 0.5, 2.0, 0.25], [100, 100]);
        let rim = px(THICK + 2 * SEAM) / 2;
        assert_eq!((frame.left, frame.right), (rim, 99 - rim));
        assert_eq!((frame.top, frame.bottom), (25, 50));
    }

    #[test]
    fn words_say_where_the_boxes_are() {
        let sample = grey();
        let picture = boxes("b", &[both(&sample)]);
        assert_eq!(
            picture.alt,
            "1 picture with boxes, mean IoU 0.12; 1: true dog from 25 to 50 % across and 25 to 50 % \
             down, predicted cat from 50 to 75 % across and 50 to 120 % down, IoU 0.12"
        );
        let plain = boxes("b", &[Boxed { predicted: None, iou: None, ..both(&sample) }]);
        let legend = plain.height - MARGIN - 18..plain.height;
        assert!(pixels_of(BLUE, &plain, 0..plain.width, legend.clone()) > 20);
        assert_eq!(pixels_of(ORANGE, &plain, 0..plain.width, legend), 0);
    }
}
