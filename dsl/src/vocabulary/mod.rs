//! The words of the language with what they mean: for help and completion.

mod about;
mod formula;
mod keys;

use crate::check::signature::Signature;
use crate::check::{command_signatures, source_signatures, transform_signatures};
use crate::layers;

pub use formula::formula;
pub use keys::{about_key, words_of_key};

/// A word of the language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The word.
    pub name: &'static str,
    /// How it is written: `conv channels window stride=1 ...`.
    pub signature: String,
    /// What it does, in one line.
    pub about: &'static str,
    /// What PyTorch calls it, for a layer that it has.
    pub pytorch: Option<&'static str>,
}

/// The words that definitions and bodies are made of, with an example of each.
pub const WORDS: &[(&str, &str)] = &[
    ("block", "block twice(c) { conv c 3 pad=1 -> relu; conv c 3 pad=1 -> relu }"),
    ("data", "data fashion = fashion_mnist"),
    ("from", "from enc1"),
    ("head", "head aux loss=0.3 training { flatten -> linear 10 }"),
    ("if", "if stride != 1 { conv c 1 stride=stride } else { identity }"),
    ("net", "net A(1x28x28, classes=10) { flatten -> linear classes }"),
    ("repeat", "repeat 3 as i { conv 64 3 pad=1 -> relu }"),
    ("share", "share tower { conv 16 3 -> relu }"),
    ("skip", "skip add { conv 64 3 pad=1 } via { conv 64 1 }"),
];

/// Every layer, joins among them, in the order in which a reader would look for them.
pub fn layers() -> impl Iterator<Item = Entry> {
    let layers = layers::all().map(|layer| Entry {
        name: layer.signature.name,
        signature: layer.signature.to_string(),
        about: layer.about,
        pytorch: Some(layer.pytorch),
    });
    let separable = Entry {
        name: "separable",
        signature:
            "separable channels window stride=1 pad=0 dilation=1 bias=yes padmode=zero multiplier=1"
                .to_owned(),
        about: "a depthwise convolution, then one of 1x1",
        pytorch: None,
    };
    let joins = layers::JOINS.iter().map(|join| Entry {
        name: join.signature.name,
        signature: join.signature.to_string(),
        about: join.about,
        pytorch: None,
    });
    layers.chain([separable]).chain(joins)
}

/// Every command.
pub fn commands() -> impl Iterator<Item = Entry> {
    command_signatures().map(|signature| entry(signature, about::COMMANDS))
}

/// Every source of data.
pub fn sources() -> impl Iterator<Item = Entry> {
    source_signatures().map(|signature| entry(signature, about::SOURCES))
}

/// Every transform of data.
pub fn transforms() -> impl Iterator<Item = Entry> {
    transform_signatures().map(|signature| entry(signature, about::TRANSFORMS))
}

fn entry(signature: &Signature<'static>, abouts: &[(&'static str, &'static str)]) -> Entry {
    let (name, signature) = (signature.name, signature.to_string());
    Entry { name, signature, about: about::of(abouts, name), pytorch: None }
}

/// First steps, for those who ask for help without a word.
const FIRST_STEPS: &str = "\
net A(1x28x28) { flatten -> linear 10 }   define a network; a body may take several lines
net B(1x28x28)                            open one; each line of layers is added, `undo` takes one back
summary A                                 its layers, shapes and parameters; `diagram A` draws it
import zoo.resnet                         networks and blocks of the library; `import zoo` all of it
data fashion = fashion_mnist              a data set; `show fashion[0..16]` some of it
train A on fashion epochs=5               train it; an interrupt stops and keeps what was learned
evaluate A on fashion                     how well it does; `predict A on fashion[0..8]` what it sees
save A \"a.safetensors\"                    its weights; `load` takes them back
help conv                                 what a layer or a command takes
";

/// The longest line of a list.
const LINE: usize = 80;

/// What there is, as a text of some lines.
pub fn overview() -> String {
    let words = WORDS.iter().map(|(name, _)| *name).collect::<Vec<_>>();
    let names = |entries: &mut dyn Iterator<Item = Entry>| {
        entries.map(|entry| entry.name).collect::<Vec<_>>()
    };
    let lists = [
        list("words", &words),
        list("layers", &names(&mut layers())),
        list("commands", &names(&mut commands())),
        list("data", &names(&mut sources())),
        list("transforms", &names(&mut transforms())),
    ];
    format!("{FIRST_STEPS}\n{}", lists.join("\n"))
}

/// Names behind a title, in lines that begin below one another.
fn list(title: &str, names: &[&str]) -> String {
    const INDENT: usize = 10;
    let mut text = format!("{:<INDENT$}", format!("{title}:"));
    let mut column = INDENT;
    for name in names {
        if column + name.len() > LINE {
            text.truncate(text.trim_end().len());
            text += &format!("\n{}", " ".repeat(INDENT));
            column = INDENT;
        }
        text += &format!("{name} ");
        column += name.len() + 1;
    }
    text.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{Context, Scope, check};
    use crate::syntax::parse;

    #[test]
    fn examples_of_words_are_right() {
        let mut text = String::from("net W(3x8x8, c=3, stride=2) {\n    identity as enc1\n");
        for (name, example) in WORDS {
            if !matches!(*name, "net" | "block" | "data") {
                text += &format!("    {example}\n    from enc1\n");
            }
        }
        text += "    relu\n}\n";
        for (name, example) in WORDS {
            if matches!(*name, "net" | "block" | "data") {
                text += &format!("{example}\n");
            }
        }
        let mut scope = Scope::default();
        let source = scope.sources.add("examples", text);
        let program = parse(&source).expect("examples are well formed");
        let found = check(&program, &source, &scope, Context::default()).diagnostics;
        let errors = found.iter().filter(|it| it.severity == crate::diagnostic::Severity::Error);
        // A join of 64 channels and 3 is the only thing that does not fit.
        assert_eq!(errors.map(|it| it.headline.clone()).collect::<Vec<_>>(), [""; 0]);
    }

    #[test]
    fn every_word_and_every_key_says_what_it_does() {
        let entries = layers().chain(commands()).chain(sources()).chain(transforms());
        for Entry { name, signature, about, .. } in entries {
            assert!(!about.is_empty(), "{name}");
            for key in signature.split(' ').filter_map(|part| part.split_once('=')) {
                assert!(about_key(name, key.0).is_some(), "{name} {}", key.0);
            }
        }
    }

    #[test]
    fn every_word_has_help() {
        for name in ["conv", "concat", "separable", "train", "fashion_mnist", "repeat"] {
            let text = crate::assist::help(name).unwrap_or_default();
            assert!(text.starts_with(name), "{name}: {text}");
        }
        assert_eq!(crate::assist::help("nothing"), None);
        assert!(overview().contains("maxpool3d"));
    }
}
