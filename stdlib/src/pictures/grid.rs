//! Samples in rows, each with what there is to say of it.

use std::iter;

use image::{Rgb, RgbImage};
use netlet_dsl::messages::{Picture, Prediction};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::Sample;
use super::canvas::{Canvas, GREEN, INK, PALE_INK, RED, fitted, px, text};

/// The most samples in a row.
const COLUMNS: usize = 8;
/// The most samples in a picture; more could not be told apart.
const MOST: usize = 128;
/// The least that a sample is enlarged to.
const SIDE: u32 = 84;
const GAP: u32 = 14;
const MARGIN: u32 = 14;
/// The size of letters, and the height of a line of them.
const LETTERS: u32 = 12;
const LINE: u32 = 16;

/// A line under a sample.
struct Line {
    text: String,
    color: RGBColor,
}

/// Draws samples with their labels. `name` is the picture's.
pub fn samples(name: &str, samples: &[Sample], labels: &[String]) -> Picture {
    let label = |label: &String| vec![Line { text: label.clone(), color: INK }];
    let alt =
        format!("{}: {}", counted(samples.len()), labels[..labels.len().min(MOST)].join(", "));
    grid(name, alt, samples, &labels.iter().map(label).collect::<Vec<_>>())
}

/// Draws samples with the classes predicted for them: green if right, red with the true class if
/// wrong. `name` is the picture's.
pub fn predictions(name: &str, samples: &[Sample], predictions: &[Prediction]) -> Picture {
    let known: Vec<bool> = predictions.iter().filter_map(is_right).collect();
    let mut alt = counted(samples.len());
    if !known.is_empty() {
        let right = known.iter().filter(|&&right| right).count();
        alt += &format!(", {right} of {} predicted right", known.len());
    }
    grid(name, alt, samples, &predictions.iter().map(lines).collect::<Vec<_>>())
}

fn is_right(prediction: &Prediction) -> Option<bool> {
    let label = prediction.label.as_ref()?;
    Some(prediction.top.first().is_some_and(|(class, _)| class == label))
}

fn lines(prediction: &Prediction) -> Vec<Line> {
    let Some(right) = is_right(prediction) else {
        let line = |(class, probability)| format!("{} {class}", percent(probability));
        let colors = iter::once(INK).chain(iter::repeat(PALE_INK));
        let top = prediction.top.iter().cloned().map(line).zip(colors);
        return top.map(|(text, color)| Line { text, color }).collect();
    };
    let color = if right { GREEN } else { RED };
    let (class, probability) = prediction.top.first().cloned().unwrap_or_default();
    let mut lines = vec![Line { text: class, color }, Line { text: percent(probability), color }];
    if let (false, Some(label)) = (right, &prediction.label) {
        lines.push(Line { text: format!("true: {label}"), color });
    }
    lines
}

fn percent(probability: f64) -> String {
    format!("{:.0} %", probability * 100.0)
}

fn counted(samples: usize) -> String {
    match samples {
        1 => "1 sample".into(),
        2..=MOST => format!("{samples} samples"),
        _ => format!("the first {MOST} of {samples} samples"),
    }
}

fn grid(name: &str, alt: String, samples: &[Sample], lines: &[Vec<Line>]) -> Picture {
    let samples = &samples[..samples.len().min(MOST)];
    let images: Vec<RgbImage> = samples.iter().map(image).collect();
    let size = |side: fn(&RgbImage) -> u32| images.iter().map(side).max().unwrap_or(1);
    let (width, height) = (size(RgbImage::width), size(RgbImage::height));
    // One picture alone may be large.
    let side = if images.len() == 1 { 2 * SIDE } else { SIDE };
    let scale = side.div_ceil(width.max(height)).max(1);
    // A small or narrow sample still has room for its text.
    let cell_width = (width * scale).max(SIDE + 8) + GAP;
    let text_height = lines.iter().map(Vec::len).max().unwrap_or(0) as u32 * LINE;
    let cell_height = height * scale + 4 + text_height + GAP;
    let columns = images.len().clamp(1, COLUMNS) as u32;
    let rows = (images.len() as u32).div_ceil(columns).max(1);
    let mut canvas =
        Canvas::new(columns * cell_width + 2 * MARGIN - GAP, rows * cell_height + 2 * MARGIN - GAP);
    let corner = |index: usize| {
        let (column, row) = (index as u32 % columns, index as u32 / columns);
        [MARGIN + column * cell_width, MARGIN + row * cell_height]
    };
    let most = cell_width - GAP;
    for (index, image) in images.iter().enumerate() {
        let [x, y] = corner(index);
        canvas.paste(image, [x + (most - width * scale) / 2, y], scale);
    }
    canvas.draw(|area| {
        for (index, lines) in lines.iter().take(images.len()).enumerate() {
            let [x, y] = corner(index);
            for (number, line) in (0..).zip(lines) {
                let style = text(LETTERS, line.color).pos(Pos::new(HPos::Center, VPos::Center));
                let shown = fitted(&line.text, &style, most + GAP - 4);
                let middle = y + height * scale + 4 + number * LINE + LINE / 2;
                area.draw(&Text::new(shown, (px(x + most / 2), px(middle)), style))?;
            }
        }
        Ok(())
    });
    canvas.picture(name.to_owned(), alt, false)
}

/// A sample's image: colours if it has three channels, else its first channel in grey.
fn image(sample: &Sample) -> RgbImage {
    let [channels, rows, columns] = sample.shape;
    let plane = rows * columns;
    RgbImage::from_fn(columns as u32, rows as u32, |x, y| {
        let place = y as usize * columns + x as usize;
        let channel = |index: usize| sample.pixels[index * plane + place];
        match channels {
            3 => Rgb([channel(0), channel(1), channel(2)]),
            _ => Rgb([channel(0); 3]),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pictures::canvas::tests::{decoded, pixels_of};

    fn grey(brightness: u8) -> Sample {
        Sample { shape: [1, 28, 28], pixels: vec![brightness; 28 * 28] }
    }

    fn predicted(class: &str, label: Option<&str>) -> Prediction {
        let top = vec![(class.to_owned(), 0.75), ("Coat".to_owned(), 0.25)];
        Prediction { label: label.map(str::to_owned), top, ..Prediction::default() }
    }

    #[test]
    fn samples_are_enlarged_in_rows_with_labels_below() {
        let labels = vec!["Bag".to_owned(); 10];
        let picture = samples("s", &vec![grey(128); 10], &labels);
        let image = decoded(&picture);
        let step = 92 + GAP;
        assert_eq!(picture.width, 8 * step - GAP + 2 * MARGIN);
        // The sample is 84 pixels square, in the middle of a cell of 92; its label is below.
        let grey = |x: u32, y: u32| image.get_pixel(x, y).0 == [128; 3];
        for column in 0..8 {
            let x = MARGIN + column * step;
            assert!(!grey(x + 3, MARGIN) && grey(x + 4, MARGIN) && grey(x + 87, MARGIN + 83));
            assert!(!grey(x + 88, MARGIN) && !grey(x + 4, MARGIN + 84));
            let below = MARGIN + 84..MARGIN + 84 + 4 + LINE;
            assert!(pixels_of(INK, &picture, x..x + 92, below) > 10, "column {column}");
        }
        let second_row = MARGIN + 84 + 4 + LINE + GAP;
        assert!(grey(MARGIN + step + 4, second_row) && !grey(MARGIN + 2 * step + 4, second_row));
    }

    #[test]
    fn right_predictions_are_green_and_wrong_ones_red() {
        let both = [predicted("Bag", Some("Bag")), predicted("Bag", Some("Coat"))];
        let picture = predictions("p", &[grey(0), grey(0)], &both);
        assert_eq!(picture.alt, "2 samples, 1 of 2 predicted right");
        let middle = picture.width / 2;
        let count = |columns, color| pixels_of(color, &picture, columns, 0..picture.height);
        assert!(count(0..middle, GREEN) > 10 && count(0..middle, RED) == 0);
        assert!(count(middle..picture.width, RED) > 10);
        assert_eq!(count(middle..picture.width, GREEN), 0);
    }

    #[test]
    fn a_wrong_prediction_says_what_is_true() {
        let texts = |prediction| -> Vec<String> {
            lines(&prediction).into_iter().map(|line| line.text).collect()
        };
        assert_eq!(texts(predicted("Bag", Some("Coat"))), ["Bag", "75 %", "true: Coat"]);
        assert_eq!(texts(predicted("Bag", Some("Bag"))), ["Bag", "75 %"]);
        assert_eq!(texts(predicted("Bag", None)), ["75 % Bag", "25 % Coat"]);
    }

    #[test]
    fn very_many_samples_make_a_picture_of_the_first() {
        let labels = vec!["Bag".to_owned(); 1000];
        let picture = samples("s", &vec![grey(0); 1000], &labels);
        assert!(picture.alt.starts_with("the first 128 of 1000 samples: Bag"));
        assert!(picture.height < 2500, "{}", picture.height);
    }

    #[test]
    fn three_channels_are_colours() {
        let sample = Sample { shape: [3, 1, 2], pixels: vec![1, 2, 3, 4, 5, 6] };
        assert_eq!(image(&sample).into_raw(), [1, 3, 5, 2, 4, 6]);
    }
}
