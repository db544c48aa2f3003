//! What diagnostics have in common. The classic mistakes are in `tests/corpus/error`.

mod common;

use common::{codes, rendered};
use insta::assert_snapshot;
use netlet_dsl::diagnostic::{Colour, render};
use netlet_dsl::source::Sources;

#[test]
fn spans_are_bytes_and_render_behind_any_characters() {
    let text = "# été 日本 → 🙂\nnet A(3) { relu } # 🙂\ndata d = mnist \"dossier/été\" -> hflop";
    assert_snapshot!(rendered(text), @r#"
    error[unknown-transform]: there is no transform `hflop`
       ╭─[ test.net:3:33 ]
       │
     3 │ data d = mnist "dossier/été" -> hflop
       │                                 ──┬──
       │                                   ╰──── unknown transform
       │
       │ Help: did you mean `hflip`?
    ───╯
    "#);
}

#[test]
fn an_open_brace_is_pointed_to() {
    assert_snapshot!(rendered("net A(3) {\n    relu\n"), @r"
    error[unclosed]: this `{` is never closed
       ╭─[ test.net:1:10 ]
       │
     1 │ net A(3) {
       │          ┬
       │          ╰── opened here
       │
       │ Help: add the missing `}`
    ───╯
    ");
}

#[test]
fn every_item_with_an_error_is_reported() {
    let text = "net A(3) { conv = }\nnet B(3) { relu }\ntrain A on\n}\nshow \"x";
    assert_eq!(codes(text), ["unexpected", "unexpected", "unopened", "endless-string"]);
    let text = "net A(1x8x8) { cnov 3 3 -> relu -> maxpoll 2\n linear 10 }\nsumary A\nshow d";
    let expected = ["unknown-layer", "unknown-layer", "unknown-command", "unknown-name"];
    assert_eq!(codes(text), expected);
}

#[test]
fn all_errors_of_one_layer_are_reported() {
    let found = codes("net A(1x8x8) { conv 0 x stride=no groups=0 colour=red 7 }");
    let expected = [
        "bad-argument",
        "unknown-variable",
        "bad-argument",
        "bad-argument",
        "unknown-key",
        "extra-argument",
    ];
    assert_eq!(found, expected);
}

#[test]
fn errors_are_told_in_words_of_the_language() {
    let headline = |text: &str| common::diagnostics(text)[0].headline.clone();
    let expected = "expected `=` or `(`, but found `1x8x8`";
    assert_eq!(headline("net A 1x8x8 { relu }"), expected);
    assert_eq!(headline("data = fashion_mnist"), "expected a name, but found `=`");
    assert_eq!(
        headline("summary A;;\ntrain A on B epochs="),
        "expected a value, but the text ends"
    );
    assert_eq!(headline("nte A(3) { relu }"), "there is no command `nte`");
    let expected = "expected the end of the line, but found `net`";
    assert_eq!(headline("net A(3) { relu } net B(3) { relu }"), expected);
    let expected = "expected an argument, `}`, `->` or `as`, but found `→`";
    assert_eq!(headline("net A(3) { relu → tanh }"), expected);
}

#[test]
fn diagnostics_travel_as_data() {
    let found = common::diagnostics("net A(1x28x28) { cnov 6 5x5 }").remove(0);
    let packed = rmp_serde::to_vec_named(&found).expect("plain data");
    assert_eq!(rmp_serde::from_slice(&packed).ok(), Some(found.clone()));
    let mut sources = Sources::default();
    sources.add("test.net", "net A(1x28x28) { cnov 6 5x5 }");
    assert!(render(&found, &sources, Colour::Ansi).contains("\x1b["));
}

#[test]
fn inputs_that_nothing_uses_are_an_error_once_there_are_layers() {
    assert_eq!(codes("net D(photo: 3x8x8, map: 1x8x8)"), [""; 0]);
    let text = "net D(photo: 3x8x8, map: 1x8x8) { repeat 0 { relu } }";
    assert_eq!(codes(text), ["no-current-value"]);
}

#[test]
fn a_block_with_an_error_says_nothing_more_where_it_is_called() {
    let text = "block b(c) { droppath conv c }\nnet A(3x8x8) { b 4 as one -> relu }\nsummary A";
    assert_eq!(codes(text).len(), 1, "{}", rendered(text));
}

#[test]
fn nothing_in_a_text_tells_a_terminal_what_to_do() {
    let text = "\u{9b}31m\u{1b}[2J # \u{202e}é\u{1b}\nnet A(3) { rleu\u{7} }\r\n";
    let drawn = rendered(text);
    assert!(!drawn.contains(|letter: char| letter.is_control() && letter != '\n'), "{drawn:?}");
    assert!(!drawn.contains('\u{202e}'), "{drawn:?}");
}

#[test]
fn a_misspelt_definition_may_have_any_blanks_behind_it() {
    assert_eq!(codes("nte \u{a0} A(3) { relu }"), ["unknown-command"]);
}

#[test]
fn words_of_the_language_are_no_names() {
    for word in ["and", "as", "else", "no", "not", "on", "or", "via", "yes"] {
        assert_eq!(codes(&format!("net {word}(3x8x8) {{ relu }}")), ["unexpected"], "{word}");
    }
}

#[test]
fn an_error_of_every_round_is_said_once() {
    assert_eq!(codes("net A(8) { repeat 19000 { liear 8 } }"), ["unknown-layer"]);
}
