//! The kept texts of the fuzz target, and mutations of them, for where the target itself cannot be
//! run. `dsl/fuzz/README.md` says how to run that.

#[path = "common/asked.rs"]
mod asked;
#[path = "common/meaning.rs"]
mod meaning;
#[path = "common/whole_way.rs"]
mod whole_way;

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use whole_way::whole_way;

/// How many mutations are tried. They are the same in each run.
const MUTATIONS: usize = 2_000;
/// What no text may take, even without optimisation.
const LONGEST: Duration = Duration::from_secs(10);

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz")
}

/// The kept texts by their names, in order.
fn corpus() -> Vec<Vec<u8>> {
    let entries = fs::read_dir(folder().join("corpus/language")).expect("the corpus is kept");
    let mut paths = entries.map(|entry| entry.expect("an entry").path()).collect::<Vec<_>>();
    paths.sort();
    paths.iter().map(|path| fs::read(path).expect("a text")).collect()
}

/// The words of the dictionary.
fn words() -> Vec<Vec<u8>> {
    let text = fs::read_to_string(folder().join("language.dict")).expect("the dictionary is kept");
    let quoted = text.lines().filter(|line| !line.starts_with('#'));
    let quoted = quoted.filter_map(|line| line.split_once('"')?.1.rsplit_once('"'));
    let words = quoted.map(|(word, _)| {
        word.replace("\\x0a", "\n").replace("\\x1e", "\u{1e}").replace("\\\"", "\"")
    });
    words.map(String::into_bytes).collect()
}

#[track_caller]
fn stands(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let start = Instant::now();
    let outcome = catch_unwind(AssertUnwindSafe(|| whole_way(&text)));
    assert!(outcome.is_ok(), "this text breaks something:\n{text}\n{text:?}");
    assert!(start.elapsed() < LONGEST, "this text takes too long:\n{text}\n{text:?}");
}

#[test]
fn kept_texts_stand() {
    let corpus = corpus();
    assert!(!corpus.is_empty());
    corpus.iter().for_each(|text| stands(text));
}

#[test]
fn mutations_of_kept_texts_stand() {
    let mut mutator = Mutator { state: 1, corpus: corpus(), words: words() };
    for _ in 0..MUTATIONS {
        let text = mutator.mutation();
        stands(&text);
    }
}

struct Mutator {
    state: u64,
    corpus: Vec<Vec<u8>>,
    words: Vec<Vec<u8>>,
}

impl Mutator {
    /// A number below `count`, by Marsaglia's xorshift (2003).
    fn below(&mut self, count: usize) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        usize::try_from(self.state % count.max(1) as u64).expect("less than a usize")
    }

    /// A part of a text.
    fn part(&mut self, length: usize, longest: usize) -> std::ops::Range<usize> {
        let start = self.below(length + 1);
        start..(start + self.below(longest)).min(length)
    }

    /// A text of the corpus with a few changes.
    fn mutation(&mut self) -> Vec<u8> {
        let at = self.below(self.corpus.len());
        let mut text = self.corpus[at].clone();
        for _ in 0..=self.below(4) {
            let at = self.part(text.len(), 30);
            let piece = match self.below(5) {
                0 => Vec::new(),
                1 | 2 => {
                    let word = self.below(self.words.len());
                    self.words[word].clone()
                }
                3 => {
                    let part = self.part(text.len(), 60);
                    text[part].to_vec()
                }
                _ => {
                    let other = self.below(self.corpus.len());
                    let part = self.part(self.corpus[other].len(), 80);
                    self.corpus[other][part].to_vec()
                }
            };
            // Half of the pieces go in between, and half replace something.
            let end = if self.below(2) == 0 { at.start } else { at.end };
            text.splice(at.start..end, piece);
        }
        text
    }
}
