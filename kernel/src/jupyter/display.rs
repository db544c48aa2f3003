//! A cell's events as the messages that show them in a notebook.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jupyter_protocol::{
    ClearOutput, DisplayData, ExecuteResult, ExecutionCount, JupyterMessageContent, Media,
    MediaType, StreamContent, Transient, UpdateDisplayData,
};
use netlet_dsl::diagnostic::{self, Colour, Diagnostic, render};
use netlet_dsl::messages::{Epoch, Event, OutputStream, Picture, Progress, Report};
use netlet_dsl::network::Network;
use netlet_dsl::source::Sources;
use netlet_dsl::summary::summarize;
use serde_json::json;

use crate::render::{DEFAULT_WIDTH, html, text};

/// The least time between two updates of a progress line.
const BETWEEN_UPDATES: Duration = Duration::from_millis(100);
/// What takes less than this many seconds shows no progress.
const QUIET: f64 = 0.2;

/// How a program clears a terminal, which clears a cell's output too.
const CLEAR: &str = "\u{1b}[2J";
/// Networks of more layers than this show their tables when they are asked for.
const SHORT: usize = 60;

/// The displays of one cell.
///
/// Progress and epochs of a command share one display that is updated in place; a live picture
/// has one too. The ids are unique to the cell, so that running it again touches no other output.
pub(super) struct Displays {
    cell: String,
    count: usize,
    commands: usize,
    live: Option<Live>,
    live_pictures: BTreeSet<String>,
}

/// The display of the command that runs.
struct Live {
    id: String,
    epochs: Vec<Epoch>,
    progress: Option<Progress>,
    shown: Option<Instant>,
}

impl Displays {
    /// The displays of the cell whose request has this id and whose execution is the `count`th.
    pub(super) fn new(cell: &str, count: usize) -> Self {
        let (cell, live_pictures) = (cell.to_owned(), BTreeSet::new());
        Self { cell, count, commands: 0, live: None, live_pictures }
    }

    /// The messages that show an event that happens `now`.
    pub(super) fn show(&mut self, event: Event, now: Instant) -> Vec<JupyterMessageContent> {
        match event {
            Event::Report(report) => self.report(&report),
            Event::Progress(progress) => self.live().progress(progress, now).into_iter().collect(),
            Event::Epoch(epoch) => self.live().epoch(epoch, now).into_iter().collect(),
            Event::Picture(picture) => vec![self.picture(picture)],
            Event::Warning { message } => {
                let text = format!("warning: {message}");
                let html = html::warning(&message);
                vec![DisplayData::new(bundle(text, html)).into()]
            }
            Event::Output { stream: OutputStream::Stdout, text } => written(&text),
            Event::Output { stream: OutputStream::Stderr, text } => {
                vec![StreamContent::stderr(&text).into()]
            }
            Event::Value { forms } => {
                let count = ExecutionCount(self.count);
                let mut result = ExecuteResult::new(count, value_media(forms));
                // Clients stumble over a null.
                result.transient = Some(Transient::default());
                vec![result.into()]
            }
        }
    }

    /// What shows a warning of the checker.
    pub(super) fn warning(
        &self,
        warning: &Diagnostic,
        sources: &Sources,
    ) -> Vec<JupyterMessageContent> {
        let text = render(warning, sources, Colour::Plain).trim_end().to_owned();
        vec![DisplayData::new(bundle(text, diagnostic::html(warning, sources))).into()]
    }

    /// What shows a network that was defined: its table, where that is short.
    pub(super) fn defined(&self, network: &Network) -> Vec<JupyterMessageContent> {
        let summary = summarize(network);
        let is_short = summary.layers.len() <= SHORT;
        let text = text::definition(&summary, DEFAULT_WIDTH, is_short);
        vec![DisplayData::new(bundle(text, html::definition(&summary, is_short))).into()]
    }

    /// A result takes the place of the progress that led to it, unless there are epochs to keep.
    fn report(&mut self, report: &Report) -> Vec<JupyterMessageContent> {
        let media = report_media(report);
        if let Some(id) = self.live.as_ref().and_then(Live::replaceable).map(str::to_owned) {
            self.live = None;
            self.commands += 1;
            return vec![UpdateDisplayData::new(media, &id).into()];
        }
        let mut messages = Vec::from_iter(self.end_command());
        messages.push(DisplayData::new(media).into());
        messages
    }

    /// The last update of a command that has ended: its epochs stay, its progress goes.
    pub(super) fn end_command(&mut self) -> Option<JupyterMessageContent> {
        let mut live = self.live.take()?;
        self.commands += 1;
        live.progress = None;
        live.shown.map(|_| live.update())
    }

    fn live(&mut self) -> &mut Live {
        self.live.get_or_insert_with(|| Live {
            id: format!("{}-{}", self.cell, self.commands),
            epochs: Vec::new(),
            progress: None,
            shown: None,
        })
    }

    fn picture(&mut self, picture: Picture) -> JupyterMessageContent {
        let id = format!("{}-{}", self.cell, picture.name);
        let shown = if picture.live {
            !self.live_pictures.insert(id.clone())
        } else {
            self.live_pictures.remove(&id)
        };
        // nbconvert reads the words for those who cannot see the picture from the metadata.
        let about = json!({ "width": picture.width, "height": picture.height, "alt": picture.alt });
        let metadata = serde_json::Map::from_iter([("image/png".to_owned(), about)]);
        let mut data = Media::new(vec![
            MediaType::Png(STANDARD.encode(&picture.png)),
            MediaType::Plain(picture.alt),
        ]);
        data.content.extend(picture.svg.map(MediaType::Svg));
        let transient = Transient { display_id: Some(id) };
        if shown {
            UpdateDisplayData { data, metadata, transient }.into()
        } else {
            DisplayData { data, metadata, transient: Some(transient) }.into()
        }
    }
}

impl Live {
    /// The display's id if all that it shows is progress.
    fn replaceable(&self) -> Option<&str> {
        (self.shown.is_some() && self.epochs.is_empty()).then_some(&self.id)
    }

    fn progress(&mut self, progress: Progress, now: Instant) -> Option<JupyterMessageContent> {
        let quiet = self.shown.is_none() && progress.elapsed < QUIET;
        self.progress = Some(progress);
        if quiet { None } else { self.show_if_due(now) }
    }

    fn epoch(&mut self, epoch: Epoch, now: Instant) -> Option<JupyterMessageContent> {
        self.epochs.push(epoch);
        if let Some(progress) = &mut self.progress {
            progress.done = progress.total;
            progress.remaining = None;
        }
        self.show_if_due(now)
    }

    fn show_if_due(&mut self, now: Instant) -> Option<JupyterMessageContent> {
        let soon = self.shown.is_some_and(|shown| now.duration_since(shown) < BETWEEN_UPDATES);
        (!soon).then(|| self.show(now))
    }

    fn show(&mut self, now: Instant) -> JupyterMessageContent {
        if self.shown.replace(now).is_some() {
            return self.update();
        }
        let transient = Some(Transient { display_id: Some(self.id.clone()) });
        DisplayData { data: self.media(), metadata: Default::default(), transient }.into()
    }

    fn update(&self) -> JupyterMessageContent {
        UpdateDisplayData::new(self.media(), &self.id).into()
    }

    fn media(&self) -> Media {
        let now = self.progress.as_ref();
        Media::new(vec![
            MediaType::Plain(text::live(&self.epochs, now)),
            MediaType::Html(html::live(&self.epochs, now)),
        ])
    }
}

/// A result's forms. A diagram has no HTML, which would hide the drawing.
fn report_media(report: &Report) -> Media {
    let text = text::report(report, DEFAULT_WIDTH);
    if let Report::Diagram { svg, .. } = report {
        return Media::new(vec![MediaType::Plain(text), MediaType::Svg(svg.clone())]);
    }
    let html = html::report(report).unwrap_or_else(|| html::plain(&text));
    bundle(text, html)
}

fn bundle(text: String, html: String) -> Media {
    Media::new(vec![MediaType::Plain(text), MediaType::Html(html)])
}

fn value_media(forms: BTreeMap<String, String>) -> Media {
    let media = forms.into_iter().map(|(mime, content)| match mime.as_str() {
        "text/plain" => MediaType::Plain(content),
        "text/html" => MediaType::Html(content),
        "text/markdown" => MediaType::Markdown(content),
        "text/latex" => MediaType::Latex(content),
        "image/png" => MediaType::Png(content),
        "image/jpeg" => MediaType::Jpeg(content),
        "image/gif" => MediaType::Gif(content),
        "image/svg+xml" => MediaType::Svg(content),
        _ => {
            let content = serde_json::from_str(&content).unwrap_or(content.into());
            MediaType::Other((mime, content))
        }
    });
    Media::new(media.collect())
}

/// What shows text on standard output.
fn written(text: &str) -> Vec<JupyterMessageContent> {
    let mut messages = Vec::new();
    for (place, part) in text.split(CLEAR).enumerate() {
        let mut part = part;
        if place > 0 {
            messages.push(ClearOutput { wait: true }.into());
            // What clears a terminal goes to its corner next.
            part =
                part.strip_prefix("\u{1b}[H").or(part.strip_prefix("\u{1b}[1;1H")).unwrap_or(part);
        }
        if !part.is_empty() {
            messages.push(StreamContent::stdout(part).into());
        }
    }
    messages
}

#[cfg(test)]
mod tests {
    use netlet_dsl::messages::Figure;
    use serde_json::Value;

    use super::*;

    /// The messages of events that happen at the given milliseconds: type and content.
    fn messages(events: Vec<(u64, Event)>) -> Vec<(String, Value)> {
        let start = Instant::now();
        let mut displays = Displays::new("cell", 7);
        let mut sent = Vec::new();
        for (at, event) in events {
            sent.extend(displays.show(event, start + Duration::from_millis(at)));
        }
        sent.extend(displays.end_command());
        sent.iter()
            .map(|content| {
                let value = serde_json::to_value(content).expect("a message is JSON");
                (content.message_type().to_owned(), value)
            })
            .collect()
    }

    fn kinds(messages: &[(String, Value)]) -> Vec<&str> {
        messages.iter().map(|(kind, _)| kind.as_str()).collect()
    }

    fn progress(done: u64, elapsed: f64) -> Event {
        Event::Progress(Progress {
            what: "epoch 1/2".into(),
            done,
            total: 157,
            unit: "batches".into(),
            elapsed,
            remaining: Some(3.0),
            rate: Some(12_345.6),
            loss: Some(0.5),
        })
    }

    fn accuracy(value: f64) -> Vec<Figure> {
        vec![Figure { name: "accuracy".into(), value }]
    }

    fn epoch() -> Event {
        Event::Epoch(Epoch {
            net: "A".into(),
            epoch: 1,
            loss: 0.61,
            metrics: accuracy(0.78),
            test_loss: 0.55,
            test_metrics: accuracy(0.8),
            best: false,
            learning_rate: 1e-3,
            seconds: 2.5,
        })
    }

    fn picture(live: bool) -> Event {
        Event::Picture(Picture {
            name: "A-loss".into(),
            alt: "a curve".into(),
            live,
            width: 640,
            height: 400,
            png: vec![1, 2, 3],
            svg: (!live).then(|| "<svg/>".into()),
        })
    }

    fn report() -> Event {
        let (net, path) = ("A".into(), "a.safetensors".into());
        Event::Report(Report::Load { net, path, tensors: 2 })
    }

    #[test]
    fn progress_is_one_display_that_becomes_the_result() {
        let sent = messages(vec![
            (0, progress(1, 0.0)),
            (300, progress(40, 0.3)),
            (350, progress(50, 0.35)),
            (500, progress(90, 0.5)),
            (600, report()),
        ]);
        let update = "update_display_data";
        assert_eq!(kinds(&sent), ["display_data", update, update]);
        assert_eq!(
            sent[0].1["data"]["text/plain"],
            "epoch 1/2: 40/157 batches, loss 0.5000, 12,346 samples/s, 3.0 s left"
        );
        let html = sent[0].1["data"]["text/html"].as_str().expect("HTML");
        assert!(html.contains(r#"value="40" max="157""#), "{html}");
        for (_, message) in &sent[1..] {
            assert_eq!(message["transient"]["display_id"], sent[0].1["transient"]["display_id"]);
        }
        assert_eq!(sent[2].1["data"]["text/plain"], "A loaded from a.safetensors: 2 tensors");
    }

    #[test]
    fn a_short_command_shows_no_progress() {
        assert_eq!(
            kinds(&messages(vec![(0, progress(157, 0.1)), (100, report())])),
            ["display_data"]
        );
    }

    #[test]
    fn epochs_stay_when_a_command_ends() {
        let sent = messages(vec![(0, progress(1, 1.0)), (100, epoch()), (200, report())]);
        let update = "update_display_data";
        assert_eq!(kinds(&sent), ["display_data", update, update, "display_data"]);
        insta::assert_snapshot!(sent[2].1["data"]["text/plain"].as_str().expect("text"));
        let html = sent[2].1["data"]["text/html"].as_str().expect("HTML");
        assert!(html.contains("80.00%") && !html.contains("<progress"), "{html}");
    }

    #[test]
    fn a_long_training_shows_its_last_epochs() {
        let mut events: Vec<_> = (0..1000).map(|at| (at, epoch())).collect();
        events.push((1000, report()));
        let sent = messages(events);
        assert!(sent.len() < 15, "{}", sent.len());
        let text = sent[sent.len() - 2].1["data"]["text/plain"].as_str().expect("text");
        assert!(text.starts_with("after 980 earlier epochs:\n"), "{text}");
        assert_eq!(text.lines().count(), 22);
    }

    #[test]
    fn progress_without_a_result_goes() {
        let sent = messages(vec![(0, progress(1, 1.0))]);
        assert_eq!(sent[1].1["data"]["text/plain"], "");
    }

    #[test]
    fn every_command_has_its_own_display() {
        let sent = messages(vec![(0, epoch()), (1, report()), (2, epoch()), (3, report())]);
        let ids: Vec<_> = sent.iter().map(|(_, m)| m["transient"]["display_id"].clone()).collect();
        assert_eq!(ids[0], "cell-0");
        assert_eq!(ids[3], "cell-1");
    }

    #[test]
    fn a_rust_cell_shows_what_it_writes_and_its_value() {
        let output = |stream, text: &str| Event::Output { stream, text: text.into() };
        let forms = [("text/plain".to_owned(), "42".to_owned())].into();
        let sent = messages(vec![
            (0, output(OutputStream::Stdout, "a\n\u{1b}[2J\u{1b}[Hb\n")),
            (1, output(OutputStream::Stderr, "c\n")),
            (2, Event::Value { forms }),
        ]);
        let expected = ["stream", "clear_output", "stream", "stream", "execute_result"];
        assert_eq!(kinds(&sent), expected);
        assert_eq!(sent[2].1["text"], "b\n");
        assert_eq!(sent[3].1["name"], "stderr");
        assert_eq!(sent[4].1["data"], json!({ "text/plain": "42" }));
        assert_eq!(sent[4].1["execution_count"], 7);
    }

    #[test]
    fn every_result_has_text_and_html() {
        let sent = messages(vec![(0, report()), (1, Event::Warning { message: "<b>".into() })]);
        for (_, message) in &sent {
            let html = message["data"]["text/html"].as_str().expect("HTML");
            assert!(message["data"]["text/plain"].is_string() && !html.contains("<b>:"), "{html}");
        }
        assert!(sent[1].1["data"]["text/html"].to_string().contains("&lt;b&gt;"));
    }

    #[test]
    fn a_live_picture_is_updated_until_its_last_form() {
        let sent = messages(vec![
            (0, picture(true)),
            (1, picture(true)),
            (2, picture(false)),
            (3, picture(false)),
        ]);
        let update = "update_display_data";
        assert_eq!(kinds(&sent), ["display_data", update, update, "display_data"]);
        assert_eq!(sent[0].1["transient"]["display_id"], "cell-A-loss");
        assert_eq!(sent[0].1["data"]["image/png"], "AQID");
        assert_eq!(sent[0].1["data"]["text/plain"], "a curve");
        let svg = |message: usize| &sent[message].1["data"]["image/svg+xml"];
        assert_eq!([svg(0), svg(2)], [&Value::Null, &json!("<svg/>")]);
        let about = json!({ "width": 640, "height": 400, "alt": "a curve" });
        assert_eq!(sent[0].1["metadata"]["image/png"], about);
    }
}
