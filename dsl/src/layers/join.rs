//! The joins: `add`, `mul`, `mean`, `max` and `concat`, of any number of values.
//!
//! All but `concat` go value by value; a map of 1x1 spreads over the image, as PyTorch broadcasts
//! it, and in `mul` a map of one channel spreads over all channels.

use super::{Built, Emission, Operation};
use crate::check::signature::{Rest, Signature};
use crate::shape::Shape;

/// A join of the language.
#[derive(Debug)]
pub(crate) struct Join {
    /// What it may be given as a layer; behind `skip` and before branches it is its name alone.
    pub(crate) signature: Signature<'static>,
    kind: Kind,
    /// What it does, in one line.
    pub(crate) about: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Add,
    Mul,
    Mean,
    Max,
    Concat,
}

/// Every join.
pub(crate) const JOINS: &[Join] = &[
    new("add", Kind::Add, "the sum, value by value"),
    new("mul", Kind::Mul, "the product, value by value"),
    new("mean", Kind::Mean, "the mean, value by value"),
    new("max", Kind::Max, "the largest, value by value"),
    new("concat", Kind::Concat, "one after another along the channels"),
];

const fn new(name: &'static str, kind: Kind, about: &'static str) -> Join {
    Join { signature: Signature::new(name, &[]).rest(Rest::Many("label")), kind, about }
}

/// A join by name.
pub(crate) fn join(name: &str) -> Option<&'static Join> {
    JOINS.iter().find(|join| join.signature.name == name)
}

impl Join {
    /// The join of values of these shapes, or the two that do not fit.
    pub(crate) fn of(&self, shapes: &[Shape]) -> Result<Built, [usize; 2]> {
        let mut joined = (0, shapes[0]);
        for (place, &shape) in shapes.iter().enumerate().skip(1) {
            let (largest, before) = joined;
            let after = match self.kind {
                Kind::Concat => behind(before, shape),
                kind => spread(before, shape, kind == Kind::Mul),
            };
            let after = after.ok_or([largest, place])?;
            joined = (if after == before { largest } else { place }, after);
        }
        Ok(Built::new(joined.1, Joined { kind: self.kind }))
    }

    /// Whether it puts channels after one another.
    pub(crate) fn is_along_channels(&self) -> bool {
        self.kind == Kind::Concat
    }

    /// What it does to two values: `cannot add`.
    pub(crate) fn verb(&self) -> &'static str {
        match self.kind {
            Kind::Add => "add",
            Kind::Mul => "multiply",
            Kind::Mean => "take the mean of",
            Kind::Max => "take the larger of",
            Kind::Concat => "put together",
        }
    }

    /// Whether a map of 1x1 spreads over the other value.
    pub(crate) fn spreads(&self) -> bool {
        self.kind != Kind::Concat
    }

    /// What must be alike in what it joins.
    pub(crate) fn must_agree(&self) -> &'static str {
        match self.kind {
            Kind::Concat => "heights and widths must agree",
            _ => "shapes must agree",
        }
    }
}

/// One shape behind the other along the first dimension.
fn behind(first: Shape, second: Shape) -> Option<Shape> {
    let sum = first.first().checked_add(second.first())?;
    let joined = first.with_first(sum);
    (joined == second.with_first(sum)).then_some(joined)
}

/// The shape of two values joined value by value.
fn spread(first: Shape, second: Shape, over_channels: bool) -> Option<Shape> {
    if first == second {
        return Some(first);
    }
    let (a, b) = (first.extent()?, second.extent()?);
    let channels = match (first.first(), second.first()) {
        (one, other) if one == other => one,
        (1, other) | (other, 1) if over_channels => other,
        _ => return None,
    };
    let extent = match (a, b) {
        (a, b) if a == b => a,
        ([1, 1, 1], other) | (other, [1, 1, 1]) => other,
        _ => return None,
    };
    let [depth, height, width] = extent;
    match (first, second) {
        (Shape::Map(_), Shape::Map(_)) => Some(Shape::Map([channels, height, width])),
        (Shape::Volume(_), Shape::Volume(_)) => {
            Some(Shape::Volume([channels, depth, height, width]))
        }
        _ => None,
    }
}

/// Several values as one.
#[derive(Debug)]
struct Joined {
    kind: Kind,
}

impl Operation for Joined {
    fn emission(&self) -> Emission {
        Emission::Gathering(match self.kind {
            Kind::Add => "add",
            Kind::Mul => "mul",
            Kind::Mean => "mean",
            Kind::Max => "max",
            Kind::Concat => "concat",
        })
    }
}
