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

/// Calls the session, and says hello. The commands it sends come out of the queue; the id of one to
/// stop is put into `interrupted` at once. When the session hangs up, the process ends at once too:
/// nobody is left to hear of the command that may still run.
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
                    // Commands are taken for as long as the process lives.
                    let _ = queue.send((id, command));
                }
                ToWorker::Interrupt { id } => interrupted.store(id, Ordering::Relaxed),
            }
        }
        std::process::exit(0);
    })?;
    Ok((commands, sender))
}
