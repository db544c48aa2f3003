//! Training, measuring and asking networks.

mod best;
mod curve;
mod fault;
mod finder;
mod fit;
mod measure;
mod metrics;
mod model;
mod pace;
mod predict;
mod resume;
mod schedule;
mod step;
mod trainer;
mod weighting;
mod zeros;

use netlet_dsl::messages::Event;

pub use curve::Curve;
pub use fault::Fault;
pub use finder::RatesTried;
pub use measure::{LOOKS, Measuring, look};
pub use metrics::{Answers, Metrics, Tally, likeliest};
pub(crate) use model::is_in_part;
pub use model::{Model, Trainable};
pub use predict::Answered;
pub use resume::Recovery;
pub use schedule::Rates;

/// Who watches a command: hears of its events, and may stop it.
pub trait Watch {
    /// Shows an event.
    fn show(&mut self, event: Event);

    /// Whether the command is to stop at its next batch.
    fn is_stopped(&self) -> bool;
}
