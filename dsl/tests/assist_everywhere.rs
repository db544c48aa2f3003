//! Nothing that an editor asks breaks on any text, at any place of it.

#[path = "common/asked.rs"]
mod asked;
mod cases;

use std::path::Path;

use asked::ask_at;
use cases::case::Case;
use cases::{ROOT, files};
use netlet_dsl::check::Scope;

/// Of the zoo's texts, which are longer, so many places are asked about, and of the corpus all.
const PLACES: usize = 100;

#[test]
fn every_place_of_the_corpus_can_be_asked_about() {
    let corpus = files(&Path::new(ROOT).join("tests/corpus"), "net");
    let zoo = files(&Path::new(ROOT).join("stdlib/zoo"), "net");
    assert!(corpus.len() > 50 && zoo.len() > 5);
    for path in &corpus {
        Case::new(&read(path)).cells.iter().for_each(|cell| ask_everywhere(&cell.text, 1));
    }
    for path in &zoo {
        let text = read(path);
        ask_everywhere(&text, text.len() / PLACES + 1);
    }
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).expect("a text")
}

fn ask_everywhere(text: &str, step: usize) {
    for place in (0..=text.len()).step_by(step) {
        ask_at(text, place, &Scope::default());
    }
}
