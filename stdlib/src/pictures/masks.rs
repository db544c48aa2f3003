//! Pictures with the class of every pixel laid over them.

use image::{Rgb, RgbImage};
use netlet_dsl::messages::Picture;

use super::Sample;
use super::canvas::INK;
use super::foot::{Entry, Foot, Mark, is_hatched};
use super::numbers::{class_name, counted, percent};
use super::photo::{image, mixed};
use super::sheet::{Block, Line, Sheet, Tile};
use crate::data::IGNORED;

/// The most pictures.
const MOST: usize = 24;
/// How large one is: at least, and at most; the latter doubled when it is alone.
const SIDE: u32 = 112;
const LARGEST: u32 = 200;
/// How much of a pixel is the colour of its class.
const SHARE: f64 = 0.5;
/// The most classes in the legend, and the most that are named for a picture in words.
const LEGEND: usize = 40;
const IN_WORDS: usize = 5;
/// The most pictures that are described in words.
const DESCRIBED: usize = 8;

/// A picture with classes of its pixels.
#[derive(Clone, Copy, Debug)]
pub struct Masked<'a> {
    /// The picture.
    pub sample: &'a Sample,
    /// The true class number of each pixel, row by row, where it is known; 255 is for ignored ones.
    pub truth: Option<&'a [u8]>,
    /// The predicted one, if there is a prediction.
    pub predicted: Option<&'a [u8]>,
    /// The mean intersection over union of its classes, if it was measured.
    pub iou: Option<f64>,
}

/// Draws pictures, each beside itself with its true mask and with the predicted one, in the colours
/// of `palette`, and a legend of the classes that occur. `ious` are the intersections over union of
/// the classes, as far as they are known, and may be fewer. `name` is the picture's.
///
/// # Panics
/// When a mask has another number of pixels than its picture.
pub fn masks(
    name: &str,
    samples: &[Masked<'_>],
    classes: &[String],
    palette: &[[u8; 3]],
    ious: &[Option<f64>],
) -> Picture {
    let shown = &samples[..samples.len().min(MOST)];
    let has_truth = shown.iter().any(|sample| sample.truth.is_some());
    let has_prediction = shown.iter().any(|sample| sample.predicted.is_some());
    let columns = [("picture", true), ("true", has_truth), ("predicted", has_prediction)];
    let headings = columns.iter().filter(|(_, is_there)| *is_there);
    let times = if shown.len() == 1 { 2 } else { 1 };
    let block = |sample: &Masked<'_>| {
        let plain = || Tile::new(image(sample.sample), SIDE, times * LARGEST);
        let covered = |mask: Option<&[u8]>| match mask {
            Some(mask) => covered(plain(), sample.sample, mask, palette),
            // An empty place, under the heading.
            None => Tile::new(RgbImage::from_pixel(1, 1, Rgb([255; 3])), 1, 1),
        };
        let mut tiles = vec![plain()];
        tiles.extend(has_truth.then(|| covered(sample.truth)));
        tiles.extend(has_prediction.then(|| covered(sample.predicted)));
        let iou = sample.iou.map(|iou| Line::new(format!("mean IoU {iou:.2}"), INK));
        Block { tiles, lines: iou.into_iter().collect(), ..Block::default() }
    };
    let tally = Tally::of(shown);
    let sheet = Sheet {
        headings: headings.map(|(heading, _)| (*heading).to_owned()).collect(),
        blocks: shown.iter().map(block).collect(),
        text_width: SIDE,
        foot: Foot::Legend(legend(&tally, classes, palette, ious)),
        ..Sheet::default()
    };
    sheet.picture(name, in_words(samples, &tally, classes, ious))
}

/// The picture with a mask laid over it: half transparent, with the edges of things in full colour and
/// ignored pixels hatched.
fn covered(tile: Tile, sample: &Sample, mask: &[u8], palette: &[[u8; 3]]) -> Tile {
    let [_, rows, columns] = sample.shape;
    assert_eq!(mask.len(), rows * columns, "a class for each pixel");
    let mut tile = tile.drawn();
    let image = tile.image_mut();
    let [width, height] = [image.width() as usize, image.height() as usize];
    let class = |x: usize, y: usize| mask[y * rows / height * columns + x * columns / width];
    // Where two classes meet, the one with the higher number: a thing, not the ground.
    let edge = |x: usize, y: usize| {
        let near = |x: usize, y: usize| class(x.min(width - 1), y.min(height - 1));
        let all = [class(x, y), near(x + 2, y), near(x, y + 2)];
        let is_edge = all.iter().any(|&class| class != all[0]) && !all.contains(&IGNORED);
        is_edge.then(|| all.into_iter().max()).flatten()
    };
    for (x, y, pixel) in image.enumerate_pixels_mut() {
        let of = |class: u8| palette.get(usize::from(class)).copied().unwrap_or([255; 3]);
        let (column, row) = (x as usize, y as usize);
        *pixel = match (edge(column, row), class(column, row)) {
            (Some(class), _) => Rgb(of(class)),
            (None, IGNORED) if is_hatched(x, y) => mixed(*pixel, [255; 3], 0.7),
            (None, IGNORED) => *pixel,
            (None, class) => mixed(*pixel, of(class), SHARE),
        };
    }
    tile
}

/// How many pixels have each class number in the true masks, and in the predicted ones.
struct Tally {
    truth: [usize; 256],
    predicted: [usize; 256],
}

impl Tally {
    fn of(samples: &[Masked<'_>]) -> Self {
        Self {
            truth: pixels(samples.iter().filter_map(|sample| sample.truth)),
            predicted: pixels(samples.iter().filter_map(|sample| sample.predicted)),
        }
    }

    fn of_class(&self, class: usize) -> usize {
        self.truth[class] + self.predicted[class]
    }
}

fn pixels<'a>(masks: impl Iterator<Item = &'a [u8]>) -> [usize; 256] {
    let mut counts = [0; 256];
    masks.flatten().for_each(|&class| counts[usize::from(class)] += 1);
    counts
}

/// The classes that occur, those that take most if they are too many, in the order of their numbers.
fn legend(
    tally: &Tally,
    classes: &[String],
    palette: &[[u8; 3]],
    ious: &[Option<f64>],
) -> Vec<Entry> {
    let mut present = largest(|class| tally.of_class(class));
    let more = present.len().saturating_sub(LEGEND);
    present.truncate(LEGEND);
    present.sort_unstable();
    let entry = |&class: &usize| Entry {
        mark: Mark::Field(palette.get(class).copied().unwrap_or([255; 3])),
        text: with_iou(class, classes, ious),
    };
    let mut entries: Vec<Entry> = present.iter().map(entry).collect();
    if more > 0 {
        entries.push(Entry { mark: Mark::None, text: format!("and {more} more") });
    }
    if tally.of_class(usize::from(IGNORED)) > 0 {
        entries.push(Entry { mark: Mark::Hatched, text: "ignored".into() });
    }
    entries
}

fn with_iou(class: usize, classes: &[String], ious: &[Option<f64>]) -> String {
    let name = class_name(classes, class);
    match ious.get(class).copied().flatten() {
        Some(iou) => format!("{name}, IoU {iou:.2}"),
        None => name,
    }
}

/// The classes with any pixels, those with most first.
fn largest(count: impl Fn(usize) -> usize) -> Vec<usize> {
    let mut present: Vec<usize> =
        (0..usize::from(IGNORED)).filter(|&class| count(class) > 0).collect();
    present.sort_by_key(|&class| std::cmp::Reverse(count(class)));
    present
}

fn in_words(
    samples: &[Masked<'_>],
    tally: &Tally,
    classes: &[String],
    ious: &[Option<f64>],
) -> String {
    let mut words = counted(samples.len(), MOST, "picture") + " with masks";
    for (number, sample) in (1..).zip(samples.iter().take(DESCRIBED)) {
        let masks = [("true", sample.truth), ("predicted", sample.predicted)];
        let parts = masks
            .into_iter()
            .filter_map(|(what, mask)| mask.map(|mask| format!("{what} {}", parts(mask, classes))));
        let iou = sample.iou.map(|iou| format!("mean IoU {iou:.2}"));
        let all: Vec<String> = parts.chain(iou).collect();
        words += &format!("; {number}: {}", all.join("; "));
    }
    let known = largest(|class| tally.of_class(class)).into_iter().filter_map(|class| {
        let iou = ious.get(class).copied().flatten()?;
        Some(format!("{} {iou:.2}", class_name(classes, class)))
    });
    let known: Vec<String> = known.take(LEGEND).collect();
    if !known.is_empty() {
        words += &format!("; IoU of {}", known.join(", "));
    }
    words
}

/// The classes that take most of a mask, with their parts of it.
fn parts(mask: &[u8], classes: &[String]) -> String {
    let counts = pixels([mask].into_iter());
    let part = |class: usize| percent(counts[class] as f64 / mask.len() as f64);
    let mut parts: Vec<String> = (largest(|class| counts[class]).into_iter().take(IN_WORDS))
        .map(|class| format!("{} {}", class_name(classes, class), part(class)))
        .collect();
    let ignored = usize::from(IGNORED);
    if counts[ignored] > 0 {
        parts.push(format!("ignored {}", part(ignored)));
    }
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pictures::canvas::tests::decoded;
    use crate::pictures::sheet::MARGIN;
    use crate::pictures::voc_palette;

    /// A white picture of 28x28, whose left half is of class 0 and right half of another.
    fn halves(right: u8) -> (Sample, Vec<u8>) {
        let sample = Sample { shape: [3, 28, 28], pixels: vec![255; 3 * 28 * 28] };
        let mask = (0..28 * 28).map(|place| if place % 28 < 14 { 0 } else { right }).collect();
        (sample, mask)
    }

    fn names() -> Vec<String> {
        ["background", "person"].map(str::to_owned).to_vec()
    }

    /// The middle of the image number `image` of a block, at a fraction of its width.
    fn at(image: u32, part: f64) -> [u32; 2] {
        let left = MARGIN + image * (112 + 6);
        [left + (part * 112.0) as u32, MARGIN + 20 + 56]
    }

    #[test]
    fn a_mask_is_half_transparent_with_edges_in_full_colour() {
        let (sample, truth) = halves(1);
        let sample = Masked { sample: &sample, truth: Some(&truth), predicted: None, iou: None };
        let picture = masks("m", &[sample, sample], &names(), &voc_palette(2), &[]);
        let image = decoded(&picture);
        let color = |[x, y]: [u32; 2]| image.get_pixel(x, y).0;
        assert_eq!(color(at(0, 0.5)), [255; 3]);
        assert_eq!(color(at(1, 0.25)), [128; 3]);
        assert_eq!(color(at(1, 0.75)), [192, 128, 128]);
        // The edge is of the person, not of the background.
        assert_eq!(color([at(1, 0.5)[0] - 1, at(1, 0.5)[1]]), [128, 0, 0]);
        // Two blocks of two images each.
        assert_eq!(picture.width, 2 * MARGIN + 2 * (2 * 112 + 6) + 14);
    }

    #[test]
    fn ignored_pixels_are_hatched_and_named() {
        let (sample, predicted) = halves(IGNORED);
        let (black, _) = (Sample { pixels: vec![0; 3 * 28 * 28], ..sample }, ());
        let sample = Masked { sample: &black, truth: Some(&predicted), predicted: None, iou: None };
        let picture = masks("m", &[sample, sample], &names(), &voc_palette(2), &[]);
        let image = decoded(&picture);
        let [left, y] = at(1, 0.6);
        let shades: Vec<u8> = (left..left + 30).map(|x| image.get_pixel(x, y).0[0]).collect();
        assert!(shades.contains(&0) && shades.iter().any(|shade| *shade > 120), "{shades:?}");
        assert!(picture.alt.contains("ignored 50 %"), "{}", picture.alt);
    }

    #[test]
    fn words_say_what_the_masks_hold() {
        let (sample, truth) = halves(1);
        let predicted = vec![1; 28 * 28];
        let sample = Masked {
            sample: &sample,
            truth: Some(&truth),
            predicted: Some(&predicted),
            iou: Some(0.25),
        };
        let picture = masks("m", &[sample], &names(), &voc_palette(2), &[Some(0.0), Some(0.5)]);
        assert_eq!(
            picture.alt,
            "1 picture with masks; 1: true background 50 %, person 50 %; predicted person 100 %; \
             mean IoU 0.25; IoU of person 0.50, background 0.00"
        );
    }

    #[test]
    fn a_legend_names_the_classes_that_take_most() {
        let classes: Vec<String> = (0..100).map(|number| format!("thing {number}")).collect();
        let mask: Vec<u8> = (0..10_000).map(|place: usize| (place.isqrt()) as u8).collect();
        let sample = Sample { shape: [1, 100, 100], pixels: vec![0; 10_000] };
        let sample = Masked { sample: &sample, truth: Some(&mask), predicted: None, iou: None };
        let entries = legend(&Tally::of(&[sample]), &classes, &voc_palette(100), &[Some(0.5)]);
        assert_eq!(entries.len(), LEGEND + 1);
        assert_eq!(
            (entries[0].text.as_str(), entries[40].text.as_str()),
            ("thing 60", "and 60 more")
        );
    }
}
