//! Reading cells: as many lines as the parser asks for, with history and completion.

use std::io::{self, Write};
use std::path::PathBuf;

use netlet_dsl::check::Scope;
use netlet_dsl::{Completeness, completeness};
use rustyline::config::{BellStyle, CompletionType};
use rustyline::error::ReadlineError;
use rustyline::history::FileHistory;
use rustyline::{Config, Editor};

use super::assistant::Assistant;

const PROMPT: (&str, &str) = ("netlet> ", "\u{1b}[36mnetlet>\u{1b}[0m ");
const CONTINUATION: (&str, &str) = ("    ... ", "\u{1b}[2m    ...\u{1b}[0m ");

/// What the user gave.
pub(super) enum Input {
    /// A cell.
    Text(String),
    /// Nothing: Ctrl-C clears what was typed.
    Dropped,
    /// Ctrl-D.
    Left,
}

/// The line editor with its history file.
pub(super) struct LineEditor {
    editor: Editor<Assistant, FileHistory>,
    history: Option<PathBuf>,
    /// What was typed before anybody read lines.
    typed_ahead: String,
}

impl LineEditor {
    /// With what was typed already; a carriage return in it is Enter.
    pub(super) fn new(typed_ahead: String) -> rustyline::Result<Self> {
        let config = Config::builder()
            .completion_type(CompletionType::List)
            .bell_style(BellStyle::None)
            .build();
        let mut editor = Editor::with_config(config)?;
        editor.set_helper(Some(Assistant::default()));
        let history = history_file().ok().flatten();
        if let Some(path) = &history {
            // The first time there is none.
            let _ = editor.load_history(path);
        }
        Ok(Self { editor, history, typed_ahead })
    }

    /// Reads one cell. An empty line ends any cell, complete or not.
    pub(super) fn read(&mut self) -> rustyline::Result<Input> {
        self.go_on_from("");
        let mut text = match self.line(&PROMPT, 0) {
            Ok(line) => line,
            Err(end) => return ended(end),
        };
        while let Completeness::Incomplete { indent } = completeness(&text) {
            self.go_on_from(&text);
            let line = match self.line(&CONTINUATION, indent) {
                Ok(line) => line,
                Err(end) => return ended(end),
            };
            if line.trim().is_empty() {
                break;
            }
            text.push('\n');
            text.push_str(&line);
        }
        self.remember(&text);
        Ok(Input::Text(text))
    }

    /// Knows what a session has defined from now on.
    pub(super) fn offer(&mut self, scope: &Scope) {
        if let Some(assistant) = self.editor.helper_mut() {
            assistant.scope = scope.clone();
        }
    }

    /// The lines of the cell that were entered before the one that is typed now.
    fn go_on_from(&mut self, text: &str) {
        if let Some(assistant) = self.editor.helper_mut() {
            assistant.before.clear();
            assistant.before.push_str(text);
            assistant.before.extend((!text.is_empty()).then_some('\n'));
        }
    }

    fn line(&mut self, prompt: &(&str, &str), indent: usize) -> rustyline::Result<String> {
        if let Some((line, rest)) = self.typed_ahead.split_once('\r') {
            let line = line.to_owned();
            self.typed_ahead = rest.to_owned();
            writeln!(io::stdout(), "{}{line}", prompt.0)?;
            return Ok(line);
        }
        let begun = " ".repeat(indent) + &std::mem::take(&mut self.typed_ahead);
        self.editor.readline_with_initial(prompt, (&begun, ""))
    }

    /// A cell is remembered at once, so that a crash loses nothing. A home that cannot be written
    /// is no reason to stop.
    fn remember(&mut self, text: &str) {
        if !text.trim().is_empty() && self.editor.add_history_entry(text).is_ok_and(|added| added) {
            let _ = self.history.as_ref().map(|path| self.editor.append_history(path));
        }
    }
}

fn ended(end: ReadlineError) -> rustyline::Result<Input> {
    match end {
        ReadlineError::Interrupted => Ok(Input::Dropped),
        ReadlineError::Eof => Ok(Input::Left),
        other => Err(other),
    }
}

/// `netlet/history.txt` in the user's data folder, which is made first; none where there is no home.
///
/// # Errors
/// When the folder cannot be made.
pub fn history_file() -> io::Result<Option<PathBuf>> {
    let Some(folder) = dirs::data_dir() else { return Ok(None) };
    let folder = folder.join("netlet");
    std::fs::create_dir_all(&folder)?;
    Ok(Some(folder.join("history.txt")))
}
