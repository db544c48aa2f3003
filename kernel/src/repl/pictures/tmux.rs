//! tmux, which shows a terminal within a terminal: what is around it, and how to get past it.

use std::process::Command;

/// What tmux knows of the terminal around it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Around {
    /// Whether it hands on what is marked for that terminal.
    pub(super) passes_on: bool,
    /// The terminal's own name and version, such as `kitty(0.35.2)`.
    pub(super) kind: String,
    /// What it can do, such as `256,RGB,sixel`.
    pub(super) features: String,
}

/// Asks tmux; none where it does not answer.
pub(super) fn around() -> Option<Around> {
    let wanted =
        "#{allow-passthrough}|#{client_termtype} #{client_termname}|#{client_termfeatures}";
    let output = Command::new("tmux").args(["display-message", "-p", wanted]).output().ok()?;
    parse(&String::from_utf8_lossy(&output.stdout))
}

fn parse(answer: &str) -> Option<Around> {
    let mut parts = answer.trim_end().split('|');
    let passes_on = matches!(parts.next()?, "on" | "all" | "1" | "2");
    let mut next = || parts.next().map(str::to_owned);
    Some(Around { passes_on, kind: next()?, features: next()? })
}

/// Marks bytes for the terminal around tmux.
pub(super) fn pass_on(bytes: &[u8]) -> Vec<u8> {
    let mut marked = b"\x1bPtmux;".to_vec();
    for &byte in bytes {
        if byte == 0x1b {
            marked.push(byte);
        }
        marked.push(byte);
    }
    marked.extend_from_slice(b"\x1b\\");
    marked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_understood() {
        let around = parse("on|kitty(0.35.2) xterm-kitty|256,RGB\n").expect("an answer");
        assert!(around.passes_on);
        assert_eq!((&*around.kind, &*around.features), ("kitty(0.35.2) xterm-kitty", "256,RGB"));
        assert!(!parse("off| xterm-256color|").expect("an answer").passes_on);
        assert_eq!(parse(""), None);
    }

    #[test]
    fn escapes_are_doubled_for_tmux() {
        assert_eq!(pass_on(b"\x1b_G;\x1b\\"), b"\x1bPtmux;\x1b\x1b_G;\x1b\x1b\\\x1b\\");
    }
}
