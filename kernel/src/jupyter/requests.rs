//! What clients ask, and what they are told. Cells go to the executor; all else is answered at
//! once, also while a cell runs.

use std::collections::HashMap;
use std::fmt;

use jupyter_protocol::{
    CommClose, CommInfoReply, CompleteReply, CompleteRequest, InspectReply, InterruptReply,
    IsCompleteReply, JupyterMessage, JupyterMessageContent, KernelInfoReply, LanguageInfo,
    ReplyStatus, ShutdownReply, Status,
};
use netlet_dsl::{Completeness, completeness};
use tokio::sync::mpsc::UnboundedSender;

use super::executor::Handle;
use super::iopub::Publisher;
use crate::completion;

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
                complete(request, &self.executor.known().names).into()
            }
            JupyterMessageContent::InspectRequest(_) => InspectReply::default().into(),
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
            // The Python package has it.
            pygments_lexer: Some("netlet".into()),
            codemirror_mode: None,
            nbconvert_exporter: None,
        },
        banner: format!("Netlet {version}: a small language for convolutional networks"),
        help_links: Vec::new(),
        debugger: false,
        error: None,
    }
}

fn is_complete(code: &str) -> IsCompleteReply {
    match completeness(code) {
        Completeness::Complete => IsCompleteReply::complete(),
        Completeness::Incomplete { indent } => IsCompleteReply::incomplete(" ".repeat(indent)),
        Completeness::Invalid => IsCompleteReply::invalid(),
    }
}

/// Completes the word before the cursor. Jupyter counts in code points, Rust in bytes.
fn complete(request: &CompleteRequest, names: &[String]) -> CompleteReply {
    let code = &request.code;
    let cursor = code.char_indices().nth(request.cursor_pos).map_or(code.len(), |(byte, _)| byte);
    let (start, matches) = completion::complete(code, cursor, names);
    CompleteReply {
        matches,
        cursor_start: code[..start].chars().count(),
        cursor_end: code[..cursor].chars().count(),
        ..Default::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cursor_is_counted_in_code_points() {
        let names = ["LeNet5".to_owned()];
        let request = CompleteRequest { code: "# é𝄞\ntrain Le".into(), cursor_pos: 13 };
        let reply = complete(&request, &names);
        assert_eq!(reply.matches, names);
        assert_eq!((reply.cursor_start, reply.cursor_end), (11, 13));
        let beyond = CompleteRequest { code: "Le".into(), cursor_pos: 99 };
        assert_eq!(complete(&beyond, &names).cursor_end, 2);
    }

    #[test]
    fn kernel_info_tells_the_language() {
        let info = serde_json::to_value(kernel_info()).expect("JSON");
        assert_eq!(info["language_info"]["name"], "netlet");
        assert_eq!(info["language_info"]["file_extension"], ".net");
        assert_eq!(info["status"], "ok");
    }
}
