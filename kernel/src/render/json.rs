//! Events as JSON, one object a line. `docs/json.md` describes every object.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::ops::Range;
use std::path::Path;

use netlet_dsl::diagnostic::{Colour, Located, located};
use netlet_dsl::messages::{Epoch, Event, Failure, OutputStream, Picture, Progress, Report};
use serde::{Deserialize, Serialize};

use super::error::{headline, message};
use super::pictures::{Latest, save};
use crate::session::{Cell, CellError, Show};

/// An object of the output.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Line {
    /// A command's result, named by its field `command`.
    Report(Report),
    /// Anything else, named by its field `event`.
    Event(LineEvent),
}

/// What is no result of a command.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum LineEvent {
    /// How far a command has come.
    Progress(Progress),
    /// The end of an epoch.
    Epoch(Epoch),
    /// A picture was written to a file.
    Picture {
        /// Its name.
        name: String,
        /// The PNG file.
        path: String,
        /// What it shows, in words.
        alt: String,
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
    },
    /// A remark that is no failure.
    Warning {
        /// One line.
        message: String,
    },
    /// Text that a Rust cell wrote.
    Output {
        /// Where.
        stream: OutputStream,
        /// The text.
        text: String,
    },
    /// The value that a Rust cell ended with.
    Value {
        /// Its forms by MIME type.
        forms: BTreeMap<String, String>,
    },
    /// The program ended here: it was wrong, or a statement of it could not be done.
    Error {
        /// The file, or `<stdin>`.
        source: String,
        /// What is wrong with the program; then nothing of it was run.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        diagnostics: Vec<Located>,
        /// Why a statement could not be done.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        failure: Option<Failure>,
        /// The statement's bytes in the source.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        span: Option<Range<usize>>,
    },
    /// The program ended here because the user stopped it.
    Interrupted,
}

/// Writes a session's events as JSON lines, and their pictures as files.
pub struct JsonShow<W: Write> {
    out: W,
    pictures: Latest,
    folder: std::path::PathBuf,
    result: io::Result<()>,
}

impl<W: Write> JsonShow<W> {
    /// Lines go to `out`, pictures into `folder`.
    pub fn new(out: W, folder: &Path) -> Self {
        Self { out, pictures: Latest::default(), folder: folder.to_owned(), result: Ok(()) }
    }

    /// Writes what is still held back, and what ended the program, if it did not end well.
    ///
    /// # Errors
    /// The first error of any write.
    pub fn finish(mut self, error: Option<(&CellError, &Cell)>) -> io::Result<()> {
        for picture in std::mem::take(&mut self.pictures).rest() {
            self.picture(&picture);
        }
        if let Some((error, cell)) = error {
            self.line(Line::Event(end(error, cell)));
        }
        self.result
    }

    fn line(&mut self, line: Line) {
        if self.result.is_ok() {
            self.result = serde_json::to_string(&line)
                .map_err(io::Error::other)
                .and_then(|line| writeln!(self.out, "{line}"))
                .and_then(|()| self.out.flush());
        }
    }

    fn picture(&mut self, picture: &Picture) {
        match save(picture, &self.folder) {
            Ok(path) => self.line(Line::Event(LineEvent::Picture {
                name: picture.name.clone(),
                path: path.display().to_string(),
                alt: picture.alt.clone(),
                width: picture.width,
                height: picture.height,
            })),
            Err(error) => self.result = Err(error),
        }
    }
}

impl<W: Write> Show for JsonShow<W> {
    fn show(&mut self, event: Event) {
        match event {
            Event::Report(report) => self.line(Line::Report(report)),
            Event::Progress(progress) => self.line(Line::Event(LineEvent::Progress(progress))),
            Event::Epoch(epoch) => self.line(Line::Event(LineEvent::Epoch(epoch))),
            Event::Warning { message } => self.line(Line::Event(LineEvent::Warning { message })),
            Event::Output { stream, text } => {
                self.line(Line::Event(LineEvent::Output { stream, text }));
            }
            Event::Value { forms } => self.line(Line::Event(LineEvent::Value { forms })),
            Event::Picture(picture) => {
                if let Some(picture) = self.pictures.take(picture) {
                    self.picture(&picture);
                }
            }
        }
    }
}

fn end(error: &CellError, cell: &Cell) -> LineEvent {
    let source = cell.name.clone();
    match error.clone() {
        CellError::Rejected { diagnostics, sources } => {
            let diagnostics = diagnostics.iter().map(|it| located(it, &sources)).collect();
            LineEvent::Error { source, diagnostics, failure: None, span: None }
        }
        CellError::Failed { failure, span } => LineEvent::Error {
            source,
            diagnostics: Vec::new(),
            failure: Some(failure),
            span: Some(span),
        },
        error @ CellError::Rust { .. } => LineEvent::Error {
            source,
            diagnostics: Vec::new(),
            failure: Some(Failure::new(headline(&error).1).note(message(
                &error,
                cell,
                Colour::Plain,
            ))),
            span: None,
        },
        CellError::Interrupted => LineEvent::Interrupted,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    const DOCS: &str = include_str!("../../../docs/json.md");

    /// The examples of the documentation.
    fn examples() -> Vec<Value> {
        let blocks = DOCS.split("```json\n").skip(1);
        let lines = blocks.flat_map(|block| block.split("```").next().unwrap_or_default().lines());
        lines.map(|line| serde_json::from_str(line).expect(line)).collect()
    }

    fn kind(object: &Value) -> String {
        let named = object.get("command").or_else(|| object.get("event"));
        named.and_then(Value::as_str).expect("a `command` or an `event`").to_owned()
    }

    #[test]
    fn documented_objects_are_what_is_written() {
        for example in examples() {
            let line: Line = serde_json::from_value(example.clone())
                .unwrap_or_else(|error| panic!("{error}: {example}"));
            assert_eq!(serde_json::to_value(&line).expect("JSON"), example, "of {example}");
        }
    }

    #[test]
    fn every_object_is_documented() {
        let documented: Vec<String> = examples().iter().map(kind).collect();
        let commands = [
            "net",
            "lines",
            "open",
            "import",
            "block",
            "nets",
            "blocks",
            "text",
            "shapes",
            "diagram",
            "summary",
            "code",
            "data",
            "train",
            "evaluate",
            "predict",
            "show",
            "plot",
            "save",
            "load",
            "export",
            "learning_rates",
            "worst",
            "grad_cam",
            "features",
            "filters",
            "trainable",
        ];
        let events =
            ["progress", "epoch", "picture", "warning", "output", "value", "error", "interrupted"];
        for name in commands.iter().chain(&events) {
            assert!(documented.iter().any(|kind| kind == name), "{name} is not documented");
        }
    }

    #[test]
    fn a_program_gives_a_line_for_each_event_and_files_for_pictures() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut out = Vec::new();
        let mut show = JsonShow::new(&mut out, folder.path());
        let picture = |live| Picture {
            name: "A-loss".into(),
            alt: "a curve".into(),
            live,
            width: 1,
            height: 2,
            png: vec![u8::from(live)],
            svg: (!live).then(|| "<svg/>".into()),
        };
        show.show(Event::Picture(picture(true)));
        show.show(Event::Picture(picture(false)));
        show.show(Event::Warning { message: "drops a row".into() });
        let cell = Cell::new("<stdin>", "load A \"x\"");
        let error = CellError::Failed { failure: Failure::new("no such file"), span: 0..10 };
        show.finish(Some((&error, &cell))).expect("a Vec takes all writes");

        let text = String::from_utf8(out).expect("UTF-8");
        let lines: Vec<Value> =
            text.lines().map(|line| serde_json::from_str(line).expect("an object")).collect();
        assert_eq!(lines.iter().map(kind).collect::<Vec<_>>(), ["picture", "warning", "error"]);
        assert_eq!(lines[2]["failure"]["headline"], "no such file");
        let path = lines[0]["path"].as_str().expect("a path");
        assert_eq!(std::fs::read(path).expect("the picture"), [0]);
    }
}
