//! Asking the terminal what it can show, before anything else reads its keys.

use std::io::{self, Write};
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::termios::{OptionalActions, tcgetattr, tcgetwinsize, tcsetattr};

use super::detect::Answers;

/// A kitty picture of one pixel that is only looked at, the size of a cell, and what the terminal
/// is: all answer the last, so it ends the wait. A terminal that shows any of it instead has the
/// line cleared.
const QUESTIONS: &[u8] = b"\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\\x1b[16t\x1b[c\r\x1b[K";

/// Asks, and waits for `limit` at most; with what was typed meanwhile.
///
/// # Errors
/// When the terminal cannot be read or written.
pub(super) fn ask(limit: Duration) -> io::Result<(Answers, String)> {
    let stdin = io::stdin();
    let before = tcgetattr(&stdin)?;
    let mut raw = before.clone();
    raw.make_raw();
    tcsetattr(&stdin, OptionalActions::Drain, &raw)?;
    let said = exchange(&stdin, limit);
    tcsetattr(&stdin, OptionalActions::Drain, &before)?;
    let (mut answers, typed) = parse(&said?);
    answers.cell = answers.cell.or_else(cell_by_window);
    Ok((answers, typed))
}

fn exchange(terminal: &impl AsFd, limit: Duration) -> io::Result<Vec<u8>> {
    let mut out = io::stdout().lock();
    out.write_all(QUESTIONS)?;
    out.flush()?;
    let start = Instant::now();
    let mut said = Vec::new();
    while !parse(&said).0.ended {
        let left = limit.saturating_sub(start.elapsed());
        let Ok(left) = Timespec::try_from(left) else { break };
        let mut waiting = [PollFd::new(terminal, PollFlags::IN)];
        if poll(&mut waiting, Some(&left))? == 0 {
            break;
        }
        let mut buffer = [0; 1024];
        match rustix::io::read(terminal, &mut buffer)? {
            0 => break,
            read => said.extend_from_slice(&buffer[..read]),
        }
    }
    Ok(said)
}

/// The size of a cell by that of the window, where the terminal tells it in pixels.
fn cell_by_window() -> Option<(u16, u16)> {
    let window = tcgetwinsize(io::stdout()).ok()?;
    let cell = |pixels: u16, cells: u16| pixels.checked_div(cells).filter(|&size| size > 0);
    Some((cell(window.ws_xpixel, window.ws_col)?, cell(window.ws_ypixel, window.ws_row)?))
}

/// Tells answers from keys.
fn parse(said: &[u8]) -> (Answers, String) {
    let mut answers = Answers::default();
    let mut typed = Vec::new();
    let mut rest = said;
    while let Some(&first) = rest.first() {
        if let Some(length) = answers.take(rest) {
            rest = &rest[length..];
        } else {
            typed.push(first);
            rest = &rest[1..];
        }
    }
    let typed = String::from_utf8_lossy(&typed).replace('\n', "\r");
    (answers, typed.chars().filter(|&c| c == '\r' || !c.is_control()).collect())
}

impl Answers {
    /// Takes the answer that `said` begins with; its length.
    fn take(&mut self, said: &[u8]) -> Option<usize> {
        if let Some(body) = said.strip_prefix(b"\x1b_G") {
            let length = body.windows(2).position(|end| end == b"\x1b\\")?;
            self.kitty |= body[..length].ends_with(b";OK");
            return Some(3 + length + 2);
        }
        let body = said.strip_prefix(b"\x1b[")?;
        let length = body.iter().position(|byte| byte.is_ascii_alphabetic() || *byte == b'~')?;
        let parameters = std::str::from_utf8(&body[..length]).ok()?;
        let mut numbers = parameters.trim_start_matches('?').split(';').map(str::parse::<u16>);
        match body[length] {
            b'c' if parameters.starts_with('?') => {
                // The first number is the terminal's class.
                self.sixel = numbers.skip(1).any(|number| number == Ok(4));
                self.ended = true;
            }
            b't' if numbers.next() == Some(Ok(6)) => {
                let mut next = || numbers.next().and_then(Result::ok).filter(|&size| size > 0);
                let (height, width) = (next()?, next()?);
                self.cell = Some((width, height));
            }
            _ => return None,
        }
        Some(2 + length + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_told_from_keys() {
        let (answers, typed) = parse(b"net\x1b_Gi=31;OK\x1b\\ A\x1b[6;20;10t\r\x1b[?62;4;22c");
        assert!(answers.kitty && answers.sixel && answers.ended);
        assert_eq!(answers.cell, Some((10, 20)));
        assert_eq!(typed, "net A\r");
    }

    #[test]
    fn a_terminal_without_pictures_says_so() {
        let (answers, typed) = parse(b"\x1b[?64;1;2;6c");
        assert_eq!(answers, Answers { ended: true, ..Answers::default() });
        assert_eq!(typed, "");
        let (answers, _) = parse(b"\x1b_Gi=31;ENOTSUPPORTED:no\x1b\\");
        assert_eq!(answers, Answers::default());
    }

    #[test]
    fn half_an_answer_is_waited_for() {
        for said in [&b"\x1b[?62;4"[..], b"\x1b_Gi=31;O", b"\x1b", b""] {
            assert_eq!(parse(said).0, Answers::default());
        }
    }
}
