//! What stands at a place of a text, as text and as HTML.

/// What stands at a place of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inspection {
    /// How it is written: a layer with its arguments, the header of a network.
    pub title: String,
    /// What it is and does, in sentences.
    pub about: Vec<String>,
    /// What is known of it at that place, each with its name.
    pub facts: Vec<(String, String)>,
    /// The arguments that it may be given by key: the key, its default, what it means.
    pub keys: Vec<[String; 3]>,
    /// The text of its definition, for those who ask for all.
    pub source: Option<String>,
}
