//! The colours of code in Python's and JupyterLab's clothes: their words are those of the language,
//! and what they take a word for is what the language takes it for.

use std::{env, fs};

use netlet_dsl::vocabulary::{self, Entry};
use netlet_tests::root;
use serde_json::json;

/// The words that both lexers read.
const WORDS: &str = "kernel/python/netlet/words.json";

/// The words as the language has them. After a change of it, write them anew:
///
/// ```sh
/// NETLET_ACCEPT=1 cargo test -p netlet-tests --release --test colours words
/// ```
#[test]
fn the_words_are_those_of_the_language() {
    let grammar = fs::read_to_string(root().join("grammar.pest")).expect("the grammar");
    let rule = |name: &str| {
        let lines = grammar.lines().filter_map(|line| line.split_once(" = "));
        let found = lines.into_iter().find(|(rule, _)| rule.trim() == name);
        found.unwrap_or_else(|| panic!("the grammar has no rule {name}")).1
    };
    let steps: Vec<&str> =
        rule("step_word").split(['{', '}', '|', ' ']).filter_map(|it| it.strip_suffix("_word")).collect();
    let reserved: Vec<&str> = rule("reserved").split('"').skip(1).step_by(2).collect();
    let items = vocabulary::WORDS.iter().map(|(word, _)| *word).filter(|word| !steps.contains(word));
    let names = |entries: &mut dyn Iterator<Item = Entry>| {
        entries.map(|entry| entry.name).collect::<Vec<_>>()
    };
    let words = json!({
        "items": items.collect::<Vec<_>>(),
        "steps": steps,
        "reserved": reserved,
        "layers": names(&mut vocabulary::layers()),
        "commands": names(&mut vocabulary::commands()),
        "sources": names(&mut vocabulary::sources()),
        "transforms": names(&mut vocabulary::transforms()),
    });
    let wanted = serde_json::to_string_pretty(&words).expect("JSON") + "\n";
    let path = root().join(WORDS);
    if env::var_os("NETLET_ACCEPT").is_some() {
        fs::write(&path, &wanted).expect("the words are written");
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(found == wanted, "{WORDS} is not up to date: run this test with NETLET_ACCEPT=1");
}
