//! The programs within a page of the documentation.

use std::fmt;
use std::fs;
use std::path::Path;

use super::session::{Files, Seen, Session};

/// A program within a page.
pub struct Block {
    /// The page, from the repository on.
    page: String,
    /// The line that it begins on, from 1.
    line: usize,
    /// Whether the page calls it wrong.
    pub is_wrong: bool,
    /// The program, at its line.
    text: String,
}

/// The programs of a page, one after another in one session.
pub fn checked(page: &Path, root: &str) -> Vec<(Block, Seen)> {
    let text = fs::read_to_string(page).unwrap_or_default();
    let name = page.strip_prefix(root).unwrap_or(page).display().to_string();
    let library = Files { root: root.into(), folder: root.into() };
    let mut session = Session::new(&library);
    let mut checked = Vec::new();
    for block in blocks(&name, &text) {
        // A page shows what one types, so each block is a cell of its own.
        let seen = session.run(&block.page, Some(&block.line.to_string()), &block.text);
        checked.push((block, seen));
    }
    checked
}

fn blocks(page: &str, text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for (number, line) in text.lines().enumerate() {
        let fence = line.trim_start().strip_prefix("```");
        match (&mut open, fence) {
            (None, Some(info)) => {
                let words = info.split_whitespace().collect::<Vec<_>>();
                // Any fence opens a block, so that its end is not taken for the next beginning.
                let is_net = words.first() == Some(&"net");
                let page = if is_net { page.to_owned() } else { String::new() };
                let text = "\n".repeat(number + 1);
                let is_wrong = words.contains(&"wrong");
                open = Some(Block { page, line: number + 2, is_wrong, text });
            }
            (Some(_), Some(_)) => blocks.extend(open.take().filter(|block| !block.page.is_empty())),
            (Some(block), None) => block.text += &format!("{line}\n"),
            (None, None) => {}
        }
    }
    blocks
}

impl fmt::Display for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = if self.is_wrong { "wrong program" } else { "program" };
        write!(f, "{}:{}: the {kind}", self.page, self.line)
    }
}
