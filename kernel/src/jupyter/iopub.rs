//! All that is published, in order: one task owns the socket.

use std::sync::{Arc, Mutex, PoisonError};

use jupyter_protocol::{IoPubWelcome, JupyterMessage, JupyterMessageContent, Status};
use jupyter_zmq_client::{KernelIoPubXPubConnection, SubscriptionEvent};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;

use super::wire::log;

/// Publishes messages. Clones publish through the same socket.
#[derive(Clone)]
pub(super) struct Publisher {
    queue: UnboundedSender<Item>,
    running: Arc<Mutex<Option<JupyterMessage>>>,
}

enum Item {
    Message(Box<JupyterMessage>),
    Flush(oneshot::Sender<()>),
}

impl Publisher {
    /// Starts the task.
    pub(super) fn start(connection: KernelIoPubXPubConnection) -> Self {
        let (queue, items) = unbounded_channel();
        tokio::spawn(publish_all(connection, items));
        Self { queue, running: Arc::default() }
    }

    /// Publishes a message that answers `parent`.
    pub(super) fn publish(
        &self,
        content: impl Into<JupyterMessageContent>,
        parent: Option<&JupyterMessage>,
    ) {
        let mut message = JupyterMessage::new(content, parent);
        // What names the client on the other channels is the topic here.
        message.zmq_identities = vec![message.header.msg_type.clone().into_bytes().into()];
        self.queue_up(Item::Message(Box::new(message)));
    }

    /// Says that a cell runs, or runs no more.
    pub(super) fn set_running(&self, request: Option<&JupyterMessage>) {
        *self.running.lock().unwrap_or_else(PoisonError::into_inner) = request.cloned();
    }

    /// Says that `request` is done with. While a cell runs, clients that show the last status
    /// they heard are told again that the kernel is busy.
    pub(super) fn idle(&self, request: &JupyterMessage) {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        self.publish(Status::idle(), Some(request));
        if let Some(cell) = running.as_ref() {
            self.publish(Status::busy(), Some(cell));
        }
    }

    /// Comes back when all that was published so far is on its way.
    pub(super) fn flushed(&self) -> oneshot::Receiver<()> {
        let (done, flushed) = oneshot::channel();
        self.queue_up(Item::Flush(done));
        flushed
    }

    fn queue_up(&self, item: Item) {
        // The task ends with the process, and then nobody listens.
        let _ = self.queue.send(item);
    }
}

async fn publish_all(
    mut connection: KernelIoPubXPubConnection,
    mut items: UnboundedReceiver<Item>,
) {
    loop {
        // Subscriptions count only once they are read.
        tokio::select! {
            subscription = connection.recv_subscription() => match subscription {
                Ok(SubscriptionEvent::Subscribe(topic)) => {
                    let mut welcome = JupyterMessage::from(IoPubWelcome::new(topic.clone()));
                    welcome.zmq_identities = vec![topic.into_bytes().into()];
                    send(&mut connection, welcome).await;
                }
                Ok(SubscriptionEvent::Unsubscribe(_)) => {}
                // A client has gone. Others may still be there, and others may come.
                Err(_) => tokio::task::yield_now().await,
            },
            item = items.recv() => match item {
                Some(Item::Message(message)) => send(&mut connection, *message).await,
                Some(Item::Flush(done)) => drop(done.send(())),
                None => return,
            },
        }
    }
}

async fn send(connection: &mut KernelIoPubXPubConnection, message: JupyterMessage) {
    if let Err(error) = connection.send(message).await {
        log(&format!("a message was not published: {error}"));
    }
}
