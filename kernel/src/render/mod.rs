//! What happened, for people and for machines: events as text, HTML and JSON.
//!
//! The text of the command line, of the prompt and of Jupyter's `text/plain` is written once, in
//! [`text`]; [`html`] is its richer sibling for notebooks, [`json`] the form for programs.

pub mod error;
pub mod format;
pub mod html;
pub mod json;
pub mod measured;
pub mod pictures;
pub mod progress;
mod rust_error;
pub mod terminal;
pub mod text;

/// Columns of text whose reader's width is unknown: a pipe, a file, a notebook.
pub const DEFAULT_WIDTH: usize = 100;
