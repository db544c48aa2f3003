//! Encoders and decoders as a U: down on the left, up on the right, shortcuts straight across.

use super::arrange::{Arranger, Fragment, GAP, Way};
use super::figure::{Edge, ItemId, Kind, Part};

/// The room between both columns at least.
const BETWEEN: i32 = 110;

/// The parts of a row as a U, if they are one.
pub(super) fn u_shape(arranger: &mut Arranger<'_>, row: &[Part]) -> Option<Fragment> {
    let parts = opened(arranger, row);
    let items = parts.iter().map(|part| match part {
        Part::Item(item) => Some(*item),
        _ => None,
    });
    let items = items.collect::<Option<Vec<_>>>()?;
    let rungs = rungs(arranger, &parts)?;
    arranger.same_width(&parts);
    Some(Drawing { arranger, items: &items, rungs: &rungs, fragment: Fragment::default() }.draw())
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
        if !sources.contains(&(to - 1)) {
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

struct Drawing<'a, 'f> {
    arranger: &'a Arranger<'f>,
    items: &'a [ItemId],
    rungs: &'a [(usize, usize)],
    fragment: Fragment,
}

impl Drawing<'_, '_> {
    fn draw(mut self) -> Fragment {
        let (turn, rise) = self.bottom();
        let width = |place: usize| self.arranger.sizes[self.items[place]].0;
        let widest = |places: std::ops::Range<usize>| places.map(width).max().unwrap_or(0);
        let across = widest(0..turn) / 2 + widest(rise..self.items.len()) / 2 + BETWEEN;
        let right = across.max(widest(turn..rise) + 60);
        // Down and up to each rung in turn, as far as the longer side needs.
        let (mut left_from, mut right_from) = (0, self.items.len());
        let (mut level, mut left_end, mut right_end) = (0, 0, 0);
        for (rung, &(from, to)) in self.rungs.iter().enumerate() {
            let down = self.stack(left_from..from);
            let up = self.stack(to + 1..right_from);
            let half = self.height(from).max(self.height(to)) / 2;
            level += down.max(up) + half + if rung == 0 { 0 } else { GAP };
            let (top, end) = (level - self.height(from) / 2, level - self.height(to) / 2);
            if rung == 0 {
                left_end = top - down;
                right_end = end - up;
            }
            self.spread((left_from..from).collect(), 0, left_end, top, rung == 0);
            self.put(from, 0, top);
            self.spread((to + 1..right_from).rev().collect(), right, right_end, end, rung == 0);
            self.put(to, right, end);
            left_end = top + self.height(from);
            right_end = end + self.height(to);
            level += half;
            (left_from, right_from) = (from + 1, to);
        }
        let left = self.descend(left_from..turn, 0, left_end);
        let mut right_end = right_end;
        for place in (rise..right_from).rev() {
            right_end += GAP;
            self.put(place, right, right_end);
            right_end += self.height(place);
        }
        self.descend(turn..rise, right / 2, left.max(right_end));
        self.ways(turn, rise);
        self.fragment
    }

    /// The boxes at the bottom: behind those that still go down, before those that go up.
    fn bottom(&self) -> (usize, usize) {
        let &(from, to) = self.rungs.last().unwrap_or(&(0, 0));
        let size = |place: usize| area(self.arranger, self.items[place]);
        let least = (from + 1..to).map(size).min().unwrap_or(0);
        let is_pool =
            |place: usize| self.arranger.figure.items[self.items[place]].kind == Kind::Pool;
        let turn = (from + 1..to - 1).find(|&place| !is_pool(place)).unwrap_or(from + 1);
        let rise = (turn + 1..to).find(|&place| size(place) > least).unwrap_or(to);
        (turn, rise)
    }

    fn height(&self, place: usize) -> i32 {
        self.arranger.sizes[self.items[place]].1
    }

    /// How high boxes are on one another, with the gap to the next.
    fn stack(&self, places: std::ops::Range<usize>) -> i32 {
        places.map(|place| self.height(place) + GAP).sum()
    }

    fn put(&mut self, place: usize, x: i32, y: i32) {
        let item = self.arranger.item(self.items[place]);
        self.fragment.take(item, x, y);
    }

    /// Boxes below each other, below `y`. Gives where they end.
    fn descend(&mut self, places: std::ops::Range<usize>, x: i32, mut y: i32) -> i32 {
        for place in places {
            y += GAP;
            self.put(place, x, y);
            y += self.height(place);
        }
        y
    }

    /// Boxes from top to bottom between two heights, with the same gaps; the first ones of all
    /// have none above them.
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

    fn ways(&mut self, turn: usize, rise: usize) {
        let edge = |from: usize, to: usize| Edge { from: self.items[from], to: self.items[to] };
        let across = self.rungs.iter().map(|&(from, to)| (edge(from, to), Way::Across));
        let up = (rise + 1..self.items.len()).map(|place| (edge(place - 1, place), Way::Up));
        let side = (turn < rise).then(|| (edge(turn - 1, turn), Way::Side));
        let corner = (turn..rise).next_back().map(|last| (edge(last, rise), Way::Corner));
        let ways = across.chain(up).chain(side).chain(corner).collect::<Vec<_>>();
        self.fragment.ways.extend(ways);
    }
}
