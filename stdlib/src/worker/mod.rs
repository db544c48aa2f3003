//! The worker: carries out the session's commands in a process of its own.
//!
//! [`start`] is called once, by the first cell that the interpreter loads, and [`register`] by the
//! cell of every network. The worker's thread owns networks and data; a second thread reads the
//! session's messages, so that an interrupt is seen while a command runs.

mod commands;
mod connection;
mod executor;
mod registry;

pub use registry::register;

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use crate::device;

/// Starts the worker in this process, on threads of its own. It calls the session at the local
/// socket with this path, and ends the process when the session hangs up.
///
/// # Panics
/// When no thread can be started.
pub fn start(socket: &str) {
    let socket = socket.to_owned();
    device::device();
    std::thread::Builder::new()
        .name("worker".into())
        .spawn(move || {
            device::join_threads();
            // Ids count up from 1.
            let interrupted = Arc::new(AtomicU64::new(0));
            match connection::connect(&socket, Arc::clone(&interrupted)) {
                Ok((commands, sender)) => {
                    executor::Executor::new(sender, interrupted).run(commands)
                }
                // The session waits for a call that never comes; the process's end tells it.
                Err(_) => std::process::exit(1),
            }
        })
        .expect("a thread for the worker");
}
