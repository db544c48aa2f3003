//! Other shapes for the same values.

use dfdx::shapes::Shape;
use dfdx::tensor::Tensor;
use dfdx::tensor_ops::ReshapeTo;

use crate::device::Device;
use crate::tape::Tape;
use crate::value::Value;

/// The values of each sample as a vector. Nothing is copied, and nothing recorded.
pub(crate) fn flatten(x: Value) -> Value {
    let features = x.shape().iter().product();
    reshape(x, &[features])
}

/// The values of each sample in another `shape` of as many. Nothing is copied, and nothing recorded:
/// to dfdx a contiguous tensor in another shape is still the same one, with the same gradient.
pub(crate) fn reshape(x: Value, shape: &[usize]) -> Value {
    let samples = x.samples();
    match x {
        Value::Features(tensor) => of_shape(tensor, samples, shape),
        Value::Matrix(tensor) => of_shape(tensor, samples, shape),
        Value::Map(tensor) => of_shape(tensor, samples, shape),
        Value::Volume(tensor) => of_shape(tensor, samples, shape),
    }
}

fn of_shape<S: Shape>(
    tensor: Tensor<S, f32, Device, Tape>,
    samples: usize,
    shape: &[usize],
) -> Value {
    match *shape {
        [a] => Value::Features(of_dims(tensor, (samples, a))),
        [a, b] => Value::Matrix(of_dims(tensor, (samples, a, b))),
        [a, b, c] => Value::Map(of_dims(tensor, (samples, a, b, c))),
        [a, b, c, d] => Value::Volume(of_dims(tensor, (samples, a, b, c, d))),
        _ => panic!("a sample has one to four dimensions, not {shape:?}"),
    }
}

fn of_dims<From: Shape, To: Shape>(
    tensor: Tensor<From, f32, Device, Tape>,
    dims: To,
) -> Tensor<To, f32, Device, Tape> {
    tensor.try_reshape_like(&dims).expect("a reshape of contiguous values allocates nothing")
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

    #[test]
    fn any_shape_becomes_any_other() {
        let shapes: [&[usize]; 4] = [&[12], &[3, 4], &[2, 3, 2], &[3, 1, 2, 2]];
        let values: Vec<f32> = (0..24_u8).map(f32::from).collect();
        for from in shapes {
            for to in shapes {
                let x = Value::batch(2, from, values.clone()).put(Tape::training(0).tracked());
                let y = reshape(x.clone(), to);
                assert_eq!((y.samples(), &y.shape()[..], y.values()), (2, to, &values[..]));
                let mut gradients = y.backward(values.clone());
                assert_eq!(x.gradient(&mut gradients), values);
            }
        }
    }
}
