//! What may stand at a place.

use std::ops::Range;

/// What may stand at a place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completions {
    /// The bytes of the text that a candidate takes the place of.
    pub range: Range<usize>,
    /// What may stand there, the likeliest first.
    pub items: Vec<Candidate>,
}

/// A word, a name or a sign that may stand at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// As it is written.
    pub text: String,
    /// What it is.
    pub kind: CandidateKind,
    /// What to know of it, in one line: its arguments, its shape, its default.
    pub detail: String,
}

/// What a candidate is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CandidateKind {
    /// `train`
    Command,
    /// `net`, `skip`, `on`
    Keyword,
    /// `conv`, `concat`
    Layer,
    /// What was defined with `block`.
    Block,
    /// What was defined with `net`.
    Net,
    /// What was defined with `data`.
    Data,
    /// What a layer is called, or a part of a network.
    Label,
    /// `pad=`
    Key,
    /// What a key may be: `same`, `yes`.
    Word,
    /// A parameter of a network or a block, or another name with a value.
    Parameter,
    /// `fashion_mnist`
    Source,
    /// `resize`
    Transform,
    /// A part of the library.
    Library,
    /// A file.
    File,
    /// A folder.
    Folder,
}

impl CandidateKind {
    /// What it is, in one word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Command => "command",
            Self::Keyword => "keyword",
            Self::Layer => "layer",
            Self::Block => "block",
            Self::Net => "net",
            Self::Data => "data",
            Self::Label => "label",
            Self::Key => "key",
            Self::Word => "word",
            Self::Parameter => "parameter",
            Self::Source => "source",
            Self::Transform => "transform",
            Self::Library => "library",
            Self::File => "file",
            Self::Folder => "folder",
        }
    }
}

impl Candidate {
    pub(super) fn new(
        kind: CandidateKind,
        text: impl Into<String>,
        detail: impl Into<String>,
    ) -> Self {
        Self { text: text.into(), kind, detail: detail.into() }
    }
}
