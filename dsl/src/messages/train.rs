//! How a network is trained.

use serde::{Deserialize, Serialize};

/// The keys of `train`, with their defaults filled in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrainOptions {
    /// How often the training set is gone through.
    pub epochs: usize,
    /// Samples in a step.
    pub batch: usize,
    /// The update rule.
    pub optimizer: OptimizerKind,
    /// The learning rate; with a schedule, the largest one.
    pub learning_rate: f64,
    /// How the learning rate changes.
    pub schedule: Schedule,
    /// Epochs over which the learning rate rises from zero first.
    pub warmup: f64,
    /// What part of a weight is taken off at each step, times the learning rate: PyTorch's
    /// `weight_decay`.
    pub weight_decay: f64,
    /// The largest norm of all gradients together; longer ones are shortened to it.
    pub clip: Option<f64>,
    /// What is made small.
    pub loss: LossKind,
    /// The share of the target that goes to all classes alike (Szegedy et al., 2016).
    pub smoothing: f64,
    /// What each class counts.
    pub weights: ClassWeights,
    /// Training ends as soon as a metric of the test samples is as wanted.
    pub until: Option<Goal>,
    /// Training ends when the metric has not become better for so many epochs.
    pub patience: Option<usize>,
    /// Whether the weights of the best epoch, by the metric of the test samples, are put back at the
    /// end.
    pub best: bool,
    /// Whether weights, optimizer and epochs begin anew instead of going on.
    pub fresh: bool,
    /// Decides the initial weights, the order of samples, random transforms and dropout masks.
    pub seed: u64,
}

impl Default for TrainOptions {
    fn default() -> Self {
        Self {
            epochs: 1,
            batch: 64,
            optimizer: OptimizerKind::Adam,
            learning_rate: 1e-3,
            schedule: Schedule::None,
            warmup: 0.0,
            weight_decay: 0.0,
            clip: None,
            loss: LossKind::Auto,
            smoothing: 0.0,
            weights: ClassWeights::Equal,
            until: None,
            patience: None,
            best: true,
            fresh: false,
            seed: 0,
        }
    }
}

/// An update rule.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum OptimizerKind {
    /// Adam with betas 0.9 and 0.999 (Kingma and Ba, 2015).
    Adam,
    /// Adam whose weight decay is apart from the gradient (Loshchilov and Hutter, 2019).
    AdamW,
    /// Stochastic gradient descent.
    Sgd {
        /// The momentum, 0 for none.
        momentum: f64,
        /// Whether the gradient is looked at one step ahead (Nesterov, 1983).
        nesterov: bool,
    },
    /// RMSprop with a smoothing of 0.99 (Tieleman and Hinton, 2012).
    RmsProp {
        /// The momentum, 0 for none.
        momentum: f64,
    },
}

/// How the learning rate changes over a training.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Schedule {
    /// It stays.
    None,
    /// Times `factor` after each `every` epochs: PyTorch's `StepLR`.
    Step {
        /// Epochs.
        every: usize,
        /// What it is multiplied by.
        factor: f64,
    },
    /// Down to zero along half a cosine, step by step (Loshchilov and Hutter, 2017).
    Cosine,
    /// Up from a twenty-fifth over the first 30 %, then down to nearly zero, along half cosines
    /// (Smith and Topin, 2018): PyTorch's `OneCycleLR`.
    OneCycle,
    /// Times `factor` when the test loss has not become smaller for more than `patience` epochs:
    /// PyTorch's `ReduceLROnPlateau`.
    Plateau {
        /// Epochs.
        patience: usize,
        /// What it is multiplied by.
        factor: f64,
    },
}

/// What training makes small.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LossKind {
    /// What fits the data: cross entropy for classes, masks and colours; for boxes, cross entropy of
    /// the class and smooth L1 of the box; mean squared error for values.
    Auto,
    /// Cross entropy: PyTorch's `CrossEntropyLoss`.
    CrossEntropy,
    /// Mean squared error: PyTorch's `MSELoss`.
    MeanSquared,
    /// Mean absolute error: PyTorch's `L1Loss`.
    Absolute,
    /// Squared near zero, absolute elsewhere: PyTorch's `SmoothL1Loss`.
    SmoothAbsolute,
    /// Binary cross entropy of logits: PyTorch's `BCEWithLogitsLoss`.
    BinaryCrossEntropy,
    /// One less the Dice coefficient of the probabilities, mean over the classes (Milletari, Navab
    /// and Ahmadi, 2016).
    Dice,
    /// One less the intersection over union of the probabilities, mean over the classes (Rahman and
    /// Wang, 2016).
    MeanIou,
}

/// What each class counts in the loss.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ClassWeights {
    /// All the same.
    Equal,
    /// The median of the classes' frequencies over its own: pixels of a class over all pixels of the
    /// pictures that have it (Eigen and Fergus, 2015).
    MedianFrequency,
    /// As given, a number for each class.
    Given(Vec<f64>),
}

/// When a training may end early.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Goal {
    /// `accuracy`, `loss` or another metric of the test samples, by its name in the report.
    pub metric: String,
    /// Whether it is to be above the value, or else below.
    pub above: bool,
    /// The value.
    pub value: f64,
}
