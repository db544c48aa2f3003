//! What each class counts in the loss.

use netlet_dsl::messages::{ClassWeights, Event, Failure, Task};

use super::{Answers, Watch};
use crate::data::Dataset;

/// Classes whose weights are shown at most.
const SHOWN: usize = 12;

/// A weight for each class, if not all count the same; `None` outside when it was stopped. Weights
/// that come from the data are shown.
///
/// # Errors
/// When there are none for such answers, or not as many as classes, or the data cannot be read.
pub(super) fn class_weights(
    wanted: &ClassWeights,
    answers: &Answers,
    data: &Dataset,
    watch: &mut dyn Watch,
) -> Result<Option<Option<Vec<f32>>>, Failure> {
    let count = answers.count();
    match wanted {
        ClassWeights::Equal => Ok(Some(None)),
        _ if matches!(answers.task, Task::Values | Task::None) => {
            Err(Failure::new("`weights` weighs classes, but the data has none")
                .help("leave `weights` out"))
        }
        ClassWeights::Given(weights) if weights.len() != count => Err(Failure::new(format!(
            "`weights` has {} numbers for {count} classes",
            weights.len()
        ))
        .note(format!("the classes are {}", shown(count, |class| answers.name(class))))
        .help("give a number for each class, in this order")),
        ClassWeights::Given(weights) => {
            Ok(Some(Some(weights.iter().map(|&weight| weight as f32).collect())))
        }
        ClassWeights::MedianFrequency => {
            let Some(frequencies) = data.class_frequencies(watch)? else { return Ok(None) };
            let weights = median_frequency(&frequencies);
            let each = |class: usize| format!("{} {:.3}", answers.name(class), weights[class]);
            let message = format!("the classes count by their frequency: {}", shown(count, each));
            watch.show(Event::Warning { message });
            Ok(Some(Some(weights)))
        }
    }
}

/// The first few of `count`, and how many more there are.
fn shown(count: usize, each: impl Fn(usize) -> String) -> String {
    let first = (0..count.min(SHOWN)).map(each).collect::<Vec<_>>().join(", ");
    match count.saturating_sub(SHOWN) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}

/// The median of the frequencies over each; of a class that does not occur, 0, since nothing is of
/// it.
fn median_frequency(frequencies: &[f64]) -> Vec<f32> {
    let mut present: Vec<f64> = frequencies.iter().copied().filter(|&it| it > 0.0).collect();
    present.sort_by(f64::total_cmp);
    let middle = present.len() / 2;
    let median = match present.len() {
        0 => 0.0,
        odd if odd % 2 == 1 => present[middle],
        _ => (present[middle - 1] + present[middle]) / 2.0,
    };
    let weight = |&frequency: &f64| if frequency > 0.0 { (median / frequency) as f32 } else { 0.0 };
    frequencies.iter().map(weight).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rare_classes_count_more() {
        assert_eq!(median_frequency(&[0.5, 0.25, 0.125]), [0.5, 1.0, 2.0]);
        assert_eq!(median_frequency(&[0.5, 0.0, 0.25]), [0.75, 0.0, 1.5]);
        assert_eq!(median_frequency(&[0.0]), [0.0]);
    }
}
