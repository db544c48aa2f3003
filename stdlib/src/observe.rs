//! Looking at the values within a network while it computes them.
//!
//! Every layer's function ends by giving its value a static shape, and so does every input. There
//! the value is shown to the observer of the thread, if it has one: networks need no code for it,
//! and the order is that of [`Network::nodes`](crate::network::Network::nodes).

use std::cell::{Cell, RefCell};

use crate::value::Value;

type Observer = Box<dyn FnMut(&Value)>;

thread_local! {
    /// Whether there is an observer: all that a pass without one looks at.
    static IS_OBSERVED: Cell<bool> = const { Cell::new(false) };
    static OBSERVER: RefCell<Option<Observer>> = const { RefCell::new(None) };
}

/// Calls `each` with the value of every node that `run` computes on this thread, inputs included.
pub fn observe<R>(each: impl FnMut(&Value) + 'static, run: impl FnOnce() -> R) -> R {
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

/// Shows the value of a node to the observer.
pub(crate) fn note(value: &Value) {
    if !IS_OBSERVED.get() {
        return;
    }
    // Taken out meanwhile, so that what the observer itself computes is not observed.
    if let Some(mut observer) = OBSERVER.take() {
        observer(value);
        OBSERVER.set(Some(observer));
    }
}
