//! The worker's end of the connection to the session.

use std::io::{self, BufReader};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, PoisonError};

use interprocess::TryClone;
use interprocess::local_socket::prelude::*;
use interprocess::local_socket::{GenericFilePath, Stream};
use netlet_dsl::messages::{FromWorker, ToWorker, WorkerCommand, read_frame, write_frame};

/// Sends messages to the session.
#[derive(Clone)]
pub(super) struct Sender {
    stream: Arc<Mutex<Stream>>,
}

impl Sender {
    /// Sends one message. A session that is gone hears nothing, and the worker ends soon after.
    pub(super) fn send(&self, message: &FromWorker) {
        let mut stream = self.stream.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = write_frame(&mut *stream, message);
    }
}

/// Calls the session, and says hello. The commands it sends come out of the queue, which ends when
/// the session hangs up; the id of the command to stop is put into `interrupted` at once.
pub(super) fn connect(
    socket: &str,
    interrupted: Arc<AtomicU64>,
) -> io::Result<(Receiver<(u64, WorkerCommand)>, Sender)> {
    let stream = Stream::connect(Path::new(socket).to_fs_name::<GenericFilePath>()?)?;
    let sender = Sender { stream: Arc::new(Mutex::new(stream.try_clone()?)) };
    sender.send(&FromWorker::Hello {
        process: std::process::id(),
        device: crate::device::description(),
    });
    let (queue, commands) = channel();
    std::thread::Builder::new().name("worker's ear".into()).spawn(move || {
        let mut stream = BufReader::new(stream);
        while let Ok(Some(message)) = read_frame::<ToWorker>(&mut stream) {
            match message {
                ToWorker::Run { id, command } => {
                    if queue.send((id, command)).is_err() {
                        return;
                    }
                }
                ToWorker::Interrupt { id } => interrupted.store(id, Ordering::Relaxed),
            }
        }
        // Nobody is left to hear of the command that may still run.
        interrupted.store(u64::MAX, Ordering::Relaxed);
    })?;
    Ok((commands, sender))
}
