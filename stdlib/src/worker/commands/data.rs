//! Commands on data sets.

use std::ops::Range;

use netlet_dsl::messages::{DataPlan, Event, Failure, Report};

use crate::data::{Dataset, Part, Target};
use crate::pictures::{self, Sample};
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
        let indices: Vec<usize> = chosen(&name, data, range)?.collect();
        let answers = Answers::of(data);
        let label = |&index: &usize| Ok(in_words(&data.target(Part::Test, index)?, &answers));
        let labels = indices.iter().map(label).collect::<Result<Vec<_>, Failure>>()?;
        let samples = samples(data, indices)?;
        let picture = pictures::samples(&format!("{name}-samples"), &samples, &labels);
        watch.show(Event::Picture(picture));
        Ok(Report::Show { data: name, labels })
    }
}

/// The answer to a sample in a few words; nothing of a map.
fn in_words(target: &Target, answers: &Answers) -> String {
    match target {
        Target::Class(class) => answers.name(*class),
        Target::Box(thing) => answers.name(thing.class),
        Target::Values(values) => values.iter().map(f32::to_string).collect::<Vec<_>>().join(", "),
        Target::Mask(_) | Target::None => String::new(),
    }
}

/// The test samples that a command names, or the first ones.
pub(super) fn chosen(
    name: &str,
    data: &Dataset,
    range: Option<Range<usize>>,
) -> Result<Range<usize>, Failure> {
    let count = data.len(Part::Test);
    let range = range.unwrap_or(0..count.min(SHOWN));
    if range.end > count {
        let failure = Failure::new(format!("`{name}` has no sample {}", range.end - 1));
        return Err(match count {
            0 => failure.note("it has no test samples"),
            _ => {
                failure.note(format!("its test part has {count} samples, from 0 to {}", count - 1))
            }
        });
    }
    Ok(range)
}

/// Test samples as they are shown.
pub(super) fn samples(
    data: &Dataset,
    indices: impl IntoIterator<Item = usize>,
) -> Result<Vec<Sample>, Failure> {
    indices.into_iter().map(|index| Ok(data.example(Part::Test, index)?.sample)).collect()
}
