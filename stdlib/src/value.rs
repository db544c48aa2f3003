//! Batches of samples: statically shaped in a network's source, shaped at run time everywhere else.

use dfdx::shapes::{Const, HasShape, Shape};
use dfdx::tensor::{PutTape, SplitTape, Tensor, TensorFromVec, ZerosTensor};
use dfdx::tensor_ops::RealizeTo;

use crate::backend::{Memory, Numbers, View, ViewMut};
use crate::device::{Device, Host, device};
use crate::observe;
use crate::tape::{Gradients, Slot, Tape};

/// A batch of vectors of `F` features.
pub type Features<const F: usize> = Tensor<(usize, Const<F>), f32, Device, Tape>;

/// A batch of matrices of `R` rows and `C` columns.
pub type Matrix<const R: usize, const C: usize> =
    Tensor<(usize, Const<R>, Const<C>), f32, Device, Tape>;

/// A batch of `C` feature maps of `H` rows and `W` columns.
pub type FeatureMap<const C: usize, const H: usize, const W: usize> =
    Tensor<(usize, Const<C>, Const<H>, Const<W>), f32, Device, Tape>;

/// A batch of `C` volumes of `D` slices of `H` rows and `W` columns.
pub type Volume<const C: usize, const D: usize, const H: usize, const W: usize> =
    Tensor<(usize, Const<C>, Const<D>, Const<H>, Const<W>), f32, Device, Tape>;

/// A batch whose shape is known when the program runs. A clone shares the values.
#[derive(Clone, Debug)]
pub enum Value {
    /// Vectors: samples, features.
    Features(Tensor<(usize, usize), f32, Device, Tape>),
    /// Matrices: samples, rows, columns.
    Matrix(Tensor<(usize, usize, usize), f32, Device, Tape>),
    /// Feature maps: samples, channels, rows, columns.
    Map(Tensor<(usize, usize, usize, usize), f32, Device, Tape>),
    /// Volumes: samples, channels, slices, rows, columns.
    Volume(Tensor<(usize, usize, usize, usize, usize), f32, Device, Tape>),
}

/// `$body` with the tensor of any kind of value as `$tensor`.
macro_rules! with_tensor {
    ($value:expr, $tensor:ident => $body:expr) => {
        match $value {
            Value::Features($tensor) => $body,
            Value::Matrix($tensor) => $body,
            Value::Map($tensor) => $body,
            Value::Volume($tensor) => $body,
        }
    };
}

impl Value {
    /// Vectors of `shape` = samples, features, with their values sample by sample, recording
    /// nothing.
    ///
    /// # Panics
    /// When there are not as many values as the shape says.
    pub fn features(shape: [usize; 2], values: Vec<f32>) -> Self {
        let [samples, features] = shape;
        Self::Features(tensor((samples, features), values))
    }

    /// Matrices of `shape` = samples, rows, columns, with their values in that order, recording
    /// nothing.
    ///
    /// # Panics
    /// When there are not as many values as the shape says.
    pub fn matrix(shape: [usize; 3], values: Vec<f32>) -> Self {
        let [samples, rows, columns] = shape;
        Self::Matrix(tensor((samples, rows, columns), values))
    }

    /// Feature maps of `shape` = samples, channels, rows, columns, with their values in that order,
    /// recording nothing.
    ///
    /// # Panics
    /// When there are not as many values as the shape says.
    pub fn map(shape: [usize; 4], values: Vec<f32>) -> Self {
        let [samples, channels, rows, columns] = shape;
        Self::Map(tensor((samples, channels, rows, columns), values))
    }

    /// Volumes of `shape` = samples, channels, slices, rows, columns, with their values in that
    /// order, recording nothing.
    ///
    /// # Panics
    /// When there are not as many values as the shape says.
    pub fn volume(shape: [usize; 5], values: Vec<f32>) -> Self {
        let [samples, channels, slices, rows, columns] = shape;
        Self::Volume(tensor((samples, channels, slices, rows, columns), values))
    }

    /// A batch of samples of `shape`: one dimension for features, two for matrices, three for maps,
    /// four for volumes.
    ///
    /// # Panics
    /// When the shape has another number of dimensions, or there are not as many values as it says.
    pub fn batch(samples: usize, shape: &[usize], values: Vec<f32>) -> Self {
        match *shape {
            [features] => Self::features([samples, features], values),
            [rows, columns] => Self::matrix([samples, rows, columns], values),
            [channels, rows, columns] => Self::map([samples, channels, rows, columns], values),
            [channels, slices, rows, columns] => {
                Self::volume([samples, channels, slices, rows, columns], values)
            }
            _ => panic!("a sample has one to four dimensions, not {shape:?}"),
        }
    }

    /// Zeros, recording nothing, for a body to write the result of an operation to.
    ///
    /// # Panics
    /// When `shape` has no kind of samples.
    pub(crate) fn zeros(samples: usize, shape: &[usize]) -> Self {
        match *shape {
            [features] => Self::Features(zeros((samples, features))),
            [rows, columns] => Self::Matrix(zeros((samples, rows, columns))),
            [channels, rows, columns] => Self::Map(zeros((samples, channels, rows, columns))),
            [channels, slices, rows, columns] => {
                Self::Volume(zeros((samples, channels, slices, rows, columns)))
            }
            _ => panic!("a sample has one to four dimensions, not {shape:?}"),
        }
    }

    /// Samples in the batch.
    pub fn samples(&self) -> usize {
        with_tensor!(self, tensor => tensor.shape().0)
    }

    /// The shape of one sample: features; rows, columns; channels, rows, columns; or channels,
    /// slices, rows, columns.
    pub fn shape(&self) -> Vec<usize> {
        with_tensor!(self, tensor => tensor.shape().concrete()[1..].to_vec())
    }

    /// Channels, rows and columns. Features are channels of one element, the rows of a matrix
    /// channels of one row, and the slices of a volume lie below one another.
    pub(crate) fn planes(&self) -> [usize; 3] {
        match *self.shape() {
            [features] => [features, 1, 1],
            [rows, columns] => [rows, 1, columns],
            [channels, rows, columns] => [channels, rows, columns],
            [channels, slices, rows, columns] => [channels, slices * rows, columns],
            _ => unreachable!("a sample has one to four dimensions"),
        }
    }

    /// Channels, slices, rows and columns of maps, which are one slice, or of volumes.
    ///
    /// # Panics
    /// When the samples are neither.
    pub(crate) fn volumes(&self) -> [usize; 4] {
        match *self.shape() {
            [channels, rows, columns] => [channels, 1, rows, columns],
            [channels, slices, rows, columns] => [channels, slices, rows, columns],
            ref shape => panic!("a sample of shape {shape:?} is neither maps nor volumes"),
        }
    }

    /// Maps or volumes, as this is, of `channels` channels and `size` = slices, rows, columns: zeros,
    /// recording nothing.
    pub(crate) fn zeros_like_volumes(&self, channels: usize, size: [usize; 3]) -> Self {
        let [slices, rows, columns] = size;
        match self {
            Self::Volume(_) => Self::zeros(self.samples(), &[channels, slices, rows, columns]),
            _ => Self::zeros(self.samples(), &[channels, rows, columns]),
        }
    }

    /// A batch of the same shape: zeros, recording nothing.
    pub(crate) fn zeros_alike(&self) -> Self {
        Self::zeros(self.samples(), &self.shape())
    }

    /// A batch of the same shape with these values, recording nothing.
    ///
    /// # Panics
    /// When there are not as many values.
    pub(crate) fn alike(&self, values: Vec<f32>) -> Self {
        Self::batch(self.samples(), &self.shape(), values)
    }

    /// Another batch with the same values, recording nothing.
    pub(crate) fn copy(&self) -> Self {
        match self {
            Self::Features(tensor) => Self::Features(copy(tensor)),
            Self::Matrix(tensor) => Self::Matrix(copy(tensor)),
            Self::Map(tensor) => Self::Map(copy(tensor)),
            Self::Volume(tensor) => Self::Volume(copy(tensor)),
        }
    }

    /// How many values there are.
    pub(crate) fn count(&self) -> usize {
        with_tensor!(self, tensor => tensor.shape().num_elements())
    }

    /// The values on the processor, sample by sample.
    pub fn values(&self) -> Host<'_> {
        Device::host(self.view())
    }

    /// The values, for bodies to read.
    pub(crate) fn view(&self) -> View<'_> {
        with_tensor!(self, tensor => Device::tensor_view(tensor))
    }

    /// The values, for bodies to change. Where others hold them too, they are copied first.
    pub(crate) fn view_mut(&mut self) -> ViewMut<'_> {
        with_tensor!(self, tensor => Device::tensor_view_mut(tensor))
    }

    /// The batch as a part of the recording `tape`.
    pub fn put(self, tape: Tape) -> Self {
        self.split(tape).0
    }

    /// The batch without its tape, and its tape.
    pub(crate) fn detach(self) -> (Self, Tape) {
        self.split(Tape::evaluation())
    }

    /// A handle on the recording that the batch is a part of.
    pub fn tape(&self) -> Tape {
        self.clone().detach().1
    }

    /// Gradients of everything that led to this batch, given the gradient of some number with
    /// respect to it, value by value. The recording is empty afterwards.
    ///
    /// # Panics
    /// When the gradient has not as many values as the batch.
    pub fn backward(&self, gradient: Vec<f32>) -> Gradients {
        assert_eq!(gradient.len(), self.count(), "values of a gradient");
        let mut gradients = Gradients::leaky();
        self.slot().put(&mut gradients, Numbers::from_host(gradient));
        self.tape().backward(&mut gradients);
        gradients
    }

    /// The gradient with respect to this batch, taken out of `gradients`; zeros unless it was
    /// [tracked](Tape::tracked).
    pub fn gradient(&self, gradients: &mut Gradients) -> Vec<f32> {
        self.slot().take(gradients).into_host()
    }

    pub(crate) fn slot(&self) -> Slot {
        with_tensor!(self, tensor => Slot::of(tensor))
    }

    fn split(self, put: Tape) -> (Self, Tape) {
        match self {
            Self::Features(tensor) => exchange(tensor, put, Self::Features),
            Self::Matrix(tensor) => exchange(tensor, put, Self::Matrix),
            Self::Map(tensor) => exchange(tensor, put, Self::Map),
            Self::Volume(tensor) => exchange(tensor, put, Self::Volume),
        }
    }
}

/// A tensor of `shape`, recording nothing.
fn tensor<S: Shape>(shape: S, values: Vec<f32>) -> Tensor<S, f32, Device, Tape> {
    assert_eq!(values.len(), shape.num_elements(), "values for a shape of {shape:?}");
    device().tensor_from_vec(values, shape).put_tape(Tape::evaluation())
}

/// A tensor of zeros of `shape`, recording nothing.
fn zeros<S: Shape>(shape: S) -> Tensor<S, f32, Device, Tape> {
    let zeros = device().try_zeros_like(&shape);
    zeros.expect("dfdx fails only when memory runs out").put_tape(Tape::evaluation())
}

/// Another tensor with the values of `tensor`, recording nothing.
fn copy<S: Shape>(tensor: &Tensor<S, f32, Device, Tape>) -> Tensor<S, f32, Device, Tape> {
    Device::tensor_copy(tensor).put_tape(Tape::evaluation())
}

/// `tensor` as a value with the tape `put`, and the tape that it had.
fn exchange<S: Shape>(
    tensor: Tensor<S, f32, Device, Tape>,
    put: Tape,
    value: impl FnOnce(Tensor<S, f32, Device, Tape>) -> Value,
) -> (Value, Tape) {
    let (tensor, tape) = tensor.split_tape();
    (value(tensor.put_tape(put)), tape)
}

mod sealed {
    /// Keeps [`super::Batch`] to the kinds of tensor that networks are made of.
    pub trait Sealed {}
}

/// The statically shaped batches: [`Features`], [`Matrix`], [`FeatureMap`] and [`Volume`].
pub trait Batch: sealed::Sealed + Clone + Into<Value> + From<Value> {
    /// The shape of one sample, as [`Value::shape`] has it.
    const SHAPE: &'static [usize];
}

/// What makes a static type a [`Batch`] of a kind of value.
macro_rules! batch {
    ($batch:ident, $variant:ident, $($dim:ident),+) => {
        impl<$(const $dim: usize),+> sealed::Sealed for $batch<$($dim),+> {}

        impl<$(const $dim: usize),+> Batch for $batch<$($dim),+> {
            const SHAPE: &'static [usize] = &[$($dim),+];
        }

        impl<$(const $dim: usize),+> From<$batch<$($dim),+>> for Value {
            fn from(tensor: $batch<$($dim),+>) -> Self {
                let realized = tensor.try_realize();
                Self::$variant(realized.expect("any size may become a run-time one"))
            }
        }

        /// # Panics
        /// When the samples have another shape, which the checker of the language has ruled out.
        impl<$(const $dim: usize),+> From<Value> for $batch<$($dim),+> {
            fn from(mut value: Value) -> Self {
                observe::note(&mut value);
                match value {
                    Value::$variant(tensor) => tensor.try_realize().unwrap_or_else(|tensor| {
                        misfit(Self::SHAPE, &Value::$variant(tensor))
                    }),
                    other => misfit(Self::SHAPE, &other),
                }
            }
        }
    };
}

batch!(Features, Features, F);
batch!(Matrix, Matrix, R, C);
batch!(FeatureMap, Map, C, H, W);
batch!(Volume, Volume, C, D, H, W);

fn misfit(expected: &[usize], found: &Value) -> ! {
    panic!("a batch of shape {expected:?} was expected, one of {:?} found", found.shape())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `count` numbers as a batch of two samples, there and back.
    fn round_trip<B: Batch>() {
        let count = 2 * B::SHAPE.iter().product::<usize>();
        let numbers: Vec<f32> = (0..count).map(|number| number as f32).collect();
        let value = Value::batch(2, B::SHAPE, numbers.clone()).put(Tape::training(0).tracked());
        let back: Value = B::from(value.clone()).into();
        assert_eq!((back.samples(), &back.shape()[..], back.values()), (2, B::SHAPE, &numbers[..]));
        let mut gradients = back.backward(numbers.clone());
        assert_eq!(value.gradient(&mut gradients), numbers);
    }

    #[test]
    fn static_and_run_time_batches_are_the_same_tensors() {
        round_trip::<Features<3>>();
        round_trip::<Matrix<3, 4>>();
        round_trip::<FeatureMap<3, 1, 4>>();
        round_trip::<Volume<3, 4, 1, 5>>();
    }

    #[test]
    #[should_panic(expected = "a batch of shape [2, 3] was expected, one of [3, 2] found")]
    fn another_size_is_refused() {
        let _ = Matrix::<2, 3>::from(Value::matrix([1, 3, 2], vec![0.0; 6]));
    }

    #[test]
    #[should_panic(expected = "a batch of shape [6] was expected, one of [1, 1, 2, 3] found")]
    fn another_kind_is_refused() {
        let _ = Features::<6>::from(Value::volume([1, 1, 1, 2, 3], vec![0.0; 6]));
    }
}
