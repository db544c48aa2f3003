//! The shapes along the main way of a network.

use std::collections::BTreeMap;

use super::build::figures;
use super::figure::{Figure, Item, ItemId, Kind, Part};
use crate::network::Network;
use crate::shape::Shape;

/// How often the shape may change within a skip or branches before their ways are worth telling.
const FEW: usize = 4;

/// The shapes along the main way from an input to the output, without repetitions of the same.
///
/// The way is that through the most boxes of the [diagram](super::svg), so a block counts as one,
/// and so does what is repeated. It goes past the bodies of skips and past branches, of which only
/// the result is told, unless they are much of the network, as the two sides of a U are.
pub fn flow(network: &Network) -> Vec<Shape> {
    let figures = figures(network);
    let Some(whole) = figures.first() else { return Vec::new() };
    let way = Way::new(whole);
    let mut shapes = Vec::new();
    let is_end = |item: &usize| {
        let item = &whole.items[*item];
        item.kind == Kind::Output && (item.name.is_empty() || item.name == "out")
    };
    let mut at = (0..whole.items.len()).rev().find(is_end);
    while let Some(item) = at {
        push(&mut shapes, whole.items[item].shape);
        at = way.before(item);
        // A box of a classifier begins with the vector that readers want to see.
        if let Some(vector) = at.and_then(|before| flattened(&whole.items[item], before, whole)) {
            push(&mut shapes, vector);
        }
    }
    shapes.reverse();
    shapes
}

/// The vector that a box makes of the box before it, where flattening is the first of several
/// things that it does.
fn flattened(item: &Item, before: ItemId, figure: &Figure) -> Option<Shape> {
    let begins = matches!(item.layers.as_slice(), [first, _, ..] if first == "flatten");
    let values = begins.then(|| figure.items[before].shape.values())??;
    usize::try_from(values).ok().map(Shape::Features)
}

struct Way<'f> {
    figure: &'f Figure,
    /// For each box, the most boxes on a way to it.
    depths: Vec<usize>,
    /// The first boxes of skips and branches, by their joins.
    closed: BTreeMap<ItemId, ItemId>,
}

impl<'f> Way<'f> {
    fn new(figure: &'f Figure) -> Self {
        let mut depths = vec![0; figure.items.len()];
        // Edges come in the order of the boxes that they begin at.
        for edge in &figure.edges {
            depths[edge.to] = depths[edge.to].max(depths[edge.from] + 1);
        }
        let mut closed = BTreeMap::new();
        close(&figure.row, &mut closed);
        Self { figure, depths, closed }
    }

    /// The box before one on the main way.
    fn before(&self, item: ItemId) -> Option<ItemId> {
        self.past(item).or_else(|| self.deepest(item))
    }

    fn deepest(&self, item: ItemId) -> Option<ItemId> {
        let edges = self.figure.edges.iter().filter(|edge| edge.to == item);
        // Of equally long ways the first one.
        edges.map(|edge| edge.from).rev().max_by_key(|&from| self.depths[from])
    }

    /// The box before a skip or branches, unless they are worth going through.
    fn past(&self, join: ItemId) -> Option<ItemId> {
        let first = *self.closed.get(&join)?;
        let mut shapes = Vec::new();
        let mut at = join;
        while at >= first && shapes.len() <= FEW + 1 {
            push(&mut shapes, self.figure.items[at].shape);
            at = self.deepest(at)?;
        }
        let extent = |item: ItemId| self.figure.items[item].shape.extent();
        let ends = [extent(at), self.deepest(join).and_then(extent), extent(join)];
        let is_hourglass = ends.windows(2).all(|pair| pair[0] == pair[1])
            && shapes.iter().any(|found| found.extent() != ends[0]);
        (shapes.len() <= FEW + 1 && !is_hourglass).then_some(at)
    }
}

/// Notes the first box of every skip and of all branches.
fn close(row: &[Part], closed: &mut BTreeMap<ItemId, ItemId>) {
    for part in row {
        match part {
            Part::Item(_) | Part::Head { .. } => continue,
            Part::Branches { ways, .. } => ways.iter().for_each(|way| close(way, closed)),
            Part::Skip { body, via, .. } => {
                [body, via].into_iter().for_each(|it| close(it, closed))
            }
        }
        let mut first = part.last();
        part.each_item(&mut |item| first = first.min(item));
        closed.insert(part.last(), first);
    }
}

fn push(shapes: &mut Vec<Shape>, shape: Shape) {
    if shapes.last() != Some(&shape) {
        shapes.push(shape);
    }
}
