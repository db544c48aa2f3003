//! What clients ask, and what they are told. Cells go to the executor; all else is answered at
//! once, also while a cell runs.

use std::collections::HashMap;
use std::fmt;

use jupyter_protocol::{
    CodeMirrorMode, CommClose, CommInfoReply, DebugReply, InterruptReply, IsCompleteReply,
    JupyterMessage, JupyterMessageContent, KernelInfoReply, LanguageInfo, ReplyStatus,
    ShutdownReply, Status,
};
use netlet_dsl::{Completeness, completeness};
use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedSender;

use super::assist;
use super::executor::{Handle, cell_id};
use super::iopub::Publisher;
use super::pager::asked;
use crate::session::is_rust;

/// The version of the protocol that is spoken.
const PROTOCOL: &str = "5.4";

/// Where a request came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Channel {
    Shell,
    Control,
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Shell => "shell",
            Self::Control => "control",
        })
    }
}

/// Answers requests.
pub(super) struct Kernel {
    publisher: Publisher,
    executor: Handle,
    leave: UnboundedSender<()>,
}

impl Kernel {
    /// A kernel that says on `leave` when it was asked to end.
    pub(super) fn new(publisher: Publisher, executor: Handle, leave: UnboundedSender<()>) -> Self {
        Self { publisher, executor, leave }
    }

    /// Answers one request. Whatever it is, clients hear that the kernel was busy with it.
    pub(super) async fn handle(
        &self,
        channel: Channel,
        request: JupyterMessage,
        replies: &UnboundedSender<JupyterMessage>,
    ) {
        if let (Channel::Shell, JupyterMessageContent::ExecuteRequest(cell)) =
            (channel, &request.content)
        {
            let cell = cell.clone();
            return self.executor.submit(request, cell);
        }
        self.publisher.publish(Status::busy(), Some(&request));
        if let Some(reply) = self.answer(&request) {
            // The sending task ends with the process.
            let _ = replies.send(JupyterMessage::new(reply, Some(&request)));
        }
        self.publisher.idle(&request);
        if let JupyterMessageContent::ShutdownRequest(_) = request.content {
            // Nobody listens when the end was asked for twice.
            let _ = self.leave.send(());
        }
    }

    fn answer(&self, message: &JupyterMessage) -> Option<JupyterMessageContent> {
        Some(match &message.content {
            JupyterMessageContent::KernelInfoRequest(_) => kernel_info().into(),
            JupyterMessageContent::IsCompleteRequest(request) => is_complete(&request.code).into(),
            JupyterMessageContent::CompleteRequest(request) => {
                let scope = self.executor.known().scope.clone();
                assist::complete(request, &scope, cell_id(message)).into()
            }
            JupyterMessageContent::InspectRequest(request) => {
                let scope = self.executor.known().scope.clone();
                assist::inspect(request, &scope, cell_id(message)).into()
            }
            JupyterMessageContent::HistoryRequest(request) => {
                self.executor.known().history.answer(request).into()
            }
            JupyterMessageContent::CommInfoRequest(_) => {
                CommInfoReply { comms: HashMap::new(), ..Default::default() }.into()
            }
            JupyterMessageContent::CommOpen(request) => {
                // There are no targets, which is said by closing at once.
                let close = CommClose { comm_id: request.comm_id.clone(), ..Default::default() };
                self.publisher.publish(close, Some(message));
                return None;
            }
            JupyterMessageContent::InterruptRequest(_) => {
                self.executor.interrupt();
                InterruptReply::new().into()
            }
            JupyterMessageContent::ShutdownRequest(request) => {
                let reply = ShutdownReply { restart: request.restart, ..Default::default() };
                self.publisher.publish(reply.clone(), Some(message));
                reply.into()
            }
            JupyterMessageContent::DebugRequest(request) => no_debugger(&request.content).into(),
            _ => return None,
        })
    }
}

fn kernel_info() -> KernelInfoReply {
    let version = env!("CARGO_PKG_VERSION").to_owned();
    KernelInfoReply {
        status: ReplyStatus::Ok,
        protocol_version: PROTOCOL.into(),
        implementation: "netlet".into(),
        implementation_version: version.clone(),
        language_info: LanguageInfo {
            name: "netlet".into(),
            version: version.clone(),
            mimetype: Some("text/x-netlet".into()),
            file_extension: Some(".net".into()),
            pygments_lexer: Some("netlet".into()),
            codemirror_mode: Some(CodeMirrorMode::Simple("netlet".into())),
            nbconvert_exporter: None,
        },
        banner: format!("Netlet {version}: a small language for convolutional networks"),
        help_links: Vec::new(),
        debugger: false,
        error: None,
    }
}

/// There is no debugger, which `kernel_info` says too.
fn no_debugger(request: &Value) -> DebugReply {
    let content = json!({
        "type": "response",
        "request_seq": request["seq"],
        "seq": 0,
        "command": request["command"],
        "success": false,
        "message": "Netlet has no debugger",
    });
    DebugReply { content }
}

fn is_complete(code: &str) -> IsCompleteReply {
    if is_rust(code) {
        // A blank line ends it, as it does for other cells that begin so.
        let ended = code.ends_with("\n\n");
        let incomplete = || IsCompleteReply::incomplete(String::new());
        return if ended { IsCompleteReply::complete() } else { incomplete() };
    }
    if asked(code).is_some() {
        return IsCompleteReply::complete();
    }
    match completeness(code) {
        Completeness::Complete => IsCompleteReply::complete(),
        Completeness::Incomplete { indent } => IsCompleteReply::incomplete(" ".repeat(indent)),
        Completeness::Invalid => IsCompleteReply::invalid(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rust_cell_goes_on_to_a_blank_line() {
        let status =
            |code| serde_json::to_value(is_complete(code)).expect("JSON")["status"].clone();
        assert_eq!(status("%%rust\nlet x = 1;"), "incomplete");
        assert_eq!(status("%%rust\nlet x = 1;\n\n"), "complete");
        assert_eq!(status("conv?"), "complete");
    }

    #[test]
    fn kernel_info_tells_the_language() {
        let info = serde_json::to_value(kernel_info()).expect("JSON");
        assert_eq!(info["language_info"]["name"], "netlet");
        assert_eq!(info["language_info"]["file_extension"], ".net");
        assert_eq!(info["language_info"]["mimetype"], "text/x-netlet");
        for highlighter in ["pygments_lexer", "codemirror_mode"] {
            assert_eq!(info["language_info"][highlighter], "netlet");
        }
        assert_eq!(info["status"], "ok");
    }
}
