//! What a layer keeps: parameters, which training changes, and buffers, which passes change.

use dfdx::tensor::{Tensor, TensorFromVec};
use rand::distributions::{Distribution, Uniform};
use rand::rngs::SmallRng;

use crate::backend::{Memory, View, ViewMut};
use crate::device::{Device, Host, HostMut, device};
use crate::tape::{Gradients, Slot};

/// A tensor that training changes.
#[derive(Debug)]
pub struct Parameter {
    dims: Vec<usize>,
    tensor: Tensor<(usize,), f32, Device>,
    initialization: Initialization,
    trainable: bool,
}

/// How a parameter gets its first values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Initialization {
    /// All the same.
    Constant(f32),
    /// Uniform between `-bound` and `bound`.
    Uniform {
        /// The largest value.
        bound: f32,
    },
}

impl Initialization {
    /// PyTorch's default for weights and biases of convolutions and linear layers, whose outputs
    /// each come from `inputs` values: uniform within 1/sqrt(`inputs`), which is what its
    /// `kaiming_uniform_(a=sqrt(5))` comes to (He et al., 2015).
    pub fn fan_in(inputs: usize) -> Self {
        Self::Uniform { bound: 1.0 / (inputs.max(1) as f32).sqrt() }
    }
}

impl Parameter {
    /// A trainable parameter of shape `dims`, at zero until it is initialized or loaded.
    pub fn new(dims: &[usize], initialization: Initialization) -> Self {
        let count: usize = dims.iter().product();
        let tensor = device().tensor_from_vec(vec![0.0; count], (count,));
        Self { dims: dims.to_vec(), tensor, initialization, trainable: true }
    }

    /// The shape.
    pub fn dims(&self) -> &[usize] {
        &self.dims
    }

    /// The values on the processor, row by row.
    pub fn values(&self) -> Host<'_> {
        Device::host(self.view())
    }

    /// The values on the processor, row by row, to change.
    pub fn values_mut(&mut self) -> HostMut<'_> {
        Device::host_mut(Device::tensor_view_mut(&mut self.tensor))
    }

    /// Whether training changes it.
    pub fn is_trainable(&self) -> bool {
        self.trainable
    }

    /// Says whether training shall change it from now on.
    pub fn set_trainable(&mut self, trainable: bool) {
        self.trainable = trainable;
    }

    /// Gives it its first values.
    pub fn initialize(&mut self, random: &mut SmallRng) {
        match self.initialization {
            Initialization::Constant(value) => self.values_mut().fill(value),
            Initialization::Uniform { bound } => {
                let distribution = Uniform::new_inclusive(-bound, bound);
                for value in self.values_mut().iter_mut() {
                    *value = distribution.sample(random);
                }
            }
        }
    }

    /// Its gradient on the processor, to change; zeros if it had no part in the pass.
    pub fn gradient<'g>(&self, gradients: &'g mut Gradients) -> HostMut<'g> {
        Device::host_mut(self.slot().view_mut(gradients))
    }

    /// How many values there are.
    pub(crate) fn count(&self) -> usize {
        self.dims.iter().product()
    }

    /// The values, for bodies to read.
    pub(crate) fn view(&self) -> View<'_> {
        Device::tensor_view(&self.tensor)
    }

    /// The values as they are now, for a backward pass that may come after a change.
    pub(crate) fn share(&self) -> Shared {
        Shared(self.tensor.clone())
    }

    pub(crate) fn tensor_mut(&mut self) -> &mut Tensor<(usize,), f32, Device> {
        &mut self.tensor
    }

    pub(crate) fn slot(&self) -> Slot {
        Slot::of(&self.tensor)
    }
}

/// The values of a parameter as they were at some time, whatever it becomes.
#[derive(Debug)]
pub(crate) struct Shared(Tensor<(usize,), f32, Device>);

impl Shared {
    /// The values, for bodies to read.
    pub(crate) fn view(&self) -> View<'_> {
        Device::tensor_view(&self.0)
    }
}

/// Values that passes change and training does not, such as running means.
#[derive(Clone, Debug)]
pub struct Buffer {
    dims: Vec<usize>,
    tensor: Tensor<(usize,), f32, Device>,
    first: f32,
    frozen: bool,
}

impl Buffer {
    /// A buffer of shape `dims` with `first` everywhere.
    pub fn new(dims: &[usize], first: f32) -> Self {
        let count: usize = dims.iter().product();
        let tensor = device().tensor_from_vec(vec![first; count], (count,));
        Self { dims: dims.to_vec(), tensor, first, frozen: false }
    }

    /// The shape.
    pub fn dims(&self) -> &[usize] {
        &self.dims
    }

    /// The values on the processor, row by row.
    pub fn values(&self) -> Host<'_> {
        Device::host(self.view())
    }

    /// The values on the processor, row by row, to change.
    pub fn values_mut(&mut self) -> HostMut<'_> {
        Device::host_mut(self.view_mut())
    }

    /// Whether training passes leave it as it is, and layers use it as they do in predictions.
    pub fn is_frozen(&self) -> bool {
        self.frozen
    }

    /// Says whether training passes shall leave it as it is from now on.
    pub fn set_frozen(&mut self, frozen: bool) {
        self.frozen = frozen;
    }

    /// Puts the first values back.
    pub fn initialize(&mut self) {
        let first = self.first;
        self.values_mut().fill(first);
    }

    /// The values, for bodies to read.
    pub(crate) fn view(&self) -> View<'_> {
        Device::tensor_view(&self.tensor)
    }

    /// The values, for bodies to change.
    pub(crate) fn view_mut(&mut self) -> ViewMut<'_> {
        Device::tensor_view_mut(&mut self.tensor)
    }
}

/// Buffers are equal when their values are.
impl PartialEq for Buffer {
    fn eq(&self, other: &Self) -> bool {
        self.dims == other.dims
            && self.first == other.first
            && self.values()[..] == other.values()[..]
    }
}
