//! The order in which samples are gone through.

use std::sync::Arc;

use rand::SeedableRng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;

/// The order in which samples are gone through. A clone shares the indices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    indices: Arc<[usize]>,
}

impl Order {
    /// `count` samples as they come.
    pub fn plain(count: usize) -> Self {
        Self { indices: (0..count).collect() }
    }

    /// `count` samples shuffled: the same way for the same seed and epoch.
    pub fn shuffled(count: usize, seed: u64, epoch: usize) -> Self {
        let mut indices: Vec<usize> = (0..count).collect();
        indices.shuffle(&mut generator(seed, epoch));
        Self { indices: indices.into() }
    }

    /// Samples of these classes, shuffled, with every class equally often: as often as the most
    /// frequent one occurs. Samples of the others are repeated, none twice more than another.
    pub(super) fn balanced(classes: &[usize], seed: u64, epoch: usize) -> Self {
        let mut of_class = vec![Vec::new(); classes.iter().max().map_or(0, |most| most + 1)];
        for (index, &class) in classes.iter().enumerate() {
            of_class[class].push(index);
        }
        let most = of_class.iter().map(Vec::len).max().unwrap_or(0);
        let mut random = generator(seed, epoch);
        let mut indices = Vec::new();
        for mut samples in of_class.into_iter().filter(|samples| !samples.is_empty()) {
            samples.shuffle(&mut random);
            indices.extend(samples.into_iter().cycle().take(most));
        }
        indices.shuffle(&mut random);
        Self { indices: indices.into() }
    }

    /// These samples, in this order.
    pub fn of(indices: impl IntoIterator<Item = usize>) -> Self {
        Self { indices: indices.into_iter().collect() }
    }

    /// The indices, in order.
    pub fn indices(&self) -> &[usize] {
        &self.indices
    }
}

fn generator(seed: u64, epoch: usize) -> StdRng {
    // The epoch stirs all bits of the seed, so neighbouring seeds never share an epoch.
    StdRng::seed_from_u64(seed ^ (epoch as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_epoch_has_every_sample_once() {
        let mut indices = Order::shuffled(10, 3, 0).indices().to_vec();
        assert_ne!(indices, Order::plain(10).indices());
        indices.sort_unstable();
        assert_eq!(indices, Order::plain(10).indices());
    }

    #[test]
    fn the_order_depends_on_seed_and_epoch_alone() {
        let order = |seed, epoch| Order::shuffled(20, seed, epoch);
        assert_eq!(order(1, 2), order(1, 2));
        assert_ne!(order(1, 2), order(1, 3));
        assert_ne!(order(1, 2), order(2, 2));
    }

    #[test]
    fn a_balanced_epoch_has_every_class_equally_often() {
        let classes = [0, 2, 2, 2, 2, 2, 0];
        let order = Order::balanced(&classes, 1, 1);
        let count = |class| order.indices().iter().filter(|&&it| classes[it] == class).count();
        assert_eq!((count(0), count(1), count(2)), (5, 0, 5));
        // The two samples of class 0 take their turns.
        let firsts = order.indices().iter().filter(|&&it| it == 0).count();
        assert!(firsts == 2 || firsts == 3, "{order:?}");
        assert_eq!((1..=5).filter(|it| order.indices().contains(it)).count(), 5);
    }
}
