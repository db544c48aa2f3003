//! Training, measuring and asking networks.

mod curve;
mod fault;
mod metrics;
mod model;
mod pace;
mod trainer;
mod zeros;

use netlet_dsl::messages::Event;

pub use curve::Curve;
pub use fault::Fault;
pub use metrics::{Metrics, Tally};
pub use model::Model;

/// Who watches a command: hears of its events, and may stop it.
pub trait Watch {
    /// Shows an event.
    fn show(&mut self, event: Event);

    /// Whether the command is to stop at its next batch.
    fn is_stopped(&self) -> bool;
}
