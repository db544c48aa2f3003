//! Texts written anew in the style of the language.

#[path = "common/meaning.rs"]
mod meaning;
#[path = "common/programs.rs"]
mod programs;

use std::path::Path;

use meaning::meaning;
use netlet_dsl::format::{WIDTH, format};
use netlet_dsl::source::Sources;
use proptest::prelude::*;

fn formatted(text: &str) -> String {
    let source = Sources::default().add("test.net", text);
    format(&source).unwrap_or_else(|errors| panic!("{text}\n{errors:#?}"))
}

/// Asserts that a text becomes another, which stays as it is, and that both mean the same.
#[track_caller]
fn becomes(text: &str, wanted: &str) {
    let once = formatted(text);
    assert_eq!(once, wanted, "\n--- is\n{once}--- wanted\n{wanted}");
    sound(text);
}

/// Asserts that a text is in style.
#[track_caller]
fn stays(text: &str) {
    becomes(text, text);
}

/// Asserts what holds for any text that can be read.
#[track_caller]
fn sound(text: &str) {
    let once = formatted(text);
    assert_eq!(meaning(text), meaning(&once), "the meaning changed:\n{text}\n--- became\n{once}");
    let twice = formatted(&once);
    assert_eq!(once, twice, "not settled:\n{text}\n--- became\n{once}\n--- then\n{twice}");
    let comments = |text: &str| {
        let all = netlet_dsl::syntax::tokens::tokens(text).into_iter();
        let all = all.filter(|token| token.kind == netlet_dsl::syntax::tokens::TokenKind::Comment);
        all.map(|token| text[token.span].trim_end().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(comments(text), comments(&once), "comments changed:\n{text}\n--- became\n{once}");
    let has_rust = text.contains("%%rust") || text.contains(":rust");
    if !has_rust {
        assert!(once.is_empty() || once.ends_with('\n') && !once.ends_with("\n\n"), "{once:?}");
        assert!(!once.contains("\n\n\n") && !once.starts_with('\n'), "{once:?}");
        for line in once.lines() {
            assert_eq!(line, line.trim_end(), "blanks at the end of a line");
        }
    }
}

#[test]
fn blanks_are_as_in_the_description() {
    becomes(
        "net  A (1x28x28 , classes = 10){conv  6 5x5  pad = 2->tanh\n linear classes}",
        "net A(1x28x28, classes=10) {\n    conv 6 5x5 pad=2 -> tanh\n    linear classes\n}\n",
    );
    becomes(
        "net D( photo :3x8x8,\n c:1 )\tstrict  init = he",
        "net D(photo: 3x8x8, c: 1) strict init=he\n",
    );
    becomes(
        "data d=csv \"a\"only=[ cat ,dog]split = 0.2->resize 3",
        "data d = csv \"a\" only=[cat, dog] split=0.2 -> resize 3\n",
    );
    becomes("net B=A( 3x64x64 ,classes = 5 , )", "net B = A(3x64x64, classes=5)\n");
    becomes("predict A on d[ 0 .. 8 ]  top = 5", "predict A on d[0..8] top=5\n");
    becomes("block b (c , n=2){relu}", "block b(c, n=2) { relu }\n");
}

#[test]
fn a_list_that_begins_close_to_a_name_stays_a_list() {
    becomes("show d[\na,b]", "show d [a, b]\n");
    becomes("show d[a,\nb] e[0..8]", "show d [a, b] e[0..8]\n");
    becomes("show d[ # one\na\n]", "show d [ # one\n    a\n]\n");
}

#[test]
fn values_keep_what_makes_them_one() {
    stays("scale c -1 c-1 c/4 in.channels*2 -c*-1 (8*c)x4x(d+1) 3x(c) 1e-3 x=-1\n");
    becomes(
        "conv (c+3)( -c ) \"a\"[b] (8 * c)x4 k=(a*-b+ not c)",
        "conv (c + 3) (-c) \"a\" [b] (8*c)x4 k=(a*-b + not c)\n",
    );
}

#[test]
fn conditions_have_blanks() {
    becomes(
        "block b(c){if c!=1 and not(c<2)or c==-3{relu}else if yes{elu}\nelse\n{tanh}}",
        "block b(c) {\n    if c != 1 and not (c < 2) or c == -3 { relu } else if yes { elu } else { tanh }\n}\n",
    );
    becomes("repeat (2 * n)-1 as i{conv i}", "repeat (2*n) - 1 as i { conv i }\n");
}

#[test]
fn bodies_stay_as_their_author_has_them() {
    stays("block x { relu }\n");
    stays("block x {\n    relu\n}\n");
    becomes("block x { ;relu ;; conv 3->elu; }", "block x { relu; conv 3 -> elu }\n");
    becomes(
        "block x { relu; conv 3 ->\nelu; }",
        "block x {\n    relu\n    conv 3\n        -> elu\n}\n",
    );
    becomes("block x {\n}\nblock y { }", "block x {}\nblock y {}\n");
    becomes("skip add\n{ relu }\n\nvia {\n}", "skip add { relu } via {}\n");
    becomes(
        "net A(3) { conv 64 3 stride=2 pad=1 bias=no -> batchnorm -> relu -> maxpool 3 stride=2 pad=1; skip add { relu } }",
        "net A(3) {\n    conv 64 3 stride=2 pad=1 bias=no -> batchnorm -> relu -> maxpool 3 stride=2 pad=1\n    skip add { relu }\n}\n",
    );
}

#[test]
fn branches_have_lines_where_their_braces_do() {
    stays("concat { | conv 64 1x1 -> relu | | maxpool 3; relu }\n");
    becomes(
        "concat {\n| conv 64 1x1 -> relu |\n\n# the second\n|\nmaxpool 3\nrelu\n } as a -> relu",
        "\
concat {
    | conv 64 1x1 -> relu
    |

    # the second
    | maxpool 3
        relu
} as a -> relu
",
    );
    stays(
        "\
concat {
    # above
    | # behind
        conv 3
    | skip add {
        relu
    } -> relu
    | conv 64 3 stride=2 pad=1 bias=no -> batchnorm -> relu -> maxpool 3 stride=2 pad=1 -> conv 4
        -> conv 5
    # below
}
",
    );
}

#[test]
fn long_chains_are_broken_before_arrows() {
    becomes(
        "conv 64 3 stride=2 pad=1 bias=no -> batchnorm -> relu -> maxpool 3 stride=2 pad=1 -> conv 128 3 -> relu -> flatten",
        "\
conv 64 3 stride=2 pad=1 bias=no -> batchnorm -> relu -> maxpool 3 stride=2 pad=1 -> conv 128 3
    -> relu -> flatten
",
    );
    becomes("data d = a ->\n  b -> c\n-> e", "data d = a\n    -> b -> c\n    -> e\n");
    becomes(
        "conv 64 3 -> skip add { conv 64 3 stride=2 pad=1 bias=no -> batchnorm -> relu -> conv 64 3 pad=1 -> batchnorm } -> relu",
        "\
conv 64 3 -> skip add {
    conv 64 3 stride=2 pad=1 bias=no -> batchnorm -> relu -> conv 64 3 pad=1 -> batchnorm
} -> relu
",
    );
}

#[test]
fn comments_stay_where_they_are() {
    becomes(
        "#first\n\n\n\n# second  \nnet A(3) { # head\n\n# own\nrelu # one\n  conv 3 6 # two\n\n\n# last\n\n} # behind",
        "\
#first

# second
net A(3) { # head
    # own
    relu     # one
    conv 3 6 # two

    # last
} # behind
",
    );
    becomes(
        "conv 3 -> # one\n# two\n relu # three\n-> elu",
        "conv 3 # one\n    # two\n    -> relu # three\n    -> elu\n",
    );
    becomes(
        "skip add # why\n{ relu } # what\n# more\nvia # then\n{}",
        "skip add { # why\n    relu\n} via { # what\n    # more\n    # then\n}\n",
    );
    becomes(
        "net A( # in\n 3x4 # shape\n ,\n# own\nc=1)\nshow [a, # one\nb]",
        "\
net A( # in
    3x4, # shape
    # own
    c=1,
)
show [
    a, # one
    b
]
",
    );
}

#[test]
fn long_inputs_and_lists_are_broken() {
    let name = "a_very_long_name_of_an_input";
    becomes(
        &format!("net A({name}1: 3x256x256, {name}2: 3x256x256, {name}3: 3x256x256) {{ concat }}"),
        &format!(
            "net A(\n    {name}1: 3x256x256,\n    {name}2: 3x256x256,\n    {name}3: 3x256x256,\n) {{\n    concat\n}}\n"
        ),
    );
    becomes(
        &format!("data d = csv only=[{name}1, {name}2, {name}3, {name}4] split=0.2"),
        &format!("data d = csv only=[\n    {name}1, {name}2, {name}3,\n    {name}4\n] split=0.2\n"),
    );
}

#[test]
fn rust_is_left_alone() {
    stays("%%rust\nfn main( ) {  \n\n\n} ");
    becomes("\n\n  relu\n\n\n\n :rust  \n x", "relu\n\n:rust  \n x");
    becomes("\n ;\n\n%%rust", "%%rust");
}

#[test]
fn what_cannot_be_read_is_said() {
    let source = Sources::default().add("test.net", "net A(3) { relu");
    let errors = format(&source).expect_err("the brace is open");
    assert_eq!(errors[0].code.word(), "unclosed");
}

#[test]
fn nothing_stays_nothing() {
    for text in ["", "\n\n", " ; \t\r\n;"] {
        assert_eq!(formatted(text), "");
    }
    becomes(" # only\r\n\r\n", "# only\n");
}

/// All texts of the language in the repository, and pieces of its documents that can be read.
fn texts() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let folders = ["stdlib/zoo", "notebooks", "docs", "docs/errors", "dsl/fuzz/corpus/language"];
    let entries = folders.iter().flat_map(|folder| std::fs::read_dir(root.join(folder)));
    let paths = entries.flatten().flatten().map(|entry| entry.path());
    let mut texts = vec![include_str!("../src/builtin.net").to_owned()];
    for path in paths {
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        match path.extension().and_then(|it| it.to_str()) {
            // Every second piece between fences is code.
            Some("md") => {
                let pieces = text.split("```").skip(1).step_by(2);
                let pieces = pieces.filter_map(|piece| piece.split_once('\n'));
                texts.extend(pieces.map(|(_, piece)| piece.to_owned()));
            }
            _ => texts.push(text),
        }
    }
    texts
}

#[test]
fn texts_of_the_repository_keep_their_meaning() {
    let texts = texts();
    let right = texts.iter().filter(|text| meaning(text).is_some());
    assert!(right.map(|text| sound(text)).count() > 0);
}

#[test]
fn the_own_text_of_the_language_is_in_style() {
    let text = include_str!("../src/builtin.net");
    assert_eq!(formatted(text), text);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

    #[test]
    fn programs_keep_their_meaning(text in programs::program()) {
        sound(&text);
        for line in formatted(&text).lines() {
            // What is longer cannot be broken: it has no arrow, list or brace to break at.
            let is_short = line.chars().count() <= WIDTH;
            let code = line.trim_start().trim_start_matches("-> ");
            prop_assert!(is_short || line.contains('#') || !code.contains(" -> "), "{line}");
        }
    }
}
