//! Reading cells: as many lines as the parser asks for, with history and completion.

use std::path::{Path, PathBuf};

use netlet_dsl::assist::{self, Candidate};
use netlet_dsl::check::{self, Scope};
use netlet_dsl::{Completeness, completeness};
use rustyline::completion::{Completer, Pair};
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::FileHistory;
use rustyline::validate::Validator;
use rustyline::{Context, Editor, Helper};

use crate::assist::files;
use crate::session::Texts;

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
}

impl LineEditor {
    pub(super) fn new() -> rustyline::Result<Self> {
        let mut editor = Editor::new()?;
        editor.set_helper(Some(Assistant::default()));
        let history = history_file();
        if let Some(path) = &history {
            // The first time there is none.
            let _ = editor.load_history(path);
        }
        Ok(Self { editor, history })
    }

    /// Reads one cell. An empty line ends any cell, complete or not.
    pub(super) fn read(&mut self) -> rustyline::Result<Input> {
        self.set_above(String::new());
        let mut text = match self.line(&PROMPT, 0) {
            Ok(line) => line,
            Err(end) => return ended(end),
        };
        while let Completeness::Incomplete { indent } = completeness(&text) {
            self.set_above(format!("{text}\n"));
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

    /// Completes what a session knows from now on.
    pub(super) fn offer(&mut self, scope: &Scope) {
        if let Some(assistant) = self.editor.helper_mut() {
            assistant.scope = scope.clone();
        }
    }

    /// Notes the lines above the one that is read next.
    fn set_above(&mut self, above: String) {
        if let Some(assistant) = self.editor.helper_mut() {
            assistant.above = above;
        }
    }

    fn line(&mut self, prompt: &(&str, &str), indent: usize) -> rustyline::Result<String> {
        self.editor.readline_with_initial(prompt, (&" ".repeat(indent), ""))
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

/// `netlet/history.txt` in the user's data folder.
fn history_file() -> Option<PathBuf> {
    let folder = dirs::data_dir()?.join("netlet");
    std::fs::create_dir_all(&folder).ok()?;
    Some(folder.join("history.txt"))
}

/// What helps at the prompt.
#[derive(Default)]
struct Assistant {
    /// What the session knows.
    scope: Scope,
    /// The lines of the cell above the one that is typed, each with its newline.
    above: String,
}

impl Completer for Assistant {
    type Candidate = Pair;

    fn complete(
        &self,
        line: &str,
        position: usize,
        _: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<Pair>)> {
        let library = Texts::new(Path::new(""));
        let context = check::Context { library: &library, ..check::Context::default() };
        let text = format!("{}{line}", self.above);
        let place = self.above.len() + position;
        let found = assist::complete(&text, place, &self.scope, context, &files);
        let pair = |item: Candidate| Pair { display: item.text.clone(), replacement: item.text };
        let start = found.range.start - self.above.len();
        Ok((start, found.items.into_iter().map(pair).collect()))
    }
}

impl Hinter for Assistant {
    type Hint = String;
}

impl Highlighter for Assistant {}
impl Validator for Assistant {}
impl Helper for Assistant {}
