//! Any text gives a value or diagnostics.

mod common;

#[path = "common/meaning.rs"]
mod meaning;
#[path = "common/whole_way.rs"]
mod whole_way;

use common::LENET;
use netlet_dsl::check::Scope;
use netlet_dsl::syntax::parse;
use proptest::prelude::*;
use whole_way::{NEXT_CELL, whole_way};

/// Pieces that make texts which are nearly right.
const PIECES: &[&str] = &[
    "net A(1x8x8) {",
    "net ",
    "data d = fashion_mnist",
    "train A on d",
    "}",
    "{",
    "(",
    ")",
    "[",
    "]",
    "conv 6 3",
    "maxpool 2",
    "flatten",
    "linear 10",
    "concat a",
    "skip add {",
    "skip",
    " as a",
    " -> ",
    "\n",
    ";",
    "#",
    "\"",
    "=",
    "pad=same",
    "stride=2",
    "0",
    "9999999999",
    "1e400",
    "-1",
    "0..8",
    "d[0..8]",
    "d[",
    "é",
    "→",
    "日本",
    "\u{feff}",
    "\r\n",
    "\t",
    "%%rust",
    "repeat 3 {",
    "if",
    "block b(c) {",
    "via {",
    "(c+3)",
    "c/4",
    "x",
    "3x",
    "yes",
    "no",
    "on",
    ".",
    ",",
    ":",
    "else",
    "else {",
    "nte A(3) {",
    "class B(x):",
    "for i {",
    "1_000",
    "1X28",
    "//",
    "&&",
    "×",
    "relu(",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..Default::default() })]

    #[test]
    fn any_characters(text in any::<String>()) {
        whole_way(&text);
    }

    #[test]
    fn any_pieces(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..40)) {
        whole_way(&pieces.concat());
        whole_way(&pieces.join(" "));
    }

    #[test]
    fn a_program_with_a_piece_put_in(at in 0..LENET.len(), piece in prop::sample::select(PIECES)) {
        whole_way(&format!("{}{piece}{}", &LENET[..at], &LENET[at..]));
    }

    #[test]
    fn a_program_with_a_part_cut_out(from in 0..LENET.len(), length in 0..40_usize) {
        let to = (from + length).min(LENET.len());
        whole_way(&format!("{}{}", &LENET[..from], &LENET[to..]));
    }
}

#[test]
fn cells_replace_their_own_lines() {
    let cells = ["net A(1x8x8)", "conv 4 3\nconv 4 3", "relu", "net A(1x9x9)", "conv 8 3"];
    whole_way(&cells.join(&NEXT_CELL.to_string()));
}

#[test]
fn deep_nesting_is_refused() {
    for bracket in ["{", "(", "[", "net A(1) { skip add { ", "[[", "conv ("] {
        whole_way(&bracket.repeat(20_000));
    }
    let text = format!("net A(1) {{ {} relu {} }}", "skip add {".repeat(80), "}".repeat(80));
    assert_eq!(common::codes(&text), ["too-deep"]);
    let text = format!("net A(1) {{ {} relu {} }}", "skip add {".repeat(60), "}".repeat(60));
    assert_eq!(common::codes(&text), [""; 0]);
}

#[test]
fn long_texts_are_no_trouble() {
    let layers = "conv 6 3 pad=1 -> relu\n".repeat(2_000);
    whole_way(&format!("net A(6x8x8) {{\n{layers}}}"));
    whole_way(&"conv = \n".repeat(500));
}

#[test]
fn a_line_outside_of_a_network_may_go_on_with_an_arrow() {
    let text = "net A(1x8x8)\nconv 6 3 pad=1 # wide\n\n    -> relu\n    -> maxpool 2\nflatten";
    assert_eq!(common::codes(text), [""; 0]);
    assert_eq!(common::network(text).output().to_string(), "96");
}

#[test]
fn nothing_gives_nothing() {
    for text in ["", "\n\n", "# only a comment", "  ;; \t\r\n# a\n;"] {
        let source = Scope::default().sources.add("test", text);
        let program = parse(&source).expect("nothing is no error");
        assert!(program.items.is_empty());
        assert!(common::codes(text).is_empty());
    }
}
