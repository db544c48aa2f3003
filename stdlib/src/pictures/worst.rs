//! The samples that a network gets most wrong.

use netlet_dsl::messages::Picture;

use super::Sample;
use super::canvas::{GREEN, INK, PALE_INK, RED};
use super::grid::{MOST, grid};
use super::numbers::{counted, percent};
use super::sheet::Line;

/// A sample that a network gets wrong, or barely right.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wrong<'a> {
    /// Its number within the test part.
    pub number: usize,
    /// Its true class.
    pub label: &'a str,
    /// The predicted class.
    pub predicted: &'a str,
    /// The probability that the network gives the predicted class.
    pub probability: f64,
    /// Its loss; of cross entropies, in nats.
    pub loss: f64,
}

/// Draws samples, the worst first, each with its true class, the predicted one and its loss. `name` is
/// the picture's.
pub fn worst(name: &str, net: &str, samples: &[Sample], wrong: &[Wrong<'_>]) -> Picture {
    let title = format!("What {net} gets most wrong");
    grid(name, title, in_words(net, wrong), samples, wrong.iter().map(lines).collect())
}

fn lines(wrong: &Wrong<'_>) -> Vec<Line> {
    let color = if wrong.predicted == wrong.label { GREEN } else { RED };
    vec![
        Line::new(format!("true: {}", wrong.label), INK),
        Line::new(format!("{} {}", wrong.predicted, percent(wrong.probability)), color),
        Line::new(format!("loss {:.2}", wrong.loss), INK),
        Line::new(format!("no. {}", wrong.number), PALE_INK),
    ]
}

fn in_words(net: &str, wrong: &[Wrong<'_>]) -> String {
    let mut words = format!("{} that {net} gets most wrong", counted(wrong.len(), MOST, "sample"));
    for Wrong { number, label, predicted, probability, loss } in wrong.iter().take(MOST) {
        let probability = percent(*probability);
        words += &format!(
            "; no. {number}: {label} taken for {predicted} ({probability}), loss {loss:.2}"
        );
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pictures::canvas::tests::pixels_of;

    #[test]
    fn samples_have_their_classes_and_losses() {
        let sample = Sample { shape: [1, 28, 28], pixels: vec![0; 28 * 28] };
        let wrong =
            Wrong { number: 17, label: "Shirt", predicted: "Coat", probability: 0.98, loss: 5.25 };
        let right = Wrong { predicted: "Shirt", probability: 0.5, loss: 0.7, ..wrong };
        let picture = worst("w", "A", &[sample.clone(), sample], &[wrong, right]);
        assert_eq!(
            picture.alt,
            "2 samples that A gets most wrong; no. 17: Shirt taken for Coat (98 %), loss 5.25; \
             no. 17: Shirt taken for Shirt (50 %), loss 0.70"
        );
        let count = |color, columns| pixels_of(color, &picture, columns, 0..picture.height);
        let (left, right) = (0..picture.width / 2, picture.width / 2..picture.width);
        assert!(count(RED, left.clone()) > 20 && count(GREEN, left) == 0);
        assert!(count(GREEN, right.clone()) > 20 && count(RED, right) == 0);
    }
}
