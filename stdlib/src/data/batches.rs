//! Samples in batches.

use rand::SeedableRng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;

use super::{Dataset, Samples};
use crate::value::Value;

/// A batch: pictures as a network takes them, and their classes.
#[derive(Debug)]
pub struct Batch {
    /// Samples x channels x rows x columns, in 0..=1.
    pub pictures: Value,
    /// The class of each.
    pub classes: Vec<usize>,
}

/// The order in which samples are gone through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    indices: Vec<usize>,
}

impl Order {
    /// As they come.
    pub fn plain(samples: &Samples) -> Self {
        Self { indices: (0..samples.len()).collect() }
    }

    /// Shuffled: the same way for the same seed and epoch.
    pub fn shuffled(samples: &Samples, seed: u64, epoch: usize) -> Self {
        let mut order = Self::plain(samples);
        // The epoch stirs all bits of the seed, so neighbouring seeds never share an epoch.
        let seed = seed ^ (epoch as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        order.indices.shuffle(&mut StdRng::seed_from_u64(seed));
        order
    }

    /// The batches of at most `size` samples; the last may be shorter, and none is left out.
    pub fn batches<'a>(
        &'a self,
        data: &'a Dataset,
        samples: &'a Samples,
        size: usize,
    ) -> impl ExactSizeIterator<Item = Batch> + 'a {
        self.indices.chunks(size.max(1)).map(move |indices| data.batch(samples, indices))
    }
}

impl Dataset {
    /// The batch of the samples with these indices.
    ///
    /// Pixels become numbers in 0..=1, as PyTorch's `ToTensor` has it.
    pub fn batch(&self, samples: &Samples, indices: &[usize]) -> Batch {
        let pictures = indices.iter().flat_map(|&index| samples.picture(index));
        let values = pictures.map(|&pixel| f32::from(pixel) / 255.0).collect();
        Batch {
            pictures: Value::batch(indices.len(), &self.shape, values),
            classes: indices.iter().map(|&index| samples.label(index)).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data() -> Dataset {
        let samples = Samples::new((0..20).collect(), (0..10).map(|index| index % 2).collect());
        Dataset {
            source: "a test".into(),
            shape: [1, 1, 2],
            classes: vec!["even".into(), "odd".into()],
            train: samples.clone(),
            test: samples,
        }
    }

    #[test]
    fn an_epoch_has_every_sample_once() {
        let data = data();
        let order = Order::shuffled(&data.train, 3, 0);
        let batches: Vec<Batch> = order.batches(&data, &data.train, 4).collect();
        let sizes: Vec<usize> = batches.iter().map(|batch| batch.classes.len()).collect();
        assert_eq!(sizes, [4, 4, 2]);
        let mut firsts: Vec<f32> = batches
            .iter()
            .flat_map(|batch| batch.pictures.values().iter().step_by(2).copied())
            .map(|value| (value * 255.0).round())
            .collect();
        firsts.sort_by(f32::total_cmp);
        assert_eq!(firsts, [0.0, 2.0, 4.0, 6.0, 8.0, 10.0, 12.0, 14.0, 16.0, 18.0]);
    }

    #[test]
    fn the_order_depends_on_seed_and_epoch_alone() {
        let data = data();
        let order = |seed, epoch| Order::shuffled(&data.train, seed, epoch);
        assert_eq!(order(1, 2), order(1, 2));
        assert_ne!(order(1, 2), order(1, 3));
        assert_ne!(order(1, 2), order(2, 2));
    }

    #[test]
    fn pixels_become_numbers_from_zero_to_one() {
        let data = Dataset { train: Samples::new(vec![0, 255, 51, 102], vec![1, 0]), ..data() };
        let batch = data.batch(&data.train, &[1, 0]);
        assert_eq!(batch.pictures.values(), [0.2, 0.4, 0.0, 1.0]);
        assert_eq!(batch.classes, [0, 1]);
    }
}
