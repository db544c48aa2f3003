//! Commands that measure a network and ask it.

use std::path::Path;

use netlet_dsl::messages::{Event, Failure, Figure, Picture, Report, Subject, Task};

use super::data::{chosen, examples};
use super::drawing;
use crate::data::{Example, Look, Order, Part, Target};
use crate::pictures::{self, Wrong};
use crate::train::{Answered, Answers, LOOKS, Measuring, Model, Watch, look};
use crate::value::Value;
use crate::worker::executor::Executor;

impl Executor {
    pub(in crate::worker) fn evaluate(
        &mut self,
        net: String,
        data: String,
        confusion: bool,
        tta: bool,
        watch: &mut dyn Watch,
    ) -> Result<Option<Report>, Failure> {
        let (model, dataset) = self.model_and_data(&net, &data)?;
        let measuring = Measuring { confusion, tta };
        let what = format!("evaluating {net}");
        let metrics = model.evaluate(dataset, Part::Test, measuring, &what, watch)?;
        let answers = Answers::of(dataset);
        if let Some(counts) = metrics.as_ref().and_then(|metrics| metrics.confusion.as_ref()) {
            watch.show(Event::Picture(confusion_of(&net, counts, &answers)));
        }
        Ok(metrics.map(|metrics| {
            let each = metrics.classes.into_iter();
            let named = each.map(|(class, value)| Figure { name: answers.name(class), value });
            Report::Evaluate {
                net,
                data,
                samples: metrics.samples,
                loss: metrics.loss,
                metrics: metrics.figures,
                classes: named.collect(),
                confusion: metrics.confusion,
            }
        }))
    }

    pub(in crate::worker) fn predict(
        &mut self,
        net: String,
        on: Subject,
        tta: bool,
        watch: &mut dyn Watch,
    ) -> Result<Option<Report>, Failure> {
        let answered = match on {
            Subject::Data { name, range } => {
                let (model, data) = self.model_and_data(&net, &name)?;
                let order = Order::of(chosen(&name, data, range)?);
                let answered = model.predict_samples(data, Part::Test, &order, tta, watch)?;
                let Some(answered) = answered else { return Ok(None) };
                let examples = examples(data, order.indices().iter().copied())?;
                (name, answered, examples, Answers::of(data))
            }
            Subject::Picture { path } => {
                let model = self.model(&net)?;
                let (example, answered, answers) = predict_picture(model, &path, tta)?;
                (path.display().to_string(), vec![answered], vec![example], answers)
            }
        };
        let (on, answered, examples, answers) = answered;
        let name = format!("{net}-predictions");
        let picture = drawing::predictions(&name, &net, &examples, &answered, &answers);
        watch.show(Event::Picture(picture));
        let predictions = answered.into_iter().map(|answered| answered.prediction).collect();
        Ok(Some(Report::Predict { net, on, task: answers.task, predictions }))
    }

    pub(in crate::worker) fn worst(
        &mut self,
        net: String,
        data: String,
        count: usize,
        watch: &mut dyn Watch,
    ) -> Result<Option<Report>, Failure> {
        let (model, dataset) = self.model_and_data(&net, &data)?;
        let Some(worst) = model.worst(dataset, Part::Test, count, watch)? else { return Ok(None) };
        let (indices, losses): (Vec<usize>, Vec<f64>) = worst.into_iter().unzip();
        let order = Order::of(indices.iter().copied());
        let answered = model.predict_samples(dataset, Part::Test, &order, false, watch)?;
        let Some(answered) = answered else { return Ok(None) };
        let examples = examples(dataset, indices.iter().copied())?;
        let answers = Answers::of(dataset);
        let worst = Worst { indices: &indices, losses: &losses, examples: &examples };
        watch.show(Event::Picture(worst.picture(&net, &answered, &answers)));
        Ok(Some(Report::Worst { net, data, samples: indices, losses }))
    }
}

/// What a network says of a picture file, and the picture as it looks at it.
fn predict_picture(
    model: &mut Model,
    path: &Path,
    tta: bool,
) -> Result<(Example, Answered, Answers), Failure> {
    let input = model.network(0).input();
    let preparation = model.preparation().clone();
    let (sample, values) = preparation.read(path, input, Look::Plain)?;
    let plain = Value::batch(1, input, values.clone());
    let answers = model.answers(&plain);
    if !tta {
        let answered = model.predict(plain, &answers)?;
        let answered = answered.into_iter().next().expect("an answer to each sample");
        return Ok((Example { sample, target: Target::None }, answered, answers));
    }
    let mut all = values;
    for number in 1..LOOKS {
        all.extend(preparation.read(path, input, look(number))?.1);
    }
    let answered = model.predict_mean(Value::batch(LOOKS, input, all), &answers)?;
    Ok((Example { sample, target: Target::None }, answered, answers))
}

/// Which class is taken for which.
fn confusion_of(net: &str, counts: &[Vec<u64>], answers: &Answers) -> Picture {
    let unit =
        if matches!(answers.task, Task::Mask | Task::Colours) { "pixels" } else { "samples" };
    let names: Vec<String> = (0..answers.count()).map(|class| answers.name(class)).collect();
    pictures::confusion(&format!("{net}-confusion"), net, counts, &names, unit)
}

/// The samples that a network gets most wrong.
struct Worst<'a> {
    indices: &'a [usize],
    losses: &'a [f64],
    examples: &'a [Example],
}

impl Worst<'_> {
    /// With the classes that they are taken for; maps and boxes are drawn as predictions are.
    fn picture(&self, net: &str, said: &[Answered], answers: &Answers) -> Picture {
        let name = format!("{net}-worst");
        if answers.task != Task::Class {
            return drawing::predictions(&name, net, self.examples, said, answers);
        }
        let each = self.indices.iter().zip(self.losses).zip(said);
        let wrong: Vec<Wrong<'_>> = each
            .map(|((&number, &loss), Answered { prediction, .. })| {
                let (predicted, probability) =
                    prediction.top.first().map_or(("", 0.0), |(class, part)| (class, *part));
                let label = prediction.label.as_deref().unwrap_or_default();
                Wrong { number, label, predicted, probability, loss }
            })
            .collect();
        let samples: Vec<_> = self.examples.iter().map(|example| example.sample.clone()).collect();
        pictures::worst(&name, net, &samples, &wrong)
    }
}
