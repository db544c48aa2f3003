//! Reading requests, and the kernel's own log.

use std::io::{self, Write};

use anyhow::Context as _;
use jupyter_protocol::{Header, JupyterMessage, JupyterMessageContent};
use jupyter_zmq_client::{Connection, RawMessage, RuntimeError};
use serde_json::{Map, Value, json};
use zeromq::SocketRecv;

/// Reads one request, its signature checked.
///
/// # Errors
/// When the socket fails, the signature is wrong, or the content is not what its type wants.
pub(super) async fn read<S: SocketRecv>(
    connection: &mut Connection<S>,
) -> anyhow::Result<JupyterMessage> {
    let raw = RawMessage::from_multipart(connection.socket.recv().await?, &connection.mac)?;
    let [header, parent_header, metadata, content, ..] = &raw.jparts[..] else {
        anyhow::bail!("it has {} parts of 4", raw.jparts.len());
    };
    let header: Header = serde_json::from_slice(header).context("its header")?;
    let mut content: Value = serde_json::from_slice(content).context("its content")?;
    fill_in(&header.msg_type, &mut content);
    let content = JupyterMessageContent::from_type_and_content(&header.msg_type, content)
        .with_context(|| format!("the content of its {}", header.msg_type))?;
    Ok(JupyterMessage {
        header,
        // Clients send `{}` where there is no parent.
        parent_header: serde_json::from_slice(parent_header).ok(),
        metadata: serde_json::from_slice(metadata).context("its metadata")?,
        content,
        buffers: raw.jparts[4..].to_vec(),
        channel: None,
        zmq_identities: raw.zmq_identities,
    })
}

/// Whether a message was not read because of its signature.
pub(super) fn is_unsigned(error: &anyhow::Error) -> bool {
    use RuntimeError::{DecodeError, MissingHmac, VerifyError};
    let found = error.downcast_ref::<RuntimeError>();
    matches!(found, Some(DecodeError(_) | MissingHmac | VerifyError(_)))
}

/// Puts defaults where a client may leave fields out, or null where the protocol crate wants a
/// number.
fn fill_in(msg_type: &str, content: &mut Value) {
    let defaults = match msg_type {
        "execute_request" => json!({ "silent": false, "store_history": true }),
        "history_request" => json!({
            "output": false, "raw": true, "unique": false, "pattern": "*",
            "session": 0, "start": 0, "stop": i32::MAX, "n": i32::MAX,
        }),
        "complete_request" | "inspect_request" => json!({ "cursor_pos": 0 }),
        "shutdown_request" => json!({ "restart": false }),
        _ => return,
    };
    if let (Value::Object(fields), Value::Object(defaults)) = (content, defaults) {
        fill(fields, defaults);
    }
}

fn fill(fields: &mut Map<String, Value>, defaults: Map<String, Value>) {
    for (name, default) in defaults {
        let field = fields.entry(name).or_insert(Value::Null);
        if field.is_null() {
            *field = default;
        }
    }
}

/// Writes a line to the kernel's log: the standard error that Jupyter keeps.
pub(super) fn log(text: &str) {
    // A log that cannot be written has nowhere to say so.
    let _ = writeln!(io::stderr(), "netlet kernel: {text}");
}

#[cfg(test)]
mod tests {
    use jupyter_protocol::HistoryRequest;

    use super::*;

    fn history(mut content: Value) -> HistoryRequest {
        fill_in("history_request", &mut content);
        match JupyterMessageContent::from_type_and_content("history_request", content) {
            Ok(JupyterMessageContent::HistoryRequest(request)) => request,
            other => panic!("no history request: {other:?}"),
        }
    }

    #[test]
    fn requests_may_leave_fields_out() {
        let search = json!({ "hist_access_type": "search", "pattern": "net*", "raw": true });
        assert!(matches!(
            history(search),
            HistoryRequest::Search { pattern, unique: false, n: i32::MAX, .. } if pattern == "net*"
        ));
        let range = json!({ "hist_access_type": "range", "session": 0, "start": 1, "stop": null });
        assert!(matches!(history(range), HistoryRequest::Range { start: 1, stop: i32::MAX, .. }));
    }

    #[test]
    fn given_fields_stay() {
        let mut content = json!({ "code": "x", "silent": true, "store_history": false });
        let given = content.clone();
        fill_in("execute_request", &mut content);
        assert_eq!(content, given);
    }
}
