//! How often classes occur.

use netlet_dsl::messages::Failure;

use super::{Dataset, IGNORED, Part, Target};
use crate::train::Watch;

/// What was counted of a class.
#[derive(Clone, Copy, Debug, Default)]
struct Count {
    /// Its own pixels or samples.
    own: u64,
    /// All pixels or samples of the pictures that have it.
    all: u64,
}

impl Dataset {
    /// The frequency of each class (Eigen and Fergus, 2015): its pixels over all pixels of the training
    /// pictures that have it, or its samples over all training samples; 0 where it never occurs.
    /// `None` when it was interrupted.
    ///
    /// # Errors
    /// When a file cannot be read, or the answers are no classes.
    pub fn class_frequencies(&self, watch: &mut dyn Watch) -> Result<Option<Vec<f64>>, Failure> {
        let mut counts = vec![Count::default(); self.classes.len()];
        for index in 0..self.len(Part::Train) {
            if watch.is_stopped() {
                return Ok(None);
            }
            match self.target(Part::Train, index)? {
                Target::Class(class) => counts[class].own += 1,
                Target::Box(located) => counts[located.class].own += 1,
                Target::Mask(mask) => count_mask(&mask, &mut counts),
                Target::Values(_) | Target::None => {
                    return Err(Failure::new("these samples have no classes to weigh"));
                }
            }
        }
        let samples = self.len(Part::Train) as u64;
        let frequency = |count: &Count| {
            let all = if count.all == 0 { samples } else { count.all };
            count.own as f64 / all.max(1) as f64
        };
        Ok(Some(counts.iter().map(frequency).collect()))
    }
}

fn count_mask(mask: &[u8], counts: &mut [Count]) {
    let mut own = [0u64; IGNORED as usize + 1];
    mask.iter().for_each(|&class| own[usize::from(class)] += 1);
    for (count, own) in counts.iter_mut().zip(own).filter(|&(_, own)| own > 0) {
        count.own += own;
        count.all += mask.len() as u64;
    }
}
