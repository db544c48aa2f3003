//! Commands as the worker carries them out: every name resolved, every default filled in.

use std::ops::Range;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::{DataPlan, TrainOptions};

/// A command for the worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum WorkerCommand {
    /// Read a data set and keep it under a name. Answered by [`crate::messages::Report::Data`].
    DefineData {
        /// The name it gets, replacing an earlier set of that name once the new one is read.
        name: String,
        /// What it is.
        plan: DataPlan,
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
    /// Try growing learning rates on a network that is put back afterwards, and suggest one (Smith,
    /// 2017). Answered by [`crate::messages::Report::LearningRates`].
    FindLearningRate {
        /// A defined network.
        net: String,
        /// A defined data set.
        data: String,
        /// How steps are made; of the learning rate, it is the last one tried.
        options: TrainOptions,
    },
    /// Measure a network on the test part of a data set.
    Evaluate {
        /// A defined network.
        net: String,
        /// A defined data set.
        data: String,
        /// Whether to count which class is taken for which, and to draw that.
        confusion: bool,
        /// Whether predictions are means over transformed samples (test-time augmentation).
        tta: bool,
    },
    /// Predict the answers to pictures.
    Predict {
        /// A defined network.
        net: String,
        /// The pictures.
        on: Subject,
        /// Whether predictions are means over transformed samples (test-time augmentation).
        tta: bool,
    },
    /// Show the test samples that a network gets most wrong.
    Worst {
        /// A defined network.
        net: String,
        /// A defined data set.
        data: String,
        /// How many.
        count: usize,
    },
    /// Show what in a picture speaks for a class: Grad-CAM (Selvaraju et al., 2017).
    GradCam {
        /// A defined network.
        net: String,
        /// The pictures.
        on: Subject,
        /// The class, by name or number; the likeliest one if absent.
        class: Option<String>,
        /// The layer whose feature maps are weighed, by path; the last one with maps if absent.
        layer: Option<String>,
    },
    /// Show the feature maps that a layer makes of a picture.
    ShowFeatures {
        /// A defined network.
        net: String,
        /// The layer, by path.
        layer: String,
        /// The picture; of several, the first.
        on: Subject,
    },
    /// Show the filters of a convolution.
    ShowFilters {
        /// A defined network.
        net: String,
        /// The layer, by path.
        layer: String,
    },
    /// Say whether training changes the weights of a network's part.
    SetTrainable {
        /// A defined network.
        net: String,
        /// The label of the part; the whole network if absent.
        part: Option<String>,
        /// Whether training shall change it.
        trainable: bool,
    },
    /// Show samples of a data set with their labels.
    Show {
        /// A defined data set.
        data: String,
        /// Which test samples; 16 from all of them when absent.
        range: Option<Range<usize>>,
    },
    /// Draw a network's training curves.
    Plot {
        /// A defined network.
        net: String,
        /// The only curve that is drawn; all of them when absent.
        curve: Option<CurveKind>,
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
        /// The label of the part that is read; the whole network if absent.
        part: Option<String>,
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

/// One of a training's curves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CurveKind {
    /// The loss by step.
    Loss,
    /// The main metric by epoch.
    Metric,
    /// The learning rate by step.
    Rate,
}

impl CurveKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Loss, Self::Metric, Self::Rate];

    /// How it is written behind a network's name: `loss` of `plot NET.loss`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Loss => "loss",
            Self::Metric => "metric",
            Self::Rate => "rate",
        }
    }
}

/// The pictures that a command looks at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Subject {
    /// Test samples of a data set.
    Data {
        /// A defined data set.
        name: String,
        /// Which samples; 16 from all of them when absent.
        range: Option<Range<usize>>,
    },
    /// A picture file.
    Picture {
        /// The file.
        path: PathBuf,
    },
}
