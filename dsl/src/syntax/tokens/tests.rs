use pest::Parser;
use pest::iterators::Pair;
use proptest::prelude::*;

use super::super::{Grammar, Rule};
use super::TokenKind::*;
use super::{Token, TokenKind, tokens};

#[path = "../../../tests/common/programs.rs"]
mod programs;

/// The tokens of a text but its blanks.
fn kinds(text: &str) -> Vec<(TokenKind, &str)> {
    let tokens = tokens(text).into_iter().filter(|token| token.kind != Blank);
    tokens.map(|Token { kind, span }| (kind, &text[span])).collect()
}

/// Asserts that the tokens are the text.
fn lossless(text: &str) {
    let mut end = 0;
    for Token { kind, span } in tokens(text) {
        assert_eq!(span.start, end, "{kind:?} in {text:?}");
        assert!(span.end > end && text.is_char_boundary(span.end), "{kind:?} in {text:?}");
        end = span.end;
    }
    assert_eq!(end, text.len());
}

/// Asserts that each part that the grammar takes for one is one token of the same kind.
fn agrees(text: &str) {
    let tokens = tokens(text);
    let parsed = Grammar::parse(Rule::program, text);
    let parsed = parsed.unwrap_or_else(|error| panic!("{text}\n{error}"));
    parsed.for_each(|pair| agrees_on(pair, text, &tokens));
}

fn agrees_on(pair: Pair<'_, Rule>, text: &str, tokens: &[Token]) {
    let kinds: &[TokenKind] = match pair.as_rule() {
        Rule::name => &[Name, Call],
        Rule::path => &[Name, Device],
        Rule::key_name => &[Key],
        Rule::integer | Rule::real => &[Number],
        Rule::shape => &[Shape],
        Rule::flag => &[Flag],
        Rule::string => &[String],
        Rule::device => &[Device],
        Rule::equals => &[Equals],
        Rule::comma => &[Comma],
        Rule::bar => &[Bar],
        Rule::strict
        | Rule::as_word
        | Rule::else_word
        | Rule::from_word
        | Rule::head_word
        | Rule::if_word
        | Rule::repeat_word
        | Rule::share_word
        | Rule::skip_word
        | Rule::via_word
        | Rule::block_word
        | Rule::net_word
        | Rule::data_word
        | Rule::rust_word
        | Rule::on_word
        | Rule::and_word
        | Rule::or_word
        | Rule::not_word => &[Keyword],
        Rule::plus
        | Rule::dash
        | Rule::minus
        | Rule::times
        | Rule::divided
        | Rule::modulo
        | Rule::equal
        | Rule::unequal
        | Rule::at_most
        | Rule::at_least
        | Rule::below
        | Rule::above => &[Operator],
        Rule::begin_inputs | Rule::begin_body => &[Open],
        Rule::end_inputs | Rule::end_body | Rule::end_list => &[Close],
        _ => &[],
    };
    let span = pair.as_span();
    if !kinds.is_empty() {
        let same = |token: &&Token| token.span == (span.start()..span.end());
        let token = tokens.iter().find(same);
        // The name of a parameter or an argument before `=` is a key.
        let parent_names = pair.as_rule() == Rule::name;
        let is_right = token
            .is_some_and(|token| kinds.contains(&token.kind) || parent_names && token.kind == Key);
        assert!(is_right, "{:?} `{}`: {token:?}\n{text}", pair.as_rule(), pair.as_str());
    }
    pair.into_inner().for_each(|inner| agrees_on(inner, text, tokens));
}

const TEXTS: &[&str] = &[
    "net D(photo: 3x256x256, label : 3x256x256, cuda:3, c = 4,) strict init=he { relu }",
    "net A(3) { if c == 1 { relu if 3 } else if c { relu }\n else { skip add { relu } via {} as if2 } }",
    "data skip = a b=1 -> skip 3 -> if\n-> from c=3\nskip add { relu }",
    "net net = net(classes=3, 4)\nblock block(net) { net 3 -> data -> block net }",
    "train A on d as=3 on=4\nexport A \"dir\" as=rust\ndevice cuda:1; device cuda",
    "predict A on d[0..16] a=d[1..2]",
    "relu (8*c)x4x4 3x(c)x2 (c)x(d) (c)x4y (c) x4 (c)xenc1 [a, [1, -2]]",
    "relu (8*c)x4x(d+1)3 (c)x(d)x(e)y (c)x(\")x\")x3 c*(d)x4 -(c)x4 (c)x(d)x3x(e)",
    "conv a-1 -1 c/4 in.channels*2 layer1.0.conv1 1e-3 1E5 2.5 0.5e+3 a==b",
    "repeat (c + 3)*-2 as i { relu } as r\nif not a and b or c != d { head aux loss=0.3 training { relu } }",
    "share s { relu } -> share s -> from s.conv1 -> concat { | relu | | conv 3 as c }",
    "relu\n%%rust fn main() { \"# ",
    ":rust\n{{{",
    "data d = a -> # why\n\n data c=3 ->\nnet ->\nif\nrelu ->\nblock 3 ->\nif c { relu }",
    "# only\n\n;; # this",
    "relu yes no=no yes-1 \"# no comment\" # a comment \"\n",
];

#[test]
fn words_are_what_the_place_makes_of_them() {
    assert_eq!(
        kinds("net A(3x4, c=1) strict {\n  skip add { conv skip*2 3x3 bias=no as if }\n}"),
        [
            (Keyword, "net"),
            (Name, "A"),
            (Open, "("),
            (Shape, "3x4"),
            (Comma, ","),
            (Key, "c"),
            (Equals, "="),
            (Number, "1"),
            (Close, ")"),
            (Keyword, "strict"),
            (Open, "{"),
            (Newline, "\n"),
            (Keyword, "skip"),
            (Call, "add"),
            (Open, "{"),
            (Call, "conv"),
            (Name, "skip"),
            (Operator, "*"),
            (Number, "2"),
            (Shape, "3x3"),
            (Key, "bias"),
            (Equals, "="),
            (Flag, "no"),
            (Keyword, "as"),
            (Name, "if"),
            (Close, "}"),
            (Newline, "\n"),
            (Close, "}"),
        ]
    );
    assert_eq!(
        kinds("data d = mnist \"a\" -> resize (8*c)x4 ; d[0..8]\n%%rust\nlet a;"),
        [
            (Keyword, "data"),
            (Name, "d"),
            (Equals, "="),
            (Call, "mnist"),
            (String, "\"a\""),
            (Arrow, "->"),
            (Call, "resize"),
            (Open, "("),
            (Number, "8"),
            (Operator, "*"),
            (Name, "c"),
            (Close, ")"),
            (Shape, "x4"),
            (Separator, ";"),
            (Call, "d"),
            (Open, "["),
            (Number, "0"),
            (Range, ".."),
            (Number, "8"),
            (Close, "]"),
            (Newline, "\n"),
            (Keyword, "%%rust"),
            (Rust, "\nlet a;"),
        ]
    );
}

#[test]
fn wrong_words_and_strings_are_one_token_each() {
    assert_eq!(
        kinds("3abc \"open\n1e5x3 schönes_3 → 3x"),
        [
            (Unknown, "3abc"),
            (EndlessString, "\"open"),
            (Newline, "\n"),
            (Unknown, "1e5x3"),
            (Name, "sch"),
            (Unknown, "önes_3"),
            (Unknown, "→"),
            (Unknown, "3x"),
        ]
    );
}

#[test]
fn tokens_agree_with_the_grammar() {
    for text in TEXTS {
        // A slice as a statement is the checker's business, and `(c)x4y` two values.
        lossless(text);
        agrees(text);
    }
    agrees(include_str!("../../builtin.net"));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

    #[test]
    fn tokens_of_programs_agree_with_the_grammar(text in programs::program()) {
        lossless(&text);
        agrees(&text);
    }

    #[test]
    fn any_text_is_its_tokens(text in any::<std::string::String>(), at in any::<prop::sample::Index>()) {
        lossless(&text);
        let program = TEXTS[at.index(TEXTS.len())];
        let mut at = at.index(program.len());
        while !program.is_char_boundary(at) { at -= 1; }
        lossless(&format!("{}{text}{}", &program[..at], &program[at..]));
    }
}
