//! What the words of the language mean.

use super::call::{CallKind, Takes, takes};
use super::inspection::Inspection;
use crate::check::Scope;
use crate::vocabulary::{self, Entry};

/// The longest signature that is a title.
const LONGEST: usize = 100;

/// What a word of the language means, as a text of some lines: what `help conv` shows. `None`
/// where it is no word of the language.
pub fn help(word: &str) -> Option<String> {
    let kinds = [CallKind::Step, CallKind::Command, CallKind::Source, CallKind::Transform];
    let called = kinds.into_iter().find_map(|kind| called(kind, word));
    Some(called.or_else(|| keyword(word))?.text(false))
}

/// What a layer, a command, a source or a transform of the language means.
pub(super) fn called(kind: CallKind, name: &str) -> Option<Inspection> {
    let entry = match kind {
        CallKind::Step => vocabulary::layers().find(|entry| entry.name == name),
        CallKind::Command => vocabulary::commands().find(|entry| entry.name == name),
        CallKind::Source => vocabulary::sources().find(|entry| entry.name == name),
        CallKind::Transform => vocabulary::transforms().find(|entry| entry.name == name),
        CallKind::Head => return keyword("head"),
    };
    let Entry { signature, about, pytorch, .. } = entry?;
    let formula = vocabulary::formula(name).filter(|_| kind == CallKind::Step);
    let pytorch = pytorch.map(|name| format!("in PyTorch: {name}"));
    let about = [Some(about.to_owned()), formula.map(str::to_owned), pytorch];
    let takes = takes(kind, name, &Scope::default())?;
    let title = match signature.len() {
        ..=LONGEST => signature,
        // The keys stand below.
        _ => format!("{name} {} KEY=VALUE...", takes.written_without_keys()),
    };
    Some(Inspection {
        title,
        about: about.into_iter().flatten().filter(|line| !line.is_empty()).collect(),
        keys: keys(name, &takes),
        ..Inspection::default()
    })
}

/// The keys of something with what they mean.
pub(super) fn keys(of: &str, takes: &Takes) -> Vec<(String, String)> {
    let keys = takes.keys.iter();
    keys.map(|(key, default)| (format!("{key}={default}"), meaning(of, key))).collect()
}

/// What a key means, and the words that it may be.
pub(super) fn meaning(of: &str, key: &str) -> String {
    let about = vocabulary::about_key(of, key).unwrap_or_default();
    let mut words = vocabulary::words_of_key(of, key);
    // That a key is left to its default says as much.
    words.retain(|word| *word != "none");
    let told = words.iter().all(|word| about.contains(word));
    if told { about.to_owned() } else { format!("{about}: {}", words.join(", ")) }
}

/// What a word that definitions and bodies are made of looks like in use.
pub(super) fn keyword(word: &str) -> Option<Inspection> {
    let (_, example) = vocabulary::WORDS.iter().find(|(known, _)| *known == word)?;
    let about = vec![format!("for example: {example}")];
    Some(Inspection { title: word.to_owned(), about, ..Inspection::default() })
}
