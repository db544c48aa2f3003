//! Figures on a page: the whole on the left, blocks in columns beside it or in rows below it,
//! whichever makes a page of a better shape.

use super::svg::Drawn;

/// Between figures.
const GAP: i32 = 20;
/// A page wider than this is worse than a long one.
const WIDTH: i32 = 1000;

/// Where figures stand.
pub(super) struct Page {
    pub(super) places: Vec<(i32, i32)>,
    pub(super) width: i32,
    pub(super) height: i32,
}

/// Finds every figure its place.
pub(super) fn page(figures: &[Drawn]) -> Page {
    let Some(whole) = figures.first() else {
        return Page { places: Vec::new(), width: 0, height: 0 };
    };
    let tallest = figures.iter().map(|figure| figure.height).max().unwrap_or(0);
    let height = whole.height.max(tallest);
    let heights = [height, height + height / 5, height + height / 2, 2 * height];
    let columns = heights.map(|height| beside(figures, height));
    let below = below(figures, whole.width.max(WIDTH));
    // Width counts more beyond what a notebook shows.
    let cost = |page: &Page| page.height.max(page.width) + 2 * (page.width - WIDTH).max(0);
    columns.into_iter().chain([below]).min_by_key(cost).unwrap_or_else(|| beside(figures, height))
}

/// Columns of at most this height.
fn beside(figures: &[Drawn], height: i32) -> Page {
    let mut page = Page { places: Vec::new(), width: 0, height: 0 };
    let (mut x, mut y, mut column) = (0, 0, 0);
    for (place, figure) in figures.iter().enumerate() {
        if place == 1 || y > 0 && y + figure.height > height {
            x += column + GAP;
            (y, column) = (0, 0);
        }
        page.places.push((x, y));
        y += figure.height;
        page.height = page.height.max(y);
        y += GAP;
        column = column.max(figure.width);
        page.width = page.width.max(x + column);
    }
    page
}

/// Rows of at most this width.
fn below(figures: &[Drawn], width: i32) -> Page {
    let mut page = Page { places: Vec::new(), width: 0, height: 0 };
    let (mut x, mut y, mut row) = (0, 0, 0);
    for (place, figure) in figures.iter().enumerate() {
        if place == 1 || x > 0 && x + figure.width > width {
            y += row + GAP;
            (x, row) = (0, 0);
        }
        page.places.push((x, y));
        x += figure.width;
        page.width = page.width.max(x);
        x += GAP;
        row = row.max(figure.height);
        page.height = page.height.max(y + row);
    }
    page
}
