//! The filters of a convolution.

use image::{Rgb, RgbImage};
use netlet_dsl::messages::Picture;

use super::canvas::INK;
use super::colormap::DIVERGING;
use super::foot::Foot;
use super::numbers::{counted, short};
use super::planes::{Range, plane};
use super::sheet::{Block, Line, Sheet, Tile};

/// The most filters of one image each.
const MOST: usize = 64;
/// The most filters, and channels of each, where each channel has its image.
const ROWS: usize = 16;
const ACROSS: usize = 16;
/// The most filters and channels of one weight each.
const WEIGHTS: usize = 256;
/// How large an image is: at least, and at most.
const SIDE: u32 = 56;
const SMALL: u32 = 40;
const LARGEST: u32 = 96;
const MATRIX: u32 = 320;

/// Draws the filters of `layer` of `net`: `values`, of `dims` = filters, channels, rows, columns;
/// slices between channels and rows count as channels. Three channels are red, green and blue, with
/// grey for 0; others are red above 0 and blue below it, on one scale. `name` is the picture's.
///
/// # Panics
/// When there are not as many values as the dimensions say, or fewer than four dimensions.
pub fn filters(name: &str, [net, layer]: [&str; 2], values: &[f32], dims: &[usize]) -> Picture {
    let [filters, ref inner @ .., rows, columns] = *dims else {
        panic!("filters have rows and columns, not {dims:?}")
    };
    let channels = inner.iter().product();
    assert_eq!(values.len(), filters * channels * rows * columns, "values of the dimensions");
    let bank = Bank { values, filters, channels, size: [rows, columns] };
    let shape: Vec<String> = dims.iter().map(usize::to_string).collect();
    let title = format!("Filters of {layer} of {net}: {}", shape.join("x"));
    let sheet = match (channels, rows * columns) {
        (2.., 1) => bank.matrix(),
        (3, _) => bank.in_colour(),
        (1, _) => bank.single(),
        _ => bank.by_channel(),
    };
    let alt = bank.in_words(&title);
    Sheet { title, ..sheet }.picture(name, alt)
}

/// The filters of a convolution.
struct Bank<'a> {
    values: &'a [f32],
    filters: usize,
    channels: usize,
    size: [usize; 2],
}

impl Bank<'_> {
    /// The values of one channel of a filter.
    fn plane(&self, filter: usize, channel: usize) -> &[f32] {
        let size = self.size[0] * self.size[1];
        &self.values[(filter * self.channels + channel) * size..][..size]
    }

    /// All values of a filter.
    fn filter(&self, filter: usize) -> &[f32] {
        let size = self.values.len() / self.filters;
        &self.values[filter * size..][..size]
    }

    fn range(&self) -> Range {
        Range::around_zero(self.values)
    }

    /// The sign in colours, on the scale of all.
    fn signed(&self, filter: usize, channel: usize) -> RgbImage {
        plane(self.plane(filter, channel), self.size, self.range(), &DIVERGING)
    }

    fn foot(&self) -> Foot {
        Foot::Scale(self.range().scale(DIVERGING, "weight"))
    }

    /// One image for each filter, numbered.
    fn numbered(&self, image: impl Fn(usize) -> RgbImage) -> Vec<Block> {
        let block = |filter: usize| Block {
            tiles: vec![Tile::new(image(filter), SIDE, LARGEST)],
            lines: vec![Line::new(filter.to_string(), INK)],
            ..Block::default()
        };
        (0..self.filters.min(MOST)).map(block).collect()
    }

    /// Filters of red, green and blue, each as bright as its largest weight allows.
    fn in_colour(&self) -> Sheet {
        let image = |filter: usize| {
            let range = Range::around_zero(self.filter(filter));
            let [rows, columns] = self.size;
            RgbImage::from_fn(columns as u32, rows as u32, |x, y| {
                let place = y as usize * columns + x as usize;
                let channel = |channel| range.place(self.plane(filter, channel)[place]);
                Rgb([0, 1, 2].map(|of| (channel(of) * 255.0).round() as u8))
            })
        };
        let filters = counted(self.filters, MOST, "filter");
        let subtitle =
            format!("{filters} as red, green and blue, grey is 0; each on its own scale");
        Sheet { subtitle, blocks: self.numbered(image), text_width: SIDE, ..Sheet::default() }
    }

    /// Filters of one channel: a first layer's on grey pictures, or depthwise ones.
    fn single(&self) -> Sheet {
        Sheet {
            subtitle: counted(self.filters, MOST, "filter"),
            blocks: self.numbered(|filter| self.signed(filter, 0)),
            text_width: SIDE,
            foot: self.foot(),
            ..Sheet::default()
        }
    }

    /// A row for each filter, with an image for each channel.
    fn by_channel(&self) -> Sheet {
        let across = self.channels.min(ACROSS);
        let tile = |filter, channel| Tile::new(self.signed(filter, channel), SMALL, LARGEST);
        let block = |filter: usize| Block {
            name: format!("filter {filter}"),
            tiles: (0..across).map(|channel| tile(filter, channel)).collect(),
            ..Block::default()
        };
        let (filters, channels) =
            (counted(self.filters, ROWS, "filter"), counted(self.channels, ACROSS, "channel"));
        Sheet {
            subtitle: format!("{filters}, a row each; {channels}"),
            headings: (0..across).map(|channel| channel.to_string()).collect(),
            blocks: (0..self.filters.min(ROWS)).map(block).collect(),
            foot: self.foot(),
            ..Sheet::default()
        }
    }

    /// Filters of one weight for each channel: a matrix.
    fn matrix(&self) -> Sheet {
        let [filters, channels] = [self.filters, self.channels].map(|count| count.min(WEIGHTS));
        let values: Vec<f32> = (0..filters)
            .flat_map(|filter| self.filter(filter)[..channels].iter().copied())
            .collect();
        let image = plane(&values, [filters, channels], self.range(), &DIVERGING);
        let rows = counted(self.filters, WEIGHTS, "filter");
        let columns = counted(self.channels, WEIGHTS, "channel");
        Sheet {
            subtitle: format!("{rows}, a row each; {columns}, a column each"),
            blocks: vec![Block {
                tiles: vec![Tile::new(image, MATRIX, 2 * MATRIX)],
                ..Block::default()
            }],
            foot: self.foot(),
            ..Sheet::default()
        }
    }

    fn in_words(&self, title: &str) -> String {
        let Range { low, high } = Range::of(self.values);
        let norm = |filter: usize| {
            let squares = self.filter(filter).iter().map(|weight| f64::from(*weight).powi(2));
            squares.sum::<f64>().sqrt()
        };
        let norms: Vec<f64> = (0..self.filters).map(norm).collect();
        let most = (0..self.filters).max_by(|a, b| norms[*a].total_cmp(&norms[*b])).unwrap_or(0);
        let least = (0..self.filters).min_by(|a, b| norms[*a].total_cmp(&norms[*b])).unwrap_or(0);
        format!(
            "{title}, weights from {} to {}; the strongest filter is {most} with a norm of {}, the \
             weakest {least} with {}",
            short(low),
            short(high),
            short(norms.get(most).copied().unwrap_or(0.0)),
            short(norms.get(least).copied().unwrap_or(0.0)),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pictures::canvas::tests::decoded;
    use crate::pictures::sheet::{GAP, HEAD, MARGIN};

    const TOP: u32 = MARGIN + HEAD;

    #[test]
    fn filters_of_three_channels_are_colours() {
        // A filter for red alone, and one against it.
        let values = [1.0, 0.0, 0.0, -2.0, 0.0, 0.0].map(|weight| [weight; 4]).concat();
        let picture = filters("f", ["A", "conv1"], &values, &[2, 3, 2, 2]);
        let image = decoded(&picture);
        assert_eq!(image.get_pixel(MARGIN + 20, TOP + 20).0, [255, 128, 128]);
        assert_eq!(image.get_pixel(MARGIN + SIDE + GAP + 20, TOP + 20).0, [0, 128, 128]);
        assert_eq!(
            picture.alt,
            "Filters of conv1 of A: 2x3x2x2, weights from -2 to 1; the strongest filter is 1 with \
             a norm of 4, the weakest 0 with 2"
        );
    }

    #[test]
    fn filters_of_one_channel_are_red_above_zero_and_blue_below() {
        let values = [0.0, 0.0, 1.0, 1.0, -2.0, 2.0, 0.0, 0.0];
        let picture = filters("f", ["A", "depthwise1"], &values, &[2, 1, 2, 2]);
        let image = decoded(&picture);
        let at = |filter: u32, [row, column]: [u32; 2]| {
            let x = MARGIN + filter * (SIDE + GAP) + 14 + 28 * column;
            image.get_pixel(x, TOP + 14 + 28 * row).0
        };
        assert_eq!(at(0, [0, 0]), DIVERGING.at(0.5));
        assert_eq!(at(0, [1, 0]), DIVERGING.at(0.75));
        assert_eq!([at(1, [0, 0]), at(1, [0, 1])], [DIVERGING.at(0.0), DIVERGING.at(1.0)]);
    }

    #[test]
    fn other_filters_have_a_row_each() {
        let mut values = vec![0.0; 2 * 2 * 4];
        // The second channel of the first filter.
        values[4..8].fill(1.0);
        let picture = filters("f", ["A", "conv2"], &values, &[2, 2, 2, 2]);
        let image = decoded(&picture);
        let is_of = |x: u32, y: u32, part: f64| image.get_pixel(x, y).0 == DIVERGING.at(part);
        let top = TOP + 20;
        let found: Vec<u32> = (0..picture.width).filter(|&x| is_of(x, top + 20, 1.0)).collect();
        assert_eq!(found.len() as u32, SMALL);
        assert!(is_of(found[0] - 20, top + 20, 0.5) && is_of(found[0] + 20, top + 66, 0.5));
    }

    #[test]
    fn filters_of_one_weight_are_a_matrix() {
        let picture = filters("f", ["A", "conv3"], &[1.0, -1.0, 0.0, 0.5], &[2, 2, 1, 1]);
        let image = decoded(&picture);
        let at = |row: u32, column: u32| {
            let side = MATRIX / 2;
            image.get_pixel(MARGIN + side * column + 80, TOP + side * row + 80).0
        };
        assert_eq!([at(0, 0), at(0, 1)], [DIVERGING.at(1.0), DIVERGING.at(0.0)]);
        assert_eq!([at(1, 0), at(1, 1)], [DIVERGING.at(0.5), DIVERGING.at(0.75)]);
    }
}
