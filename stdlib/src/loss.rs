//! What training makes small.

use crate::backend::{Elementwise, Losses, Numbers};
use crate::device::Device;
use crate::tape::Gradients;
use crate::value::Value;

/// The loss of a batch, and the way back from it.
#[derive(Debug)]
pub struct Loss {
    value: f32,
    /// The outputs that it is of, each with its gradient.
    parts: Vec<(Value, Numbers)>,
}

impl Loss {
    /// A loss of `value`, whose gradient with respect to `output` is `gradient`, value by value.
    ///
    /// # Panics
    /// When the gradient has not as many values as the output.
    pub fn new(value: f32, output: Value, gradient: Vec<f32>) -> Self {
        assert_eq!(gradient.len(), output.count(), "values of a gradient");
        Self { value, parts: vec![(output, Numbers::from_host(gradient))] }
    }

    /// The mean over the batch.
    pub fn value(&self) -> f32 {
        self.value
    }

    /// With another loss of the same recording added, `weight` times.
    pub fn plus(mut self, weight: f32, other: Self) -> Self {
        self.value += weight * other.value;
        for (output, mut gradient) in other.parts {
            Device::scale(weight, gradient.view_mut());
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
            output.slot().add(&mut gradients, &gradient);
        }
        if let Some(tape) = tape {
            tape.backward(&mut gradients);
        }
        gradients
    }
}

/// The mean cross entropy of `logits`, samples x classes, to the true `classes`, in nats: PyTorch's
/// `CrossEntropyLoss`.
///
/// # Panics
/// When there are not as many classes as samples, or one of them is not among the logits.
pub fn cross_entropy(logits: Value, classes: &[usize]) -> Loss {
    let count: usize = logits.shape().iter().product();
    assert_eq!(logits.samples(), classes.len(), "a true class for each sample");
    for class in classes {
        assert!(*class < count, "class {class} of {count}");
    }
    let mut gradient = Numbers::zeros(logits.count());
    let value = Device::cross_entropy(logits.view(), classes, gradient.view_mut());
    Loss { value, parts: vec![(logits, gradient)] }
}
