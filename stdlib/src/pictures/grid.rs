//! Samples in rows, each with what there is to say of it.

use std::iter;

use netlet_dsl::messages::{Picture, Prediction};

use super::Sample;
use super::canvas::{GREEN, INK, PALE_INK, RED};
use super::numbers::{counted, percent};
use super::photo::image;
use super::sheet::{Block, Line, Sheet, Tile};

/// The most samples in a picture; more could not be told apart.
pub(super) const MOST: usize = 128;
/// The least that a sample is enlarged to, and the most that one of several takes.
const SIDE: u32 = 84;
const LARGEST: u32 = 160;

/// Draws samples with their labels. `name` is the picture's.
pub fn samples(name: &str, samples: &[Sample], labels: &[String]) -> Picture {
    let label = |label: &String| vec![Line::new(label.as_str(), INK)];
    let alt = format!(
        "{}: {}",
        counted(samples.len(), MOST, "sample"),
        labels[..labels.len().min(MOST)].join(", ")
    );
    grid(name, String::new(), alt, samples, labels.iter().map(label).collect())
}

/// Draws samples with the classes predicted for them: green if right, red with the true class if
/// wrong. `name` is the picture's.
pub fn predictions(name: &str, samples: &[Sample], predictions: &[Prediction]) -> Picture {
    let known: Vec<bool> = predictions.iter().filter_map(is_right).collect();
    let mut alt = counted(samples.len(), MOST, "sample");
    if !known.is_empty() {
        let right = known.iter().filter(|&&right| right).count();
        alt += &format!(", {right} of {} predicted right", known.len());
    }
    grid(name, String::new(), alt, samples, predictions.iter().map(lines).collect())
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
        return top.map(|(text, color)| Line::new(text, color)).collect();
    };
    let color = if right { GREEN } else { RED };
    let (class, probability) = prediction.top.first().cloned().unwrap_or_default();
    let mut lines = vec![Line::new(class, color), Line::new(percent(probability), color)];
    if let (false, Some(label)) = (right, &prediction.label) {
        lines.push(Line::new(format!("true: {label}"), color));
    }
    lines
}

/// Samples in rows with lines below each, under a title if that is not empty.
pub(super) fn grid(
    name: &str,
    title: String,
    alt: String,
    samples: &[Sample],
    lines: Vec<Vec<Line>>,
) -> Picture {
    let samples = &samples[..samples.len().min(MOST)];
    // One picture alone may be large.
    let times = if samples.len() == 1 { 2 } else { 1 };
    let tile = |sample| Tile::new(image(sample), times * SIDE, times * LARGEST);
    let lines = lines.into_iter().chain(iter::repeat(Vec::new()));
    let blocks = samples.iter().zip(lines).map(|(sample, lines)| Block {
        tiles: vec![tile(sample)],
        lines,
        ..Block::default()
    });
    let blocks = blocks.collect();
    // A small or narrow sample still has room for its text.
    Sheet { title, blocks, text_width: SIDE + 8, ..Sheet::default() }.picture(name, alt)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pictures::canvas::tests::{decoded, pixels_of};
    use crate::pictures::sheet::{GAP, LINE, MARGIN};

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
        assert_eq!(picture.width, 5 * step - GAP + 2 * MARGIN);
        // The sample is 84 pixels square, in the middle of a cell of 92; its label is below.
        let grey = |x: u32, y: u32| image.get_pixel(x, y).0 == [128; 3];
        for column in 0..5 {
            let x = MARGIN + column * step;
            assert!(!grey(x + 3, MARGIN) && grey(x + 4, MARGIN) && grey(x + 87, MARGIN + 83));
            assert!(!grey(x + 88, MARGIN) && !grey(x + 4, MARGIN + 84));
            let below = MARGIN + 84..MARGIN + 84 + 4 + LINE;
            assert!(pixels_of(INK, &picture, x..x + 92, below) > 10, "column {column}");
        }
        let second_row = MARGIN + 84 + 4 + LINE + GAP;
        assert!(grey(MARGIN + 4 * step + 4, second_row) && !grey(MARGIN + 4, second_row - 1));
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
}
