//! Nothing that an editor asks breaks on any text, at any place of it.

#[path = "common/asked.rs"]
mod asked;
mod cases;

use std::path::Path;

use asked::ask_at;
use cases::case::Case;
use cases::{ROOT, files};
use netlet_dsl::check::Scope;

/// Places of a longer text are asked about in steps, so that each text has about so many of them.
const PLACES: usize = 150;

#[test]
fn every_place_of_the_corpus_can_be_asked_about() {
    let corpus = files(&Path::new(ROOT).join("tests/corpus"), "net");
    let zoo = files(&Path::new(ROOT).join("stdlib/zoo"), "net");
    assert!(corpus.len() > 50 && zoo.len() > 5);
    for path in corpus.iter().chain(&zoo) {
        let text = std::fs::read_to_string(path).expect("a text");
        for cell in Case::new(&text).cells {
            let step = cell.text.len() / PLACES + 1;
            for place in (0..=cell.text.len()).step_by(step) {
                ask_at(&cell.text, place, &Scope::default());
            }
        }
    }
}
