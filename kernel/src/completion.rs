//! Names that a word may go on to: the language's own and the session's.

use netlet_dsl::check::Scope;
use netlet_dsl::vocabulary;

/// All names, sorted.
pub fn names(scope: &Scope) -> Vec<String> {
    let language = vocabulary::layers().chain(vocabulary::commands()).chain(vocabulary::sources());
    let words = language.map(|entry| entry.name).chain(vocabulary::WORDS.iter().map(|word| word.0));
    let data = scope.data_sets().map(|set| set.name.as_str());
    let own = scope.net_names().chain(scope.definitions.names()).chain(data);
    let mut names: Vec<String> = words.map(str::to_owned).chain(own.map(str::to_owned)).collect();
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
    use super::*;

    #[test]
    fn the_words_of_the_language_are_offered_once() {
        let names = names(&Scope::default());
        for word in ["conv", "unpool", "repeat", "train", "fashion_mnist", "separable"] {
            assert_eq!(names.iter().filter(|name| *name == word).count(), 1, "{word}");
        }
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
