//! A data set: what is known of it, and its samples one by one.

use std::sync::Arc;

use netlet_dsl::messages::{DataPlan, DataReport, Failure, Task};

use super::build::build;
use super::loader::Loader;
use super::reading::{Reading, Stop};
use super::store::{Answers, Collection, Inputs, Pick, Store};
use super::transforms::Pipeline;
use super::{Batches, Look, Order, Preparation, Target};
use crate::pictures::Sample;
use crate::train::Watch;

/// A part of a data set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// What networks learn from.
    Train,
    /// What they are tested on.
    Test,
}

/// A data set. A clone shares the samples.
#[derive(Clone, Debug)]
pub struct Dataset {
    /// Where it comes from, in words.
    pub source: String,
    /// The shape of a sample as a network takes it, channels first.
    pub shape: Vec<usize>,
    /// What the answer to a sample is.
    pub task: Task,
    /// Class names in the order of their numbers; none where answers are numbers or absent.
    pub classes: Vec<String>,
    /// The colour of each class, where answers are maps of classes or colours; otherwise empty.
    pub palette: Vec<[u8; 3]>,
    pub(super) loader: Arc<Loader>,
    train: Arc<[Pick]>,
    test: Arc<[Pick]>,
    /// Whether training goes through all classes equally often.
    balanced: bool,
}

/// A sample as it is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Example {
    /// The picture behind all transforms but the normalisation; of numbers, a picture of one row, or
    /// of as many as they have, from black for the least to white for the largest.
    pub sample: Sample,
    /// Its answer.
    pub target: Target,
}

impl Dataset {
    /// Reads a data set; `None` when it was interrupted. Progress is shown if it takes a while, and
    /// warnings name files that are left out.
    ///
    /// Pictures in files are looked over, and decoded later, when they are wanted; under `onbad=skip`
    /// they are decoded at once, so that it is known which to leave out.
    ///
    /// # Errors
    /// When a file is missing or is not what it should be; the failure names the file, what was
    /// expected and what was found.
    pub fn read(plan: &DataPlan, watch: &mut dyn Watch) -> Result<Option<Self>, Failure> {
        let mut reading = Reading::new(watch, plan.on_bad);
        match build(plan, &mut reading) {
            Ok(data) => Ok(Some(data)),
            Err(Stop::Interrupted) => Ok(None),
            Err(Stop::Failed(failure)) => Err(failure),
        }
    }

    /// A data set of samples in memory: pictures of one shape, 0 to 255, with their answers.
    ///
    /// # Panics
    /// When the pictures differ in shape, or there are none.
    pub fn from_samples(
        source: &str,
        task: Task,
        classes: Vec<String>,
        [train, test]: [Vec<(Sample, Target)>; 2],
    ) -> Self {
        let split = train.len();
        let samples: Vec<_> = train.into_iter().chain(test).collect();
        let shape = samples[0].0.shape;
        let (samples, targets): (Vec<Sample>, Vec<Target>) = samples.into_iter().unzip();
        assert!(samples.iter().all(|sample| sample.shape == shape), "pictures of one shape");
        let count = targets.len();
        let collection = Collection {
            title: source.to_owned(),
            task,
            classes,
            palette: Vec::new(),
            store: Store {
                inputs: Inputs::Pictures {
                    shape,
                    pixels: samples.into_iter().flat_map(|sample| sample.pixels).collect(),
                },
                answers: Answers::Given(targets),
            },
            train: (0..split).collect(),
            test: None,
        };
        let whole = |item| Pick { item, thing: None };
        let parts = [(0..split).map(whole).collect(), (split..count).map(whole).collect()];
        Self::of(collection, Pipeline::default(), shape.to_vec(), parts)
    }

    /// A data set of what was read and of what is done to it.
    pub(super) fn of(
        collection: Collection,
        pipeline: Pipeline,
        shape: Vec<usize>,
        [train, test]: [Vec<Pick>; 2],
    ) -> Self {
        Self {
            source: collection.title,
            shape,
            task: collection.task,
            classes: collection.classes,
            palette: collection.palette,
            loader: Arc::new(Loader::new(collection.store, pipeline)),
            train: train.into(),
            test: test.into(),
            balanced: false,
        }
    }

    /// The same, with all classes equally often in training.
    pub(super) fn balanced(self) -> Self {
        Self { balanced: true, ..self }
    }

    /// What a front end shows of it.
    pub fn report(&self, name: &str) -> DataReport {
        DataReport {
            data: name.to_owned(),
            source: self.source.clone(),
            shape: self.shape.clone(),
            task: self.task,
            classes: self.classes.clone(),
            train: self.len(Part::Train),
            test: self.len(Part::Test),
        }
    }

    pub(super) fn picks(&self, part: Part) -> &[Pick] {
        match part {
            Part::Train => &self.train,
            Part::Test => &self.test,
        }
    }

    /// Samples of a part.
    pub fn len(&self, part: Part) -> usize {
        self.picks(part).len()
    }

    /// Whether a part has no samples.
    pub fn is_empty(&self, part: Part) -> bool {
        self.picks(part).is_empty()
    }

    /// The order of a part's samples for an epoch of training: shuffled, the same way for the same
    /// seed and epoch, and with all classes equally often if the data set is balanced.
    ///
    /// # Errors
    /// When it is balanced, and its samples have no class each.
    pub fn shuffled(&self, part: Part, seed: u64, epoch: usize) -> Result<Order, Failure> {
        if !self.balanced {
            return Ok(Order::shuffled(self.len(part), seed, epoch));
        }
        let none = || Failure::new("only samples with a class each can be balanced");
        let class = |&pick: &Pick| self.loader.class(pick).ok_or_else(none);
        let classes = self.picks(part).iter().map(class).collect::<Result<Vec<_>, _>>()?;
        Ok(Order::balanced(&classes, seed, epoch))
    }

    /// The answer to a sample, without decoding its picture where that is not needed.
    ///
    /// # Errors
    /// When a file cannot be read.
    ///
    /// # Panics
    /// When the part has no such sample.
    pub fn target(&self, part: Part, index: usize) -> Result<Target, Failure> {
        self.loader.target(self.picks(part)[index], Look::Plain)
    }

    /// A sample as it is shown.
    ///
    /// # Errors
    /// When a file cannot be read.
    ///
    /// # Panics
    /// When the part has no such sample.
    pub fn example(&self, part: Part, index: usize) -> Result<Example, Failure> {
        self.loader.example(self.picks(part)[index], Look::Plain)
    }

    /// The samples of a part in batches of `size`; the last may be shorter, and none is left out.
    /// They are prepared before they are asked for where that takes time.
    ///
    /// # Panics
    /// When the order has an index that the part has not.
    pub fn batches(&self, part: Part, order: &Order, size: usize, look: Look) -> Batches<'_> {
        Batches::new(self, part, order, size, look)
    }

    /// What is done to a picture that belongs to no data set before a network sees it.
    pub fn preparation(&self) -> Preparation {
        Preparation::new(self.loader.pipeline.for_pictures())
    }
}
