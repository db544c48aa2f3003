//! The cells that were run, in this session and in those before, for clients that ask.
//!
//! They are kept in a file of one JSON object a line, which all kernels of a user append to.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use jupyter_protocol::{HistoryEntry, HistoryReply, HistoryRequest};
use serde::{Deserialize, Serialize};

use crate::files::write_whole;

/// The most cells of earlier sessions that are kept: some megabytes of usual ones.
const KEPT: usize = 10_000;

/// A cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    /// Sessions count from 1.
    session: usize,
    /// The cell's execution count; 0 where a session began.
    line: usize,
    code: String,
}

/// The cells of this session and of earlier ones.
#[derive(Debug)]
pub(super) struct History {
    cells: Vec<Entry>,
    session: usize,
    file: Option<File>,
}

impl Default for History {
    /// A history of this session alone, which is forgotten with it.
    fn default() -> Self {
        Self { cells: Vec::new(), session: 1, file: None }
    }
}

impl History {
    /// The history at `path`, which this session goes on with.
    ///
    /// # Errors
    /// When the file or its folder cannot be read or written.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
        // Sessions that begin at once must not take the same number.
        let lock = File::create(path.with_extension("lock"))?;
        lock.lock()?;
        let text = match fs::read(path) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(error),
        };
        // A line that a crash cut off is left out.
        let entries = text.lines().filter_map(|line| serde_json::from_str::<Entry>(line).ok());
        let mut cells = entries.collect::<Vec<_>>();
        let session = cells.iter().map(|cell| cell.session).max().unwrap_or(0) + 1;
        if cells.len() > 2 * KEPT {
            cells.drain(..cells.len() - KEPT);
            let lines = cells.iter().map(line).collect::<Vec<_>>();
            write_whole(path, lines.concat().as_bytes())?;
        }
        let mut file = OpenOptions::new().append(true).create(true).open(path)?;
        let cut_off = !text.is_empty() && !text.ends_with('\n');
        let begun = Entry { session, line: 0, code: String::new() };
        file.write_all(format!("{}{}", if cut_off { "\n" } else { "" }, line(&begun)).as_bytes())?;
        cells.retain(|cell| cell.line > 0);
        Ok(Self { cells, session, file: Some(file) })
    }

    /// Remembers a cell by its execution count.
    ///
    /// # Errors
    /// When it cannot be written; then only this session remembers it.
    pub(super) fn add(&mut self, count: usize, code: &str) -> io::Result<()> {
        let cell = Entry { session: self.session, line: count, code: code.to_owned() };
        // One write a line, so that the lines of several kernels stay whole.
        let written = self.file.as_mut().map(|file| file.write_all(line(&cell).as_bytes()));
        self.cells.push(cell);
        written.unwrap_or(Ok(()))
    }

    /// Answers a request, oldest cell first.
    pub(super) fn answer(&self, request: &HistoryRequest) -> HistoryReply {
        let all = self.cells.iter();
        let (found, output): (Vec<&Entry>, bool) = match request {
            HistoryRequest::Tail { n, output, .. } => (last(all.collect(), *n), *output),
            HistoryRequest::Range { session, start, stop, output, .. } => {
                let session = self.session_of(session.unwrap_or(0));
                let within = |cell: &Entry| {
                    (i64::from(*start)..i64::from(*stop)).contains(&(cell.line as i64))
                };
                let of = |cell: &&Entry| Some(cell.session) == session && within(cell);
                (all.filter(of).collect(), *output)
            }
            HistoryRequest::Search { pattern, unique, n, output, .. } => {
                let mut found: Vec<_> = all.filter(|cell| matches(pattern, &cell.code)).collect();
                if *unique {
                    let mut seen = std::collections::HashSet::new();
                    found.reverse();
                    found.retain(|cell| seen.insert(&cell.code));
                    found.reverse();
                }
                (last(found, *n), *output)
            }
        };
        HistoryReply::new(found.into_iter().map(|cell| entry(cell, output)).collect())
    }

    /// A session by number; 0 is this one, and what is below counts back from it.
    fn session_of(&self, number: i32) -> Option<usize> {
        let number = i64::from(number);
        let own = self.session as i64;
        usize::try_from(if number > 0 { number } else { own + number }).ok()
    }
}

/// Where the history of notebooks is kept: beside the prompt's.
pub(super) fn file() -> Option<PathBuf> {
    Some(dirs::data_dir()?.join("netlet").join("notebooks.jsonl"))
}

fn line(cell: &Entry) -> String {
    serde_json::to_string(cell).expect("numbers and a text are JSON") + "\n"
}

fn last<T>(mut items: Vec<T>, number: i32) -> Vec<T> {
    let number = usize::try_from(number).unwrap_or(0);
    items.split_off(items.len().saturating_sub(number))
}

fn entry(cell: &Entry, with_output: bool) -> HistoryEntry {
    let Entry { session, line, code } = cell.clone();
    if with_output {
        // Outputs are displays, of which a history keeps none.
        HistoryEntry::InputOutput(session, line, (code, String::new()))
    } else {
        HistoryEntry::Input(session, line, code)
    }
}

/// Whether a text is as a pattern says: `*` stands for anything, `?` for one character.
fn matches(pattern: &str, text: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let text: Vec<char> = text.chars().collect();
    let (mut p, mut t) = (0, 0);
    // Where to go on from when the last star has to take one character more.
    let mut again = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                again = Some((p, t));
                p += 1;
            }
            Some(&c) if c == '?' || c == text[t] => {
                p += 1;
                t += 1;
            }
            _ => {
                let Some((star, taken)) = again else { return false };
                again = Some((star, taken + 1));
                p = star + 1;
                t = taken + 1;
            }
        }
    }
    pattern[p..].iter().all(|&c| c == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn history() -> History {
        let mut history = History::default();
        for (count, code) in (1..).zip(["net A", "summary A", "net B", "summary A"]) {
            history.add(count, code).expect("memory");
        }
        history
    }

    fn found_in(history: &History, request: &HistoryRequest) -> Vec<(usize, String)> {
        let entries = history.answer(request).history.into_iter();
        let cell = |entry| match entry {
            HistoryEntry::Input(_, count, code)
            | HistoryEntry::InputOutput(_, count, (code, _)) => (count, code),
        };
        entries.map(cell).collect()
    }

    fn found(request: &HistoryRequest) -> Vec<(usize, String)> {
        found_in(&history(), request)
    }

    fn range(session: i32) -> HistoryRequest {
        let (start, stop) = (2, 4);
        HistoryRequest::Range { session: Some(session), start, stop, output: false, raw: true }
    }

    #[test]
    fn the_tail_is_the_last_cells() {
        let tail = |n| HistoryRequest::Tail { n, output: true, raw: true };
        assert_eq!(found(&tail(1)), [(4, "summary A".into())]);
        assert_eq!(found(&tail(9)).len(), 4);
        assert_eq!(found(&tail(-1)), []);
    }

    #[test]
    fn a_range_is_of_one_session_and_half_open() {
        let both = [(2, "summary A".into()), (3, "net B".into())];
        assert_eq!(found(&range(0)), both);
        assert_eq!(found(&range(1)), both);
        assert_eq!(found(&range(-1)), []);
    }

    #[test]
    fn a_search_takes_wildcards_and_may_drop_repetitions() {
        let search = |pattern: &str, unique| HistoryRequest::Search {
            pattern: pattern.into(),
            unique,
            output: false,
            raw: true,
            n: 10,
        };
        assert_eq!(found(&search("net ?", false)).len(), 2);
        assert_eq!(found(&search("*A", false)).len(), 3);
        assert_eq!(found(&search("summary*", true)), [(4, "summary A".into())]);
        assert_eq!(found(&search("net", false)), []);
    }

    #[test]
    fn a_session_finds_the_cells_of_those_before_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("new/history.jsonl");
        let mut first = History::open(&path).expect("a new file");
        let mut second = History::open(&path).expect("at the same time");
        first.add(2, "net A\n# é").expect("a line");
        second.add(2, "net B").expect("a line");
        // What a crash left of a line.
        let mut file = OpenOptions::new().append(true).open(&path).expect("the file");
        file.write_all(b"{\"session\": 2, \"li").expect("half a line");
        let mut third = History::open(&path).expect("the same file");
        third.add(2, "net C").expect("a line");
        assert_eq!(found_in(&third, &range(0)), [(2, "net C".into())]);
        assert_eq!(found_in(&third, &range(-1)), [(2, "net B".into())]);
        assert_eq!(found_in(&third, &range(1)), [(2, "net A\n# é".into())]);
        let fourth = History::open(&path).expect("the same file");
        let tail = HistoryRequest::Tail { n: 9, output: false, raw: true };
        assert_eq!(found_in(&fourth, &tail).len(), 3);
    }
}
