//! What training makes small, each with its gradient.

mod boxes;
mod criterion;
mod cross_entropy;
mod overlap;
mod pointwise;

use crate::backend::Numbers;
use crate::tape::Gradients;
use crate::value::Value;

pub use boxes::intersection_over_union;
pub use criterion::Criterion;
pub(crate) use criterion::is_box;
pub use cross_entropy::{CrossEntropy, cross_entropy};
pub use overlap::{Overlap, overlap};
pub use pointwise::{Pointwise, binary_cross_entropy, pointwise};

/// The loss of a batch, and the way back from it.
#[derive(Debug)]
pub struct Loss {
    value: f64,
    /// The outputs that it is of, each with its gradient.
    parts: Vec<(Value, Vec<f32>)>,
}

impl Loss {
    /// A loss of `value`, whose gradient with respect to `output` is `gradient`, value by value.
    ///
    /// # Panics
    /// When the gradient has not as many values as the output.
    pub fn new(value: f64, output: Value, gradient: Vec<f32>) -> Self {
        assert_eq!(gradient.len(), output.values().len(), "values of a gradient");
        Self { value, parts: vec![(output, gradient)] }
    }

    /// Its value: a mean over the batch.
    pub fn value(&self) -> f64 {
        self.value
    }

    /// The main output that it is of.
    pub fn main(&self) -> &Value {
        &self.parts[0].0
    }

    /// The output that says where things are, if it is of one.
    pub fn boxes(&self) -> Option<&Value> {
        self.parts[1..].iter().map(|(output, _)| output).find(|output| is_box(output))
    }

    /// With another loss of the same recording added, `weight` times.
    pub fn plus(mut self, weight: f64, other: Self) -> Self {
        self.value += weight * other.value;
        for (output, mut gradient) in other.parts {
            gradient.iter_mut().for_each(|value| *value *= weight as f32);
            self.parts.push((output, gradient));
        }
        self
    }

    /// The gradients of the loss. The recording is empty afterwards.
    pub fn backward(self) -> Gradients {
        let mut gradients = Gradients::leaky();
        let tape = self.parts.first().map(|(output, _)| output.tape());
        // The outputs themselves are not needed any more.
        for (output, gradient) in self.parts {
            output.slot().add(&mut gradients, &Numbers::from_host(gradient));
        }
        if let Some(tape) = tape {
            tape.backward(&mut gradients);
        }
        gradients
    }
}

/// The true classes of a batch: of samples, or of the pixels of maps.
#[derive(Clone, Copy, Debug)]
pub enum Classes<'a> {
    /// One to a sample.
    Samples(&'a [usize]),
    /// One to a pixel, sample after sample, row by row; [`IGNORED`](crate::data::IGNORED) where none
    /// counts.
    Pixels(&'a [u8]),
}

impl Classes<'_> {
    fn len(&self) -> usize {
        match self {
            Self::Samples(classes) => classes.len(),
            Self::Pixels(classes) => classes.len(),
        }
    }

    /// The class at a place; none where it does not count.
    fn at(&self, place: usize) -> Option<usize> {
        match self {
            Self::Samples(classes) => Some(classes[place]),
            Self::Pixels(classes) => {
                Some(classes[place]).filter(|&class| class != crate::data::IGNORED).map(usize::from)
            }
        }
    }

    /// # Panics
    /// When there is not one for each place of an output, or one of them is not among `count`.
    fn expect_to_fit(&self, places: usize, count: usize) {
        assert_eq!(places, self.len(), "a true class for each place");
        let largest = (0..places).filter_map(|place| self.at(place)).max();
        assert!(largest.is_none_or(|class| class < count), "class {largest:?} of {count}");
    }
}

/// Classes, and the number of values in the plane of each, of an output.
fn planes(output: &Value) -> [usize; 2] {
    let [classes, rows, columns] = output.planes();
    [classes, rows * columns]
}
