//! How often classes occur.

use netlet_dsl::messages::{Failure, OnBad, Task};

use super::pool::each;
use super::reading::{Reading, Stop};
use super::store::Numbers;
use super::{Dataset, IGNORED, Part, Target};
use crate::train::Watch;

/// Of each class its own pixels, and all pixels of the pictures that have it.
type Counts = Vec<[u64; 2]>;

impl Dataset {
    /// The frequency of each class (Eigen and Fergus, 2015): its pixels over all pixels of the
    /// training pictures that have it, or its samples over all training samples; 0 where it never
    /// occurs. `None` when it was interrupted.
    ///
    /// # Errors
    /// When a file cannot be read, or the answers are no classes.
    pub fn class_frequencies(&self, watch: &mut dyn Watch) -> Result<Option<Vec<f64>>, Failure> {
        let mut reading = Reading::new(watch, OnBad::Stop);
        match self.count(&mut reading) {
            Ok(counts) => {
                let frequency = |[own, all]: [u64; 2]| own as f64 / all.max(1) as f64;
                Ok(Some(counts.into_iter().map(frequency).collect()))
            }
            Err(Stop::Interrupted) => Ok(None),
            Err(Stop::Failed(failure)) => Err(failure),
        }
    }

    fn count(&self, reading: &mut Reading<'_>) -> Result<Counts, Stop> {
        let samples = self.len(Part::Train);
        let mut counts: Counts = vec![[0, 0]; self.classes.len()];
        let one = |index| self.counts_of(index);
        let found = each(samples, reading, ["counting classes", "samples"], one)?;
        for found in found {
            for (class, own, all) in found? {
                let count = counts.get_mut(class).ok_or_else(|| {
                    Failure::new(format!("there is a class {class}, which has no name"))
                })?;
                *count = [count[0] + own, count[1] + all];
            }
        }
        // A sample has one class, and there is no larger whole than all of them.
        if matches!(self.task, Task::Class | Task::Box) {
            counts.iter_mut().for_each(|count| count[1] = samples as u64);
        }
        Ok(counts)
    }

    /// The classes of a sample, each with its own count and that of the whole.
    fn counts_of(&self, index: usize) -> Result<Vec<(usize, u64, u64)>, Failure> {
        match self.target(Part::Train, index)? {
            Target::Class(class) => Ok(vec![(class, 1, 1)]),
            Target::Box(located) => Ok(vec![(located.class, 1, 1)]),
            Target::Mask(mask) => {
                let mut own = [0u64; 256];
                mask.iter().for_each(|&class| own[usize::from(class)] += 1);
                let classes = Numbers::of(&mask).iter().filter(|&class| class != IGNORED);
                let count =
                    |class| (usize::from(class), own[usize::from(class)], mask.len() as u64);
                Ok(classes.map(count).collect())
            }
            Target::Values(_) | Target::None => {
                Err(Failure::new("these samples have no classes to weigh")
                    .help("leave `weights` out"))
            }
        }
    }
}
