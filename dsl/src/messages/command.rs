//! Commands as the worker carries them out: every name resolved, every default filled in.

use std::ops::Range;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// A command for the worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum WorkerCommand {
    /// Read a data set and keep it under a name. Answered by [`crate::messages::Report::Data`].
    DefineData {
        /// The name it gets, replacing an earlier set of that name once the new one is read.
        name: String,
        /// Where it comes from.
        source: DataSource,
    },
    /// Train a network.
    Train {
        /// A defined network.
        net: String,
        /// A defined data set.
        data: String,
        /// How.
        options: TrainOptions,
    },
    /// Measure a network on the test part of a data set.
    Evaluate {
        /// A defined network.
        net: String,
        /// A defined data set.
        data: String,
    },
    /// Predict the classes of pictures.
    Predict {
        /// A defined network.
        net: String,
        /// The pictures.
        on: Subject,
    },
    /// Show samples of a data set with their labels.
    Show {
        /// A defined data set.
        data: String,
        /// Which test samples; the first 16 when absent.
        range: Option<Range<usize>>,
    },
    /// Draw a network's training curves.
    Plot {
        /// A defined network.
        net: String,
    },
    /// Write a network's weights to a safetensors file, whole or not at all.
    Save {
        /// A defined network.
        net: String,
        /// The file.
        path: PathBuf,
    },
    /// Read a network's weights from a safetensors file or a PyTorch checkpoint, all or none.
    Load {
        /// A defined network.
        net: String,
        /// The file.
        path: PathBuf,
        /// How tensors find their parameters.
        matching: Matching,
    },
    /// Write what a crate of a network has of the worker: `weights.safetensors`, and `classes.txt`
    /// with a line for each class whose name is known.
    Export {
        /// A defined network.
        net: String,
        /// The folder of the crate, which is there.
        folder: PathBuf,
    },
}

/// How tensors of a weights file find their parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Matching {
    /// By path, such as `conv1.weight`.
    Name,
    /// By the order in the file and in the network.
    Order,
}

/// Where a data set comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DataSource {
    /// Fashion-MNIST: 28x28 grey pictures of clothes in ten classes.
    FashionMnist {
        /// The folder of the idx files, gzipped or not; the sample that ships with Netlet if absent.
        path: Option<PathBuf>,
    },
    /// MNIST: 28x28 grey handwritten digits.
    Mnist {
        /// The folder of the idx files, gzipped or not.
        path: PathBuf,
    },
}

/// The pictures that a command looks at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Subject {
    /// Test samples of a data set.
    Data {
        /// A defined data set.
        name: String,
        /// Which samples; the first 16 when absent.
        range: Option<Range<usize>>,
    },
    /// A picture file.
    Picture {
        /// The file.
        path: PathBuf,
    },
}

/// The keys of `train`, with their defaults filled in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrainOptions {
    /// How often the training set is gone through.
    pub epochs: usize,
    /// Samples in a step.
    pub batch: usize,
    /// The update rule.
    pub optimizer: OptimizerKind,
    /// The learning rate.
    pub learning_rate: f64,
    /// Decides the initial weights, the order of samples and the dropout masks.
    pub seed: u64,
}

/// An update rule.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum OptimizerKind {
    /// Adam with betas 0.9 and 0.999 (Kingma and Ba, 2015).
    Adam,
    /// Stochastic gradient descent.
    Sgd {
        /// The momentum, 0 for none.
        momentum: f64,
    },
}
