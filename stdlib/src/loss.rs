//! What training makes small.

use crate::ops::softmax::softmax_in_place;
use crate::tape::Gradients;
use crate::value::Value;

/// The loss of a batch, and the way back from it.
#[derive(Debug)]
pub struct Loss {
    value: f32,
    /// The outputs that it is of, each with its gradient.
    parts: Vec<(Value, Vec<f32>)>,
}

impl Loss {
    /// A loss of `value`, whose gradient with respect to `output` is `gradient`, value by value.
    ///
    /// # Panics
    /// When the gradient has not as many values as the output.
    pub fn new(value: f32, output: Value, gradient: Vec<f32>) -> Self {
        assert_eq!(gradient.len(), output.values().len(), "values of a gradient");
        Self { value, parts: vec![(output, gradient)] }
    }

    /// The mean over the batch.
    pub fn value(&self) -> f32 {
        self.value
    }

    /// With another loss of the same recording added, `weight` times.
    pub fn plus(mut self, weight: f32, other: Self) -> Self {
        self.value += weight * other.value;
        for (output, mut gradient) in other.parts {
            gradient.iter_mut().for_each(|value| *value *= weight);
            self.parts.push((output, gradient));
        }
        self
    }

    /// The gradients of the loss. The recording is empty afterwards.
    pub fn backward(self) -> Gradients {
        let mut gradients = Gradients::leaky();
        for (output, gradient) in &self.parts {
            let sum = output.slot();
            for (sum, value) in sum.get(&mut gradients).iter_mut().zip(gradient) {
                *sum += value;
            }
        }
        if let Some((output, _)) = self.parts.first() {
            output.tape().backward(&mut gradients);
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
    let mut gradient = logits.values().to_vec();
    let mut total = 0.0;
    let share = 1.0 / classes.len().max(1) as f32;
    for (sample, &class) in gradient.chunks_exact_mut(count).zip(classes) {
        assert!(class < count, "class {class} of {count}");
        let logit = sample[class];
        total += f64::from(softmax_in_place(sample) - logit);
        sample[class] -= 1.0;
        for value in sample {
            *value *= share;
        }
    }
    Loss::new((total * f64::from(share)) as f32, logits, gradient)
}
