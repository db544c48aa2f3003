//! Everything that reaches a session from its threads, in one queue.

use netlet_dsl::messages::{Failure, FromWorker, OutputStream};

use super::rust::RustEnd;
use crate::runtime::BuildProgress;

/// A message from one of the session's threads.
#[derive(Debug)]
pub(super) enum Incoming {
    /// The runtime is being built.
    Build(BuildProgress),
    /// The interpreter has the runtime loaded and its worker started, or could not.
    Ready(Result<(), Failure>),
    /// A network's code was compiled and registered, or could not be.
    Defined {
        /// The network.
        net: String,
        /// The compiler's errors.
        result: Result<(), Failure>,
    },
    /// A Rust cell ended.
    Evaluated(RustEnd),
    /// A line that the worker's process wrote.
    Said {
        /// Where it wrote it.
        stream: OutputStream,
        /// The line, without its end.
        line: String,
    },
    /// A message from the worker.
    Worker(FromWorker),
    /// The connection to the worker ended.
    WorkerGone {
        /// What broke it, if it was not a clean end.
        reason: Option<String>,
    },
}
