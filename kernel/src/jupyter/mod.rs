//! The Jupyter kernel.
//!
//! Tasks of one thread read the sockets and answer what takes no time; cells run one after the
//! other on a thread of their own, so that control and heartbeat are answered while a network
//! trains. All that is published goes through one task, which keeps it in order.

mod assist;
mod display;
mod executor;
mod heartbeat;
mod history;
mod iopub;
pub mod kernelspec;
mod requests;
mod wire;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use jupyter_protocol::{ConnectionInfo, JupyterMessage, Status};
use jupyter_zmq_client::{
    Connection, create_kernel_control_connection, create_kernel_heartbeat_connection,
    create_kernel_iopub_xpub_connection, create_kernel_shell_connection,
    create_kernel_stdin_connection,
};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use zeromq::{RouterRecvHalf, RouterSendHalf, RouterSocket};

use crate::session::{Session, SessionOptions};

use iopub::Publisher;
use requests::{Channel, Kernel};

/// What a reply needs to reach its client before the process ends: a send is only queued.
const LAST_WORDS: Duration = Duration::from_millis(100);
/// How long a cell may take to stop when the kernel is shut down.
const LAST_CELL: Duration = Duration::from_secs(2);

/// Serves the client that wrote `connection_file` until it asks for the end.
///
/// # Errors
/// When the file cannot be read, a socket cannot be bound, or no session can be opened.
pub fn serve(connection_file: &Path, options: SessionOptions) -> anyhow::Result<()> {
    let name = connection_file.display();
    let text = std::fs::read_to_string(connection_file)
        .with_context(|| format!("cannot read the connection file `{name}`"))?;
    let connection: ConnectionInfo = serde_json::from_str(&text)
        .with_context(|| format!("`{name}` is no Jupyter connection file"))?;
    anyhow::ensure!(
        connection.signature_scheme == "hmac-sha256" || connection.key.is_empty(),
        "`{name}` asks for signatures by {}, but only hmac-sha256 is known",
        connection.signature_scheme
    );
    let session = Session::open(options)?;
    let stopper = session.stopper();
    // Jupyter interrupts by message; a Ctrl-C that reaches the process means the same.
    ctrlc::set_handler(move || stopper.stop())?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(run(&connection, session))
}

async fn run(connection: &ConnectionInfo, session: Session) -> anyhow::Result<()> {
    // One identity for all that this kernel sends.
    let sender = JupyterMessage::from(Status::starting()).header.msg_id;
    let shell = create_kernel_shell_connection(connection, &sender).await?;
    let control = create_kernel_control_connection(connection, &sender).await?;
    let iopub = create_kernel_iopub_xpub_connection(connection, &sender).await?;
    let heartbeat = create_kernel_heartbeat_connection(connection).await?;
    // Nothing asks the user anything, but clients connect to it.
    let _stdin = create_kernel_stdin_connection(connection, &sender).await?;

    let publisher = Publisher::start(iopub);
    publisher.publish(Status::starting(), None);
    let (shell_replies, shell_queue) = unbounded_channel();
    let (control_replies, control_queue) = unbounded_channel();
    let executor = executor::Executor::start(session, publisher.clone(), shell_replies.clone())?;
    let (leave, mut left) = unbounded_channel();
    let kernel = Arc::new(Kernel::new(publisher, executor.handle(), leave));

    tokio::spawn(heartbeat::echo(heartbeat));
    tokio::spawn(channel(shell, Channel::Shell, Arc::clone(&kernel), shell_replies, shell_queue));
    tokio::spawn(channel(control, Channel::Control, kernel, control_replies, control_queue));

    left.recv().await;
    tokio::time::sleep(LAST_WORDS).await;
    executor.end(LAST_CELL).await;
    Ok(())
}

/// Answers the requests of one channel.
async fn channel(
    connection: Connection<RouterSocket>,
    channel: Channel,
    kernel: Arc<Kernel>,
    replies: UnboundedSender<JupyterMessage>,
    queue: UnboundedReceiver<JupyterMessage>,
) {
    let (sending, mut receiving): (_, Connection<RouterRecvHalf>) = connection.split();
    tokio::spawn(send(sending, queue));
    loop {
        match wire::read(&mut receiving).await {
            Ok(request) => kernel.handle(channel, request, &replies).await,
            Err(error) => {
                wire::log(&format!("a request on {channel} was not understood: {error:#}"));
                // A broken socket must not take all of the processor.
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        }
    }
}

async fn send(
    mut connection: Connection<RouterSendHalf>,
    mut queue: UnboundedReceiver<JupyterMessage>,
) {
    while let Some(message) = queue.recv().await {
        // A client that has gone does not miss its reply.
        if let Err(error) = connection.send(message).await {
            wire::log(&format!("a reply was not sent: {error}"));
        }
    }
}
