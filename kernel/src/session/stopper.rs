//! Stopping what a session does, from another thread.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use netlet_dsl::messages::ToWorker;

use super::link::Link;

/// Stops the cell that a session runs, if it runs one. Clones stop the same session.
#[derive(Clone, Default)]
pub struct Stopper {
    requested: Arc<AtomicBool>,
    leaving: Arc<AtomicBool>,
    running: Arc<Mutex<Option<(u64, Link)>>>,
}

impl Stopper {
    /// Asks the running cell to stop: a training ends at its next batch and keeps what it
    /// learned, a build is stopped, and the statements after it are not run.
    pub fn stop(&self) {
        self.requested.store(true, Ordering::Relaxed);
        if let Some((id, link)) = &*self.running.lock().unwrap_or_else(PoisonError::into_inner) {
            // A worker that is gone has stopped already.
            let _ = link.send(&ToWorker::Interrupt { id: *id });
        }
    }

    /// Asks the running cell to stop for the session to end: nothing that it has will be needed.
    pub fn leave(&self) {
        self.leaving.store(true, Ordering::Relaxed);
        self.stop();
    }

    /// Whether the session is to end.
    pub(super) fn is_leaving(&self) -> bool {
        self.leaving.load(Ordering::Relaxed)
    }

    /// Whether a stop was asked for since [`Stopper::clear`].
    pub(super) fn requested(&self) -> bool {
        self.requested.load(Ordering::Relaxed)
    }

    /// The flag itself, for threads that only look.
    pub(super) fn flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.requested)
    }

    pub(super) fn clear(&self) {
        self.requested.store(false, Ordering::Relaxed);
    }

    /// Says which command runs on the worker now. A stop that came just before reaches it too.
    pub(super) fn set_running(&self, command: Option<(u64, Link)>) {
        let started = command.is_some();
        *self.running.lock().unwrap_or_else(PoisonError::into_inner) = command;
        if started && self.requested() {
            self.stop();
        }
    }
}
