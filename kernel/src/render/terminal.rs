//! A session's events as text: results to one stream, progress and remarks to standard error.

use std::io::{self, Write};

use netlet_dsl::diagnostic::Colour;
use netlet_dsl::messages::{Event, OutputStream, Picture};

use super::pictures::Latest;
use super::progress::ProgressLine;
use super::{DEFAULT_WIDTH, error, measured, pictures, text};
use crate::session::{Cell, CellError, Show};

/// Where pictures go: inline, or into files whose paths are written.
pub trait ShowPicture {
    /// Shows a picture in its last form.
    ///
    /// # Errors
    /// When it cannot be written.
    fn show(&mut self, picture: &Picture, out: &mut dyn Write) -> io::Result<()>;

    /// Hears of each event; whether what is drawn above the progress line should be renewed.
    fn hear(&mut self, _: &Event) -> bool {
        false
    }

    /// Takes what is drawn above the progress line off the screen.
    ///
    /// # Errors
    /// When the terminal cannot be written.
    fn lift(&mut self, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    /// Draws it again, below what was written meanwhile.
    ///
    /// # Errors
    /// When the terminal cannot be written.
    fn lower(&mut self, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}

impl<F: FnMut(&Picture, &mut dyn Write) -> io::Result<()>> ShowPicture for F {
    fn show(&mut self, picture: &Picture, out: &mut dyn Write) -> io::Result<()> {
        self(picture, out)
    }
}

/// Shows events as text.
pub struct TextShow<'a, W: Write> {
    out: W,
    width: Box<dyn Fn() -> usize>,
    progress: ProgressLine,
    latest: Latest,
    pictures: &'a mut dyn ShowPicture,
    result: io::Result<()>,
}

impl<'a, W: Write> TextShow<'a, W> {
    /// Results go to `out`, where they can within as many columns as `width` tells at the time;
    /// pictures to `pictures`.
    pub fn new(
        out: W,
        width: impl Fn() -> usize + 'static,
        pictures: &'a mut dyn ShowPicture,
    ) -> Self {
        Self {
            out,
            width: Box::new(width),
            progress: ProgressLine::new(),
            latest: Latest::default(),
            pictures,
            result: Ok(()),
        }
    }

    /// Writes what is still held back, and the error, if the cell ended in one.
    ///
    /// # Errors
    /// The first error of any write to `out`, or of any picture.
    pub fn finish(mut self, error: Option<(&CellError, &Cell)>) -> io::Result<()> {
        self.progress.clear();
        for picture in std::mem::take(&mut self.latest).rest() {
            self.picture(&picture);
        }
        self.result = self.result.and_then(|()| self.pictures.lift(&mut self.out));
        self.result = self.result.and_then(|()| self.out.flush());
        if let Some((error, cell)) = error {
            remark(&error::message(error, cell, error_colour()));
        }
        self.result
    }

    fn write(&mut self, text: &str) {
        self.aside(|_, out| writeln!(out, "{text}"));
    }

    fn picture(&mut self, picture: &Picture) {
        self.aside(|pictures, out| pictures.show(picture, out));
    }

    fn remark(&mut self, text: &str) {
        self.aside(|_, out| {
            out.flush()?;
            remark(text);
            Ok(())
        });
    }

    /// Writes while neither a bar nor a drawing above it is on the screen.
    fn aside(
        &mut self,
        write: impl FnOnce(&mut dyn ShowPicture, &mut dyn Write) -> io::Result<()>,
    ) {
        if self.result.is_ok() {
            let (pictures, out) = (&mut *self.pictures, &mut self.out);
            self.result = self.progress.aside(|| {
                pictures.lift(out)?;
                write(pictures, out)?;
                pictures.lower(out)?;
                out.flush()
            });
        }
    }
}

impl<W: Write> Show for TextShow<'_, W> {
    fn show(&mut self, event: Event) {
        if self.pictures.hear(&event) {
            self.aside(|_, _| Ok(()));
        }
        match event {
            Event::Report(report) => {
                self.progress.clear();
                let mut text = text::report(&report, (self.width)());
                if text.contains('\n') {
                    // Tables stand apart from what follows.
                    text.push('\n');
                }
                self.write(&text);
            }
            Event::Progress(progress) => self.progress.update(&progress),
            Event::Epoch(epoch) => self.remark(&measured::epoch(&epoch)),
            Event::Picture(picture) => {
                if let Some(picture) = self.latest.take(picture) {
                    self.picture(&picture);
                }
            }
            Event::Warning { message } => self.remark(&format!("warning: {message}")),
            Event::Output { stream: OutputStream::Stdout, text } => {
                self.write(text.trim_end_matches('\n'));
            }
            Event::Output { stream: OutputStream::Stderr, text } => {
                self.remark(text.trim_end_matches('\n'));
            }
            Event::Value { mut forms } => {
                if let Some(picture) = pictures::of_value(&forms) {
                    self.picture(&picture);
                } else if let Some(text) = forms.remove("text/plain") {
                    self.write(text.trim_end_matches('\n'));
                }
            }
        }
    }
}

/// Writes a line to standard error.
pub fn remark(text: &str) {
    // There is nobody left to tell if this fails.
    let _ = writeln!(io::stderr(), "{text}");
}

/// Columns of standard output.
pub fn width() -> usize {
    console::Term::stdout().size_checked().map_or(DEFAULT_WIDTH, |(_, columns)| columns.into())
}

/// Whether errors are in colour: in a terminal, unless NO_COLOR is set.
pub fn error_colour() -> Colour {
    if console::colors_enabled_stderr() { Colour::Ansi } else { Colour::Plain }
}

#[cfg(test)]
mod tests {
    use netlet_dsl::messages::{Figure, Prediction, Report, Task, TrainReport};

    use super::*;

    fn shown(events: impl IntoIterator<Item = Event>) -> String {
        let mut out = Vec::new();
        let mut named =
            |picture: &Picture, out: &mut dyn Write| writeln!(out, "[{}]", picture.name);
        let mut show = TextShow::new(&mut out, || 80, &mut named);
        events.into_iter().for_each(|event| show.show(event));
        show.finish(None).expect("a Vec takes all writes");
        String::from_utf8(out).expect("UTF-8")
    }

    fn picture(live: bool) -> Event {
        let (name, alt) = ("A-loss".into(), "a curve".into());
        Event::Picture(Picture { name, alt, live, width: 1, height: 1, png: Vec::new(), svg: None })
    }

    #[test]
    fn a_training_shows_its_curve_once_and_its_result() {
        let report = TrainReport {
            net: "A".into(),
            data: "fashion".into(),
            epochs: 3,
            steps: 471,
            loss: 0.512_34,
            test_metrics: vec![Figure { name: "accuracy".into(), value: 0.8105 }],
            best_epoch: None,
            seconds: 12.4,
            interrupted: true,
        };
        let events =
            [picture(true), picture(true), picture(false), Event::Report(Report::Train(report))];
        insta::assert_snapshot!(shown(events), @r"
        [A-loss]
        A interrupted on fashion: 3 epochs, 471 steps in 12 s, loss 0.5123, test accuracy 81.05%; what it learned is kept
        ");
    }

    #[test]
    fn a_live_picture_is_shown_even_if_its_command_failed() {
        assert_eq!(shown([picture(true)]), "[A-loss]\n");
    }

    #[test]
    fn predictions_mark_what_is_wrong() {
        let prediction = |label: &str| Prediction {
            label: Some(label.into()),
            top: vec![("Shirt".into(), 0.75), ("Coat".into(), 0.2), ("Dress".into(), 0.05)],
            ..Prediction::default()
        };
        let report = Report::Predict {
            net: "A".into(),
            on: "fashion".into(),
            task: Task::Class,
            predictions: vec![prediction("Shirt"), prediction("Coat")],
        };
        insta::assert_snapshot!(shown([Event::Report(report)]));
    }

    #[test]
    fn an_unknown_picture_has_no_truth_column() {
        let report = Report::Predict {
            net: "A".into(),
            on: "cat.png".into(),
            task: Task::Class,
            predictions: vec![Prediction {
                top: vec![("Bag".into(), 1.0)],
                ..Prediction::default()
            }],
        };
        insta::assert_snapshot!(shown([Event::Report(report)]));
    }
}
