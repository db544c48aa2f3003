//! Batches of samples: statically shaped in a network's source, shaped at run time everywhere else.

use dfdx::shapes::{Const, HasShape};
use dfdx::tensor::{PutTape, SplitTape, Tensor, TensorFromVec};
use dfdx::tensor_ops::RealizeTo;

use crate::device::{Device, device};
use crate::storage;
use crate::tape::{Gradients, Slot, Tape};

/// A batch of `C` feature maps of `H` rows and `W` columns.
pub type FeatureMap<const C: usize, const H: usize, const W: usize> =
    Tensor<(usize, Const<C>, Const<H>, Const<W>), f32, Device, Tape>;

/// A batch of vectors of `F` features.
pub type Features<const F: usize> = Tensor<(usize, Const<F>), f32, Device, Tape>;

/// A batch whose shape is known when the program runs. A clone shares the values.
#[derive(Clone, Debug)]
pub enum Value {
    /// Vectors: samples, features.
    Features(Tensor<(usize, usize), f32, Device, Tape>),
    /// Feature maps: samples, channels, rows, columns.
    Map(Tensor<(usize, usize, usize, usize), f32, Device, Tape>),
}

impl Value {
    /// Vectors of `shape` = samples, features, with their values sample by sample, recording
    /// nothing.
    ///
    /// # Panics
    /// When there are not as many values as the shape says.
    pub fn features(shape: [usize; 2], values: Vec<f32>) -> Self {
        assert_eq!(
            values.len(),
            shape.iter().product::<usize>(),
            "values for a shape of {shape:?}"
        );
        let tensor = device().tensor_from_vec(values, (shape[0], shape[1]));
        Self::Features(tensor.put_tape(Tape::evaluation()))
    }

    /// Feature maps of `shape` = samples, channels, rows, columns, with their values in that order,
    /// recording nothing.
    ///
    /// # Panics
    /// When there are not as many values as the shape says.
    pub fn map(shape: [usize; 4], values: Vec<f32>) -> Self {
        assert_eq!(
            values.len(),
            shape.iter().product::<usize>(),
            "values for a shape of {shape:?}"
        );
        let [samples, channels, rows, columns] = shape;
        let tensor = device().tensor_from_vec(values, (samples, channels, rows, columns));
        Self::Map(tensor.put_tape(Tape::evaluation()))
    }

    /// A batch of samples of `shape`: one dimension for features, three for maps.
    ///
    /// # Panics
    /// When the shape has another number of dimensions, or there are not as many values as it says.
    pub fn batch(samples: usize, shape: &[usize], values: Vec<f32>) -> Self {
        match *shape {
            [features] => Self::features([samples, features], values),
            [channels, rows, columns] => Self::map([samples, channels, rows, columns], values),
            _ => panic!("a sample has one dimension or three, not {shape:?}"),
        }
    }

    /// Samples in the batch.
    pub fn samples(&self) -> usize {
        match self {
            Self::Features(tensor) => tensor.shape().0,
            Self::Map(tensor) => tensor.shape().0,
        }
    }

    /// The shape of one sample: features, or channels, rows, columns.
    pub fn shape(&self) -> Vec<usize> {
        match self {
            Self::Features(tensor) => vec![tensor.shape().1],
            Self::Map(tensor) => {
                let &(_, channels, rows, columns) = tensor.shape();
                vec![channels, rows, columns]
            }
        }
    }

    /// Channels, rows and columns; features are channels of one element.
    pub(crate) fn planes(&self) -> [usize; 3] {
        match self {
            Self::Features(tensor) => [tensor.shape().1, 1, 1],
            Self::Map(tensor) => [tensor.shape().1, tensor.shape().2, tensor.shape().3],
        }
    }

    /// The values, sample by sample.
    pub fn values(&self) -> &[f32] {
        match self {
            Self::Features(tensor) => storage::values(tensor),
            Self::Map(tensor) => storage::values(tensor),
        }
    }

    /// The batch as a part of the recording `tape`.
    pub fn put(self, tape: Tape) -> Self {
        self.split(tape).0
    }

    /// The batch without its tape, and its tape.
    pub(crate) fn detach(self) -> (Self, Tape) {
        self.split(Tape::evaluation())
    }

    /// A batch of the same shape with other values, recording nothing.
    pub(crate) fn alike(&self, values: Vec<f32>) -> Self {
        Self::batch(self.samples(), &self.shape(), values)
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
        assert_eq!(gradient.len(), self.values().len(), "values of a gradient");
        let mut gradients = Gradients::leaky();
        self.slot().put(&mut gradients, gradient);
        self.tape().backward(&mut gradients);
        gradients
    }

    /// The gradient with respect to this batch, taken out of `gradients`; zeros unless it was
    /// [tracked](Tape::tracked).
    pub fn gradient(&self, gradients: &mut Gradients) -> Vec<f32> {
        self.slot().take(gradients)
    }

    pub(crate) fn slot(&self) -> Slot {
        match self {
            Self::Features(tensor) => Slot::of(tensor),
            Self::Map(tensor) => Slot::of(tensor),
        }
    }

    fn split(self, put: Tape) -> (Self, Tape) {
        match self {
            Self::Features(tensor) => {
                let (tensor, tape) = tensor.split_tape();
                (Self::Features(tensor.put_tape(put)), tape)
            }
            Self::Map(tensor) => {
                let (tensor, tape) = tensor.split_tape();
                (Self::Map(tensor.put_tape(put)), tape)
            }
        }
    }
}

mod sealed {
    /// Keeps [`super::Batch`] to the two kinds of tensor that networks are made of.
    pub trait Sealed {}
}

/// The statically shaped batches: [`FeatureMap`] and [`Features`].
pub trait Batch: sealed::Sealed + Into<Value> + From<Value> {
    /// The shape of one sample: features, or channels, rows, columns.
    const SHAPE: &'static [usize];
}

impl<const F: usize> sealed::Sealed for Features<F> {}
impl<const F: usize> Batch for Features<F> {
    const SHAPE: &'static [usize] = &[F];
}

impl<const C: usize, const H: usize, const W: usize> sealed::Sealed for FeatureMap<C, H, W> {}
impl<const C: usize, const H: usize, const W: usize> Batch for FeatureMap<C, H, W> {
    const SHAPE: &'static [usize] = &[C, H, W];
}

impl<const F: usize> From<Features<F>> for Value {
    fn from(tensor: Features<F>) -> Self {
        Self::Features(tensor.try_realize().expect("any size may become a run-time one"))
    }
}

impl<const C: usize, const H: usize, const W: usize> From<FeatureMap<C, H, W>> for Value {
    fn from(tensor: FeatureMap<C, H, W>) -> Self {
        Self::Map(tensor.try_realize().expect("any size may become a run-time one"))
    }
}

/// # Panics
/// When the features are not `F`, which the checker of the language has ruled out.
impl<const F: usize> From<Value> for Features<F> {
    fn from(value: Value) -> Self {
        match value {
            Value::Features(tensor) => {
                tensor.try_realize().unwrap_or_else(|tensor| misfit(&[F], &Value::Features(tensor)))
            }
            map => misfit(&[F], &map),
        }
    }
}

/// # Panics
/// When the maps are not `C`x`H`x`W`, which the checker of the language has ruled out.
impl<const C: usize, const H: usize, const W: usize> From<Value> for FeatureMap<C, H, W> {
    fn from(value: Value) -> Self {
        match value {
            Value::Map(tensor) => tensor
                .try_realize()
                .unwrap_or_else(|tensor| misfit(&[C, H, W], &Value::Map(tensor))),
            features => misfit(&[C, H, W], &features),
        }
    }
}

fn misfit(expected: &[usize], found: &Value) -> ! {
    panic!("a batch of shape {expected:?} was expected, one of {:?} found", found.shape())
}
