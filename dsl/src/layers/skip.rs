//! The joins of `skip`: a body's output with its input.

use super::{Emission, Operation};
use crate::shape::Shape;

/// The joins that a skip may have.
pub(crate) const JOINS: &[&str] = &["add"];

/// Joins that the language has and this version does not.
pub(crate) const LATER_JOINS: &[&str] = &["concat", "max", "mean", "mul"];

/// The join of that name for a body from `before` to `after`: its shape and operation, or `None`
/// where the two do not fit.
pub(crate) fn join(name: &str, before: Shape, after: Shape) -> Option<(Shape, Box<dyn Operation>)> {
    match name {
        "add" if before == after => Some((after, Box::new(Add))),
        _ => None,
    }
}

/// The sum, value by value.
#[derive(Debug)]
struct Add;

impl Operation for Add {
    fn emission(&self) -> Emission {
        Emission::Function("add")
    }
}
