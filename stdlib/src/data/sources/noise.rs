//! Samples drawn from a standard normal distribution.

use netlet_dsl::messages::Task;

use crate::data::Target;
use crate::data::store::{Answers, Collection, Inputs, Store};

/// `count` samples of `shape`, always the same.
pub(super) fn noise(shape: &[usize], count: usize) -> Collection {
    let dimensions: Vec<String> = shape.iter().map(usize::to_string).collect();
    Collection {
        title: format!("noise of {}", dimensions.join("x")),
        task: Task::None,
        classes: Vec::new(),
        palette: Vec::new(),
        store: Store {
            inputs: Inputs::Noise { shape: shape.to_vec() },
            answers: Answers::Given(vec![Target::None; count]),
        },
        train: (0..count).collect(),
        test: None,
    }
}
