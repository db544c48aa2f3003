//! Samples in batches, prepared before they are asked for.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};

use netlet_dsl::messages::{Failure, Task};
use rayon::prelude::*;

use super::pool::pool;
use super::{Dataset, Look, Order, Part, Target, Targets};
use crate::value::Value;

/// Batches that are under way or waiting, beside the one that is in use: enough that one is ready when
/// the last one has been learned, and few, since each may take much memory.
const AHEAD: usize = 3;

/// A batch: what a network looks at, and what it is to answer.
#[derive(Debug)]
pub struct Batch {
    /// The samples; of pictures, samples x channels x rows x columns, in 0..=1 unless they are
    /// normalised otherwise.
    pub inputs: Value,
    /// The answer to each.
    pub targets: Targets,
    /// Their numbers within the part.
    pub indices: Vec<usize>,
}

/// Inputs and answers before they are a batch.
type Filled = (Vec<f32>, Vec<Target>);

/// The batches of a part, one after the other. Slow samples are made ahead, on threads of their own.
#[derive(Debug)]
pub struct Batches<'a> {
    data: &'a Dataset,
    job: Job,
    order: Order,
    size: usize,
    /// Samples that have been given.
    given: usize,
    /// Samples that have been asked for.
    asked: usize,
    /// The batches that were asked for, in order.
    ahead: VecDeque<Receiver<Result<Filled, Failure>>>,
}

/// What the threads need to know.
#[derive(Clone, Debug)]
struct Job {
    data: Dataset,
    part: Part,
    look: Look,
    /// Nobody wants the batches any more.
    dropped: Arc<AtomicBool>,
}

impl<'a> Batches<'a> {
    pub(super) fn new(
        data: &'a Dataset,
        part: Part,
        order: &Order,
        size: usize,
        look: Look,
    ) -> Self {
        let job = Job { data: data.clone(), part, look, dropped: Arc::default() };
        let (order, ahead) = (order.clone(), VecDeque::new());
        Self { data, job, order, size: size.max(1), given: 0, asked: 0, ahead }
    }

    /// The places in the order of the batch that begins at one of them.
    fn chunk(&self, start: usize) -> std::ops::Range<usize> {
        start..self.order.indices().len().min(start + self.size)
    }

    /// Has the next batches made.
    fn ask(&mut self) {
        while self.ahead.len() < AHEAD && self.asked < self.order.indices().len() {
            let chunk = self.chunk(self.asked);
            self.asked = chunk.end;
            let (send, receive) = sync_channel(1);
            let (job, order) = (self.job.clone(), self.order.clone());
            pool().spawn_fifo(move || {
                let fill = || job.fill(&order.indices()[chunk]);
                let filled = catch_unwind(AssertUnwindSafe(fill));
                // Nobody may be there to take it any more.
                let _ = send.send(filled.unwrap_or_else(|_| Err(bug())));
            });
            self.ahead.push_back(receive);
        }
    }

    fn filled(&mut self, indices: &[usize]) -> Result<Filled, Failure> {
        if !self.data.loader.is_slow() {
            return self.job.fill_here(indices);
        }
        self.ask();
        let next = self.ahead.pop_front().and_then(|next| next.recv().ok());
        let filled = next.unwrap_or_else(|| Err(bug()));
        self.ask();
        filled
    }
}

impl Job {
    /// Makes samples on the calling thread.
    fn fill_here(&self, indices: &[usize]) -> Result<Filled, Failure> {
        let size = self.sample_size();
        let mut values = vec![0.0; indices.len() * size];
        let samples = values.chunks_exact_mut(size).zip(indices);
        let targets = samples.map(|(values, &index)| self.sample(index, values));
        let targets = targets.collect::<Result<Vec<_>, _>>()?;
        Ok((values, targets))
    }

    /// Makes samples on all threads of the pool.
    fn fill(&self, indices: &[usize]) -> Result<Filled, Failure> {
        let size = self.sample_size();
        let mut values = vec![0.0; indices.len() * size];
        let samples = values.par_chunks_exact_mut(size).zip(indices);
        let targets = samples.map(|(values, &index)| {
            if self.dropped.load(Ordering::Relaxed) {
                return Err(Failure::new("the batches are not wanted any more"));
            }
            self.sample(index, values)
        });
        // In order, so that of several failures always the same one is told.
        let targets = targets.collect::<Vec<_>>().into_iter().collect::<Result<Vec<_>, _>>()?;
        Ok((values, targets))
    }

    fn sample_size(&self) -> usize {
        self.data.shape.iter().product::<usize>().max(1)
    }

    fn sample(&self, index: usize, values: &mut [f32]) -> Result<Target, Failure> {
        self.data.loader.fill(self.data.picks(self.part)[index], self.look, values)
    }
}

impl Iterator for Batches<'_> {
    type Item = Result<Batch, Failure>;

    fn next(&mut self) -> Option<Self::Item> {
        let chunk = self.chunk(self.given);
        if chunk.is_empty() {
            return None;
        }
        self.given = chunk.end;
        let indices = self.order.indices()[chunk].to_vec();
        let data = self.data;
        Some(self.filled(&indices).map(|(values, targets)| Batch {
            inputs: Value::batch(indices.len(), &data.shape, values),
            targets: Targets::of(data.task, targets),
            indices,
        }))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = (self.order.indices().len() - self.given).div_ceil(self.size);
        (left, Some(left))
    }
}

impl ExactSizeIterator for Batches<'_> {}

impl Drop for Batches<'_> {
    fn drop(&mut self) {
        self.job.dropped.store(true, Ordering::Relaxed);
    }
}

fn bug() -> Failure {
    Failure::new("preparing a batch panicked").note("this is a bug of Netlet, not of your data")
}

impl Targets {
    /// The answers to a batch of samples.
    ///
    /// # Panics
    /// When one of them is no answer of this task.
    pub(super) fn of(task: Task, targets: Vec<Target>) -> Self {
        macro_rules! all {
            ($kind:ident) => {
                targets.into_iter().map(|target| match target {
                    Target::$kind(answer) => answer,
                    other => panic!("{other:?} is no answer of the task {task:?}"),
                })
            };
        }
        match task {
            Task::Class => Self::Classes(all!(Class).collect()),
            Task::Mask | Task::Colours => Self::Masks(all!(Mask).flatten().collect()),
            Task::Box => Self::Boxes(all!(Box).collect()),
            Task::Values => Self::Values(all!(Values).flatten().collect()),
            Task::None => Self::None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pictures::Sample;

    fn data() -> Dataset {
        let sample = |index: u8| {
            let sample = Sample { shape: [1, 1, 2], pixels: vec![2 * index, 2 * index + 1] };
            (sample, Target::Class(usize::from(index % 2)))
        };
        let classes = vec!["even".into(), "odd".into()];
        let (train, test) = ((0..10).map(sample).collect(), (10..13).map(sample).collect());
        Dataset::from_samples("a test", Task::Class, classes, [train, test])
    }

    #[test]
    fn a_batch_has_the_samples_of_its_indices() {
        let data = data();
        let order = Order::of([2, 0, 1]);
        let mut batches = data.batches(Part::Test, &order, 2, Look::Plain);
        assert_eq!(batches.len(), 2);
        let first = batches.next().expect("a batch").expect("samples");
        assert_eq!(first.indices, [2, 0]);
        let pixels: Vec<f32> = [24.0, 25.0, 20.0, 21.0].iter().map(|it| it / 255.0).collect();
        assert_eq!(first.inputs.values(), pixels);
        assert_eq!(first.targets, Targets::Classes(vec![0, 0]));
        let second = batches.next().expect("a batch").expect("samples");
        assert_eq!((second.indices, second.targets), (vec![1], Targets::Classes(vec![1])));
        assert!(batches.next().is_none());
    }

    #[test]
    fn an_epoch_is_cut_into_batches_without_a_rest() {
        let data = data();
        let order = data.shuffled(Part::Train, 0, 1).expect("an order");
        let batches = data.batches(Part::Train, &order, 4, Look::Plain);
        let sizes = batches.map(|batch| batch.expect("samples").indices.len());
        assert_eq!(sizes.collect::<Vec<_>>(), [4, 4, 2]);
    }
}
