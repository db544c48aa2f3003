//! Samples in batches.

use netlet_dsl::messages::{Failure, Task};

use super::{Dataset, Look, Order, Part, Target, Targets};
use crate::value::Value;

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

/// The batches of a part, one after the other.
#[derive(Debug)]
pub struct Batches<'a> {
    data: &'a Dataset,
    part: Part,
    order: Order,
    size: usize,
    look: Look,
    /// Samples that have been given.
    given: usize,
}

impl<'a> Batches<'a> {
    pub(super) fn new(
        data: &'a Dataset,
        part: Part,
        order: &Order,
        size: usize,
        look: Look,
    ) -> Self {
        Self { data, part, order: order.clone(), size: size.max(1), look, given: 0 }
    }

    fn batch(&self, indices: &[usize]) -> Result<Batch, Failure> {
        let (data, picks) = (self.data, self.data.picks(self.part));
        let size: usize = data.shape.iter().product();
        let mut values = vec![0.0; indices.len() * size];
        let samples = values.chunks_exact_mut(size).zip(indices);
        let fill = |(values, &index)| data.loader.fill(picks[index], self.look, values);
        let targets = samples.map(fill).collect::<Result<Vec<_>, _>>()?;
        Ok(Batch {
            inputs: Value::batch(indices.len(), &data.shape, values),
            targets: Targets::of(data.task, targets),
            indices: indices.to_vec(),
        })
    }
}

impl Iterator for Batches<'_> {
    type Item = Result<Batch, Failure>;

    fn next(&mut self) -> Option<Self::Item> {
        let indices = self.order.indices();
        let end = indices.len().min(self.given + self.size);
        let indices = &indices[self.given..end];
        if indices.is_empty() {
            return None;
        }
        let batch = self.batch(indices);
        self.given = end;
        Some(batch)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = (self.order.indices().len() - self.given).div_ceil(self.size);
        (left, Some(left))
    }
}

impl ExactSizeIterator for Batches<'_> {}

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
