//! Looking at the values within a network while it computes them, and putting others in their place.
//!
//! Every layer's function ends by giving its value a static shape, and so does every input. There
//! the value is shown to the observer of the thread, if it has one: networks need no code for it,
//! and the order is that of [`Network::nodes`](crate::network::Network::nodes).
//!
//! A value that the observer clones stays what it is: a layer that writes over what it is given does
//! so only where nobody else holds it.

use std::cell::{Cell, RefCell};

use crate::value::Value;

type Observer = Box<dyn FnMut(&mut Value)>;

thread_local! {
    /// Whether there is an observer: all that a pass without one looks at.
    static IS_OBSERVED: Cell<bool> = const { Cell::new(false) };
    static OBSERVER: RefCell<Option<Observer>> = const { RefCell::new(None) };
}

/// Calls `each` with the value of every node that `run` computes on this thread, inputs included.
pub fn observe<R>(mut each: impl FnMut(&Value) + 'static, run: impl FnOnce() -> R) -> R {
    intervene(move |value| each(value), run)
}

/// The same, where `each` may also put another value of the same shape in the place of a node's: the
/// layers that take it go on with that.
pub fn intervene<R>(each: impl FnMut(&mut Value) + 'static, run: impl FnOnce() -> R) -> R {
    let _ending = Ending;
    OBSERVER.set(Some(Box::new(each)));
    IS_OBSERVED.set(true);
    run()
}

/// Ends the observation, also when a network panics.
struct Ending;

impl Drop for Ending {
    fn drop(&mut self) {
        IS_OBSERVED.set(false);
        OBSERVER.set(None);
    }
}

/// Shows the value of a node to the observer, which may change it.
pub(crate) fn note(value: &mut Value) {
    if !IS_OBSERVED.get() {
        return;
    }
    // Taken out meanwhile, so that what the observer itself computes is not observed.
    if let Some(mut observer) = OBSERVER.take() {
        observer(value);
        OBSERVER.set(Some(observer));
    }
}
