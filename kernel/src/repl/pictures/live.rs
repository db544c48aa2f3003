//! How a training goes, drawn anew in its place above the progress line.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::time::{Duration, Instant};

use netlet_dsl::messages::{Event, Picture, Progress, Report};

use super::curve::Curve;
use super::detect::Terminal;
use super::place::screen;
use super::{Form, drawn, kitty};

/// The least time between two drawings.
const BETWEEN: Duration = Duration::from_millis(500);
/// The fewest rows of a screen that has room for a curve.
const LEAST_ROWS: u16 = 16;
/// Rows of a curve that is drawn anew.
const ROWS: u16 = 8;
/// How the pictures of curves are called, behind the network's name.
const SUFFIX: &str = "-loss";

/// What is drawn, and what of it is on the screen.
#[derive(Default)]
pub(super) struct Live {
    /// The curves of trainings that ended, by network.
    ended: BTreeMap<String, Curve>,
    /// The training that runs.
    now: Curve,
    epochs: usize,
    picture: Option<Picture>,
    /// Rows on the screen, and the size that the screen had then.
    shown: Option<(usize, (u16, u16))>,
    last: Option<Instant>,
}

impl Live {
    /// Takes an event in; whether the drawing should be renewed for it.
    pub(super) fn hear(&mut self, event: &Event) -> bool {
        match event {
            Event::Progress(Progress { done, total: total @ 1.., loss: Some(loss), .. }) => {
                let x = self.epochs as f64 + *done as f64 / *total as f64;
                self.now.training.push((x, *loss));
                self.is_due()
            }
            Event::Epoch(epoch) => {
                self.epochs += 1;
                self.now.test.push((self.epochs as f64, epoch.test_loss));
                false
            }
            Event::Picture(picture) if picture.live => {
                self.picture = Some(picture.clone());
                self.is_due()
            }
            Event::Picture(picture) => {
                self.end(picture);
                false
            }
            Event::Report(Report::Train(_)) => {
                self.forget();
                false
            }
            _ => false,
        }
    }

    /// The curve that a picture shows, as far as it was seen.
    pub(super) fn curve_of(&mut self, picture: &Picture) -> Option<&Curve> {
        self.end(picture);
        self.ended.get(picture.name.strip_suffix(SUFFIX)?)
    }

    /// Takes the drawing off the screen.
    pub(super) fn lift(
        &mut self,
        terminal: &Terminal,
        number: u32,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let Some((rows, size)) = self.shown.take() else { return Ok(()) };
        if terminal.form == Form::Kitty && !terminal.in_tmux {
            out.write_all(kitty::removal(number).as_bytes())?;
        }
        // After a change of size nobody knows where it is: it stays, and the next is below it.
        if size == screen() {
            write!(out, "\x1b[{rows}A\r\x1b[J")?;
        }
        Ok(())
    }

    /// Draws it where the cursor is.
    pub(super) fn lower(
        &mut self,
        terminal: &Terminal,
        number: u32,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let size = screen();
        if size.0 < LEAST_ROWS {
            return Ok(());
        }
        let (bytes, rows) = match (&self.picture, terminal.form) {
            (_, Form::Blocks | Form::Text) if self.now.training.len() > 1 => {
                let lines = self.now.lines(ROWS, terminal);
                let rows = lines.lines().count();
                (lines.into_bytes(), rows)
            }
            (Some(picture), Form::Kitty | Form::Iterm | Form::Sixel) => {
                let most = size.0 / 2;
                let rows = super::Size::of((picture.width, picture.height), terminal, most).rows;
                let Some(bytes) = drawn(picture, most, terminal, number) else { return Ok(()) };
                (bytes, rows.into())
            }
            _ => return Ok(()),
        };
        out.write_all(&bytes)?;
        self.shown = Some((rows, size));
        self.last = Some(Instant::now());
        Ok(())
    }

    fn is_due(&self) -> bool {
        self.last.is_none_or(|last| last.elapsed() >= BETWEEN)
    }

    /// The training whose last curve `picture` is has ended.
    fn end(&mut self, picture: &Picture) {
        let Some(net) = picture.name.strip_suffix(SUFFIX) else { return };
        let mut now = std::mem::take(&mut self.now);
        let before = self.ended.entry(net.to_owned()).or_default();
        let offset = before.end();
        now.training.iter_mut().chain(&mut now.test).for_each(|point| point.0 += offset);
        before.append(now);
        if before.training.is_empty() {
            self.ended.remove(net);
        }
        self.forget();
    }

    fn forget(&mut self) {
        self.now = Curve::default();
        self.epochs = 0;
        self.picture = None;
        self.last = None;
    }
}
