//! What a terminal can show: by what it answers, and by its environment.

use std::time::Duration;

use super::tmux::{self, Around};
use super::{Form, Pictures};

/// The longest that a terminal is waited for.
const PATIENCE: Duration = Duration::from_millis(200);
/// The same over a network, where late answers would be taken for keys.
const REMOTE_PATIENCE: Duration = Duration::from_millis(500);
/// The size of a cell in pixels where nobody tells it.
const USUAL_CELL: (u16, u16) = (8, 16);

/// What a terminal can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terminal {
    /// How it shows pictures.
    pub form: Form,
    /// Its colours.
    pub colours: Colours,
    /// Pixels of a cell: width, height.
    pub cell: (u16, u16),
    /// Whether it is one of tmux.
    pub in_tmux: bool,
}

/// The colours of a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colours {
    /// All.
    Full,
    /// 256.
    Palette,
}

/// What a terminal answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Answers {
    /// It shows kitty's pictures.
    pub(super) kitty: bool,
    /// It shows sixel.
    pub(super) sixel: bool,
    /// Pixels of a cell: width, height.
    pub(super) cell: Option<(u16, u16)>,
    /// It has answered the last question.
    pub(super) ended: bool,
}

impl Terminal {
    /// Finds out what the terminal of this process can show. A terminal that may know more than
    /// its environment tells is asked; with the keys that were typed meanwhile.
    pub fn find(wanted: Pictures) -> (Self, String) {
        let variable = |name: &str| std::env::var(name).ok();
        let environment = Environment::read(variable);
        let around = if environment.in_tmux { tmux::around() } else { None };
        let certain = wanted.form().or_else(|| environment.certain());
        let needs_asking = match certain {
            None | Some(Form::Kitty | Form::Iterm | Form::Sixel) => true,
            Some(Form::Blocks | Form::Text | Form::None) => false,
        };
        let (answers, typed) =
            if needs_asking { ask(environment.remote) } else { Default::default() };
        let form = certain.unwrap_or_else(|| environment.judge(&answers, around.as_ref()));
        let terminal = Self {
            form,
            colours: environment.colours,
            cell: answers.cell.unwrap_or(USUAL_CELL),
            in_tmux: environment.in_tmux,
        };
        (terminal, typed)
    }

    /// Whether pictures are letters, of which a chart's small print cannot be made.
    pub(super) fn draws_letters(&self) -> bool {
        matches!(self.form, Form::Blocks | Form::Text)
    }
}

#[cfg(unix)]
fn ask(remote: bool) -> (Answers, String) {
    let limit = if remote { REMOTE_PATIENCE } else { PATIENCE };
    // A terminal that cannot be asked shows what all do.
    super::probe::ask(limit).unwrap_or_default()
}

#[cfg(not(unix))]
fn ask(_: bool) -> (Answers, String) {
    Default::default()
}

/// What the environment says of a terminal.
struct Environment {
    no_colour: bool,
    kind: String,
    /// Who drew it: `iTerm.app`, `WezTerm`.
    program: String,
    in_screen: bool,
    in_tmux: bool,
    remote: bool,
    colours: Colours,
}

impl Environment {
    fn read(variable: impl Fn(&str) -> Option<String>) -> Self {
        let of = |name: &str| variable(name).unwrap_or_default();
        let is_set = |name: &str| !of(name).is_empty();
        let kind = of("TERM");
        let full = matches!(&*of("COLORTERM"), "truecolor" | "24bit") || kind.ends_with("-direct");
        Self {
            no_colour: is_set("NO_COLOR"),
            // iTerm2 tells this one to machines that are reached by ssh too.
            program: format!("{} {}", of("TERM_PROGRAM"), of("LC_TERMINAL")),
            in_screen: is_set("STY"),
            in_tmux: is_set("TMUX"),
            remote: is_set("SSH_CONNECTION") || is_set("SSH_TTY"),
            colours: if full { Colours::Full } else { Colours::Palette },
            kind,
        }
    }

    /// The form of a terminal that need not, or must not, be asked.
    fn certain(&self) -> Option<Form> {
        match &*self.kind {
            "dumb" => Some(Form::None),
            "" if cfg!(unix) => Some(Form::None),
            _ if self.no_colour => Some(Form::Text),
            // These show what they are asked, or hear none of it.
            "linux" => Some(Form::Blocks),
            _ if self.in_screen || self.program.contains("Apple_Terminal") => Some(Form::Blocks),
            _ => None,
        }
    }

    /// The form of a terminal by what it answered, or by what tmux knows of it.
    fn judge(&self, answers: &Answers, around: Option<&Around>) -> Form {
        if self.in_tmux {
            return around.map_or(Form::Blocks, within_tmux);
        }
        let is_iterm = ["iTerm", "WezTerm"].iter().any(|name| self.program.contains(name));
        match answers {
            // WezTerm's own form is its most complete one.
            _ if is_iterm => Form::Iterm,
            Answers { kitty: true, .. } => Form::Kitty,
            Answers { sixel: true, .. } => Form::Sixel,
            _ => Form::Blocks,
        }
    }
}

/// tmux draws sixel by itself where the terminal around it can; the others have to get past it.
fn within_tmux(around: &Around) -> Form {
    let kind = around.kind.to_lowercase();
    let is = |names: &[&str]| names.iter().any(|name| kind.contains(name));
    if around.passes_on && is(&["kitty", "ghostty"]) {
        Form::Kitty
    } else if around.features.split(',').any(|feature| feature == "sixel") {
        Form::Sixel
    } else if around.passes_on && is(&["iterm", "wezterm"]) {
        Form::Iterm
    } else {
        Form::Blocks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(variables: &[(&str, &str)]) -> Environment {
        Environment::read(|name| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    const KITTY: Answers = Answers { kitty: true, sixel: false, cell: None, ended: true };
    const SIXEL: Answers = Answers { kitty: false, sixel: true, cell: None, ended: true };

    #[test]
    fn some_terminals_are_not_asked() {
        let certain = |variables: &[_]| environment(variables).certain();
        assert_eq!(certain(&[("TERM", "dumb")]), Some(Form::None));
        assert_eq!(certain(&[]), Some(Form::None));
        assert_eq!(certain(&[("TERM", "xterm"), ("NO_COLOR", "1")]), Some(Form::Text));
        assert_eq!(certain(&[("TERM", "linux")]), Some(Form::Blocks));
        assert_eq!(certain(&[("TERM", "screen"), ("STY", "1.pts")]), Some(Form::Blocks));
        assert_eq!(certain(&[("TERM", "xterm-256color")]), None);
    }

    #[test]
    fn a_terminal_is_judged_by_what_it_answers() {
        let plain = environment(&[("TERM", "xterm-256color")]);
        assert_eq!(plain.judge(&KITTY, None), Form::Kitty);
        assert_eq!(plain.judge(&SIXEL, None), Form::Sixel);
        assert_eq!(plain.judge(&Answers::default(), None), Form::Blocks);
        let iterm = environment(&[("TERM", "xterm-256color"), ("LC_TERMINAL", "iTerm2")]);
        assert_eq!(iterm.judge(&SIXEL, None), Form::Iterm);
    }

    #[test]
    fn in_tmux_the_terminal_around_it_counts() {
        let tmux = environment(&[("TERM", "tmux-256color"), ("TMUX", "/tmp/x,1,0")]);
        let judged = |passes_on, kind: &str, features: &str| {
            let around = Around { passes_on, kind: kind.into(), features: features.into() };
            tmux.judge(&Answers::default(), Some(&around))
        };
        assert_eq!(judged(true, "kitty(0.35.2)", ""), Form::Kitty);
        assert_eq!(judged(false, "kitty(0.35.2)", ""), Form::Blocks);
        assert_eq!(judged(true, "iTerm2 3.5.0", ""), Form::Iterm);
        assert_eq!(judged(false, "foot(1.16.2)", "256,RGB,sixel"), Form::Sixel);
        assert_eq!(judged(true, "xterm-256color", "256"), Form::Blocks);
        assert_eq!(tmux.judge(&KITTY, None), Form::Blocks);
    }

    #[test]
    fn colours_are_all_only_where_that_is_said() {
        assert_eq!(environment(&[("TERM", "xterm-256color")]).colours, Colours::Palette);
        assert_eq!(environment(&[("COLORTERM", "truecolor")]).colours, Colours::Full);
    }
}
