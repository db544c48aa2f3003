//! Any text gives a value or diagnostics.

mod common;

#[path = "common/asked.rs"]
mod asked;
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

/// A text that asks for more than is worked out is told so once, beside nothing else.
#[track_caller]
fn is_too_much(text: &str) {
    assert_eq!(common::codes(text), ["too-much-work"]);
}

#[test]
fn lines_of_a_large_open_network_are_limited_together() {
    let open = "net A(8)\nrepeat 9000 { linear 8 }\n";
    assert_eq!(common::codes(&format!("{open}{}", "linear 8\n".repeat(3))), [""; 0]);
    is_too_much(&format!("{open}{}", "linear 8\n".repeat(500)));
    is_too_much(&format!("net A(8)\n{}summary A", "relu\n".repeat(5_000)));
    is_too_much(&format!("net A(8)\nrelu\n{}", "repeat 0 { relu }\n".repeat(5_000)));
}

#[test]
fn networks_of_a_text_are_limited_together() {
    let nets = |count: usize, body: &str| {
        let net = |place| format!("net A{place}(8) {{ {body} }}\n");
        (0..count).map(net).collect::<String>()
    };
    assert_eq!(common::codes(&nets(3, "repeat 19000 { relu }")), [""; 0]);
    is_too_much(&format!("{}summary A19", nets(20, "repeat 19000 { relu }")));
    is_too_much(&format!("net B(8) {{ relu; relu }}\n{}", nets(20, "repeat 9000 { B }")));
    let members = (0..30).map(|place| format!("net B{place} = B(n={})\n", 19_000 + place));
    is_too_much(&format!(
        "net B(8, n=9) {{ repeat n {{ relu }} }}\n{}",
        members.collect::<String>()
    ));
    is_too_much("net A(8) { relu; repeat 10000000 { } }");
    let arguments = (0..500).map(|place| format!("a{place}=1")).collect::<Vec<_>>().join(", ");
    let members = (0..600).map(|place| format!("net C{place} = B\n")).collect::<String>();
    is_too_much(&format!("net A(8, {arguments}) {{ relu }}\nnet B = A({arguments})\n{members}"));
}

#[test]
fn what_a_step_is_given_counts() {
    let many = |text: fn(usize) -> String| (0..400).map(text).collect::<Vec<_>>();
    let parameters = many(|place| format!("a{place}=1")).join(", ");
    let rounds = "net A(8) { relu; repeat 99999 { b yes } }";
    is_too_much(&format!("block b(c, {parameters}) {{ repeat 0 {{ relu }} }}\n{rounds}"));
    let conditions = many(|_| "else if no { relu }".to_owned()).join(" ");
    is_too_much(&format!("block b(c) {{ if no {{ relu }} {conditions} }}\n{rounds}"));
    let labels = many(|place| format!("relu as a{place}")).join("\n");
    is_too_much(&format!("block b(c) {{ if not c {{ {labels} }} }}\n{rounds}"));
    is_too_much("block b(x, n) { if n > 0 { b [x, x] (n-1) } }\nnet A(8) { relu; b 1 40 }");
    let labelled = "repeat 9000 { relu as a } as r";
    let wrong = format!("net A(8) {{ {labelled}; repeat 400 {{ add {} }} }}", "z".repeat(30));
    assert_eq!(common::codes(&wrong), ["too-much-work", "unknown-label"]);
}

#[test]
fn networks_that_are_typed_line_by_line_are_no_trouble() {
    let layers = "conv 6 3x3 pad=1 stride=1 bias=no\nrelu\n".repeat(150);
    let text = format!("net A(1x28x28)\n{layers}summary A");
    assert_eq!(common::codes(&text), [""; 0]);
    assert_eq!(common::network(&text).layers().len(), 300);
}

#[test]
fn a_cell_after_one_that_asked_for_too_much_starts_anew() {
    let net = |place| format!("net A{place}(8) {{ repeat 19000 {{ relu }} }}\n");
    is_too_much(&(0..20).map(net).collect::<String>());
    let mut scope = Scope::default();
    for place in 0..20 {
        let statements = common::checked(&net(place), &scope).statements;
        statements.iter().for_each(|statement| scope.apply(statement));
    }
    assert_eq!(scope.net_names().count(), 20);
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
