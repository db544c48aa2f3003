//! Other shapes for the same values.

use dfdx::shapes::HasShape;
use dfdx::tensor_ops::ReshapeTo;

use crate::value::Value;

/// The values of each sample as a vector. Nothing is copied, and nothing recorded: to dfdx a
/// contiguous tensor in another shape is still the same one, with the same gradient.
pub(crate) fn flatten(x: Value) -> Value {
    let Value::Map(map) = x else { return x };
    let &(samples, channels, rows, columns) = map.shape();
    let features = map
        .try_reshape_like(&(samples, channels * rows * columns))
        .expect("a reshape of contiguous values allocates nothing");
    Value::Features(features)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tape::Tape;

    #[test]
    fn values_and_gradient_are_those_of_the_map() {
        let map = Value::map([2, 1, 1, 2], vec![1.0, 2.0, 3.0, 4.0]);
        let map = map.put(Tape::training(0).tracked());
        let features = flatten(map.clone());
        assert_eq!(features.shape(), [2]);
        assert_eq!(features.values().as_ptr(), map.values().as_ptr());
        let mut gradients = features.backward(vec![5.0, 6.0, 7.0, 8.0]);
        assert_eq!(map.gradient(&mut gradients), [5.0, 6.0, 7.0, 8.0]);
    }
}
