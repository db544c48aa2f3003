//! The lines between boxes: down, round a corner, or past what stands in between.

use super::arrange::{Arranged, FORK, MERGE, Place, Way};
use super::figure::Figure;

/// How near a line may come to a box that it passes.
const CLEAR: i32 = 4;
/// From one line that passes boxes to the next.
const APART: i32 = 14;
/// The most places that are tried for a line past boxes.
const TRIES: i32 = 24;

/// The most heights that are tried for a line across.
const MOST_HEIGHTS: i32 = 80;

/// A line from box to box, as corner points.
pub(super) struct Wire {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) points: Vec<(i32, i32)>,
}

/// The lines of a figure.
pub(super) fn wires(figure: &Figure, arranged: &Arranged) -> Vec<Wire> {
    let mut router = Router { places: &arranged.places, lanes: Vec::new() };
    // Lines with a place of their own first, so that others keep clear of them.
    let mut edges = figure.edges.iter().collect::<Vec<_>>();
    edges.sort_by_key(|edge| !arranged.ways.contains_key(edge));
    let wires = edges.into_iter().map(|edge| {
        let points = router.route(edge.from, edge.to, arranged.ways.get(edge).copied());
        Wire { from: edge.from, to: edge.to, points: simplified(points) }
    });
    wires.collect()
}

struct Router<'p> {
    places: &'p [Place],
    /// Lines downwards past boxes: their place, and from where to where.
    lanes: Vec<(i32, i32, i32)>,
}

type Points = Vec<(i32, i32)>;

impl Router<'_> {
    fn route(&mut self, from: usize, to: usize, way: Option<Way>) -> Points {
        let (a, b) = (self.places[from], self.places[to]);
        match way {
            Some(Way::Lane(x)) => self.past(a, b, x),
            Some(Way::LaneAbove(x)) => {
                let (fork, merge) = (a.bottom() + FORK, b.y - MERGE);
                vec![
                    (a.x, a.bottom()),
                    (a.x, fork),
                    (x, fork),
                    (x, merge),
                    (b.x, merge),
                    (b.x, b.y),
                ]
            }
            Some(Way::Across) => vec![(a.right(), a.middle()), (b.left(), b.middle())],
            Some(Way::Up) => vec![(a.x, a.y), (b.x, b.bottom())],
            Some(Way::Corner) => {
                vec![(a.right(), a.middle()), (b.x, a.middle()), (b.x, b.bottom())]
            }
            Some(Way::Side) => {
                let side = if a.x < b.x { b.left() } else { b.right() };
                vec![(a.x, a.bottom()), (a.x, b.middle()), (side, b.middle())]
            }
            None => self.found(from, to),
        }
    }

    /// The first simple way that meets no box, or else one past them all.
    fn found(&mut self, from: usize, to: usize) -> Points {
        let (a, b) = (self.places[from], self.places[to]);
        let start = (a.x, a.bottom());
        let (fork, merge) = (a.bottom() + FORK, b.y - MERGE);
        let side = if a.x < b.x { b.left() } else { b.right() };
        let mut simple: Vec<Points> = Vec::new();
        if a.x == b.x {
            simple.push(vec![start, (b.x, b.y)]);
        } else {
            if (a.x - b.x).abs() > b.width / 2 && b.middle() > a.bottom() {
                let into_side = vec![start, (a.x, b.middle()), (side, b.middle())];
                // A join is met from the side, a box from above where that can be.
                if b.height <= 26 {
                    simple.push(into_side);
                } else {
                    simple.push(vec![start, (a.x, fork), (b.x, fork), (b.x, b.y)]);
                    simple.push(vec![start, (a.x, merge), (b.x, merge), (b.x, b.y)]);
                    simple.push(into_side);
                }
            }
            simple.push(vec![start, (a.x, fork), (b.x, fork), (b.x, b.y)]);
            simple.push(vec![start, (a.x, merge), (b.x, merge), (b.x, b.y)]);
        }
        let free = simple.into_iter().find(|points| self.is_free(points, from, to));
        free.unwrap_or_else(|| self.around(from, to))
    }

    /// Down a lane, into the side of the end.
    fn past(&mut self, a: Place, b: Place, x: i32) -> Points {
        let fork = a.bottom() + FORK;
        let side = if x < b.x { b.left() } else { b.right() };
        self.lanes.push((x, fork, b.middle()));
        vec![(a.x, a.bottom()), (a.x, fork), (x, fork), (x, b.middle()), (side, b.middle())]
    }

    /// Past all boxes in between, on the nearer side.
    fn around(&mut self, from: usize, to: usize) -> Points {
        let (a, b) = (self.places[from], self.places[to]);
        let (top, bottom) = (a.bottom(), b.middle().max(a.bottom() + FORK));
        let between = self.places.iter().filter(|it| it.y < bottom && it.bottom() > top);
        let (mut left, mut right) = (a.x.min(b.left()), a.x.max(b.right()));
        for place in between {
            left = left.min(place.left());
            right = right.max(place.right());
        }
        let mut best: Option<(i32, i32)> = None;
        for step in 1..=TRIES {
            for x in [left - step * APART, right + step * APART] {
                let fork = a.bottom() + FORK;
                let side = if x < b.x { b.left() } else { b.right() };
                let points = [(a.x, fork), (x, fork), (x, b.middle()), (side, b.middle())];
                let is_apart = self.lanes.iter().all(|&(other, from, to)| {
                    (other - x).abs() >= APART / 2 || to < top || from > bottom
                });
                let cost = (x - a.x).abs() + (x - b.x).abs();
                let free = is_apart && self.is_free(&points, from, to);
                if free && best.is_none_or(|(least, _)| cost < least) {
                    best = Some((cost, x));
                }
            }
        }
        match best {
            Some((_, x)) => self.past(a, b, x),
            None => self.between(from, to).unwrap_or_else(|| self.past(a, b, left - APART)),
        }
    }

    /// Out beside the beginning, across in a gap between boxes, and into the side of the end.
    fn between(&self, from: usize, to: usize) -> Option<Points> {
        let (a, b) = (self.places[from], self.places[to]);
        let fork = a.bottom() + FORK;
        let ends = if a.x < b.x { b.left() } else { b.right() };
        let beside_end = if a.x < b.x { ends - APART } else { ends + APART };
        let heights = (0..MOST_HEIGHTS).map(|step| fork + 4 * step);
        let mut ways = heights.flat_map(|y| {
            [a.x, a.left() - APART, a.right() + APART].map(|x| {
                vec![
                    (a.x, a.bottom()),
                    (a.x, fork),
                    (x, fork),
                    (x, y),
                    (beside_end, y),
                    (beside_end, b.middle()),
                    (ends, b.middle()),
                ]
            })
        });
        ways.find(|points| self.is_clear(points, from, to))
    }

    /// Whether a line downwards meets no box.
    fn is_free(&self, points: &[(i32, i32)], from: usize, to: usize) -> bool {
        points.windows(2).all(|pair| pair[0].1 <= pair[1].1) && self.is_clear(points, from, to)
    }

    fn is_clear(&self, points: &[(i32, i32)], from: usize, to: usize) -> bool {
        points.windows(2).all(|pair| {
            let [(ax, ay), (bx, by)] = [pair[0], pair[1]];
            let (left, right) = (ax.min(bx) - CLEAR, ax.max(bx) + CLEAR);
            let (top, bottom) = (ay.min(by) - CLEAR, ay.max(by) + CLEAR);
            let others = self.places.iter().enumerate();
            let mut others = others.filter(|&(place, _)| place != from && place != to);
            let meets = others.any(|(_, place)| {
                left < place.right()
                    && right > place.left()
                    && top < place.bottom()
                    && bottom > place.y
            });
            !meets
        })
    }
}

/// The same line without points that are no corners.
fn simplified(points: Points) -> Points {
    let mut kept: Points = Vec::with_capacity(points.len());
    for point in points {
        if kept.last() == Some(&point) {
            continue;
        }
        if let [.., first, second] = kept.as_slice()
            && ((first.0 == second.0 && second.0 == point.0)
                || (first.1 == second.1 && second.1 == point.1))
        {
            kept.pop();
        }
        kept.push(point);
    }
    kept
}
