//! Images in rows, with titles above and words below: what all pictures of pictures are laid out on.

use image::RgbImage;
use netlet_dsl::messages::Picture;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::canvas::{Area, Canvas, Drawn, INK, PALE_INK, bold, enlarged, fitted, px, text, width};
use super::foot::Foot;
use super::photo::shown_size;

/// The most blocks in a row.
const COLUMNS: u32 = 8;
/// How wide the blocks of a row may be together before a new row begins.
const WIDE: u32 = 960;
/// Between blocks.
pub(super) const GAP: u32 = 14;
/// Between the images of a block.
const SEAM: u32 = 6;
/// Around everything.
pub(super) const MARGIN: u32 = 14;
/// The size of letters, and the height of a line of them.
const LETTERS: u32 = 12;
pub(super) const LINE: u32 = 16;
/// The size of a title's letters, and the height of its line.
const TITLE: u32 = 15;
const TITLE_LINE: u32 = 24;
const SUBTITLE_LINE: u32 = 24;
/// The height of both together.
#[cfg(test)]
pub(super) const HEAD: u32 = TITLE_LINE + SUBTITLE_LINE;
/// The height of a line of headings.
const HEADING_LINE: u32 = 20;
/// The width of the longest name at the left.
const LONGEST_NAME: u32 = 150;
/// How wide a sheet may become for its title alone.
const LONGEST_TITLE: u32 = 560;

/// A line of text.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Line {
    pub(super) text: String,
    pub(super) color: RGBColor,
}

/// An image with the size at which it is shown.
pub(super) struct Tile {
    image: RgbImage,
    size: [u32; 2],
}

/// Images beside one another, with what there is to say of them.
#[derive(Default)]
pub(super) struct Block {
    /// At the left; blocks with names stand below one another.
    pub(super) name: String,
    pub(super) tiles: Vec<Tile>,
    /// Below.
    pub(super) lines: Vec<Line>,
}

/// A picture in the making.
#[derive(Default)]
pub(super) struct Sheet {
    pub(super) title: String,
    /// Below the title, in small letters.
    pub(super) subtitle: String,
    /// Above the images of each block of the first row.
    pub(super) headings: Vec<String>,
    pub(super) blocks: Vec<Block>,
    /// The least that a block takes for the lines below it.
    pub(super) text_width: u32,
    pub(super) foot: Foot,
}

impl Line {
    pub(super) fn new(text: impl Into<String>, color: RGBColor) -> Self {
        Self { text: text.into(), color }
    }
}

impl Tile {
    /// An image whose longer side shall be `least` to `most` pixels long.
    pub(super) fn new(image: RgbImage, least: u32, most: u32) -> Self {
        let size = shown_size([image.width(), image.height()], least, most);
        Self { image, size }
    }

    /// The same with every pixel of the drawing, to draw on it.
    pub(super) fn drawn(self) -> Self {
        Self { image: enlarged(&self.image, self.size), ..self }
    }

    pub(super) fn image_mut(&mut self) -> &mut RgbImage {
        &mut self.image
    }
}

impl Sheet {
    /// Draws the sheet; `name` is the picture's, and `alt` says in words what it shows.
    pub(super) fn picture(self, name: &str, alt: String) -> Picture {
        let layout = Layout::of(&self);
        let mut canvas = Canvas::new(layout.width, layout.height);
        for (index, block) in self.blocks.iter().enumerate() {
            let [mut x, y] = layout.corner(index);
            for (tile, width) in block.tiles.iter().zip(&layout.tiles) {
                let [tile_width, tile_height] = tile.size;
                let right = x + (width - tile_width) / 2;
                let below = y + (layout.tile_height(index) - tile_height) / 2;
                canvas.paste(&tile.image, [right, below], tile.size);
                x += width + SEAM;
            }
        }
        canvas.draw(|area| {
            self.title(area, &layout)?;
            self.headings(area, &layout)?;
            for (index, block) in self.blocks.iter().enumerate() {
                block.words(area, &layout, index)?;
            }
            let at = [MARGIN, layout.height - MARGIN - layout.foot];
            self.foot.draw(area, at, layout.width - 2 * MARGIN)
        });
        canvas.picture(name.to_owned(), alt, false)
    }

    fn title(&self, area: &Area, layout: &Layout) -> Drawn {
        let most = layout.width - 2 * MARGIN;
        let mut top = MARGIN;
        for (line, style, height) in [
            (&self.title, bold(TITLE, INK), TITLE_LINE),
            (&self.subtitle, text(LETTERS, PALE_INK), SUBTITLE_LINE - 4),
        ] {
            if !line.is_empty() {
                let middle = px(top) + px(height - 6) / 2;
                let shown = fitted(line, &style, most);
                let style = style.pos(Pos::new(HPos::Left, VPos::Center));
                area.draw(&Text::new(shown, (px(MARGIN), middle), style))?;
                top += height;
            }
        }
        Ok(())
    }

    fn headings(&self, area: &Area, layout: &Layout) -> Drawn {
        if self.headings.is_empty() {
            return Ok(());
        }
        for index in 0..layout.columns.min(self.blocks.len() as u32) {
            let [mut x, y] = layout.corner(index as usize);
            for (heading, width) in self.headings.iter().zip(&layout.tiles) {
                let style = text(LETTERS, PALE_INK);
                let shown = fitted(heading, &style, width + SEAM - 2);
                let style = style.pos(Pos::new(HPos::Center, VPos::Center));
                let at = (px(x) + px(*width) / 2, px(y - LINE / 2 - 2));
                area.draw(&Text::new(shown, at, style))?;
                x += width + SEAM;
            }
        }
        Ok(())
    }
}

impl Block {
    /// Draws its name and the lines below it.
    fn words(&self, area: &Area, layout: &Layout, index: usize) -> Drawn {
        let [x, y] = layout.corner(index);
        if !self.name.is_empty() {
            let style = text(LETTERS, INK);
            let shown = fitted(&self.name, &style, LONGEST_NAME);
            let style = style.pos(Pos::new(HPos::Left, VPos::Center));
            area.draw(&Text::new(
                shown,
                (px(MARGIN), px(y) + px(layout.tile_height(index)) / 2),
                style,
            ))?;
        }
        let middle = px(x) + px(layout.inside) / 2;
        for (number, line) in (0..).zip(&self.lines) {
            let style = text(LETTERS, line.color);
            let shown = fitted(&line.text, &style, layout.block + GAP - 4);
            let style = style.pos(Pos::new(HPos::Center, VPos::Center));
            let below = y + layout.tile_height(index) + 4 + number * LINE + LINE / 2;
            area.draw(&Text::new(shown, (middle, px(below)), style))?;
        }
        Ok(())
    }
}

/// Where everything is, in pixels after shrinking.
struct Layout {
    /// The widths of the tiles of a block.
    tiles: Vec<u32>,
    /// Where the tiles of each row begin, and their height.
    rows: Vec<[u32; 2]>,
    /// The width of a block's tiles together, and with its words.
    inside: u32,
    block: u32,
    /// Blocks in a row.
    columns: u32,
    /// Where the first block's tiles begin.
    left: u32,
    foot: u32,
    width: u32,
    height: u32,
}

impl Layout {
    fn of(sheet: &Sheet) -> Self {
        let tiles = sheet.tile_widths();
        let inside = tiles.iter().sum::<u32>() + SEAM * (tiles.len() as u32).saturating_sub(1);
        let block = inside.max(sheet.text_width);
        let names = sheet.blocks.iter().map(|block| width(&block.name, &text(LETTERS, INK)));
        let name = names.max().unwrap_or(0).min(LONGEST_NAME);
        let columns = match name {
            0 => balanced((WIDE / (block + GAP)).clamp(1, COLUMNS), sheet.blocks.len() as u32),
            _ => 1,
        };
        let left = MARGIN + if name > 0 { name + 10 } else { 0 };
        let right = left + columns * (block + GAP) - GAP + MARGIN;
        let title = width(&sheet.title, &bold(TITLE, INK));
        let subtitle = width(&sheet.subtitle, &text(LETTERS, INK));
        let least = title.max(subtitle).min(LONGEST_TITLE).max(sheet.foot.least_width());
        let width = right.max(least + 2 * MARGIN);
        let lines = sheet.blocks.iter().map(|block| block.lines.len()).max().unwrap_or(0) as u32;
        let words = if lines > 0 { 4 + lines * LINE } else { 0 };
        // Rows of named blocks are read downwards too.
        let between = if name > 0 && lines == 0 { SEAM } else { GAP };
        let mut bottom = MARGIN + sheet.head();
        let rows = sheet.blocks.chunks(columns as usize).map(|blocks| {
            let row = [bottom, tile_height(blocks)];
            bottom += row[1] + words + between;
            row
        });
        let rows: Vec<[u32; 2]> = rows.collect();
        let foot = sheet.foot.height(width - 2 * MARGIN);
        let space = if foot > 0 { GAP } else { 0 };
        let end = bottom - if rows.is_empty() { 0 } else { between };
        let height = end + space + foot + MARGIN;
        Self { tiles, rows, inside, block, columns, left, foot, width, height }
    }

    /// Where the tiles of a block begin.
    fn corner(&self, index: usize) -> [u32; 2] {
        let (column, row) = (index as u32 % self.columns, index / self.columns as usize);
        let x = self.left + column * (self.block + GAP) + (self.block - self.inside) / 2;
        [x, self.rows[row][0]]
    }

    /// The height of the tiles in the row of a block.
    fn tile_height(&self, index: usize) -> u32 {
        self.rows[index / self.columns as usize][1]
    }
}

fn tile_height(blocks: &[Block]) -> u32 {
    let tiles = blocks.iter().flat_map(|block| &block.tiles);
    tiles.map(|tile| tile.size[1]).max().unwrap_or(1)
}

/// How many of `count` blocks stand in a row that has room for `most`, so that all rows but the last
/// are full, and that one as full as may be.
fn balanced(most: u32, count: u32) -> u32 {
    let rows = count.div_ceil(most).max(1);
    count.div_ceil(rows).max(1)
}

impl Sheet {
    /// The widths of the tiles of a block, place by place, with room for their headings.
    fn tile_widths(&self) -> Vec<u32> {
        let count = self.blocks.iter().map(|block| block.tiles.len()).max().unwrap_or(0);
        let widest = |place: usize| {
            let tiles = self.blocks.iter().filter_map(|block| block.tiles.get(place));
            let heading = self.headings.get(place);
            let heading = heading.map(|words| width(words, &text(LETTERS, PALE_INK)) + 4);
            tiles.map(|tile| tile.size[0]).chain(heading).max().unwrap_or(1)
        };
        (0..count).map(widest).collect()
    }

    /// The height of what stands above the first row.
    fn head(&self) -> u32 {
        let title = if self.title.is_empty() { 0 } else { TITLE_LINE };
        let subtitle = if self.subtitle.is_empty() { 0 } else { SUBTITLE_LINE };
        let headings = if self.headings.is_empty() { 0 } else { HEADING_LINE };
        title + subtitle + headings
    }
}

#[cfg(test)]
mod tests {
    use image::Rgb;

    use super::*;
    use crate::pictures::canvas::tests::decoded;

    /// A block of one black image.
    fn block(width: u32, height: u32) -> Block {
        let tiles = vec![Tile::new(RgbImage::from_pixel(width, height, Rgb([0; 3])), 1, 400)];
        Block { tiles, ..Block::default() }
    }

    #[test]
    fn rows_are_about_equally_full() {
        assert_eq!([1, 8, 9, 10, 17, 24].map(|count| balanced(8, count)), [1, 8, 5, 5, 6, 8]);
        assert_eq!(balanced(1, 5), 1);
    }

    #[test]
    fn a_row_is_as_high_as_its_images() {
        let blocks = [[300, 40], [300, 40], [300, 200], [300, 100]];
        let blocks = blocks.map(|[width, height]| block(width, height)).into_iter().collect();
        let picture = Sheet { blocks, ..Sheet::default() }.picture("s", String::new());
        let image = decoded(&picture);
        let is_black = |x: u32, y: u32| image.get_pixel(x, y).0 == [0; 3];
        let below = MARGIN + 40 + GAP;
        assert_eq!(picture.height, below + 200 + MARGIN);
        assert!(is_black(MARGIN, MARGIN + 39) && !is_black(MARGIN, MARGIN + 40));
        assert!(is_black(MARGIN, below) && is_black(MARGIN, below + 199));
        // The lower one of the same row is in the middle.
        let right = MARGIN + 300 + GAP;
        assert!(!is_black(right, below + 49) && is_black(right, below + 50));
    }

    #[test]
    fn nothing_is_a_white_picture() {
        let sheet = Sheet { title: "Nothing".into(), ..Sheet::default() };
        let picture = sheet.picture("s", String::new());
        assert!(picture.width > 2 * MARGIN && picture.height == 2 * MARGIN + TITLE_LINE);
    }
}
