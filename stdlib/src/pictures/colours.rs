//! Grey pictures with the colours that networks give them.

use netlet_dsl::messages::Picture;

use super::Sample;
use super::numbers::counted;
use super::photo::image;
use super::sheet::{Block, Sheet, Tile};

/// The most pictures, and the most beside one another where each network has a row.
const MOST: usize = 24;
const ACROSS: usize = 8;
/// How large one is: at least, and at most.
const SIDE: u32 = 96;
const LARGEST: u32 = 128;

/// What a network makes of grey pictures.
#[derive(Clone, Copy, Debug)]
pub struct Coloured<'a> {
    /// The name of the network.
    pub net: &'a str,
    /// Its colours for each picture; made of numbers in a palette by
    /// [`painted`](super::painted).
    pub pictures: &'a [Sample],
}

/// Draws grey pictures with the colours that networks give them, and the true ones where they are
/// known (empty otherwise). One network: a row for each picture, of what the network sees, what it
/// gives and what is true. Several networks: a row for each, and a column for each picture. `name` is
/// the picture's.
///
/// # Panics
/// When there are fewer pictures in colour than grey ones.
pub fn colours(name: &str, grey: &[Sample], nets: &[Coloured<'_>], truth: &[Sample]) -> Picture {
    let mut rows = vec![("grey", grey)];
    rows.extend(nets.iter().map(|net| match nets.len() {
        1 => ("predicted", net.pictures),
        _ => (net.net, net.pictures),
    }));
    rows.extend((!truth.is_empty()).then_some(("true", truth)));
    let is_compared = nets.len() > 1;
    let most = if is_compared { ACROSS } else { MOST };
    let count = grey.len().min(most);
    let sheet = match is_compared {
        false => Sheet {
            headings: rows.iter().map(|(heading, _)| (*heading).to_owned()).collect(),
            blocks: (0..count).map(|place| across(&rows, place)).collect(),
            ..Sheet::default()
        },
        true => {
            Sheet { blocks: rows.iter().map(|row| below(row, count)).collect(), ..Sheet::default() }
        }
    };
    sheet.picture(name, in_words(grey.len(), most, nets, truth))
}

fn tile(sample: &Sample) -> Tile {
    Tile::new(image(sample), SIDE, LARGEST)
}

/// One picture in all its versions.
fn across(rows: &[(&str, &[Sample])], place: usize) -> Block {
    let tiles = rows.iter().map(|(_, samples)| tile(&samples[place])).collect();
    Block { tiles, ..Block::default() }
}

/// A row for one version of the pictures.
fn below((name, samples): &(&str, &[Sample]), count: usize) -> Block {
    let tiles = samples[..count].iter().map(tile).collect();
    Block { name: (*name).to_owned(), tiles, ..Block::default() }
}

fn in_words(grey: usize, most: usize, nets: &[Coloured<'_>], truth: &[Sample]) -> String {
    let mut words = counted(grey, most, "grey picture");
    let names: Vec<&str> = nets.iter().map(|net| net.net).collect();
    if !names.is_empty() {
        words += &format!(", with the colours of {}", names.join(", "));
    }
    if !truth.is_empty() {
        words += if names.is_empty() { ", with" } else { " and" };
        words += " the true ones";
    }
    let count = grey.min(most).min(truth.len());
    for net in nets.iter().filter(|_| count > 0) {
        let off = distance(&net.pictures[..count], &truth[..count]);
        words += &format!("; {} is off by {off:.0} of 255 in the mean", net.net);
    }
    words
}

/// The mean difference of the values of two lists of pictures.
fn distance(found: &[Sample], expected: &[Sample]) -> f64 {
    let values = |samples: &[Sample]| -> Vec<u8> {
        samples.iter().flat_map(|sample| sample.pixels.iter().copied()).collect()
    };
    let (found, expected) = (values(found), values(expected));
    let sum: f64 = found.iter().zip(&expected).map(|(a, b)| f64::from(a.abs_diff(*b))).sum();
    sum / found.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pictures::canvas::INK;
    use crate::pictures::canvas::tests::{decoded, pixels_of};
    use crate::pictures::sheet::MARGIN;

    fn plain(channels: usize, pixel: u8) -> Sample {
        Sample { shape: [channels, 32, 32], pixels: vec![pixel; channels * 32 * 32] }
    }

    #[test]
    fn one_network_has_a_row_for_each_picture() {
        let (grey, truth) = (vec![plain(1, 50); 2], vec![plain(3, 90); 2]);
        let painted = vec![plain(3, 80); 2];
        let nets = [Coloured { net: "A", pictures: &painted }];
        let picture = colours("c", &grey, &nets, &truth);
        let image = decoded(&picture);
        for (place, shade) in [50, 80, 90].into_iter().enumerate() {
            let x = MARGIN + place as u32 * (96 + 6) + 48;
            assert_eq!(image.get_pixel(x, MARGIN + 20 + 48).0, [shade; 3]);
        }
        assert_eq!(
            picture.alt,
            "2 grey pictures, with the colours of A and the true ones; A is off by 10 of 255 in the mean"
        );
    }

    #[test]
    fn several_networks_have_a_row_each() {
        let (grey, truth) = (vec![plain(1, 50); 3], vec![plain(3, 90); 3]);
        let (first, second) = (vec![plain(3, 70); 3], vec![plain(3, 80); 3]);
        let nets = [
            Coloured { net: "Plain", pictures: &first },
            Coloured { net: "UNet", pictures: &second },
        ];
        let picture = colours("c", &grey, &nets, &truth);
        let image = decoded(&picture);
        for (row, shade) in [50, 70, 80, 90].into_iter().enumerate() {
            let y = MARGIN + row as u32 * (96 + 6) + 48;
            let right = picture.width - MARGIN;
            for column in 0..3 {
                let x = right - 48 - column * (96 + 6);
                assert_eq!(image.get_pixel(x, y).0, [shade; 3], "row {row}, column {column}");
            }
            let left = MARGIN..right - 3 * 96 - 2 * 6;
            assert!(pixels_of(INK, &picture, left, y - 8..y + 8) > 20, "the name of row {row}");
        }
    }
}
