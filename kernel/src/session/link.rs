//! The connection to the worker: a local socket on which the worker calls back.

use std::io::{self, BufReader};
use std::path::{Path, PathBuf};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError};

use interprocess::TryClone;
use interprocess::local_socket::prelude::*;
use interprocess::local_socket::{GenericFilePath, ListenerOptions, Stream};
use netlet_dsl::messages::{FromWorker, ToWorker, read_frame, write_frame};

use super::incoming::Incoming;

/// The session's end of the connection. Clones share it; all fail once the worker is gone.
#[derive(Clone, Default)]
pub(super) struct Link {
    stream: Arc<Mutex<Option<Stream>>>,
}

impl Link {
    /// Listens at `path` and accepts the one worker that calls. Everything it says, and its end,
    /// goes to `incoming` under `generation`.
    ///
    /// # Errors
    /// When the socket cannot be made.
    pub(super) fn listen(
        path: &Path,
        generation: u64,
        incoming: Sender<(u64, Incoming)>,
    ) -> io::Result<Self> {
        let listener = ListenerOptions::new()
            .name(path.to_owned().to_fs_name::<GenericFilePath>()?)
            .create_sync()?;
        let link = Self::default();
        let writer = link.clone();
        std::thread::Builder::new().name("worker link".into()).spawn(move || {
            let read = || -> io::Result<()> {
                let stream = listener.accept()?;
                drop(listener);
                *writer.lock() = Some(stream.try_clone()?);
                let mut stream = BufReader::new(stream);
                while let Some(message) = read_frame::<FromWorker>(&mut stream)? {
                    if incoming.send((generation, Incoming::Worker(message))).is_err() {
                        break;
                    }
                }
                Ok(())
            };
            let reason = read().err().map(|error| error.to_string());
            *writer.lock() = None;
            // The session may be gone by now, and then nobody needs to know.
            let _ = incoming.send((generation, Incoming::WorkerGone { reason }));
        })?;
        Ok(link)
    }

    /// Sends one message.
    ///
    /// # Errors
    /// When there is no worker, or it is gone.
    pub(super) fn send(&self, message: &ToWorker) -> io::Result<()> {
        match &mut *self.lock() {
            Some(stream) => write_frame(stream, message),
            None => Err(io::ErrorKind::NotConnected.into()),
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Stream>> {
        self.stream.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The socket of a worker within the session's own folder.
pub(super) fn socket_path(folder: &Path, generation: u64) -> PathBuf {
    folder.join(format!("worker-{generation}.sock"))
}
