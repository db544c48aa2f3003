//! What in a picture speaks for a class, as heat over it.

use image::{ImageBuffer, Luma, imageops};
use netlet_dsl::messages::Picture;

use super::Sample;
use super::canvas::{INK, PALE_INK};
use super::colormap::INFERNO;
use super::foot::{Foot, Scale};
use super::numbers::{counted, extent, percent};
use super::photo::{image, mixed};
use super::sheet::{Block, Line, Sheet, Tile};

/// The most pictures.
const MOST: usize = 32;
/// How large one is: at least, and at most; the latter doubled when it is alone.
const SIDE: u32 = 112;
const LARGEST: u32 = 200;
/// How much of a pixel is the colour of its heat: where it is cold, and how much more where it is
/// hottest.
const COLD: f64 = 0.4;
const WARMER: f64 = 0.25;
/// The least heat that is told in words: half of the most.
const HOT: f32 = 0.5;

/// A picture with what in it speaks for a class.
#[derive(Clone, Copy, Debug)]
pub struct Heated<'a> {
    /// The picture.
    pub sample: &'a Sample,
    /// Between 0 and 1 for each pixel, row by row; 0 everywhere where nothing speaks for the class.
    pub heat: &'a [f32],
    /// The class.
    pub class: &'a str,
    /// The probability that the network gives it.
    pub probability: f64,
    /// The true class, where it is known.
    pub label: Option<&'a str>,
}

/// Draws pictures beside themselves with what speaks for a class as heat over them (Selvaraju et al.,
/// 2017), from the maps of `layer`. `name` is the picture's.
///
/// # Panics
/// When there are not as many values of heat as pixels.
pub fn grad_cam(name: &str, net: &str, layer: &str, samples: &[Heated<'_>]) -> Picture {
    let shown = &samples[..samples.len().min(MOST)];
    let times = if shown.len() == 1 { 2 } else { 1 };
    let block = |sample: &Heated<'_>| {
        let plain = || Tile::new(image(sample.sample), SIDE, times * LARGEST);
        let tiles = vec![plain(), heated(plain(), sample)];
        Block { tiles, lines: lines(sample), ..Block::default() }
    };
    let scale = Scale {
        colors: INFERNO,
        ticks: vec![(0.0, "nothing".into()), (1.0, "most".into())],
        what: "speaks for the class".into(),
    };
    let sheet = Sheet {
        title: format!("Grad-CAM of {net}"),
        subtitle: format!("by the feature maps of {layer}"),
        blocks: shown.iter().map(block).collect(),
        text_width: 2 * SIDE,
        foot: Foot::Scale(scale),
        ..Sheet::default()
    };
    sheet.picture(name, in_words(net, layer, samples))
}

/// The picture with heat over it.
fn heated(tile: Tile, sample: &Heated<'_>) -> Tile {
    let [_, rows, columns] = sample.sample.shape;
    assert_eq!(sample.heat.len(), rows * columns, "heat for each pixel");
    let grey = sample.heat.iter().map(|heat| (heat.clamp(0.0, 1.0) * 65_535.0) as u16).collect();
    let heat = ImageBuffer::<Luma<u16>, Vec<u16>>::from_raw(columns as u32, rows as u32, grey)
        .expect("a value for each pixel");
    let mut tile = tile.drawn();
    let image = tile.image_mut();
    let (width, height) = image.dimensions();
    // Smooth where the picture itself is enlarged.
    let heat = imageops::resize(&heat, width, height, imageops::FilterType::Triangle);
    for (pixel, heat) in image.pixels_mut().zip(heat.pixels()) {
        let heat = f64::from(heat.0[0]) / 65_535.0;
        *pixel = mixed(*pixel, INFERNO.at(heat), COLD + WARMER * heat);
    }
    tile
}

fn lines(sample: &Heated<'_>) -> Vec<Line> {
    let class = format!("{} {}", sample.class, percent(sample.probability));
    let mut lines = vec![Line::new(class, INK)];
    if let Some(label) = other_label(sample) {
        lines.push(Line::new(format!("true: {label}"), PALE_INK));
    }
    if !is_warm(sample) {
        lines.push(Line::new("nothing speaks for it", PALE_INK));
    }
    lines
}

/// The true class, if it is another one.
fn other_label<'a>(sample: &Heated<'a>) -> Option<&'a str> {
    sample.label.filter(|label| *label != sample.class)
}

fn is_warm(sample: &Heated<'_>) -> bool {
    sample.heat.iter().any(|heat| *heat > 0.0)
}

fn in_words(net: &str, layer: &str, samples: &[Heated<'_>]) -> String {
    let pictures = counted(samples.len(), MOST, "picture");
    let mut words = format!("Grad-CAM of {net} by the maps of {layer}, {pictures}");
    for (number, sample) in (1..).zip(samples.iter().take(MOST)) {
        words += &format!("; {number}: {} {}", sample.class, percent(sample.probability));
        if let Some(label) = other_label(sample) {
            words += &format!(", true {label}");
        }
        words += &match is_warm(sample) {
            true => format!(", hottest {}", hottest(sample)),
            false => ", nothing speaks for it".to_owned(),
        };
    }
    words
}

/// Where the heat is at least half of its most.
fn hottest(sample: &Heated<'_>) -> String {
    let [_, rows, columns] = sample.sample.shape;
    let hot = (0..rows * columns).filter(|&place| sample.heat[place] >= HOT);
    let mut found = [columns, rows, 0, 0];
    for place in hot {
        let (x, y) = (place % columns, place / columns);
        found = [found[0].min(x), found[1].min(y), found[2].max(x + 1), found[3].max(y + 1)];
    }
    let [left, top, right, bottom] = found.map(|place| place as f64);
    let (width, height) = (columns as f64, rows as f64);
    extent([left / width, top / height, right / width, bottom / height])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pictures::canvas::tests::decoded;
    use crate::pictures::sheet::{HEAD, MARGIN};

    /// A black picture of 28x28 with heat in its upper right quarter.
    fn quarter(most: f32) -> (Sample, Vec<f32>) {
        let is_hot = |place: usize| place % 28 >= 14 && place < 14 * 28;
        let heat = (0..28 * 28).map(|place| if is_hot(place) { most } else { 0.0 });
        (Sample { shape: [1, 28, 28], pixels: vec![0; 28 * 28] }, heat.collect())
    }

    fn heated<'a>(sample: &'a Sample, heat: &'a [f32]) -> Heated<'a> {
        Heated { sample, heat, class: "Bag", probability: 0.9, label: Some("Coat") }
    }

    #[test]
    fn heat_lies_over_the_second_image() {
        let (sample, heat) = quarter(1.0);
        let both = [heated(&sample, &heat); 2];
        let picture = grad_cam("g", "A", "conv1", &both);
        let image = decoded(&picture);
        let top = MARGIN + HEAD;
        let second = MARGIN + 112 + 6;
        // The last colour of the map at its share, over black.
        assert_eq!(image.get_pixel(second + 90, top + 20).0, [164, 166, 107]);
        assert_eq!(image.get_pixel(second + 20, top + 20).0, [0, 0, 2]);
        assert_eq!(image.get_pixel(MARGIN + 90, top + 20).0, [0; 3]);
        assert_eq!(
            grad_cam("g", "A", "conv1", &both[..1]).alt,
            "Grad-CAM of A by the maps of conv1, 1 picture; 1: Bag 90 %, true Coat, hottest from 50 \
             to 100 % across and 0 to 50 % down"
        );
    }

    #[test]
    fn that_nothing_speaks_for_a_class_is_said() {
        let (sample, heat) = quarter(0.0);
        let cold = Heated { label: None, ..heated(&sample, &heat) };
        let texts: Vec<String> = lines(&cold).into_iter().map(|line| line.text).collect();
        assert_eq!(texts, ["Bag 90 %", "nothing speaks for it"]);
        assert!(
            grad_cam("g", "A", "c", &[cold]).alt.ends_with("1: Bag 90 %, nothing speaks for it")
        );
    }
}
