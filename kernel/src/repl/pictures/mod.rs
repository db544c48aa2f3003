//! Pictures in a terminal: found out how, encoded, and put on the screen.

mod blocks;
mod curve;
mod detect;
mod iterm;
mod kitty;
mod live;
mod place;
#[cfg(unix)]
mod probe;
mod sixel;
#[cfg(test)]
mod tests;
mod text;
mod tmux;

use std::io::{self, Write};

use clap::ValueEnum;
use netlet_dsl::messages::{Event, Picture};

use crate::render::terminal::ShowPicture;

pub use detect::Terminal;

use live::Live;
use place::Size;

/// Rows of a curve that stays.
const CURVE_ROWS: u16 = 12;

/// How a terminal is wanted to show pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Pictures {
    /// As the terminal can: it is asked, and its environment looked at.
    Auto,
    /// The kitty graphics protocol.
    Kitty,
    /// The iTerm2 inline images protocol.
    Iterm,
    /// Sixel.
    Sixel,
    /// Half blocks in colour; curves in braille.
    Blocks,
    /// Letters from light to dark, and curves in braille; no colour is needed.
    Text,
    /// In words.
    None,
}

/// How a terminal shows pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The kitty graphics protocol.
    Kitty,
    /// The iTerm2 inline images protocol.
    Iterm,
    /// Sixel.
    Sixel,
    /// Half blocks in colour.
    Blocks,
    /// Letters from light to dark.
    Text,
    /// In words.
    None,
}

impl Pictures {
    /// The form that is wanted; none where the terminal decides.
    fn form(self) -> Option<Form> {
        match self {
            Self::Auto => None,
            Self::Kitty => Some(Form::Kitty),
            Self::Iterm => Some(Form::Iterm),
            Self::Sixel => Some(Form::Sixel),
            Self::Blocks => Some(Form::Blocks),
            Self::Text => Some(Form::Text),
            Self::None => Some(Form::None),
        }
    }
}

/// Shows pictures inline, and how a training goes above its progress line.
pub struct Inline {
    terminal: Terminal,
    live: Live,
    /// The last image number that the terminal was given; another program may have numbers too.
    number: u32,
    /// The image number of what is drawn anew.
    live_number: u32,
}

impl Inline {
    /// For a terminal that can show what `terminal` tells.
    pub fn new(terminal: Terminal) -> Self {
        let first = (std::process::id() << 8) & kitty::LARGEST_NUMBER | 1;
        Self { terminal, live: Live::default(), number: first, live_number: first }
    }

    fn next_number(&mut self) -> u32 {
        self.number = self.number % kitty::LARGEST_NUMBER + 1;
        self.number
    }
}

impl ShowPicture for Inline {
    fn show(&mut self, picture: &Picture, out: &mut dyn Write) -> io::Result<()> {
        let number = self.next_number();
        let drawn = match self.live.curve_of(picture) {
            Some(curve) if self.terminal.draws_letters() => {
                Some(curve.lines(CURVE_ROWS, &self.terminal).into_bytes())
            }
            _ => drawn(picture, u16::MAX, &self.terminal, number),
        };
        match drawn {
            Some(bytes) => out.write_all(&bytes),
            None => writeln!(out, "[{}]", picture.alt),
        }
    }

    fn hear(&mut self, event: &Event) -> bool {
        self.live.hear(event)
    }

    fn lift(&mut self, out: &mut dyn Write) -> io::Result<()> {
        self.live.lift(&self.terminal, self.live_number, out)
    }

    fn lower(&mut self, out: &mut dyn Write) -> io::Result<()> {
        self.live.lower(&self.terminal, self.live_number, out)
    }
}

/// The picture as bytes for the terminal, within `rows`, the cursor below it at the end; none where
/// it cannot be.
fn drawn(picture: &Picture, rows: u16, terminal: &Terminal, number: u32) -> Option<Vec<u8>> {
    let png = &picture.png;
    let size = Size::of((picture.width, picture.height), terminal, rows);
    let image = || image::load_from_memory(png).ok();
    match terminal.form {
        Form::Kitty if terminal.in_tmux => Some(kitty::placeholders(png, size, number)),
        Form::Kitty => Some(place::framed(size, &kitty::image(png, size, number))),
        Form::Iterm => {
            let body = iterm::image(png, size);
            let body = if terminal.in_tmux { tmux::pass_on(&body) } else { body };
            Some(place::framed(size, &body))
        }
        Form::Sixel => {
            let body = sixel::image(&image()?, size, terminal.cell)?;
            Some(place::framed(size, body.as_bytes()))
        }
        Form::Blocks => Some(blocks::image(&image()?, size, terminal.colours).into_bytes()),
        Form::Text => Some(text::image(&image()?, size).into_bytes()),
        Form::None => None,
    }
}
