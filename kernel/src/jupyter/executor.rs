//! Running cells, one after the other, on a thread of their own.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jupyter_protocol::{
    ErrorOutput, ExecuteInput, ExecuteReply, ExecuteRequest, ExecutionCount, JupyterMessage,
    ReplyError, ReplyStatus, Status,
};
use netlet_dsl::check::Scope;
use netlet_dsl::diagnostic::Colour;
use netlet_dsl::messages::{Event, Failure};
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::oneshot;

use super::display::Displays;
use super::history::History;
use super::iopub::Publisher;
use crate::render::error::{headline, message};
use crate::session::{Cell, CellError, Session, Stopper};

/// A client that runs all cells sends them one by one. Those that arrive until this long after one
/// of them failed were sent before the client knew.
const ON_THEIR_WAY: Duration = Duration::from_millis(50);

/// What others may know of the session while it runs a cell.
#[derive(Default)]
pub(super) struct Known {
    /// What is defined, as it was when the last cell ended.
    pub(super) scope: Arc<Scope>,
    /// The cells so far.
    pub(super) history: History,
}

/// Gives cells to the executor, and stops them.
#[derive(Clone)]
pub(super) struct Handle {
    jobs: Sender<Job>,
    stopper: Stopper,
    known: Arc<Mutex<Known>>,
}

impl Handle {
    /// Queues a cell.
    pub(super) fn submit(&self, message: JupyterMessage, request: ExecuteRequest) {
        // A kernel that is about to end runs no more cells.
        let _ = self.jobs.send(Job::Cell(Box::new((message, request))));
    }

    /// Stops the cell that runs, if one does.
    pub(super) fn interrupt(&self) {
        self.stopper.stop();
    }

    /// What is known of the session.
    pub(super) fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

enum Job {
    Cell(Box<(JupyterMessage, ExecuteRequest)>),
    End,
}

/// The thread that runs cells.
pub(super) struct Executor {
    handle: Handle,
    ended: oneshot::Receiver<()>,
}

impl Executor {
    /// Starts it.
    pub(super) fn start(
        session: Session,
        publisher: Publisher,
        replies: UnboundedSender<JupyterMessage>,
    ) -> std::io::Result<Self> {
        let (jobs, queue) = channel();
        let (end, ended) = oneshot::channel();
        let handle = Handle { jobs, stopper: session.stopper(), known: Arc::default() };
        handle.known().scope = Arc::new(session.scope().clone());
        let known = handle.clone();
        std::thread::Builder::new().name("cells".into()).spawn(move || {
            let mut runner = Runner { session, publisher, replies, known, count: 0 };
            runner.run(&queue);
            // Ends the worker's process before anybody hears that this is over.
            drop(runner);
            let _ = end.send(());
        })?;
        Ok(Self { handle, ended })
    }

    /// Gives cells to it.
    pub(super) fn handle(&self) -> Handle {
        self.handle.clone()
    }

    /// Stops the running cell, and waits until the session has ended, though no longer than
    /// `patience`.
    pub(super) async fn end(self, patience: Duration) {
        self.handle.interrupt();
        let _ = self.handle.jobs.send(Job::End);
        // Either it has ended, or the process ends around it.
        let _ = tokio::time::timeout(patience, self.ended).await;
    }
}

/// The thread's own.
struct Runner {
    session: Session,
    publisher: Publisher,
    replies: UnboundedSender<JupyterMessage>,
    known: Handle,
    count: usize,
}

impl Runner {
    fn run(&mut self, queue: &Receiver<Job>) {
        while let Ok(Job::Cell(cell)) = queue.recv() {
            let (message, request) = *cell;
            let failed = self.execute(&message, &request);
            let mut dropped = Vec::new();
            if failed.is_some() && request.stop_on_error {
                std::thread::sleep(ON_THEIR_WAY);
                dropped.extend(queue.try_iter());
            }
            self.finish(&message, failed);
            for job in dropped {
                match job {
                    Job::Cell(cell) => self.abort(&cell.0),
                    Job::End => return,
                }
            }
        }
    }

    /// Runs a cell and publishes what it shows; gives its error.
    fn execute(
        &mut self,
        message: &JupyterMessage,
        request: &ExecuteRequest,
    ) -> Option<ReplyError> {
        self.publisher.set_running(Some(message));
        self.publisher.publish(Status::busy(), Some(message));
        if request.store_history && !request.silent {
            self.count += 1;
            self.known.known().history.add(self.count, &request.code);
        }
        let publish = (!request.silent).then(|| self.publisher.clone());
        if let Some(publisher) = &publish {
            let (code, execution_count) = (request.code.clone(), ExecutionCount(self.count));
            publisher.publish(ExecuteInput { code, execution_count }, Some(message));
        }
        let name = format!("In[{}]", self.count);
        let cell = Cell {
            id: cell_id(message).map(str::to_owned),
            ..Cell::new(name, request.code.clone())
        };
        let ended = self.run_cell(&cell, message, publish.as_ref());
        self.known.known().scope = Arc::new(self.session.scope().clone());
        let error = error_of(&ended.err()?, &cell);
        if let Some(publisher) = &publish {
            let ReplyError { ename, evalue, traceback } = error.clone();
            publisher.publish(ErrorOutput { ename, evalue, traceback }, Some(message));
        }
        Some(error)
    }

    fn run_cell(
        &mut self,
        cell: &Cell,
        message: &JupyterMessage,
        publisher: Option<&Publisher>,
    ) -> Result<(), CellError> {
        let mut displays = Displays::new(&message.header.msg_id);
        let mut show = |event: Event| {
            let Some(publisher) = publisher else { return };
            for content in displays.show(event, Instant::now()) {
                publisher.publish(content, Some(message));
            }
        };
        // A client that gets no reply waits for ever.
        let run = AssertUnwindSafe(|| self.session.run(cell, &mut show));
        let ended = catch_unwind(run).unwrap_or_else(|_| {
            let failure = Failure::new("the session panicked: this is a bug of Netlet")
                .help("restart the kernel");
            Err(CellError::Failed { failure, span: 0..0 })
        });
        if let (Some(publisher), Some(content)) = (publisher, displays.end_command()) {
            publisher.publish(content, Some(message));
        }
        ended
    }

    /// Replies when all that the cell showed is on its way; idle comes last.
    fn finish(&self, message: &JupyterMessage, error: Option<ReplyError>) {
        let status = if error.is_some() { ReplyStatus::Error } else { ReplyStatus::Ok };
        // The publishing task ends with the process, and then nobody waits.
        let _ = self.publisher.flushed().blocking_recv();
        self.reply(message, status, error);
        self.publisher.set_running(None);
        self.publisher.idle(message);
    }

    fn abort(&self, message: &JupyterMessage) {
        self.publisher.publish(Status::busy(), Some(message));
        self.reply(message, ReplyStatus::Aborted, None);
        self.publisher.idle(message);
    }

    fn reply(&self, message: &JupyterMessage, status: ReplyStatus, error: Option<ReplyError>) {
        let reply = ExecuteReply {
            status,
            execution_count: ExecutionCount(self.count),
            payload: Vec::new(),
            user_expressions: Some(HashMap::new()),
            error: error.map(Box::new),
        };
        // The sending task ends with the process.
        let _ = self.replies.send(reply.as_child_of(message));
    }
}

/// The id that the front end gives a cell, which stays the same when it runs again.
pub(super) fn cell_id(message: &JupyterMessage) -> Option<&str> {
    message.metadata.get("cellId")?.as_str()
}

fn error_of(error: &CellError, cell: &Cell) -> ReplyError {
    let (ename, evalue) = headline(error);
    let traceback = message(error, cell, Colour::Ansi).lines().map(str::to_owned).collect();
    ReplyError { ename, evalue, traceback }
}
