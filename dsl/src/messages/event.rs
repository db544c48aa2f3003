//! What happens while a command runs. These types are also the objects of the JSON output: their
//! field names are stable, and `docs/json.md` describes each.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Task;

/// Something to show.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// A command's result.
    Report(Report),
    /// How far a command has come; each replaces the one before.
    Progress(Progress),
    /// The end of an epoch.
    Epoch(Epoch),
    /// A picture; one with a display name replaces the picture of that name before it.
    Picture(Picture),
    /// A remark that is no failure, such as a convolution that drops columns.
    Warning {
        /// One line.
        message: String,
    },
    /// Text that a Rust cell wrote.
    Output {
        /// Where it wrote it.
        stream: OutputStream,
        /// The text, with the newlines that it has.
        text: String,
    },
    /// The value that a Rust cell ended with.
    Value {
        /// Its forms by MIME type, such as `text/plain`; those of pictures in base64.
        forms: BTreeMap<String, String>,
    },
}

/// Where a program writes text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutputStream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// The result of a command.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum Report {
    /// A network was defined.
    Net {
        /// Its name.
        net: String,
        /// One sample's input, channels first.
        input: Vec<usize>,
        /// One sample's output.
        output: Vec<usize>,
        /// Trainable values.
        parameters: u64,
    },
    /// Lines were added to the network that is open, or taken away.
    Lines {
        /// The network.
        net: String,
        /// What the added line answers; none where one was taken away.
        answer: Option<LineReport>,
        /// The line that was taken back.
        undone: Option<String>,
    },
    /// The building of a network began or ended.
    Open {
        /// Its name.
        net: String,
        /// Whether lines may be added from now on.
        open: bool,
    },
    /// Blocks and networks were imported.
    Import {
        /// What was imported.
        name: String,
        /// The networks, by name.
        nets: Vec<String>,
        /// The blocks, by name.
        blocks: Vec<String>,
        /// Commands and data sets of the texts that were left out.
        left_out: usize,
    },
    /// A block was defined.
    Block {
        /// Its name.
        name: String,
        /// How it is called: `basic c stride=1`.
        signature: String,
    },
    /// All networks.
    Nets {
        /// Each with its shapes.
        nets: Vec<NetEntry>,
    },
    /// All blocks.
    Blocks {
        /// How each is called.
        blocks: Vec<String>,
    },
    /// The text of a definition.
    Text {
        /// Whose.
        name: String,
        /// The text.
        text: String,
    },
    /// The flow of a network's shapes.
    Shapes {
        /// The network.
        net: String,
        /// The shapes along the main way, from the input on, without repetitions of the same.
        shapes: Vec<Vec<usize>>,
    },
    /// The drawn graph of a network.
    Diagram {
        /// The network.
        net: String,
        /// As SVG.
        svg: String,
        /// As text for terminals.
        text: String,
    },
    /// The table of a network.
    Summary(crate::summary::Summary),
    /// The Rust that a network becomes.
    Code {
        /// The network.
        net: String,
        /// Formatted source.
        source: String,
    },
    /// A data set was read.
    Data(DataReport),
    /// Training came to its end or was interrupted.
    Train(TrainReport),
    /// A network was measured.
    Evaluate {
        /// The network.
        net: String,
        /// The data set.
        data: String,
        /// Test samples.
        samples: usize,
        /// The mean loss; of cross entropies, in nats.
        loss: f64,
        /// The metrics of the task, the main one first.
        metrics: Vec<Figure>,
        /// The main metric of each class, by its name; none where there are no classes.
        classes: Vec<Figure>,
        /// How many samples, or pixels, of each true class, one row each, were taken for each class,
        /// one column each; where asked for.
        confusion: Option<Vec<Vec<u64>>>,
    },
    /// Classes were predicted.
    Predict {
        /// The network.
        net: String,
        /// What it looked at: a data set's name or a file's.
        on: String,
        /// What it answers.
        task: Task,
        /// One for each picture.
        predictions: Vec<Prediction>,
    },
    /// Learning rates were tried; the picture is an event of its own.
    LearningRates {
        /// The network.
        net: String,
        /// The data set.
        data: String,
        /// The rates with their smoothed losses.
        losses: Vec<RatePoint>,
        /// The rate at which the loss falls most steeply, where it falls.
        suggestion: Option<f64>,
    },
    /// The samples that a network gets most wrong; the picture is an event of its own.
    Worst {
        /// The network.
        net: String,
        /// The data set.
        data: String,
        /// The samples' numbers within the test part, the worst first.
        samples: Vec<usize>,
        /// Their losses.
        losses: Vec<f64>,
    },
    /// What speaks for a class was shown; the picture is an event of its own.
    GradCam {
        /// The network.
        net: String,
        /// The layer whose maps were weighed.
        layer: String,
        /// The class of each picture.
        classes: Vec<String>,
    },
    /// Feature maps were shown; the picture is an event of its own.
    Features {
        /// The network.
        net: String,
        /// The layer.
        layer: String,
        /// Their shape, channels first.
        shape: Vec<usize>,
    },
    /// Filters were shown; the picture is an event of its own.
    Filters {
        /// The network.
        net: String,
        /// The layer.
        layer: String,
        /// The shape of its weight: filters, channels, rows, columns.
        shape: Vec<usize>,
    },
    /// A part of a network was frozen, or may learn again.
    Trainable {
        /// The network.
        net: String,
        /// The part's label; the whole network if absent.
        part: Option<String>,
        /// Whether training changes the part now.
        trainable: bool,
        /// Values of the part.
        values: u64,
        /// Values of the network that training changes now.
        learning: u64,
    },
    /// Samples were shown; the picture is an event of its own.
    Show {
        /// The data set.
        data: String,
        /// The labels of the samples shown.
        labels: Vec<String>,
    },
    /// Curves were drawn; the picture is an event of its own.
    Plot {
        /// The network.
        net: String,
        /// Training loss at each drawn point.
        loss: Vec<CurvePoint>,
        /// Every epoch so far.
        epochs: Vec<Epoch>,
    },
    /// Weights were written.
    Save {
        /// The network.
        net: String,
        /// The file.
        path: String,
        /// Tensors in it.
        tensors: usize,
        /// Its size in bytes.
        bytes: u64,
    },
    /// Weights were read.
    Load {
        /// The network.
        net: String,
        /// The file.
        path: String,
        /// Tensors taken from it.
        tensors: usize,
    },
    /// A network was written as a crate of its own.
    Export {
        /// The network.
        net: String,
        /// The folder of the crate.
        path: String,
        /// Tensors in its weights.
        tensors: usize,
        /// Their size in bytes.
        bytes: u64,
    },
}

/// What a line of layers answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineReport {
    /// The network.
    pub net: String,
    /// The shape before the line and behind each of its layers, channels first.
    pub shapes: Vec<Vec<usize>>,
    /// Trainable values of the line.
    pub parameters: u64,
    /// Multiply-adds of the line for one sample.
    pub multiply_adds: u64,
    /// What one value behind the line sees of the input.
    pub receptive_field: Vec<usize>,
}

/// A network in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NetEntry {
    /// Its name.
    pub net: String,
    /// One sample's input.
    pub input: Vec<usize>,
    /// One sample's output.
    pub output: Vec<usize>,
    /// Trainable values.
    pub parameters: u64,
    /// Whether lines may be added to it.
    pub open: bool,
}

/// A data set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DataReport {
    /// Its name.
    pub data: String,
    /// Its source, such as `fashion_mnist, the sample of 10,000 + 2,000`.
    pub source: String,
    /// One sample's shape, channels first.
    pub shape: Vec<usize>,
    /// What the answer to a sample is.
    pub task: Task,
    /// Class names in the order of their numbers.
    pub classes: Vec<String>,
    /// Training samples.
    pub train: usize,
    /// Test samples.
    pub test: usize,
}

/// How far a command has come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// What is being done, such as `compiling LeNet5` or `epoch 2/6`.
    pub what: String,
    /// Units done.
    pub done: u64,
    /// Units in all, 0 when unknown.
    pub total: u64,
    /// The unit, such as `batches`.
    pub unit: String,
    /// Seconds since it began.
    pub elapsed: f64,
    /// Seconds it will still take, when known.
    pub remaining: Option<f64>,
    /// Samples a second, when samples are what takes time.
    pub rate: Option<f64>,
    /// The running training loss, when training.
    pub loss: Option<f64>,
}

/// The end of an epoch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Epoch {
    /// The network.
    pub net: String,
    /// Its number, from 1, counted over all trainings of these weights.
    pub epoch: usize,
    /// Mean training loss over the epoch.
    pub loss: f64,
    /// Metrics over the epoch, measured as the weights changed, the main one first.
    pub metrics: Vec<Figure>,
    /// Test loss at its end.
    pub test_loss: f64,
    /// Metrics of the test samples at its end.
    pub test_metrics: Vec<Figure>,
    /// Whether no epoch before it was better in the main metric of the test samples.
    pub best: bool,
    /// The learning rate at its end.
    pub learning_rate: f64,
    /// Seconds it took, without the test.
    pub seconds: f64,
}

/// The result of a training.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrainReport {
    /// The network.
    pub net: String,
    /// The data set.
    pub data: String,
    /// Whole epochs done by this command.
    pub epochs: usize,
    /// Steps done by this command.
    pub steps: u64,
    /// Mean training loss of the last epoch, whole or not.
    pub loss: f64,
    /// Metrics of the test samples for the weights as they are now; none after an interrupt within an
    /// epoch.
    pub test_metrics: Vec<Figure>,
    /// The epoch whose weights were put back since no later one was better.
    pub best_epoch: Option<usize>,
    /// Seconds spent in training steps.
    pub seconds: f64,
    /// Whether it was stopped before its end.
    pub interrupted: bool,
}

/// A number that a network reached.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// What it is, such as `accuracy`, `mean IoU` or a class.
    pub name: String,
    /// The number.
    pub value: f64,
}

/// A learning rate with the loss it came to.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RatePoint {
    /// The learning rate.
    pub rate: f64,
    /// The smoothed loss.
    pub loss: f64,
}

/// A point of a training curve.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CurvePoint {
    /// Steps since the weights were made.
    pub step: u64,
    /// The value.
    pub value: f64,
}

/// What was predicted for one picture.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Prediction {
    /// The true class, when known.
    pub label: Option<String>,
    /// The likeliest classes with their probabilities, likeliest first, five at most; of a mask, the
    /// classes that take most of it with their parts of it.
    pub top: Vec<(String, f64)>,
    /// The box around the thing: left, top, right and bottom, in parts of the picture.
    pub place: Option<[f64; 4]>,
    /// The intersection over union with the true box, or the mean one of the mask's classes.
    pub iou: Option<f64>,
}

/// A picture as PNG; a chart as SVG too.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Picture {
    /// A name for its file, such as `LeNet5-loss`; unique to what it shows.
    pub name: String,
    /// Says in words what it shows, for those who cannot see it.
    pub alt: String,
    /// Whether a newer picture of that name will replace this one (a curve while training runs).
    pub live: bool,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// The PNG file.
    #[serde(with = "serde_bytes")]
    pub png: Vec<u8>,
    /// The same as SVG: of charts in their last form.
    pub svg: Option<String>,
}
