//! What an editor is told of a text while it is typed: what may stand at a place, what stands
//! there, the shape so far, and what each token is. The notebook and the prompt have it from here.
//!
//! Texts may be unfinished or wrong. The tokens before the place tell where it stands
//! (`cursor`); the text up to its step, with the open brackets closed behind it, is checked for what
//! is defined there and what the network around it knows (`place`). Nothing panics on any text, and
//! nothing is carried out.

mod call;
mod candidate;
mod complete;
mod cursor;
mod highlight;
mod hint;
mod inspect;
mod inspection;
mod names;
mod place;
mod words;

pub use candidate::{Candidate, CandidateKind, Completions};
pub use complete::{Purpose, complete};
pub use highlight::{Highlight, highlight};
pub use hint::hint;
pub use inspect::inspect;
pub use inspection::Inspection;
pub use words::help;

/// A place of a text that is no place within a letter.
fn place_in(text: &str, position: usize) -> usize {
    text.floor_char_boundary(position.min(text.len()))
}
