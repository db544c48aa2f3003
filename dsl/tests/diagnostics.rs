//! What a reader sees of the classic mistakes.

mod common;

use common::{codes, rendered};
use insta::assert_snapshot;
use netlet_dsl::diagnostic::{Colour, render};
use netlet_dsl::source::Sources;

#[test]
fn a_misspelt_layer_gets_the_nearest_one() {
    assert_snapshot!(rendered("net A(1x28x28) { cnov 6 5x5 }"), @r"
    error[unknown-layer]: there is no layer `cnov`
       ╭─[ test.net:1:18 ]
       │
     1 │ net A(1x28x28) { cnov 6 5x5 }
       │                  ──┬─
       │                    ╰─── unknown layer
       │
       │ Help: did you mean `conv`?
    ───╯
    ");
}

#[test]
fn a_linear_without_flatten_gets_the_flatten() {
    assert_snapshot!(rendered("net A(1x28x28) {\n    conv 16 5x5 -> relu\n    linear 10\n}"), @r"
    error[expected-vector]: `linear` takes a vector, but gets a feature map of 16x24x24
       ╭─[ test.net:3:5 ]
       │
     2 │     conv 16 5x5 -> relu
       │     ─────┬─────
       │          ╰─────── `conv 16 5x5` gives 16x24x24
     3 │     linear 10
       │     ────┬────
       │         ╰────── takes a vector
       │
       │ Help: put `flatten` before it, which gives 9216 features
    ───╯
    ");
}

#[test]
fn a_window_larger_than_its_input_shows_the_arithmetic() {
    assert_snapshot!(rendered("net A(1x4x4) { conv 6 5x5 }"), @r"
    error[window-too-large]: a window of 5x5 does not fit into 4x4
       ╭─[ test.net:1:16 ]
       │
     1 │ net A(1x4x4) { conv 6 5x5 }
       │       ──┬──    ─────┬────
       │         ╰────────────────── the input is 4x4
       │                     │
       │                     ╰────── window larger than its input
       │
       │ Help: take a smaller window, more padding, or fewer poolings before it
       │
       │ Note: the output would be (4 - 5 + 2*0)/1 + 1 = 0
    ───╯
    ");
}

#[test]
fn a_missing_argument_shows_the_signature() {
    assert_snapshot!(rendered("net A(1x8x8) { conv 6 }"), @r"
    error[missing-argument]: `conv` needs its window
       ╭─[ test.net:1:16 ]
       │
     1 │ net A(1x8x8) { conv 6 }
       │                ──┬─
       │                  ╰─── window is missing
       │
       │ Note: it is written `conv channels window stride=1 pad=0 dilation=1 groups=1 bias=yes`
    ───╯
    ");
}

#[test]
fn an_unknown_key_gets_the_nearest_one() {
    assert_snapshot!(rendered("net A(1x8x8) { conv 6 3 strid=2 }"), @r"
    error[unknown-key]: `conv` has no key `strid`
       ╭─[ test.net:1:25 ]
       │
     1 │ net A(1x8x8) { conv 6 3 strid=2 }
       │                         ──┬──
       │                           ╰──── unknown key
       │
       │ Help: did you mean `stride`?
       │
       │ Note: it is written `conv channels window stride=1 pad=0 dilation=1 groups=1 bias=yes`
    ───╯
    ");
}

#[test]
fn a_skip_that_does_not_fit_shows_both_shapes() {
    let text = "net A(3x8x8) {\n    conv 8 3 pad=1 -> relu\n    skip add {\n        conv 16 3 pad=1 -> batchnorm\n    }\n}";
    assert_snapshot!(rendered(text), @r"
    error[join-mismatch]: the body of `skip` gives 16x8x8, but the skip carries 8x8x8
       ╭─[ test.net:3:10 ]
       │
     2 │     conv 8 3 pad=1 -> relu
       │     ───────┬──────
       │            ╰──────── `conv 8 3 pad=1` gives 8x8x8
     3 │     skip add {
       │          ─┬─
       │           ╰─── cannot add 8x8x8 and 16x8x8
     4 │         conv 16 3 pad=1 -> batchnorm
       │         ───────┬───────
       │                ╰───────── `conv 16 3 pad=1` gives 16x8x8
       │
       │ Help: let the body end with a layer that gives 8x8x8
    ───╯
    ");
}

#[test]
fn an_unknown_label_gets_the_nearest_one() {
    let text = "net A(3x8x8) { relu as stem -> tanh -> concat sten }";
    assert_snapshot!(rendered(text), @r"
    error[unknown-label]: no layer has the label `sten`
       ╭─[ test.net:1:47 ]
       │
     1 │ net A(3x8x8) { relu as stem -> tanh -> concat sten }
       │                                               ──┬─
       │                                                 ╰─── unknown label
       │
       │ Help: did you mean `stem`?
    ───╯
    ");
}

#[test]
fn a_name_defined_twice_is_shown_twice() {
    assert_snapshot!(rendered("net A(3) { relu }\nnet A(3) { tanh }"), @r"
    error[duplicate-name]: `A` is defined twice
       ╭─[ test.net:2:5 ]
       │
     1 │ net A(3) { relu }
       │     ┬
       │     ╰── first here
     2 │ net A(3) { tanh }
       │     ┬
       │     ╰── again here
       │
       │ Help: give one of them another name
    ───╯
    ");
}

#[test]
fn spans_are_bytes_and_render_behind_any_characters() {
    let text = "# été 日本 → 🙂\nnet A(3) { relu } # 🙂\ndata d = mnist \"dossier/été\" -> hflip";
    assert_snapshot!(rendered(text), @r#"
    error[not-yet]: a transform of data is not supported yet
       ╭─[ test.net:3:33 ]
       │
     3 │ data d = mnist "dossier/été" -> hflip
       │                                 ──┬──
       │                                   ╰──── part of the language, but still to come
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
        "bad-argument",
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
    let expected = "expected a key, a value, `}` or `as`, but found `→`";
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
