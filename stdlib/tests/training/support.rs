//! What the tests share.

use std::cell::Cell;

use netlet::data::{Dataset, Target};
use netlet::network::parameters;
use netlet::pictures::Sample;
use netlet::train::{Model, Watch};
use netlet_dsl::messages::{Epoch, Event, Failure, OptimizerKind, Task, TrainOptions, TrainReport};

use crate::networks::toy_samples;

/// Keeps all events, and stops at the look number `stop_at` whether it shall, or panics at `dies_at`.
#[derive(Default)]
pub struct Recorder {
    pub events: Vec<Event>,
    pub looks: Cell<usize>,
    pub stop_at: Option<usize>,
    pub dies_at: Option<usize>,
}

impl Watch for Recorder {
    fn show(&mut self, event: Event) {
        self.events.push(event);
    }

    fn is_stopped(&self) -> bool {
        self.looks.set(self.looks.get() + 1);
        assert!(self.dies_at != Some(self.looks.get()), "the process dies");
        self.stop_at.is_some_and(|stop_at| self.looks.get() >= stop_at)
    }
}

impl Recorder {
    pub fn epochs(&self) -> Vec<&Epoch> {
        let epochs = self.events.iter().filter_map(|event| match event {
            Event::Epoch(epoch) => Some(epoch),
            _ => None,
        });
        epochs.collect()
    }

    pub fn warnings(&self) -> Vec<&str> {
        let warnings = self.events.iter().filter_map(|event| match event {
            Event::Warning { message } => Some(message.as_str()),
            _ => None,
        });
        warnings.collect()
    }
}

/// 100 training samples and 40 test samples of ten classes, of which two occur.
pub fn data() -> Dataset {
    let samples = |count| -> Vec<_> {
        let (pixels, labels) = toy_samples(count);
        let pictures = pixels.chunks(4).map(<[u8]>::to_vec);
        let samples = pictures.map(|pixels| Sample { shape: [1, 2, 2], pixels });
        samples.zip(labels.into_iter().map(Target::Class)).collect()
    };
    let classes = (0..10).map(|class| class.to_string()).collect();
    Dataset::from_samples("a test", Task::Class, classes, [samples(100), samples(40)])
}

pub fn options(epochs: usize) -> TrainOptions {
    TrainOptions { epochs, batch: 8, learning_rate: 0.02, ..TrainOptions::default() }
}

pub fn sgd(momentum: f64) -> OptimizerKind {
    OptimizerKind::Sgd { momentum, nesterov: false }
}

pub fn train(
    model: &mut Model,
    options: &TrainOptions,
    watch: &mut Recorder,
) -> Result<TrainReport, Failure> {
    model.train(["Toy", "toys"], &data(), options, None, watch)
}

pub fn trained(model: &mut Model, options: &TrainOptions) -> TrainReport {
    train(model, options, &mut Recorder::default()).expect("a training")
}

/// All values that a network keeps: parameters and running statistics.
pub fn weights(model: &mut Model) -> Vec<f32> {
    let network = model.network(0);
    let mut values: Vec<f32> =
        parameters(network).iter().flat_map(|(_, parameter)| parameter.values().to_vec()).collect();
    for (_, layer) in network.layers() {
        values.extend(layer.buffers().iter().flat_map(|(_, buffer)| buffer.values().to_vec()));
    }
    values
}
