//! The input of a network.

use super::{Emission, Operation};

/// A value that comes from outside.
#[derive(Debug)]
pub(crate) struct Input;

impl Operation for Input {
    fn emission(&self) -> Emission {
        Emission::Input
    }
}
