//! Figures on a page: the whole first, then blocks wherever there is room on the page.

use super::svg::Drawn;

/// Between figures.
const GAP: i32 = 20;
/// What a notebook shows without making it smaller.
const WIDTH: i32 = 1000;
/// The widths that are tried beside those of the figures themselves.
const WIDTHS: [i32; 6] = [640, 800, 900, WIDTH, 1150, 1300];

/// Where figures stand.
pub(super) struct Page {
    pub(super) places: Vec<(i32, i32)>,
    pub(super) width: i32,
    pub(super) height: i32,
}

/// Finds every figure its place, on the page of the best shape.
pub(super) fn page(figures: &[Drawn]) -> Page {
    let widest = figures.iter().map(|figure| figure.width).max().unwrap_or(0);
    let beside = figures.first().map_or(0, |whole| whole.width + GAP + widest);
    let widths = WIDTHS.into_iter().chain([beside]).map(|width| width.max(widest));
    let pages = widths.map(|width| packed(figures, width));
    // A page that is made smaller to be shown is worse than a longer one.
    let cost = |page: &Page| page.height.max(page.width) + (page.width - WIDTH).max(0) * 3 / 2;
    pages.min_by_key(cost).unwrap_or(Page { places: Vec::new(), width: 0, height: 0 })
}

/// Each figure as high up as it goes, below those before it that stand in the same columns.
fn packed(figures: &[Drawn], width: i32) -> Page {
    let mut page = Page { places: Vec::new(), width: 0, height: 0 };
    for figure in figures {
        let place = free(figures, &page.places, figure.width, width);
        page.places.push(place);
        page.width = page.width.max(place.0 + figure.width);
        page.height = page.height.max(place.1 + figure.height);
    }
    page
}

fn free(figures: &[Drawn], places: &[(i32, i32)], width: i32, most: i32) -> (i32, i32) {
    let taken = || places.iter().zip(figures);
    let edges = taken().map(|(place, figure)| place.0 + figure.width + GAP);
    let lefts = [0].into_iter().chain(edges).filter(|&x| x == 0 || x + width <= most);
    let free = lefts.map(|x| {
        let above = taken().filter(|(place, figure)| {
            place.0 < x + width + GAP && x < place.0 + figure.width + GAP
        });
        let y = above.map(|(place, figure)| place.1 + figure.height + GAP).max();
        (y.unwrap_or(0), x)
    });
    free.min().map_or((0, 0), |(y, x)| (x, y))
}
