//! Commands that look into a network.

use netlet_dsl::messages::{Event, Failure, Report, Subject};

use super::data::{chosen, examples, in_words};
use crate::data::{Batch, Look, Order, Part};
use crate::inspect::{self, class_number};
use crate::pictures::{self, Heated, Sample, Scaling};
use crate::train::{Answers, Watch};
use crate::value::Value;
use crate::worker::executor::Executor;

/// What a command looks at: samples as they are shown and as the network takes them.
struct Looked {
    samples: Vec<Sample>,
    input: Value,
    /// The true answers in words, where they are known.
    labels: Vec<Option<String>>,
    answers: Answers,
}

impl Executor {
    /// What speaks for a class in pictures.
    pub(in crate::worker) fn grad_cam(
        &mut self,
        net: String,
        on: Subject,
        class: Option<String>,
        layer: Option<&str>,
        watch: &mut dyn Watch,
    ) -> Result<Report, Failure> {
        let looked = self.looked_at(&net, on)?;
        let classes = &looked.answers.classes;
        let class = class.map(|class| class_number(&class, classes)).transpose()?;
        let network = self.model(&net)?.network(0);
        let found = inspect::grad_cam(network, looked.input, class, layer)?;
        let names: Vec<String> =
            found.samples.iter().map(|sample| looked.answers.name(sample.class)).collect();
        let heated: Vec<Heated<'_>> = (found.samples.iter().zip(&names))
            .zip(looked.samples.iter().zip(&looked.labels))
            .map(|((evidence, class), (sample, label))| Heated {
                sample,
                heat: &evidence.heat,
                class,
                probability: evidence.probability.into(),
                label: label.as_deref(),
            })
            .collect();
        let name = format!("{net}-gradcam");
        watch.show(Event::Picture(pictures::grad_cam(&name, &net, found.layer, &heated)));
        Ok(Report::GradCam { net, layer: found.layer.to_owned(), classes: names })
    }

    /// The feature maps that a layer makes of the first of the samples.
    pub(in crate::worker) fn show_features(
        &mut self,
        net: String,
        layer: &str,
        on: Subject,
        watch: &mut dyn Watch,
    ) -> Result<Report, Failure> {
        let looked = self.looked_at(&net, first(on))?;
        let found = inspect::feature_maps(self.model(&net)?.network(0), layer, looked.input)?;
        let (layer, shape) = (found.layer, found.value.shape());
        let count: usize = shape.iter().product();
        let values = found.value.values().get(..count).unwrap_or_default();
        let name = format!("{net}-{layer}-maps");
        let picture = pictures::features(&name, [&net, layer], values, &shape, Scaling::Own);
        watch.show(Event::Picture(picture));
        Ok(Report::Features { net, layer: layer.to_owned(), shape })
    }

    /// The filters of a convolution.
    pub(in crate::worker) fn show_filters(
        &mut self,
        net: String,
        layer: &str,
        watch: &mut dyn Watch,
    ) -> Result<Report, Failure> {
        let found = inspect::filters(self.model(&net)?.network(0), layer)?;
        let layer = found.layer;
        let name = format!("{net}-{layer}-filters");
        let picture = pictures::filters(&name, [&net, layer], &found.values, &found.dims);
        watch.show(Event::Picture(picture));
        Ok(Report::Filters { net, layer: layer.to_owned(), shape: found.dims })
    }

    /// Samples, or a picture file, as `net` takes them.
    fn looked_at(&mut self, net: &str, on: Subject) -> Result<Looked, Failure> {
        match on {
            Subject::Picture { path } => {
                let model = self.model(net)?;
                let input = model.network(0).input();
                let preparation = model.preparation().clone();
                let (sample, values) = preparation.read(&path, input, Look::Plain)?;
                let input = Value::batch(1, input, values);
                let answers = model.answers(&input);
                Ok(Looked { samples: vec![sample], input, labels: vec![None], answers })
            }
            Subject::Data { name, range } => {
                let data = self.dataset(&name)?;
                let indices = chosen(&name, data, range)?;
                let examples = examples(data, indices.iter().copied())?;
                let answers = Answers::of(data);
                let label = |target| Some(in_words(target, &answers)).filter(|it| !it.is_empty());
                let labels = examples.iter().map(|example| label(&example.target)).collect();
                let order = Order::of(indices.iter().copied());
                let mut batches = data.batches(Part::Test, &order, indices.len(), Look::Plain);
                let Some(batch) = batches.next() else {
                    return Err(Failure::new(format!("`{name}` has no test samples to look at")));
                };
                let Batch { inputs, .. } = batch?;
                let samples = examples.into_iter().map(|example| example.sample).collect();
                Ok(Looked { samples, input: inputs, labels, answers })
            }
        }
    }
}

/// The first of the samples alone.
fn first(on: Subject) -> Subject {
    match on {
        Subject::Data { name, range } => {
            let start = range.map_or(0, |range| range.start);
            Subject::Data { name, range: Some(start..start.saturating_add(1)) }
        }
        picture => picture,
    }
}
