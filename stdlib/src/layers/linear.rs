//! `linear`: a matrix and a bias.

use crate::network::Layer;
use crate::ops::linear::linear;
use crate::parameter::{Initialization, Parameter};
use crate::value::{Batch, Features, Matrix};

/// Batches whose rows have `IN` values, which [`Linear`] makes `OUT`.
pub trait Rows<const IN: usize, const OUT: usize>: Batch {
    /// The batch with `OUT` values to a row.
    type Output: Batch;
}

impl<const IN: usize, const OUT: usize> Rows<IN, OUT> for Features<IN> {
    type Output = Features<OUT>;
}

impl<const R: usize, const IN: usize, const OUT: usize> Rows<IN, OUT> for Matrix<R, IN> {
    type Output = Matrix<R, OUT>;
}

/// `x` times the transposed weight plus the bias: PyTorch's `Linear`.
///
/// `weight` is `OUT` x `IN`, `bias` is `OUT`.
#[derive(Debug)]
pub struct Linear<const IN: usize, const OUT: usize> {
    weight: Parameter,
    bias: Option<Parameter>,
}

impl<const IN: usize, const OUT: usize> Linear<IN, OUT> {
    /// A layer with its weights at zero until they are initialized or loaded.
    #[expect(clippy::new_without_default, reason = "a layer at zero is no default to fall back on")]
    pub fn new() -> Self {
        let bias = Parameter::new(&[OUT], Initialization::fan_in(IN));
        Self { bias: Some(bias), ..Self::without_bias() }
    }

    /// A layer that adds no bias.
    pub fn without_bias() -> Self {
        Self { weight: Parameter::new(&[OUT, IN], Initialization::fan_in(IN)), bias: None }
    }

    /// The product for every sample; rows of a matrix are done each by itself.
    pub fn forward<X: Rows<IN, OUT>>(&self, x: X) -> X::Output {
        linear(x.into(), &self.weight, self.bias.as_ref()).into()
    }
}

impl<const IN: usize, const OUT: usize> Layer for Linear<IN, OUT> {
    fn parameters(&mut self) -> Vec<(&'static str, &mut Parameter)> {
        let weight = ("weight", &mut self.weight);
        std::iter::once(weight).chain(self.bias.as_mut().map(|bias| ("bias", bias))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Value;

    #[test]
    fn the_rows_of_a_matrix_are_done_like_samples() {
        let mut layer = Linear::<2, 1>::new();
        for (_, parameter) in layer.parameters() {
            parameter.values_mut().fill(1.0);
        }
        let values = vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
        let rows: Matrix<3, 2> = Value::matrix([1, 3, 2], values.clone()).into();
        let samples: Features<2> = Value::features([3, 2], values).into();
        let (rows, samples): (Matrix<3, 1>, Features<1>) =
            (layer.forward(rows), layer.forward(samples));
        assert_eq!(Value::from(rows).values(), [4.0, 8.0, 12.0]);
        assert_eq!(Value::from(samples).values(), [4.0, 8.0, 12.0]);
    }
}
