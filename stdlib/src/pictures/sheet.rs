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
                let below = y + (layout.tile_height - tile_height) / 2;
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
            (&self.subtitle, text(LETTERS, PALE_INK), LINE + 4),
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
            area.draw(&Text::new(shown, (px(MARGIN), px(y) + px(layout.tile_height) / 2), style))?;
        }
        let middle = px(x) + px(layout.inside) / 2;
        for (number, line) in (0..).zip(&self.lines) {
            let style = text(LETTERS, line.color);
            let shown = fitted(&line.text, &style, layout.block + GAP - 4);
            let style = style.pos(Pos::new(HPos::Center, VPos::Center));
            let below = y + layout.tile_height + 4 + number * LINE + LINE / 2;
            area.draw(&Text::new(shown, (middle, px(below)), style))?;
        }
        Ok(())
    }
}

/// Where everything is, in pixels after shrinking.
struct Layout {
    /// The widths of the tiles of a block.
    tiles: Vec<u32>,
    tile_height: u32,
    /// The width of a block's tiles together, and with its words.
    inside: u32,
    block: u32,
    /// From one block to the next one below.
    step: u32,
    /// Blocks in a row.
    columns: u32,
    /// Where the first block's tiles begin.
    first: [u32; 2],
    foot: u32,
    width: u32,
    height: u32,
}

impl Layout {
    fn of(sheet: &Sheet) -> Self {
        let count = sheet.blocks.iter().map(|block| block.tiles.len()).max().unwrap_or(0);
        let widest = |place: usize| {
            let tiles = sheet.blocks.iter().filter_map(|block| block.tiles.get(place));
            tiles.map(|tile| tile.size[0]).max().unwrap_or(1)
        };
        let tiles: Vec<u32> = (0..count).map(widest).collect();
        let inside = tiles.iter().sum::<u32>() + SEAM * (count as u32).saturating_sub(1);
        let block = inside.max(sheet.text_width);
        let heights = sheet.blocks.iter().flat_map(|block| &block.tiles).map(|tile| tile.size[1]);
        let tile_height = heights.max().unwrap_or(1);
        let lines = sheet.blocks.iter().map(|block| block.lines.len()).max().unwrap_or(0) as u32;
        let names = sheet.blocks.iter().map(|block| width(&block.name, &text(LETTERS, INK)));
        let name = names.max().unwrap_or(0).min(LONGEST_NAME);
        let is_named = name > 0;
        let most = if is_named { 1 } else { (WIDE / (block + GAP)).clamp(1, COLUMNS) };
        let columns = most.min(sheet.blocks.len().max(1) as u32);
        let rows = (sheet.blocks.len() as u32).div_ceil(columns).max(1);
        let below = if lines > 0 {
            4 + lines * LINE + GAP
        } else if is_named {
            SEAM
        } else {
            GAP
        };
        let step = tile_height + below;
        let left = MARGIN + if is_named { name + 10 } else { 0 };
        let top = MARGIN + sheet.head();
        let right = left + columns * (block + GAP) - GAP + MARGIN;
        let title = width(&sheet.title, &bold(TITLE, INK));
        let subtitle = width(&sheet.subtitle, &text(LETTERS, INK));
        let least = title.max(subtitle).min(LONGEST_TITLE).max(sheet.foot.least_width());
        let width = right.max(least + 2 * MARGIN);
        let foot = sheet.foot.height(width - 2 * MARGIN);
        let space = if foot > 0 { GAP } else { 0 };
        let height = top + rows * step - below.min(GAP) + space + foot + MARGIN;
        let first = [left, top];
        Self { tiles, tile_height, inside, block, step, columns, first, foot, width, height }
    }

    /// Where the tiles of a block begin.
    fn corner(&self, index: usize) -> [u32; 2] {
        let (column, row) = (index as u32 % self.columns, index as u32 / self.columns);
        let [left, top] = self.first;
        let x = left + column * (self.block + GAP) + (self.block - self.inside) / 2;
        [x, top + row * self.step]
    }
}

impl Sheet {
    /// The height of what stands above the first row.
    fn head(&self) -> u32 {
        let title = if self.title.is_empty() { 0 } else { TITLE_LINE };
        let subtitle = if self.subtitle.is_empty() { 0 } else { LINE + 4 };
        let headings = if self.headings.is_empty() { 0 } else { LINE + 4 };
        title + subtitle + headings
    }
}
