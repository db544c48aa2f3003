//! Commands on data sets.

use std::ops::Range;

use netlet_dsl::messages::{DataPlan, Event, Failure, Report};

use super::drawing;
use crate::data::{Dataset, Example, Part, Target};
use crate::train::{Answers, Watch};
use crate::worker::executor::Executor;

/// Samples that are shown when a command names none.
const SHOWN: usize = 16;

impl Executor {
    pub(in crate::worker) fn define_data(
        &mut self,
        name: String,
        plan: &DataPlan,
        watch: &mut dyn Watch,
    ) -> Result<Option<Report>, Failure> {
        let Some(data) = Dataset::read(plan, watch)? else { return Ok(None) };
        let report = data.report(&name);
        self.data.insert(name, data);
        Ok(Some(Report::Data(report)))
    }

    pub(in crate::worker) fn show(
        &mut self,
        name: String,
        range: Option<Range<usize>>,
        watch: &mut dyn Watch,
    ) -> Result<Report, Failure> {
        let data = self.dataset(&name)?;
        let indices = chosen(&name, data, range)?;
        let answers = Answers::of(data);
        let examples = examples(data, indices)?;
        let label = |example: &Example| in_words(&example.target, &answers);
        let labels = examples.iter().map(label).collect::<Vec<_>>();
        let picture = drawing::examples(&format!("{name}-samples"), &examples, &labels, &answers);
        watch.show(Event::Picture(picture));
        Ok(Report::Show { data: name, labels })
    }
}

/// The answer to a sample in a few words; nothing of a map.
pub(super) fn in_words(target: &Target, answers: &Answers) -> String {
    match target {
        Target::Class(class) => answers.name(*class),
        Target::Box(thing) => answers.name(thing.class),
        Target::Values(values) => values.iter().map(f32::to_string).collect::<Vec<_>>().join(", "),
        Target::Mask(_) | Target::None => String::new(),
    }
}

/// The test samples that a command names. Without a range they are spread evenly over all: files are
/// often sorted by class, and neighbours in a film are alike.
pub(super) fn chosen(
    name: &str,
    data: &Dataset,
    range: Option<Range<usize>>,
) -> Result<Vec<usize>, Failure> {
    let count = data.len(Part::Test);
    let Some(range) = range else {
        let shown = count.min(SHOWN);
        return Ok((0..shown).map(|place| place * count / shown).collect());
    };
    if range.end > count {
        let failure = Failure::new(format!("`{name}` has no sample {}", range.end - 1));
        return Err(match count {
            0 => failure.note("it has no test samples"),
            _ => {
                failure.note(format!("its test part has {count} samples, from 0 to {}", count - 1))
            }
        });
    }
    Ok(range.collect())
}

/// Test samples as they are shown.
pub(super) fn examples(
    data: &Dataset,
    indices: impl IntoIterator<Item = usize>,
) -> Result<Vec<Example>, Failure> {
    indices.into_iter().map(|index| data.example(Part::Test, index)).collect()
}
