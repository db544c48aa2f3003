//! Pictures in a terminal.

use std::io::{self, Write};

use clap::ValueEnum;
use netlet_dsl::messages::Picture;

/// Columns that a picture takes at most: more would scroll the text before it away.
const COLUMNS: u32 = 80;
/// Pixels of a picture that a column shows, about as wide as a letter is.
const PIXELS_PER_COLUMN: u32 = 8;

/// How a terminal shows pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Pictures {
    /// What the terminal is known to understand, else half blocks; in words under NO_COLOR.
    Auto,
    /// The kitty graphics protocol.
    Kitty,
    /// The iTerm2 inline images protocol.
    Iterm,
    /// Sixel.
    Sixel,
    /// Half blocks in colour, which any terminal shows.
    Blocks,
    /// In words.
    None,
}

impl Pictures {
    /// Shows a picture, or says what it shows where that cannot be.
    pub(super) fn show(self, picture: &Picture, out: &mut dyn Write) -> io::Result<()> {
        let form = match self {
            Self::Auto => Self::detect(|name| std::env::var(name).ok()),
            chosen => chosen,
        };
        if form != Self::None && form.draw(picture, out)? {
            return Ok(());
        }
        writeln!(out, "[{}]", picture.alt)
    }

    /// Judges by the environment alone: a terminal that is asked may never answer.
    fn detect(variable: impl Fn(&str) -> Option<String>) -> Self {
        let is =
            |name: &str, value: &str| variable(name).is_some_and(|found| found.contains(value));
        let inside = |name: &str| variable(name).is_some_and(|found| !found.is_empty());
        if inside("NO_COLOR") || is("TERM", "dumb") {
            Self::None
        } else if inside("TMUX") || inside("STY") {
            Self::Blocks
        } else if inside("KITTY_WINDOW_ID") || is("TERM", "kitty") || is("TERM_PROGRAM", "ghostty")
        {
            Self::Kitty
        } else if is("TERM_PROGRAM", "iTerm") || is("TERM_PROGRAM", "WezTerm") {
            Self::Iterm
        } else {
            Self::Blocks
        }
    }

    /// Draws a picture below what was written so far; whether that was possible.
    fn draw(self, picture: &Picture, out: &mut dyn Write) -> io::Result<bool> {
        let Ok(pixels) = image::load_from_memory(&picture.png) else { return Ok(false) };
        let (columns, _) = viuer::terminal_size();
        let fitting = (picture.width / PIXELS_PER_COLUMN).clamp(1, COLUMNS);
        let config = viuer::Config {
            absolute_offset: false,
            width: Some(fitting.min(u32::from(columns).max(1))),
            use_kitty: self == Self::Kitty,
            use_iterm: self == Self::Iterm,
            use_sixel: self == Self::Sixel,
            ..viuer::Config::default()
        };
        // It writes to standard output by itself.
        out.flush()?;
        Ok(viuer::print(&pixels, &config).is_ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detected(environment: &[(&str, &str)]) -> Pictures {
        Pictures::detect(|name| {
            let found = environment.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn a_terminal_is_known_by_its_environment() {
        assert_eq!(detected(&[("TERM", "xterm-256color")]), Pictures::Blocks);
        assert_eq!(detected(&[("TERM", "xterm-kitty")]), Pictures::Kitty);
        assert_eq!(detected(&[("TERM_PROGRAM", "iTerm.app")]), Pictures::Iterm);
        assert_eq!(detected(&[("KITTY_WINDOW_ID", "1"), ("TMUX", "/tmp/x")]), Pictures::Blocks);
        assert_eq!(detected(&[("KITTY_WINDOW_ID", "1"), ("NO_COLOR", "1")]), Pictures::None);
        assert_eq!(detected(&[("TERM", "dumb")]), Pictures::None);
    }

    #[test]
    fn a_picture_in_words_is_its_alt_text() {
        let picture = Picture {
            name: "A-loss".into(),
            alt: "the loss falls from 2.3 to 0.5".into(),
            live: false,
            width: 1,
            height: 1,
            png: Vec::new(),
            svg: None,
        };
        let mut out = Vec::new();
        Pictures::None.show(&picture, &mut out).expect("a Vec takes all writes");
        assert_eq!(out, b"[the loss falls from 2.3 to 0.5]\n");
    }
}
