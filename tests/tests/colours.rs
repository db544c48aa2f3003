//! The colours of code in Python and in JupyterLab: their words are those of the language,
//! and what they take a word for is what the language takes it for.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::{env, fs};

use netlet_dsl::source::Sources;
use netlet_dsl::syntax::parse;
use netlet_dsl::syntax::tokens::{TokenKind, tokens};
use netlet_dsl::vocabulary::{self, Entry};
use netlet_tests::python::client;
use netlet_tests::{root, wheel};
use serde_json::{Value, json};

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
    let steps: Vec<&str> = rule("step_word")
        .split(['{', '}', '|', ' '])
        .filter_map(|it| it.strip_suffix("_word"))
        .collect();
    let reserved: Vec<&str> = rule("reserved").split('"').skip(1).step_by(2).collect();
    let items =
        vocabulary::WORDS.iter().map(|(word, _)| *word).filter(|word| !steps.contains(word));
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

#[test]
fn pygments_agrees_with_the_language() {
    let mut lexer = wheel::environment().command("python");
    agrees(lexer.arg(client("lexer.py")), |kind, text| match kind {
        TokenKind::Comment => &["Comment.Single"],
        TokenKind::Keyword => &["Keyword", "Keyword.Declaration", "Operator.Word"],
        TokenKind::Call if is_command(text) => &["Keyword"],
        TokenKind::Call if is_word(text) => &["Keyword.Type"],
        TokenKind::Call => &["Name.Function"],
        TokenKind::Key => &["Name.Attribute"],
        TokenKind::Name => {
            &["Name", "Name.Class", "Name.Variable", "Name.Label", "Name.Builtin.Pseudo"]
        }
        TokenKind::Device | TokenKind::Flag => &["Keyword.Constant"],
        TokenKind::Number | TokenKind::Shape => {
            &["Literal.Number", "Literal.Number.Integer", "Literal.Number.Float"]
        }
        TokenKind::String => &["Literal.String.Double"],
        TokenKind::Operator | TokenKind::Arrow | TokenKind::Equals => &["Operator"],
        TokenKind::EndlessString | TokenKind::Unknown => &["Error"],
        _ => &["Punctuation"],
    });
}

#[test]
fn jupyterlab_agrees_with_the_language() {
    // Its build installs what the editor's language needs.
    wheel::environment();
    agrees(Command::new("node").arg(client("editor.mjs")), |kind, text| match kind {
        TokenKind::Comment => &["comment"],
        TokenKind::Keyword => &["keyword"],
        TokenKind::Call if is_command(text) => &["keyword"],
        TokenKind::Call if is_word(text) => &["variableName.special"],
        TokenKind::Call => &["variableName.function"],
        TokenKind::Key => &["attributeName"],
        TokenKind::Name => &["variableName", "variableName.definition", "labelName"],
        TokenKind::Device => &["atom"],
        TokenKind::Flag => &["bool"],
        TokenKind::Number | TokenKind::Shape => &["number"],
        TokenKind::String => &["string"],
        TokenKind::Operator | TokenKind::Arrow | TokenKind::Equals => &["operator"],
        TokenKind::EndlessString | TokenKind::Unknown => &["invalid"],
        TokenKind::Open | TokenKind::Close => &["bracket"],
        _ => &["punctuation"],
    });
}

fn is_command(word: &str) -> bool {
    vocabulary::commands().any(|entry| entry.name == word)
}

fn is_word(word: &str) -> bool {
    let mut words =
        vocabulary::layers().chain(vocabulary::sources()).chain(vocabulary::transforms());
    words.any(|entry| entry.name == word)
}

/// Asserts that a lexer, a program that reads texts and writes their pieces with the style of each,
/// gives every token one of the styles of its kind.
fn agrees(lexer: &mut Command, styles: impl Fn(TokenKind, &str) -> &'static [&'static str]) {
    let texts = texts();
    let found = pieces(lexer, &texts);
    assert_eq!(found.len(), texts.len());
    for (text, pieces) in texts.iter().zip(found) {
        let mut at = 0;
        let pieces: Vec<_> = pieces
            .iter()
            .map(|(style, piece)| {
                let start = at;
                at += piece.len();
                (start..at, style.as_str())
            })
            .collect();
        assert_eq!(at, text.len(), "the pieces are not the text:\n{text}");
        for token in tokens(text) {
            if matches!(token.kind, TokenKind::Blank | TokenKind::Newline | TokenKind::Rust) {
                continue;
            }
            let word = &text[token.span.clone()];
            let wanted = styles(token.kind, word);
            for (span, style) in &pieces {
                let overlaps = span.start < token.span.end && token.span.start < span.end;
                assert!(
                    !overlaps || wanted.contains(style),
                    "`{word}` is {:?}, but `{}` is drawn as {style}, in\n{text}",
                    token.kind,
                    &text[span.clone()],
                );
            }
        }
    }
}

/// What a lexer makes of texts: pieces, each with its style.
fn pieces(lexer: &mut Command, texts: &[String]) -> Vec<Vec<(String, String)>> {
    let mut child = lexer
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{lexer:?}: {error}"));
    let mut input = child.stdin.take().expect("a pipe");
    input.write_all(json!(texts).to_string().as_bytes()).expect("the lexer reads its input");
    drop(input);
    let output = child.wait_with_output().expect("the lexer ends");
    assert!(output.status.success(), "{lexer:?} failed");
    let found: Value = serde_json::from_slice(&output.stdout).expect("the lexer's JSON");
    serde_json::from_value(found).expect("pieces with styles")
}

/// All programs of the repository that are well formed, and one for each word of the language.
fn texts() -> Vec<String> {
    let mut texts = Vec::new();
    for folder in ["notebooks", "stdlib/zoo", "tests/corpus"] {
        collect(&root().join(folder), &mut texts);
    }
    texts.retain(|text| parse(&Sources::default().add("text", text.as_str())).is_ok());
    assert!(texts.len() > 100, "only {} programs", texts.len());
    let inside = vocabulary::layers().map(|entry| format!("net A(1x8x8) {{ {} 2 }}", entry.name));
    let lines = vocabulary::commands().map(|entry| format!("{} A", entry.name));
    let sources = vocabulary::sources().map(|entry| format!("data d = {}", entry.name));
    let steps = vocabulary::transforms().map(|entry| format!("data d = a ->\n{} 3", entry.name));
    let words = vocabulary::WORDS.iter().map(|(_, example)| (*example).to_owned());
    texts.extend(inside.chain(lines).chain(sources).chain(steps).chain(words));
    texts
}

fn collect(folder: &Path, texts: &mut Vec<String>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, texts);
        } else if path.extension().is_some_and(|it| it == "net") {
            texts.push(fs::read_to_string(&path).expect("a program"));
        }
    }
}
