//! Names that a word may go on to: the language's own and the session's.

use netlet_dsl::check::Scope;

/// The commands of the language.
const COMMANDS: [&str; 9] =
    ["code", "evaluate", "load", "plot", "predict", "save", "show", "summary", "train"];

/// The layers.
const LAYERS: [&str; 12] = [
    "avgpool",
    "batchnorm",
    "concat",
    "conv",
    "dropout",
    "flatten",
    "globalavgpool",
    "linear",
    "maxpool",
    "relu",
    "sigmoid",
    "tanh",
];

/// The sources of data.
const SOURCES: [&str; 2] = ["fashion_mnist", "mnist"];

/// The words that definitions are made of.
const WORDS: [&str; 3] = ["data", "net", "skip"];

/// All names, sorted.
pub fn names(scope: &Scope) -> Vec<String> {
    let nets = scope.nets().map(|net| net.name.clone());
    let data = scope.data_sets().map(|set| set.name.clone());
    let words = [&COMMANDS[..], &LAYERS, &SOURCES, &WORDS].concat().into_iter().map(str::to_owned);
    let mut names: Vec<String> = words.chain(nets).chain(data).collect();
    names.sort();
    names.dedup();
    names
}

/// The names that the word before byte `position` may go on to, and where that word starts.
pub fn complete(text: &str, position: usize, names: &[String]) -> (usize, Vec<String>) {
    let before = &text[..text.floor_char_boundary(position)];
    let start = before
        .char_indices()
        .rev()
        .take_while(|&(_, c)| c.is_alphanumeric() || c == '_')
        .last()
        .map_or(before.len(), |(place, _)| place);
    let word = &before[start..];
    if word.is_empty() {
        return (start, Vec::new());
    }
    (start, names.iter().filter(|name| name.starts_with(word)).cloned().collect())
}

#[cfg(test)]
mod tests {
    use netlet_dsl::check::check;
    use netlet_dsl::diagnostic::Code;
    use netlet_dsl::syntax;

    use super::*;

    /// The codes of what the checker finds in a text.
    fn codes(text: &str) -> Vec<Code> {
        let found = match syntax::parse(text) {
            Ok(program) => check(&program, text, &Scope::default()).diagnostics,
            Err(diagnostics) => diagnostics,
        };
        found.into_iter().map(|diagnostic| diagnostic.code).collect()
    }

    #[test]
    fn the_language_has_every_word_that_is_offered() {
        let texts = (COMMANDS.iter().map(|word| format!("{word} A")))
            .chain(LAYERS.iter().map(|word| format!("net A(1x8x8) {{ {word} }}")))
            .chain(SOURCES.iter().map(|word| format!("data d = {word} \"folder\"")));
        let unknown = [Code::UnknownCommand, Code::UnknownLayer, Code::UnknownSource, Code::NotYet];
        for text in texts {
            let found = codes(&text);
            assert!(!found.iter().any(|code| unknown.contains(code)), "{text}: {found:?}");
        }
        assert_eq!(codes("net A(1x8x8) { skip add { relu } }\ndata d = fashion_mnist"), []);
    }

    fn completed(text: &str, position: usize) -> (usize, Vec<String>) {
        let names = ["LeNet5", "linear", "load", "é1"].map(String::from);
        complete(text, position, &names)
    }

    #[test]
    fn the_word_before_the_cursor_goes_on() {
        assert_eq!(completed("train Le on", 8), (6, vec!["LeNet5".into()]));
        assert_eq!(completed("l", 1), (0, vec!["linear".into(), "load".into()]));
        assert_eq!(completed("é", 2), (0, vec!["é1".into()]));
    }

    #[test]
    fn nothing_goes_on_from_nothing_or_from_an_unknown_word() {
        assert_eq!(completed("train ", 6), (6, vec![]));
        assert_eq!(completed("xyz", 3), (0, vec![]));
        assert_eq!(completed("", 9), (0, vec![]));
    }
}
