//! Commands that measure a network and ask it.

use std::path::Path;

use netlet_dsl::messages::{Event, Failure, Figure, Prediction, Report, Subject};

use super::data::{chosen, samples};
use crate::data::{Look, Order, Part};
use crate::pictures::{self, Sample};
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
                (name, answered, samples(data, order.indices().iter().copied())?)
            }
            Subject::Picture { path } => {
                let model = self.model(&net)?;
                let (sample, answered) = predict_picture(model, &path, tta)?;
                (path.display().to_string(), vec![answered], vec![sample])
            }
        };
        let (on, answered, samples) = answered;
        let name = format!("{net}-predictions");
        let predictions = show_predictions(&name, &samples, answered, watch);
        Ok(Some(Report::Predict { net, on, predictions }))
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
        let samples = samples(dataset, indices.iter().copied())?;
        show_predictions(&format!("{net}-worst"), &samples, answered, watch);
        Ok(Some(Report::Worst { net, data, samples: indices, losses }))
    }
}

/// What a network says of a picture file, and the picture as it looks at it.
fn predict_picture(
    model: &mut Model,
    path: &Path,
    tta: bool,
) -> Result<(Sample, Answered), Failure> {
    let input = model.network(0).input();
    let preparation = model.preparation().clone();
    let (sample, values) = preparation.read(path, input, Look::Plain)?;
    let plain = Value::batch(1, input, values.clone());
    let answers = model.answers(&plain);
    if !tta {
        let answered = model.predict(plain, &answers)?;
        return Ok((sample, answered.into_iter().next().expect("an answer to each sample")));
    }
    let mut all = values;
    for number in 1..LOOKS {
        all.extend(preparation.read(path, input, look(number))?.1);
    }
    let answered = model.predict_mean(Value::batch(LOOKS, input, all), &answers)?;
    Ok((sample, answered))
}

/// Draws samples with what was predicted for them, and gives that.
fn show_predictions(
    name: &str,
    samples: &[Sample],
    answered: Vec<Answered>,
    watch: &mut dyn Watch,
) -> Vec<Prediction> {
    let predictions: Vec<_> = answered.into_iter().map(|answered| answered.prediction).collect();
    watch.show(Event::Picture(pictures::predictions(name, samples, &predictions)));
    predictions
}
