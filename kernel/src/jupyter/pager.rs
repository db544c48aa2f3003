//! `conv?`: what a word means, shown beside the notebook, as other kernels do.

use jupyter_protocol::{Media, MediaType, Payload};
use netlet_dsl::check::Scope;
use netlet_dsl::summary::summarize;
use netlet_dsl::{assist, vocabulary};

use crate::render::{DEFAULT_WIDTH, html, text};

/// The word that a cell asks about: `conv?`, `?conv`, or nothing but `?`.
pub(super) fn asked(code: &str) -> Option<&str> {
    let code = code.trim();
    let word = code.strip_suffix('?').or_else(|| code.strip_prefix('?'))?.trim();
    word.chars().all(|c| c.is_alphanumeric() || c == '_').then_some(word)
}

/// The answer, if that is what a cell asks and the word is known.
pub(super) fn page(code: &str, scope: &Scope) -> Option<Payload> {
    let word = asked(code)?;
    let (text, html) = if word.is_empty() {
        let text = vocabulary::overview();
        (text.clone(), html::help(&text))
    } else if let Some(text) = assist::help(word) {
        (text.clone(), html::help(&text))
    } else {
        let summary = summarize(&*scope.net(word)?);
        let text = text::definition(&summary, DEFAULT_WIDTH, true);
        (text, html::definition(&summary, true))
    };
    let data = Media::new(vec![MediaType::Plain(text), MediaType::Html(html)]);
    Some(Payload::Page { data, start: 0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_mark_asks_about_one_word() {
        assert_eq!(asked("conv?"), Some("conv"));
        assert_eq!(asked(" ?conv\n"), Some("conv"));
        assert_eq!(asked("?"), Some(""));
        assert_eq!(asked("what is conv?"), None);
        assert_eq!(asked("conv"), None);
    }
}
