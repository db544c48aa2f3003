//! How samples are looked at: as they are, or at random.

use rand::SeedableRng;
use rand::rngs::SmallRng;

/// How samples are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// As they are: random transforms do what they do for tests.
    Plain,
    /// Random transforms act: in training, and for test-time augmentation.
    Random {
        /// What they do depends on this, the epoch and the sample, and on nothing else.
        seed: u64,
        /// The epoch, or another number of the time.
        epoch: usize,
    },
}

impl Look {
    /// The random numbers of the sample with this index.
    pub(super) fn generator(self, index: usize) -> SmallRng {
        let (seed, epoch) = match self {
            Self::Plain => (0, 0),
            Self::Random { seed, epoch } => (seed, epoch as u64 + 1),
        };
        let mut state = seed;
        // Each number stirs all bits before the next one comes, so that no two triples meet.
        for number in [epoch, index as u64] {
            state = mixed(state).wrapping_add(number.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        }
        SmallRng::seed_from_u64(mixed(state))
    }

    /// Whether random transforms act.
    pub(super) fn is_random(self) -> bool {
        self != Self::Plain
    }
}

/// The finishing step of SplitMix64 (Steele, Lea and Flood, 2014): a change of one bit changes half of
/// all.
fn mixed(mut state: u64) -> u64 {
    state = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    state = (state ^ (state >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    state ^ (state >> 31)
}

#[cfg(test)]
mod tests {
    use rand::Rng;

    use super::*;

    #[test]
    fn numbers_depend_on_seed_epoch_and_sample() {
        let first = |look: Look, index| look.generator(index).r#gen::<u64>();
        let random = |seed, epoch| Look::Random { seed, epoch };
        assert_eq!(first(random(1, 2), 3), first(random(1, 2), 3));
        let looks = [(Look::Plain, 0), (random(0, 0), 0), (random(0, 1), 0), (random(1, 0), 0)];
        let mut numbers: Vec<u64> =
            looks.into_iter().map(|(look, index)| first(look, index)).collect();
        numbers.extend([first(Look::Plain, 1), first(random(0, 0), 1)]);
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), 6);
    }
}
