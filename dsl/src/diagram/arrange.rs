//! Where the boxes of a figure stand: the way from top to bottom, branches side by side, shortcuts
//! to the right of what they go round, further inputs to the left, heads to the right.
//!
//! The structure of the source says what stands where, so no layering has to be searched for; a
//! layout made for any graph bends the main way at every skip.

use std::collections::BTreeMap;

use super::figure::{Edge, Figure, ItemId, Part};
use super::standing::Standing;
use super::u_shape::u_shape;
use super::words;

/// Between boxes, where one line goes down.
pub(super) const GAP: i32 = 24;
/// Between boxes, where lines part or meet.
pub(super) const WIDE_GAP: i32 = 38;
/// From a box down to where lines part.
pub(super) const FORK: i32 = 20;
/// From where lines meet down to the box.
pub(super) const MERGE: i32 = 14;
/// Between columns.
pub(super) const COLUMN_GAP: i32 = 26;
/// From boxes to a line that goes past them.
const LANE_GAP: i32 = 16;
/// What two columns may differ by and yet be made one.
const NEARLY: i32 = 40;
/// What a shape beside a line takes.
const LABEL: i32 = 82;

/// A box's place: the middle of its upper edge, and its size.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) x: i32,
    pub(super) y: i32,
    pub(super) width: i32,
    pub(super) height: i32,
}

impl Place {
    pub(super) fn left(&self) -> i32 {
        self.x - self.width / 2
    }

    pub(super) fn right(&self) -> i32 {
        self.x + self.width / 2
    }

    pub(super) fn bottom(&self) -> i32 {
        self.y + self.height
    }

    pub(super) fn middle(&self) -> i32 {
        self.y + self.height / 2
    }
}

/// The way that a line has to take, where its ends alone do not say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// Past other boxes at this place, into the side of its end.
    Lane(i32),
    /// Past other boxes at this place, into its end from above.
    LaneAbove(i32),
    /// Straight from side to side.
    Across,
    /// Upwards.
    Up,
    /// To the side and then upwards.
    Corner,
    /// Down and then into the side.
    Side,
}

/// A figure with its places.
pub(super) struct Arranged {
    pub(super) places: Vec<Place>,
    pub(super) ways: BTreeMap<Edge, Way>,
}

/// Finds every box its place.
pub(super) fn arrange(figure: &Figure) -> Arranged {
    let sizes = figure.items.iter().map(words::size).collect();
    let mut arranger = Arranger { figure, sizes };
    let fragment = arranger.whole(&figure.row);
    let mut places = vec![Place::default(); figure.items.len()];
    for (item, x, y) in fragment.places {
        let (width, height) = arranger.sizes[item];
        places[item] = Place { x, y, width, height };
    }
    Arranged { places, ways: fragment.ways }
}

pub(super) struct Arranger<'f> {
    pub(super) figure: &'f Figure,
    pub(super) sizes: Vec<(i32, i32)>,
}

/// Parts in their places. The way comes in at 0, 0 and goes out at 0, `height`.
#[derive(Default)]
pub(super) struct Fragment {
    pub(super) places: Vec<(ItemId, i32, i32)>,
    pub(super) ways: BTreeMap<Edge, Way>,
    /// How far it reaches to the left of the way, at most 0.
    pub(super) left: i32,
    pub(super) right: i32,
    pub(super) height: i32,
}

impl Fragment {
    /// Takes another one in, moved.
    pub(super) fn take(&mut self, other: Self, x: i32, y: i32) {
        let moved = other.places.into_iter().map(|(item, a, b)| (item, a + x, b + y));
        self.places.extend(moved);
        let moved = other.ways.into_iter().map(|(edge, way)| {
            let way = match way {
                Way::Lane(at) => Way::Lane(at + x),
                Way::LaneAbove(at) => Way::LaneAbove(at + x),
                way => way,
            };
            (edge, way)
        });
        self.ways.extend(moved);
        self.left = self.left.min(other.left + x);
        self.right = self.right.max(other.right + x);
        self.height = self.height.max(other.height + y);
    }
}

impl Arranger<'_> {
    fn whole(&mut self, row: &[Part]) -> Fragment {
        self.same_width(row);
        match u_shape(self, row) {
            Some(fragment) => fragment,
            None => self.row(row),
        }
    }

    pub(super) fn part(&mut self, part: &Part) -> Fragment {
        match part {
            Part::Item(item) => self.item(*item),
            Part::Branches { ways, join } => self.branches(ways, *join),
            Part::Skip { body, via, join } => self.skip(body, via, *join),
            Part::Head { body, end } => self.head(body, *end),
        }
    }

    pub(super) fn item(&self, item: ItemId) -> Fragment {
        let (width, height) = self.sizes[item];
        Fragment {
            places: vec![(item, 0, 0)],
            ways: BTreeMap::new(),
            left: -width / 2,
            right: width / 2,
            height,
        }
    }

    /// Makes boxes that follow each other equally wide.
    pub(super) fn same_width(&mut self, row: &[Part]) {
        let sources = self.sources(row);
        let mut column = Vec::new();
        for (place, part) in row.iter().enumerate() {
            let follows = place > 0 && sources[place].contains(&(place - 1));
            if !follows && !part.is_head() {
                self.widen(&std::mem::take(&mut column));
            }
            match part {
                Part::Item(item) if self.figure.items[*item].kind.is_box() => column.push(*item),
                _ => {}
            }
        }
        self.widen(&column);
    }

    fn widen(&mut self, boxes: &[ItemId]) {
        let widest = boxes.iter().map(|&item| self.sizes[item].0).max().unwrap_or(0);
        boxes.iter().for_each(|&item| self.sizes[item].0 = widest);
    }

    /// Branches side by side, with their join in the middle below them.
    fn branches(&mut self, ways: &[Vec<Part>], join: ItemId) -> Fragment {
        let columns = ways.iter().map(|way| self.row(way)).collect::<Vec<_>>();
        let width = |column: &Fragment| (column.right - column.left).max(2 * LANE_GAP);
        let total = columns.iter().map(width).sum::<i32>()
            + COLUMN_GAP * i32::try_from(columns.len().saturating_sub(1)).unwrap_or(0);
        let height = columns.iter().map(|column| column.height).max().unwrap_or(0);
        let mut fragment = Fragment::default();
        let mut x = -total / 2;
        // A branch that stands nearly in the middle goes straight down to the join.
        let mut left = x;
        for column in &columns {
            let middle = if column.places.is_empty() { LANE_GAP } else { -column.left };
            if (left + middle).abs() < NEARLY {
                x -= left + middle;
                break;
            }
            left += width(column) + COLUMN_GAP;
        }
        let start = x;
        for (way, column) in ways.iter().zip(columns) {
            let (column_width, column_height) = (width(&column), column.height);
            let middle = if way.is_empty() { column_width / 2 } else { -column.left };
            if way.is_empty() {
                // What comes from elsewhere without a box on its way.
                self.free_edge(join, ways).into_iter().for_each(|edge| {
                    fragment.ways.insert(edge, Way::LaneAbove(x + middle));
                });
            }
            fragment.take(column, x + middle, (height - column_height) / 2);
            x += column_width + COLUMN_GAP;
        }
        fragment.left = fragment.left.min(start);
        fragment.right = fragment.right.max(start + total);
        let joined = self.item(join);
        fragment.take(joined, 0, height + WIDE_GAP);
        fragment
    }

    /// The edge into a join that comes from none of these rows.
    fn free_edge(&self, join: ItemId, rows: &[Vec<Part>]) -> Option<Edge> {
        let into = |edge: &&Edge| edge.to == join;
        let lasts = rows.iter().filter_map(|row| row.iter().rev().find(|it| !it.is_head()));
        let lasts = lasts.map(Part::last).collect::<Vec<_>>();
        self.figure.edges.iter().filter(into).find(|edge| !lasts.contains(&edge.from)).copied()
    }

    /// A body with the way round it to its right.
    fn skip(&mut self, body: &[Part], via: &[Part], join: ItemId) -> Fragment {
        let inner = self.row(body);
        let round = self.row(via);
        let mut fragment = Fragment::default();
        let height = inner.height.max(round.height);
        let edge = inner.right.max(LABEL);
        let inner_height = inner.height;
        fragment.take(inner, 0, (height - inner_height) / 2);
        if via.is_empty() {
            let lane = edge + LANE_GAP;
            if let Some(edge) = self.free_edge(join, &[body.to_vec()]) {
                fragment.ways.insert(edge, Way::Lane(lane));
            }
            fragment.right = fragment.right.max(lane + LANE_GAP / 2);
        } else {
            let (x, round_height) = (edge + COLUMN_GAP - round.left, round.height);
            fragment.take(round, x, (height - round_height) / 2);
        }
        let joined = self.item(join);
        fragment.take(joined, 0, height + GAP);
        fragment
    }

    /// A head: its boxes from top to bottom, its output below; alone, its output beside it.
    fn head(&mut self, body: &[Part], end: ItemId) -> Fragment {
        match body {
            [] => self.item(end),
            [Part::Item(only)] => {
                let (only, (width, height)) = (*only, self.sizes[end]);
                let mut fragment = self.item(only);
                let x = fragment.right + COLUMN_GAP + width / 2;
                let y = (fragment.height - height) / 2;
                let output = self.item(end);
                fragment.take(output, x, y);
                fragment.ways.insert(Edge { from: only, to: end }, Way::Across);
                fragment
            }
            body => {
                let mut fragment = self.row(body);
                let output = self.item(end);
                let y = fragment.height + GAP;
                fragment.take(output, 0, y);
                fragment
            }
        }
    }

    /// Parts from top to bottom, in columns where they come from several places.
    pub(super) fn row(&mut self, parts: &[Part]) -> Fragment {
        self.same_width(parts);
        let mut fragments = parts.iter().map(|part| Some(self.part(part))).collect::<Vec<_>>();
        let before = self.sources(parts);
        let mut stand = Standing::new(self, parts, &fragments, &before);
        stand.find_heights();
        let (tops, columns) = (stand.tops.clone(), stand.columns());
        let mut whole = Fragment::default();
        // A head comes last: it stands to the right of everything.
        let order = (0..parts.len()).filter(|&part| !parts[part].is_head());
        for part in order {
            if let Some(fragment) = fragments[part].take() {
                whole.take(fragment, columns[part], tops[part]);
            }
        }
        let height = whole.height;
        let column = whole.right + COLUMN_GAP + LANE_GAP;
        for (part, fragment) in fragments.into_iter().enumerate() {
            let Some(fragment) = fragment else { continue };
            let first = fragment.places.first().map(|place| place.0);
            let into = self.figure.edges.iter().filter(|edge| Some(edge.to) == first);
            into.for_each(|&edge| {
                whole.ways.insert(edge, Way::Lane(column - LANE_GAP));
            });
            let x = column - fragment.left;
            whole.take(fragment, x, tops[part]);
        }
        // The way goes on below the main column, whatever stands beside it.
        let main = parts.iter().rposition(|part| !part.is_head());
        whole.height = main.map_or(height, |_| whole.height);
        whole
    }

    /// For each part, those before it that it takes something from.
    pub(super) fn sources(&self, parts: &[Part]) -> Vec<Vec<usize>> {
        let mut home = BTreeMap::new();
        for (place, part) in parts.iter().enumerate() {
            part.each_item(&mut |item| {
                home.insert(item, place);
            });
        }
        let mut sources = vec![Vec::new(); parts.len()];
        for edge in &self.figure.edges {
            if let (Some(&from), Some(&to)) = (home.get(&edge.from), home.get(&edge.to))
                && from < to
                && !sources[to].contains(&from)
            {
                sources[to].push(from);
            }
        }
        sources
    }

    /// How many lines a box's value goes into.
    pub(super) fn uses(&self, item: ItemId) -> usize {
        self.figure.edges.iter().filter(|edge| edge.from == item).count()
    }
}
