//! Which epoch was the best, and when a training has reached enough.

use std::sync::Arc;

use netlet_dsl::messages::{Failure, Goal};
use serde::{Deserialize, Serialize};

use super::{Answers, Metrics};
use crate::weights::Snapshot;

/// The best epoch of the trainings on one data set.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Best {
    /// The data set.
    pub(super) data: String,
    /// Its number.
    pub(super) epoch: usize,
    /// By which it is better: see [`Metrics::score`].
    pub(super) score: f64,
    /// The weights at its end, if they are kept.
    #[serde(skip)]
    pub(super) weights: Option<Arc<Snapshot>>,
}

/// How an epoch is beside the best one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// Better than all, or the first.
    Better,
    /// As good as the best.
    Equal,
    /// Not so good.
    Worse,
}

impl Standing {
    /// How an epoch with a score is beside the `best` one. No number at all is worse than any.
    pub(super) fn of(score: f64, best: Option<&Best>) -> Self {
        match best {
            None => Self::Better,
            Some(best) if score > best.score || (best.score.is_nan() && !score.is_nan()) => {
                Self::Better
            }
            Some(best) if score == best.score => Self::Equal,
            Some(_) => Self::Worse,
        }
    }

    /// Whether no epoch before it was better.
    pub(super) fn is_best(self) -> bool {
        self != Self::Worse
    }
}

/// Checks that a goal is one of what is measured.
pub(super) fn expect_metric(goal: &Goal, answers: &Answers) -> Result<(), Failure> {
    if answers.has(&goal.metric) {
        return Ok(());
    }
    let measured: Vec<String> =
        answers.measured().into_iter().map(|name| format!("`{name}`")).collect();
    let sign = if goal.above { '>' } else { '<' };
    Err(Failure::new(format!(
        "`until` names `{}`, which is not measured on this data",
        goal.metric
    ))
    .note(format!("there are {}", measured.join(", ")))
    .help(format!(
        "write such as `until=\"{} {sign} {}\"`",
        answers.measured()[1..].first().map_or("loss", |it| it),
        goal.value
    )))
}

/// Whether a goal is reached.
pub(super) fn is_reached(goal: &Goal, test: &Metrics) -> bool {
    let value = test.value(&goal.metric);
    value.is_some_and(|value| if goal.above { value > goal.value } else { value < goal.value })
}
