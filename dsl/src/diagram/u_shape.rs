//! Encoders and decoders as a U: down on the left, up on the right, shortcuts straight across.

use std::ops::Range;

use super::arrange::{Arranger, Fragment, GAP, WIDE_GAP, Way};
use super::figure::{Edge, ItemId, Kind, Part};

/// The room between both columns at least.
const BETWEEN: i32 = 110;

/// The parts of a row as a U, if they are one.
pub(super) fn u_shape(arranger: &mut Arranger<'_>, row: &[Part]) -> Option<Fragment> {
    let parts = opened(arranger, row);
    let rungs = rungs(arranger, &parts)?;
    let &(from, to) = rungs.last()?;
    let (turn, rise) = bottom(arranger, &parts, from, to);
    // What goes up is drawn upside down, so it has to be boxes.
    if !parts[turn..].iter().all(|part| matches!(part, Part::Item(_))) {
        return None;
    }
    arranger.same_width(&parts);
    let fragments = parts.iter().map(|part| Some(arranger.part(part))).collect::<Vec<_>>();
    let lasts = parts.iter().map(Part::last).collect::<Vec<_>>();
    let fragment = Fragment::default();
    let sizes = fragments.iter().flatten().map(|it| (it.left, it.right, it.height)).collect();
    Some(Drawing { lasts, sizes, fragments, rungs, turn, rise, fragment }.draw())
}

/// A row with the bodies of skips that shrink and grow again in line.
fn opened(arranger: &Arranger<'_>, row: &[Part]) -> Vec<Part> {
    let mut parts = Vec::new();
    for part in row {
        match part {
            Part::Skip { body, via, join } if via.is_empty() && shrinks(arranger, body, *join) => {
                parts.extend(opened(arranger, body));
                parts.push(Part::Item(*join));
            }
            part => parts.push(part.clone()),
        }
    }
    parts
}

/// Whether a body has smaller maps within than it ends with.
fn shrinks(arranger: &Arranger<'_>, body: &[Part], join: ItemId) -> bool {
    let area = |item: ItemId| area(arranger, item);
    let mut least = i128::MAX;
    for part in body {
        part.each_item(&mut |item| least = least.min(area(item)));
    }
    let last = body.last().map(Part::last);
    last.is_some_and(|last| least < area(last) && area(last) == area(join))
}

fn area(arranger: &Arranger<'_>, item: ItemId) -> i128 {
    let extent = arranger.figure.items[item].shape.extent();
    extent.map_or(0, |extent| extent.iter().map(|&side| side as i128).product())
}

/// Where the shortcuts begin and end, outer ones first, if they are one within the other and the
/// maps get smaller towards the middle.
fn rungs(arranger: &Arranger<'_>, parts: &[Part]) -> Option<Vec<(usize, usize)>> {
    let sources = arranger.sources(parts);
    let mut rungs = Vec::new();
    for (to, sources) in sources.iter().enumerate().skip(1) {
        if !sources.contains(&(to - 1)) || parts[to].is_head() {
            return None;
        }
        rungs.extend(sources.iter().filter(|&&from| from + 1 < to).map(|&from| (from, to)));
    }
    rungs.sort_unstable();
    let size = |part: usize| area(arranger, parts[part].last());
    let nested = rungs.windows(2).all(|pair| {
        let [(first, outer), (second, inner)] = [pair[0], pair[1]];
        first < second && inner < outer && size(second) < size(first)
    });
    let &(from, to) = rungs.last()?;
    let least = (from + 1..to).map(size).min()?;
    (rungs.len() > 1 && nested && least < size(from)).then_some(rungs)
}

/// The parts at the bottom, within the innermost shortcut: behind those that still go down, before
/// those that go up.
fn bottom(arranger: &Arranger<'_>, parts: &[Part], from: usize, to: usize) -> (usize, usize) {
    let size = |place: usize| area(arranger, parts[place].last());
    let is_pool = |place: usize| arranger.figure.items[parts[place].last()].kind == Kind::Pool;
    let least = (from + 1..to).map(size).min().unwrap_or(0);
    let first = (from + 1..to).find(|&place| size(place) == least).unwrap_or(from + 1);
    let rise_behind = |turn: usize| (turn + 1..to).find(|&it| size(it) > least).unwrap_or(to);
    let turn = if is_pool(first) && first + 1 < to && size(first + 1) == least {
        first + 1
    } else {
        first
    };
    (turn, rise_behind(turn))
}

struct Drawing {
    /// The box at the end of each part.
    lasts: Vec<ItemId>,
    /// How far each part reaches to the left and to the right, and its height.
    sizes: Vec<(i32, i32, i32)>,
    fragments: Vec<Option<Fragment>>,
    rungs: Vec<(usize, usize)>,
    /// The first part at the bottom.
    turn: usize,
    /// The first part that goes up.
    rise: usize,
    fragment: Fragment,
}

impl Drawing {
    fn draw(mut self) -> Fragment {
        let end = self.lasts.len();
        let reach = |places: Range<usize>, side: fn(&(i32, i32, i32)) -> i32| {
            self.sizes[places].iter().map(side).max().unwrap_or(0)
        };
        let across = reach(0..self.turn, |it| it.1) + reach(self.rise..end, |it| -it.0) + BETWEEN;
        let middle = reach(self.turn..self.rise, |it| it.1 - it.0);
        let right = across.max(middle + 60);
        // Down and up to each rung in turn, as far as the longer side needs.
        let (mut left_from, mut right_from) = (0, end);
        let (mut level, mut left_end, mut right_end) = (0, 0, 0);
        for (rung, (from, to)) in self.rungs.clone().into_iter().enumerate() {
            let down = self.stack(left_from..from) + self.above_last(from);
            let up = self.stack(to + 1..right_from);
            let half = self.half(from).max(self.half(to));
            level += down.max(up) + half + if rung == 0 { 0 } else { GAP };
            // The boxes that the shortcut joins stand beside each other.
            let (top, bottom) = (level - self.half(from), level - self.half(to));
            let start = top - self.above_last(from);
            if rung == 0 {
                left_end = top - down;
                right_end = bottom - up;
            }
            self.spread((left_from..from).collect(), 0, left_end, start, rung == 0);
            self.put(from, 0, start);
            self.spread((to + 1..right_from).rev().collect(), right, right_end, bottom, rung == 0);
            self.put(to, right, bottom);
            left_end = start + self.height(from);
            right_end = bottom + self.height(to);
            level += half;
            (left_from, right_from) = (from + 1, to);
        }
        let left_end = self.descend((left_from..self.turn).collect(), 0, left_end);
        let right_end = self.descend((self.rise..right_from).rev().collect(), right, right_end);
        let lowest = left_end.max(right_end);
        self.descend((self.turn..self.rise).collect(), right / 2, lowest);
        self.ways();
        self.fragment
    }

    fn height(&self, place: usize) -> i32 {
        self.sizes[place].2
    }

    /// The height of the box at the end of a part.
    fn last_height(&self, place: usize) -> i32 {
        let found = self.fragments[place].as_ref().map_or(0, |fragment| {
            let last = self.lasts[place];
            let top = fragment.places.iter().find(|it| it.0 == last).map_or(0, |it| it.2);
            fragment.height - top
        });
        if found == 0 { self.height(place) } else { found }
    }

    fn half(&self, place: usize) -> i32 {
        self.last_height(place) / 2
    }

    fn above_last(&self, place: usize) -> i32 {
        self.height(place) - self.last_height(place)
    }

    /// How high parts are on one another, with the gap to the next.
    fn stack(&self, places: Range<usize>) -> i32 {
        let gap = |place: usize| if self.above_last(place + 1) > 0 { WIDE_GAP } else { GAP };
        places.map(|place| self.height(place) + gap(place.min(self.lasts.len() - 2))).sum()
    }

    fn put(&mut self, place: usize, x: i32, y: i32) {
        if let Some(fragment) = self.fragments[place].take() {
            self.fragment.take(fragment, x, y);
        }
    }

    /// Parts below each other, below `y`. Gives where they end.
    fn descend(&mut self, places: Vec<usize>, x: i32, mut y: i32) -> i32 {
        for place in places {
            y += if self.above_last(place) > 0 { WIDE_GAP } else { GAP };
            self.put(place, x, y);
            y += self.height(place);
        }
        y
    }

    /// Parts from top to bottom between two heights, with the same gaps; the first ones of all have
    /// none above them.
    fn spread(&mut self, places: Vec<usize>, x: i32, from: i32, to: i32, is_first: bool) {
        let heights = places.iter().map(|&place| self.height(place)).sum::<i32>();
        let count = i32::try_from(places.len()).unwrap_or(i32::MAX - 1);
        let gaps = if is_first { count.max(1) } else { count + 1 };
        let gap = (to - from - heights) / gaps;
        let mut y = if is_first { from } else { from + gap };
        for place in places {
            self.put(place, x, y);
            y += self.height(place) + gap;
        }
    }

    fn ways(&mut self) {
        let (turn, rise) = (self.turn, self.rise);
        let edge = |from: usize, to: usize| Edge { from: self.lasts[from], to: self.lasts[to] };
        let across = self.rungs.iter().map(|&(from, to)| (edge(from, to), Way::Across));
        let up = (rise + 1..self.lasts.len()).map(|place| (edge(place - 1, place), Way::Up));
        let side = (turn > 0 && turn < rise).then(|| (edge(turn - 1, turn), Way::Side));
        let corner = (turn..rise).next_back().map(|last| (edge(last, rise), Way::Corner));
        let ways = across.chain(up).chain(side).chain(corner).collect::<Vec<_>>();
        self.fragment.ways.extend(ways);
    }
}
