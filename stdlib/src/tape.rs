//! The tape: which operations led to a value, so that gradients can be found backwards.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};

use dfdx::shapes::Shape;
use dfdx::tensor::{HasErr, Merge, NoneTape, Tensor};
use rand::rngs::SmallRng;
use rand::{RngCore, SeedableRng};

use crate::backend::{Elementwise, Numbers, Stored, ViewMut, view_mut};
use crate::device::Device;
use crate::value::{Batch, Value};

/// Gradients by tensor, as dfdx keeps them.
pub type Gradients = dfdx::tensor::Gradients<f32, Device>;

/// The handle that a value has on the recording of how it came about.
///
/// All values of one pass share one recording; branches and joins need no care. A value may be part
/// of a recording and yet not be *tracked*: nothing wants its gradient, as with a network's input,
/// and no operation computes it (PyTorch's `requires_grad`).
pub struct Tape {
    recording: Option<Rc<RefCell<Recording>>>,
    tracked: bool,
    /// Whether layers behave as they do in predictions, whatever the recording is of.
    settled: bool,
    /// Whether nobody else holds the values of the tensor with this tape.
    sole: Cell<bool>,
}

/// Who clones a tensor holds its values too: neither of the two is alone with them any more.
impl Clone for Tape {
    fn clone(&self) -> Self {
        self.sole.set(false);
        Self { settled: self.settled, ..Self::new(self.recording.clone(), self.tracked) }
    }
}

struct Recording {
    training: bool,
    random: SmallRng,
    operations: Vec<Operation>,
    /// Whether dfdx began it in the midst of an operation of its own, to be merged into the real one.
    provisional: bool,
}

struct Operation {
    /// Counts up over all recordings, so that merged ones know their order.
    time: u64,
    run: Backward,
}

type Backward = Box<dyn FnOnce(&mut Gradients) -> Result<(), <Device as HasErr>::Err>>;

impl Tape {
    /// Records a training pass, in which dropout drops and batch normalisation looks at the batch.
    /// `seed` decides the dropout masks.
    pub fn training(seed: u64) -> Self {
        Self::recording(true, seed, false)
    }

    /// Records nothing: predictions.
    pub fn evaluation() -> Self {
        Self::new(None, false)
    }

    /// Records a pass in which layers behave as they do in predictions: gradients of a trained
    /// network.
    pub fn inspection() -> Self {
        Self::recording(false, 0, false)
    }

    /// The same recording for a value whose own gradient is wanted, such as an input's.
    pub fn tracked(mut self) -> Self {
        self.tracked = self.recording.is_some();
        self
    }

    /// The same recording for a layer that behaves as it does in predictions, or does so no longer.
    pub(crate) fn settled(mut self, settled: bool) -> Self {
        self.settled = settled;
        self
    }

    /// Whether layers behave as they do in training.
    pub fn is_training(&self) -> bool {
        let is_of_training = |recording: &Rc<RefCell<Recording>>| recording.borrow().training;
        !self.settled && self.recording.as_ref().is_some_and(is_of_training)
    }

    /// Whether the gradient of the value is wanted.
    pub fn is_tracked(&self) -> bool {
        self.tracked
    }

    /// Whether nobody else holds the values of the tensor with this tape: neither another handle on
    /// it nor a recorded operation. Whoever takes the tensor may then write in its place, and give it
    /// on as the result, under the same gradient: those that took it before are done with it.
    pub(crate) fn is_sole(&self) -> bool {
        self.sole.get()
    }

    /// The tape of a value that the operation itself does not keep.
    pub(crate) fn sole(self) -> Self {
        self.sole.set(true);
        self
    }

    /// A number for the random choices of one operation; 0 when nothing is recorded.
    pub(crate) fn draw_seed(&self) -> u64 {
        self.recording.as_ref().map_or(0, |recording| recording.borrow_mut().random.next_u64())
    }

    /// The tape of an operation's output. If the recording runs and the output is to be `tracked`,
    /// `backward` is kept: it takes the output's gradient and adds to those of the inputs. Where it
    /// does not hold the output, say so with [`sole`](Self::sole).
    pub(crate) fn record(
        mut self,
        tracked: bool,
        backward: impl FnOnce(&mut Gradients) + 'static,
    ) -> Self {
        self.tracked = tracked && self.recording.is_some();
        self.sole.set(!self.tracked);
        if self.tracked {
            self.push(Box::new(|gradients| {
                backward(gradients);
                Ok(())
            }));
        }
        self
    }

    /// Runs the recorded operations backwards, from the last, and forgets them.
    pub(crate) fn backward(&self, gradients: &mut Gradients) {
        let Some(recording) = &self.recording else { return };
        let mut operations = std::mem::take(&mut recording.borrow_mut().operations);
        operations.sort_by_key(|operation| operation.time);
        for operation in operations.into_iter().rev() {
            (operation.run)(gradients).expect("dfdx fails only when memory runs out");
        }
    }

    /// Forgets what has been recorded so far, where nothing before this point can depend on what is
    /// wanted.
    pub(crate) fn forget(&self) {
        if let Some(recording) = &self.recording {
            recording.borrow_mut().operations.clear();
        }
    }

    fn recording(training: bool, seed: u64, provisional: bool) -> Self {
        let random = SmallRng::seed_from_u64(seed);
        let recording = Recording { training, random, operations: Vec::new(), provisional };
        Self::new(Some(Rc::new(RefCell::new(recording))), provisional)
    }

    fn new(recording: Option<Rc<RefCell<Recording>>>, tracked: bool) -> Self {
        Self { recording, tracked, settled: false, sole: Cell::new(false) }
    }

    fn push(&self, run: Backward) {
        static TIME: AtomicU64 = AtomicU64::new(0);
        if let Some(recording) = &self.recording {
            let time = TIME.fetch_add(1, Ordering::Relaxed);
            recording.borrow_mut().operations.push(Operation { time, run });
        }
    }

    fn is_provisional(&self) -> bool {
        self.recording.as_ref().is_some_and(|recording| recording.borrow().provisional)
    }
}

/// Whether a batch is a part of a training pass.
pub fn is_training<B: Batch>(batch: &B) -> bool {
    let value: Value = batch.clone().into();
    value.tape().is_training()
}

impl fmt::Debug for Tape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let operations =
            self.recording.as_ref().map(|recording| recording.borrow().operations.len());
        f.debug_struct("Tape")
            .field("operations", &operations)
            .field("training", &self.is_training())
            .field("tracked", &self.tracked)
            .finish()
    }
}

/// What dfdx's own operations start from for their intermediate values: a recording that is merged
/// into that of the operation's input before the operation ends.
impl Default for Tape {
    fn default() -> Self {
        Self::recording(false, 0, true)
    }
}

impl dfdx::tensor::Tape<f32, Device> for Tape {
    const OWNS_TAPE: bool = true;

    fn add_backward_op<F>(&mut self, operation: F)
    where
        F: 'static + FnOnce(&mut Gradients) -> Result<(), <Device as HasErr>::Err>,
    {
        if self.tracked {
            self.push(Box::new(operation));
        }
    }
}

impl Merge<NoneTape> for Tape {
    fn merge(self, _: NoneTape) -> Self {
        self
    }
}

impl Merge<Self> for Tape {
    /// The tape of a value made of two. A provisional recording beside a value that records nothing
    /// is dropped: nothing outside the operation wants those gradients.
    fn merge(self, other: Self) -> Self {
        let (kept, moved) = if self.is_provisional() { (&other, &self) } else { (&self, &other) };
        let tracked = self.tracked || other.tracked;
        let recording = match (&kept.recording, &moved.recording) {
            (Some(kept), Some(moved)) => {
                if !Rc::ptr_eq(kept, moved) {
                    kept.borrow_mut().operations.append(&mut moved.borrow_mut().operations);
                }
                Some(kept.clone())
            }
            (None, Some(_)) if moved.is_provisional() => None,
            (kept, moved) => kept.clone().or_else(|| moved.clone()),
        };
        let tracked = tracked && recording.is_some();
        Self::new(recording, tracked)
    }
}

/// Where the gradient of a tensor is, without holding the tensor's values.
pub(crate) struct Slot(SlotOf);

type SlotOf = Box<dyn for<'g> Fn(&'g mut Gradients) -> &'g mut Stored>;

impl Slot {
    /// The slot of `tensor`.
    pub(crate) fn of<S: Shape, T>(tensor: &Tensor<S, f32, Device, T>) -> Self {
        let ghost = tensor.ghost();
        Self(Box::new(move |gradients| {
            gradients.get_or_alloc_mut(&ghost).expect("dfdx fails only when memory runs out")
        }))
    }

    /// The gradient, for bodies to change; zeros when nothing has been added to it yet.
    pub(crate) fn view_mut<'g>(&self, gradients: &'g mut Gradients) -> ViewMut<'g> {
        view_mut((self.0)(gradients))
    }

    /// Takes the gradient out, so that others can be changed while it is read. One that nothing
    /// will read again is freed by this.
    pub(crate) fn take(&self, gradients: &mut Gradients) -> Numbers {
        Numbers::take((self.0)(gradients))
    }

    /// Adds `gradient` to it.
    pub(crate) fn add(&self, gradients: &mut Gradients, gradient: &Numbers) {
        Device::add(gradient.view(), self.view_mut(gradients));
    }

    /// Puts a gradient in that [`Slot::take`] has taken out.
    pub(crate) fn put(&self, gradients: &mut Gradients, gradient: Numbers) {
        gradient.put((self.0)(gradients));
    }
}

#[cfg(test)]
mod tests {
    use dfdx::losses::cross_entropy_with_logits_loss;
    use dfdx::tensor::{PutTape, SplitTape, TensorFrom, TensorFromVec};

    use super::*;
    use crate::device::device;
    use crate::loss::cross_entropy;
    use crate::ops::activation::{Activation, activate};
    use crate::value::Value;

    /// The gradient of the cross entropy of relu(x), with the loss of `run`.
    fn gradient(run: impl FnOnce(Value, &mut Gradients)) -> Vec<f32> {
        let x = Value::features([2, 3], vec![1.0, 2.0, 3.0, -0.5, -1.0, 4.0]);
        let x = x.put(Tape::training(0).tracked());
        let mut gradients = Gradients::leaky();
        run(activate(x.clone(), Activation::Relu), &mut gradients);
        x.gradient(&mut gradients)
    }

    #[test]
    fn dfdx_operations_are_recorded_among_the_others() {
        let expected = gradient(|y, gradients| *gradients = cross_entropy(y, &[2, 0]).backward());
        let found = gradient(|y, gradients| {
            let Value::Features(logits) = y else { panic!("features stay features") };
            let classes = device().tensor_from_vec(vec![0.0, 0.0, 1.0, 1.0, 0.0, 0.0], (2, 3));
            // Inside, dfdx computes with a tape of its own that it merges into ours.
            let (loss, tape) = cross_entropy_with_logits_loss(logits, classes).split_tape();
            Slot::of(&loss).put(gradients, Numbers::from_host(vec![1.0]));
            tape.backward(gradients);
        });
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-6, "{found} is not {expected}");
        }
    }

    #[test]
    fn untracked_values_record_nothing() {
        let x = Value::features([1, 2], vec![1.0, 2.0]).put(Tape::training(0));
        let y = activate(x, Activation::Tanh);
        assert!(!y.tape().is_tracked());
        assert!(y.tape().recording.expect("a recording").borrow().operations.is_empty());
    }

    #[test]
    fn a_value_is_sole_until_someone_else_holds_it() {
        let x = || Value::features([1, 2], vec![1.0, 2.0]).put(Tape::training(0).tracked().sole());
        let is_sole = |x: Value| x.detach().1.is_sole();
        assert!(is_sole(x()));
        let held = x();
        assert!(!is_sole(held.clone()) && !is_sole(held));
        // The slope of the tangent is a function of its value, which it keeps; that of SiLU is not.
        assert!(!is_sole(activate(x(), Activation::Tanh)));
        let y = activate(x(), Activation::Silu);
        let place = y.values().as_ptr();
        // Nothing but a clone could look at the value without taking it.
        let z = activate(y, Activation::Tanh);
        assert_eq!(z.values().as_ptr(), place);
    }

    #[test]
    fn evaluation_stays_evaluation_when_dfdx_merges_its_own_tapes() {
        let logits = device().tensor([[1.0, 2.0]]).put_tape(Tape::evaluation());
        let (_, tape) = logits.softmax::<dfdx::shapes::Axis<1>>().split_tape();
        assert!(tape.recording.is_none());
    }
}
