//! The messages between the session and its worker, and the events that front ends show.
//!
//! One session talks to one worker over a byte stream. Every message is a [frame](write_frame):
//! a length and a message pack of [`ToWorker`] in one direction, [`FromWorker`] in the other.
//! The worker answers a [`ToWorker::Run`] with any number of [`FromWorker::Event`]s and exactly
//! one [`FromWorker::Ended`].

mod command;
mod data;
mod event;
mod frame;
mod train;

pub use command::*;
pub use data::*;
pub use event::*;
pub use frame::{read_frame, write_frame};
pub use train::*;

use serde::{Deserialize, Serialize};

/// What a line of a Rust cell's standard output begins with that is not finished: the interpreter
/// reads whole lines only.
pub const UNFINISHED: &str = "NETLET_UNFINISHED ";
/// What a line of a Rust cell's standard output begins with that is meant for standard error: on one
/// way the lines of both stay in order. It stands before [`UNFINISHED`].
pub const ERRORS: &str = "NETLET_ERRORS ";

/// What the session says to the worker.
#[expect(clippy::large_enum_variant, reason = "one at a time is made, and sent at once")]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ToWorker {
    /// Carry out a command. Commands run one at a time, in the order they arrive.
    Run {
        /// Names the command in every answer to it.
        id: u64,
        /// What to do.
        command: WorkerCommand,
    },
    /// Stop the command with this id at its next batch; what it has learned stays.
    /// Answered by that command's own [`FromWorker::Ended`]. Unknown ids are ignored.
    Interrupt {
        /// The command to stop.
        id: u64,
    },
}

/// What the worker says to the session.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum FromWorker {
    /// The first message on a new connection.
    Hello {
        /// The worker's process.
        process: u32,
        /// The device the networks run on, such as `cpu (2 threads)`.
        device: String,
    },
    /// Something to show while command `id` runs.
    Event {
        /// The command it belongs to.
        id: u64,
        /// What happened.
        event: Event,
    },
    /// The last message of command `id`.
    Ended {
        /// The command that ended.
        id: u64,
        /// How it ended.
        outcome: Outcome,
    },
}

/// How a command ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Outcome {
    /// All of it was done.
    Done,
    /// It was interrupted; what it had learned is kept.
    Interrupted,
    /// It could not be done, and changed nothing.
    Failed(Failure),
}

/// Why a command could not be done: what was expected, what was found, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{headline}")]
pub struct Failure {
    /// One line, lowercase, without a final stop.
    pub headline: String,
    /// Further facts, a line each.
    pub notes: Vec<String>,
    /// What the user can do about it.
    pub help: Option<String>,
}

impl Failure {
    /// A failure with a headline alone.
    pub fn new(headline: impl Into<String>) -> Self {
        Self { headline: headline.into(), notes: Vec::new(), help: None }
    }

    /// Adds a fact.
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Says what the user can do.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}
