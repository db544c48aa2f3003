//! The one style of the language, and texts written anew in it.
//!
//! - Four spaces a brace level, one blank between tokens, none round the `=` of a key, lines of at
//!   most [`WIDTH`] columns where they can be broken.
//! - A body that stands on one line stays there where it fits; one that holds a newline has a line
//!   for each step or chain, as its author grouped them. The same for branches.
//! - A chain that is too long goes on in the next line, before an arrow. Breaks of its author stay.
//! - In parentheses and conditions operators have blanks round them, but those of products have none:
//!   `(2*c + 1)`. In the dimensions of a shape none has: `(c+1)x4`.
//! - Comments stay where they are: on lines of their own, or at the ends of lines, where those of
//!   lines one below the other are aligned.
//! - Blank lines stay, one at most at a time.
//!
//! Nothing but blanks, newlines, separators and the commas at ends of lists changes, so the text
//! means the same.

mod align;
mod page;
mod print;
mod read;
mod spacing;

use crate::diagnostic::Diagnostic;
use crate::source::Source;
use crate::syntax;

/// The most columns of a line that can be broken.
pub const WIDTH: usize = 100;
/// The columns of a level.
const INDENT: usize = 4;

/// The text in the style of the language. A cell of Rust is left as it is.
///
/// # Errors
/// The syntax errors of a text that cannot be read.
pub fn format(source: &Source) -> Result<String, Vec<Diagnostic>> {
    syntax::parse(source)?;
    let page = read::page(&source.text);
    let mut text = print::print(&page);
    if let Some(rust) = page.rust {
        text.push_str(rust);
    }
    Ok(text)
}
