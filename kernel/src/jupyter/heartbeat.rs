//! The heartbeat: every message comes back as it was.

use std::time::Duration;

use jupyter_zmq_client::KernelHeartbeatConnection;
use zeromq::{SocketRecv as _, SocketSend as _};

/// Sends back what arrives, for as long as the kernel lives.
pub(super) async fn echo(mut heartbeat: KernelHeartbeatConnection) {
    loop {
        let beat = match heartbeat.socket.recv().await {
            Ok(message) => heartbeat.socket.send(message).await,
            Err(error) => Err(error),
        };
        if beat.is_err() {
            // The client has gone; another one may come.
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}
