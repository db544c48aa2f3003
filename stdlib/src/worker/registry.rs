//! Networks that compiled cells have made known and the worker has not taken up yet.

use std::sync::{Mutex, PoisonError};

use crate::network::Network;

/// Makes a network.
pub(super) type Make = fn() -> Box<dyn Network>;

static REGISTERED: Mutex<Vec<(String, Make)>> = Mutex::new(Vec::new());

/// Makes a network known under `name`, in the place of an earlier one of that name.
pub fn register(name: &str, make: Make) {
    lock().push((name.to_owned(), make));
}

/// Takes the networks that were registered since the last call, in that order.
pub(super) fn take() -> Vec<(String, Make)> {
    std::mem::take(&mut *lock())
}

fn lock() -> std::sync::MutexGuard<'static, Vec<(String, Make)>> {
    REGISTERED.lock().unwrap_or_else(PoisonError::into_inner)
}
