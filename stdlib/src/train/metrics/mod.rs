//! How well a network does, task by task.

mod boxes;
mod classes;
mod pixels;
mod values;

use netlet_dsl::messages::{Figure, Task};
use serde::{Deserialize, Serialize};

use crate::data::Targets;
use crate::loss::Loss;
use boxes::BoxTally;
use classes::ClassTally;
use pixels::PixelTally;
use values::ValueTally;

pub use pixels::likeliest;

/// What there is to measure: what the answers of a data set are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answers {
    /// What the answer to a sample is.
    pub task: Task,
    /// The names of the classes or colours, in the order of their numbers; of numbers none.
    pub classes: Vec<String>,
    /// The colours of these: red, green and blue; may be empty but for the task of colours.
    pub palette: Vec<[u8; 3]>,
}

/// What was measured over some samples.
#[derive(Clone, Debug, PartialEq)]
pub struct Metrics {
    /// Samples measured.
    pub samples: usize,
    /// The mean loss; of cross entropies, in nats.
    pub loss: f64,
    /// The metrics of the task, the main one first.
    pub figures: Vec<Figure>,
    /// The main metric of each class that occurs, by the class's number.
    pub classes: Vec<(usize, f64)>,
    /// How many samples, or pixels, of each true class, a row each, were taken for each class, a
    /// column each; where asked for.
    pub confusion: Option<Vec<Vec<u64>>>,
}

impl Metrics {
    /// The number by which an epoch is better than another, greater for better: the first metric, or
    /// of numbers the loss.
    pub fn score(&self, task: Task) -> f64 {
        match (task, self.figures.first()) {
            (Task::Values, _) | (_, None) => -self.loss,
            (_, Some(main)) => main.value,
        }
    }

    /// A metric, or the loss, by its name in whatever case, with spaces, underscores and hyphens the
    /// same.
    pub fn value(&self, name: &str) -> Option<f64> {
        if plain(name) == "loss" {
            return Some(self.loss);
        }
        self.figures.iter().find(|it| plain(&it.name) == plain(name)).map(|it| it.value)
    }
}

impl Answers {
    /// What is measured: `loss`, then the metrics, the main one first.
    pub fn measured(&self) -> Vec<String> {
        let figures = Tally::new(self).metrics().figures.into_iter().map(|figure| figure.name);
        std::iter::once("loss".to_owned()).chain(figures).collect()
    }

    /// Whether a metric or the loss has this name, as [`Metrics::value`] reads it.
    pub fn has(&self, name: &str) -> bool {
        self.measured().iter().any(|it| plain(it) == plain(name))
    }
}

/// A name in lower case, without what parts its words.
fn plain(name: &str) -> String {
    name.chars().filter(|it| !" _-".contains(*it)).flat_map(char::to_lowercase).collect()
}

/// Counts towards [`Metrics`], batch by batch.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Tally {
    samples: usize,
    loss: f64,
    kind: Kind,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
enum Kind {
    Classes(ClassTally),
    Pixels(PixelTally),
    Boxes(BoxTally),
    Values(ValueTally),
    None,
}

impl Tally {
    /// Before the first batch.
    pub fn new(answers: &Answers) -> Self {
        let classes = answers.classes.len();
        let kind = match answers.task {
            Task::Class => Kind::Classes(ClassTally::new(classes)),
            Task::Mask => Kind::Pixels(PixelTally::of_masks(classes)),
            Task::Colours => Kind::Pixels(PixelTally::of_colours(&answers.palette)),
            Task::Box => Kind::Boxes(BoxTally::new(classes)),
            Task::Values => Kind::Values(ValueTally::default()),
            Task::None => Kind::None,
        };
        Self { samples: 0, loss: 0.0, kind }
    }

    /// One that also counts which class is taken for which.
    pub fn with_confusion(answers: &Answers) -> Self {
        let mut tally = Self::new(answers);
        match &mut tally.kind {
            Kind::Classes(it) => it.count_confusion(),
            Kind::Pixels(it) => it.count_confusion(),
            Kind::Boxes(it) => it.classes.count_confusion(),
            Kind::Values(_) | Kind::None => {}
        }
        tally
    }

    /// Counts a batch: the loss of its outputs, and its true answers.
    ///
    /// A class counts as likelier than the true one only if its logit is larger, so ties count for
    /// the network, except that a logit that is no number never does.
    pub fn add(&mut self, loss: &Loss, targets: &Targets) {
        let output = loss.main();
        let samples = output.samples();
        self.samples += samples;
        self.loss += loss.value() * samples as f64;
        match (&mut self.kind, targets) {
            (Kind::Classes(tally), Targets::Classes(classes)) => {
                tally.add(output.values(), classes);
            }
            (Kind::Pixels(tally), Targets::Masks(truth)) => tally.add(output, truth),
            (Kind::Boxes(tally), Targets::Boxes(things)) => {
                let boxes = loss.boxes().map_or(&[][..], |output| output.values());
                tally.add(output.values(), boxes, things);
            }
            (Kind::Values(tally), Targets::Values(values)) => {
                tally.add(output.values(), values, samples)
            }
            _ => {}
        }
    }

    /// Samples so far.
    pub fn samples(&self) -> usize {
        self.samples
    }

    /// What was measured so far; zeros when nothing was.
    pub fn metrics(&self) -> Metrics {
        let (figures, classes, confusion) = match &self.kind {
            Kind::Classes(tally) => (tally.figures(), tally.each(), tally.confusion()),
            Kind::Pixels(tally) => (tally.figures(), tally.each(), tally.confusion()),
            Kind::Boxes(tally) => {
                (tally.figures(), tally.classes.each(), tally.classes.confusion())
            }
            Kind::Values(tally) => (tally.figures(), Vec::new(), None),
            Kind::None => (Vec::new(), Vec::new(), None),
        };
        let loss = self.loss / self.samples.max(1) as f64;
        Metrics { samples: self.samples, loss, figures, classes, confusion }
    }
}

fn figure(name: &str, value: f64) -> Figure {
    Figure { name: name.to_owned(), value }
}

/// A part of a whole, 0 of nothing.
fn part(of: u64, whole: u64) -> f64 {
    of as f64 / whole.max(1) as f64
}

/// Counts of which class is taken for which: a row for each true class, one behind another.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Confusion {
    classes: usize,
    counts: Vec<u64>,
}

impl Confusion {
    fn new(classes: usize) -> Self {
        Self { classes, counts: vec![0; classes * classes] }
    }

    fn add(&mut self, truth: usize, predicted: usize) {
        self.counts[truth * self.classes + predicted] += 1;
    }

    fn rows(&self) -> Vec<Vec<u64>> {
        self.counts.chunks(self.classes.max(1)).map(<[u64]>::to_vec).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loss::cross_entropy;
    use crate::value::Value;

    pub(super) fn answers(task: Task, classes: usize) -> Answers {
        let classes = (0..classes).map(|class| class.to_string()).collect();
        Answers { task, classes, palette: vec![[0, 0, 0], [255, 255, 255], [0, 0, 255]] }
    }

    #[test]
    fn batches_of_different_sizes_weigh_by_their_samples() {
        let mut tally = Tally::new(&answers(Task::Class, 6));
        let mut add = |value: f64, logits: &[f32], classes: &[usize]| {
            let output = Value::features([classes.len(), 6], logits.to_vec());
            let loss = Loss::new(value, output, vec![0.0; logits.len()]);
            tally.add(&loss, &Targets::Classes(classes.to_vec()));
        };
        // Six classes: ranks 1, 2 and 6 of the true class.
        add(1.0, &[9.0, 1.0, 2.0, 3.0, 4.0, 5.0, 9.0, 8.0, 0.0, 0.0, 0.0, 0.0], &[0, 1]);
        add(4.0, &[0.0, 1.0, 2.0, 3.0, 4.0, 5.0], &[0]);
        let metrics = tally.metrics();
        assert_eq!((metrics.samples, metrics.loss), (3, 2.0));
        assert_eq!(metrics.figures, [figure("accuracy", 1.0 / 3.0), figure("top-5", 2.0 / 3.0)]);
        assert_eq!(metrics.classes, [(0, 0.5), (1, 0.0)]);
        assert_eq!(metrics.score(Task::Class), 1.0 / 3.0);
        assert_eq!(metrics.score(Task::Values), -2.0);
    }

    #[test]
    fn names_are_found_as_people_write_them() {
        let answers = answers(Task::Mask, 3);
        for name in ["mean IoU", "mean_iou", "Mean-IOU", "loss", "pixel_accuracy"] {
            assert!(answers.has(name), "{name}");
        }
        assert!(!answers.has("accuracy"));
        assert_eq!(answers.measured(), ["loss", "mean IoU", "pixel accuracy"]);
        assert_eq!(Tally::new(&answers).metrics().value("MEAN_IOU"), Some(0.0));
    }

    #[test]
    fn a_tally_goes_on_where_it_was() {
        let loss = || cross_entropy(Value::features([1, 2], vec![0.3, 0.1]), &[0]);
        let targets = Targets::Classes(vec![0]);
        let mut whole = Tally::new(&answers(Task::Class, 2));
        whole.add(&loss(), &targets);
        let packed = rmp_serde::to_vec_named(&whole).expect("a tally");
        let mut resumed: Tally = rmp_serde::from_slice(&packed).expect("the same tally");
        for tally in [&mut whole, &mut resumed] {
            tally.add(&loss(), &targets);
        }
        assert_eq!(resumed.metrics(), whole.metrics());
    }
}
