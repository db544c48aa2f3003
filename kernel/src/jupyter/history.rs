//! The cells that were run, for clients that ask.

use jupyter_protocol::{HistoryEntry, HistoryReply, HistoryRequest};

/// This session among those that a history could hold; it holds no other.
const SESSION: usize = 1;

/// The cells of this session.
#[derive(Debug, Default)]
pub(super) struct History {
    cells: Vec<(usize, String)>,
}

impl History {
    /// Remembers a cell by its execution count.
    pub(super) fn add(&mut self, count: usize, code: &str) {
        self.cells.push((count, code.to_owned()));
    }

    /// Answers a request, oldest cell first.
    pub(super) fn answer(&self, request: &HistoryRequest) -> HistoryReply {
        let all = self.cells.iter();
        let (found, output): (Vec<&(usize, String)>, bool) = match request {
            HistoryRequest::Tail { n, output, .. } => (last(all.collect(), *n), *output),
            HistoryRequest::Range { session, start, stop, output, .. } => {
                let known = [0, SESSION as i32].contains(&session.unwrap_or(0));
                let within =
                    |count: usize| (i64::from(*start)..i64::from(*stop)).contains(&(count as i64));
                (all.filter(|(count, _)| known && within(*count)).collect(), *output)
            }
            HistoryRequest::Search { pattern, unique, n, output, .. } => {
                let mut found: Vec<_> = all.filter(|(_, code)| matches(pattern, code)).collect();
                if *unique {
                    let mut seen = std::collections::HashSet::new();
                    found.reverse();
                    found.retain(|(_, code)| seen.insert(code));
                    found.reverse();
                }
                (last(found, *n), *output)
            }
        };
        HistoryReply::new(
            found.into_iter().map(|(count, code)| entry(*count, code, output)).collect(),
        )
    }
}

fn last<T>(mut items: Vec<T>, number: i32) -> Vec<T> {
    let number = usize::try_from(number).unwrap_or(0);
    items.split_off(items.len().saturating_sub(number))
}

fn entry(count: usize, code: &str, with_output: bool) -> HistoryEntry {
    if with_output {
        // Outputs are displays, of which a history keeps none.
        HistoryEntry::InputOutput(SESSION, count, (code.to_owned(), String::new()))
    } else {
        HistoryEntry::Input(SESSION, count, code.to_owned())
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
            history.add(count, code);
        }
        history
    }

    fn found(request: &HistoryRequest) -> Vec<(usize, String)> {
        let entries = history().answer(request).history.into_iter();
        entries
            .map(|entry| match entry {
                HistoryEntry::Input(SESSION, count, code)
                | HistoryEntry::InputOutput(SESSION, count, (code, _)) => (count, code),
                other => panic!("another session: {other:?}"),
            })
            .collect()
    }

    #[test]
    fn the_tail_is_the_last_cells() {
        let tail = |n| HistoryRequest::Tail { n, output: true, raw: true };
        assert_eq!(found(&tail(1)), [(4, "summary A".into())]);
        assert_eq!(found(&tail(9)).len(), 4);
        assert_eq!(found(&tail(-1)), []);
    }

    #[test]
    fn a_range_is_of_this_session_and_half_open() {
        let range = |session| HistoryRequest::Range {
            session: Some(session),
            start: 2,
            stop: 4,
            output: false,
            raw: true,
        };
        assert_eq!(found(&range(0)), [(2, "summary A".into()), (3, "net B".into())]);
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
}
