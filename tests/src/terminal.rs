//! A terminal with a program in it, whose screen a test reads.

use std::io::{Read, Write};
use std::num::NonZero;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

use crate::program;

/// The longest that a screen may take to show what a test waits for. The first start may build
/// the runtime.
const PATIENCE: Duration = Duration::from_secs(300);
/// A program's question for where the cursor is, which every terminal answers.
const WHERE_IS_THE_CURSOR: &[u8] = b"\x1b[6n";

type Input = Arc<Mutex<Box<dyn Write + Send>>>;

/// A running `netlet` in a terminal of its own.
pub struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    input: Input,
    screen: Arc<Mutex<vt100::Parser>>,
    _master: Box<dyn MasterPty + Send>,
}

impl Terminal {
    /// Starts `netlet` with `arguments` in `folder`, which is its home too, in a terminal of
    /// `rows` and `columns`.
    pub fn start(folder: &Path, arguments: &[&str], rows: u16, columns: u16) -> Self {
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).expect("a pseudo-terminal");
        let mut command = CommandBuilder::new(program::path());
        command.args(arguments);
        command.cwd(folder);
        command.env("XDG_DATA_HOME", folder);
        command.env("TERM", "xterm-256color");
        let child = pair.slave.spawn_command(command).expect("netlet starts");
        drop(pair.slave);
        let of = |cells| NonZero::new(cells).expect("a terminal with cells");
        let screen = Arc::new(Mutex::new(vt100::Parser::new(of(rows), of(columns), 2000)));
        let mut output = pair.master.try_clone_reader().expect("the terminal's output");
        let input = pair.master.take_writer().expect("the terminal's input");
        let input: Input = Arc::new(Mutex::new(input));
        let (parser, answers) = (Arc::clone(&screen), Arc::clone(&input));
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(read @ 1..) = output.read(&mut buffer) {
                let mut parser = parser.lock().unwrap_or_else(PoisonError::into_inner);
                parser.process(&buffer[..read]);
                let mut asked = buffer[..read].windows(WHERE_IS_THE_CURSOR.len());
                if asked.any(|bytes| bytes == WHERE_IS_THE_CURSOR) {
                    let (row, column) = parser.screen().cursor_position();
                    write_to(&answers, &format!("\x1b[{};{}R", row + 1, column + 1));
                }
            }
        });
        Self { child, input, screen, _master: pair.master }
    }

    /// Types `text`; `\r` is Enter, `\u{3}` Ctrl-C, `\u{4}` Ctrl-D.
    pub fn type_text(&mut self, text: &str) {
        write_to(&self.input, text);
    }

    /// What the screen shows.
    pub fn screen(&self) -> String {
        self.screen.lock().unwrap_or_else(PoisonError::into_inner).screen().contents()
    }

    /// Waits until the screen shows `text`, and gives the screen.
    pub fn wait_for(&self, text: &str) -> String {
        self.wait_until(&format!("{text:?}"), |screen| screen.contains(text))
    }

    /// Waits until the prompt is there and nothing is typed at it. Before that the program does not
    /// read keys, and a Ctrl-D would be the terminal's own business.
    pub fn wait_for_prompt(&self) {
        let is_empty_prompt = |screen: &str| screen.trim_end().ends_with("\nnetlet>");
        self.wait_until("an empty prompt", is_empty_prompt);
    }

    /// Waits until the screen satisfies `shown`, and gives it.
    pub fn wait_until(&self, what: &str, shown: impl Fn(&str) -> bool) -> String {
        let start = Instant::now();
        loop {
            let screen = self.screen();
            if shown(&screen) {
                return screen;
            }
            assert!(start.elapsed() < PATIENCE, "waited for {what} in vain:\n{screen}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// The processes that the program has started, such as its worker.
    pub fn processes(&self) -> Vec<u32> {
        let own = self.child.process_id().expect("a running program").to_string();
        let output = Command::new("ps").args(["-o", "pid=", "--ppid", &own]).output();
        let listed = String::from_utf8(output.expect("ps runs").stdout).expect("UTF-8 of ps");
        listed.split_whitespace().filter_map(|pid| pid.parse().ok()).collect()
    }

    /// Waits for the program's end, and gives its exit code.
    pub fn wait_for_end(mut self) -> u32 {
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("an exit status") {
                return status.exit_code();
            }
            assert!(start.elapsed() < PATIENCE, "it never ended:\n{}", self.screen());
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

fn write_to(input: &Input, text: &str) {
    let mut input = input.lock().unwrap_or_else(PoisonError::into_inner);
    input.write_all(text.as_bytes()).expect("the terminal takes input");
    input.flush().expect("the terminal takes input");
}
