//! Commands, carried out one after another.

use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::Receiver;

use netlet_dsl::messages::{
    Event, Failure, FromWorker, Matching, Outcome, Prediction, Report, Subject, TrainOptions,
    WorkerCommand,
};

use super::connection::Sender;
use super::registry;
use crate::data::Dataset;
use crate::memory;
use crate::pictures::{self, Sample};
use crate::train::{Model, Watch};
use crate::value::Value;
use crate::weights;

/// Samples that are shown when a command names none.
const SHOWN: usize = 16;
/// Samples that are predicted at once.
const BATCH: usize = 250;

/// Everything a session has made, and the way back to it.
pub(super) struct Executor {
    models: BTreeMap<String, Model>,
    data: BTreeMap<String, Dataset>,
    sender: Sender,
    interrupted: Arc<AtomicU64>,
    recovery: Option<PathBuf>,
}

/// The watch of the command with an id.
struct Watcher {
    id: u64,
    sender: Sender,
    interrupted: Arc<AtomicU64>,
}

impl Watch for Watcher {
    fn show(&mut self, event: Event) {
        self.sender.send(&FromWorker::Event { id: self.id, event });
    }

    fn is_stopped(&self) -> bool {
        self.interrupted.load(Ordering::Relaxed) == self.id
    }
}

impl Executor {
    pub(super) fn new(sender: Sender, interrupted: Arc<AtomicU64>) -> Self {
        let recovery = std::env::var_os("NETLET_RECOVERY").map(PathBuf::from);
        Self { models: BTreeMap::new(), data: BTreeMap::new(), sender, interrupted, recovery }
    }

    /// Carries out commands until the session hangs up.
    pub(super) fn run(mut self, commands: Receiver<(u64, WorkerCommand)>) {
        for (id, command) in commands {
            // What is free changes from command to command.
            memory::limit();
            for (name, make) in registry::take() {
                self.models.insert(name, Model::new(make()));
            }
            let mut watch = Watcher {
                id,
                sender: self.sender.clone(),
                interrupted: Arc::clone(&self.interrupted),
            };
            let done = catch_unwind(AssertUnwindSafe(|| self.carry_out(command, &mut watch)));
            let outcome = match done {
                Ok(Ok(outcome)) => outcome,
                Ok(Err(failure)) => Outcome::Failed(failure),
                Err(panic) => {
                    self.models.values_mut().for_each(Model::recover);
                    Outcome::Failed(bug(&*panic))
                }
            };
            self.sender.send(&FromWorker::Ended { id, outcome });
        }
    }

    fn carry_out(
        &mut self,
        command: WorkerCommand,
        watch: &mut dyn Watch,
    ) -> Result<Outcome, Failure> {
        let report = match command {
            WorkerCommand::DefineData { name, source } => {
                let data = Dataset::read(&source)?;
                let report = data.report(&name);
                self.data.insert(name, data);
                Some(Report::Data(report))
            }
            WorkerCommand::Train { net, data, options } => {
                Some(self.train(net, &data, &options, watch)?)
            }
            WorkerCommand::Evaluate { net, data } => self.evaluate(net, data, watch)?,
            WorkerCommand::Predict { net, on } => self.predict(net, on, watch)?,
            WorkerCommand::Show { data, range } => Some(self.show(data, range, watch)?),
            WorkerCommand::Plot { net } => Some(self.plot(net, watch)?),
            WorkerCommand::Save { net, path } => Some(self.save(net, &path)?),
            WorkerCommand::Load { net, path, matching } => {
                Some(self.load(net, &path, matching, watch)?)
            }
            WorkerCommand::Export { net, folder } => Some(self.export(net, &folder)?),
        };
        let outcome = match &report {
            None => Outcome::Interrupted,
            Some(Report::Train(train)) if train.interrupted => Outcome::Interrupted,
            Some(_) => Outcome::Done,
        };
        if let Some(report) = report {
            watch.show(Event::Report(report));
        }
        Ok(outcome)
    }

    fn train(
        &mut self,
        net: String,
        data: &str,
        options: &TrainOptions,
        watch: &mut dyn Watch,
    ) -> Result<Report, Failure> {
        let recovery = self.recovery_file(&net);
        let (model, dataset) = (model(&mut self.models, &net)?, dataset(&self.data, data)?);
        let report = model.train([&net, data], dataset, options, recovery.as_deref(), watch)?;
        Ok(Report::Train(report))
    }

    fn evaluate(
        &mut self,
        net: String,
        data: String,
        watch: &mut dyn Watch,
    ) -> Result<Option<Report>, Failure> {
        let (model, dataset) = (model(&mut self.models, &net)?, dataset(&self.data, &data)?);
        let what = format!("evaluating {net}");
        let metrics = model.evaluate(dataset, &dataset.test, &what, watch)?;
        Ok(metrics.map(|metrics| Report::Evaluate {
            net,
            data,
            samples: metrics.samples,
            loss: metrics.loss,
            accuracy: metrics.accuracy,
            top5: metrics.top5,
        }))
    }

    fn predict(
        &mut self,
        net: String,
        on: Subject,
        watch: &mut dyn Watch,
    ) -> Result<Option<Report>, Failure> {
        let model = model(&mut self.models, &net)?;
        let (on, predictions, samples) = match on {
            Subject::Data { name, range } => {
                let data = dataset(&self.data, &name)?;
                let range = chosen(&name, data, range)?;
                let Some(predictions) = predict_samples(model, data, range.clone(), watch)? else {
                    return Ok(None);
                };
                (name, predictions, range.map(|index| sample(data, index)).collect())
            }
            Subject::Picture { path } => {
                let sample = pictures::read(&path, model.network(0).input())?;
                let values = sample.pixels.iter().map(|&pixel| f32::from(pixel) / 255.0).collect();
                let picture = Value::batch(1, &sample.shape, values);
                let classes = model.classes(&picture);
                let predictions = model.predict(picture, &classes)?;
                (path.display().to_string(), predictions, vec![sample])
            }
        };
        let name = format!("{net}-predictions");
        watch.show(Event::Picture(pictures::predictions(&name, &samples, &predictions)));
        Ok(Some(Report::Predict { net, on, predictions }))
    }

    fn show(
        &mut self,
        name: String,
        range: Option<Range<usize>>,
        watch: &mut dyn Watch,
    ) -> Result<Report, Failure> {
        let data = dataset(&self.data, &name)?;
        let indices: Vec<usize> = chosen(&name, data, range)?.collect();
        let class = |&index: &usize| data.classes[data.test.label(index)].clone();
        let labels: Vec<String> = indices.iter().map(class).collect();
        let samples: Vec<Sample> = indices.iter().map(|&index| sample(data, index)).collect();
        let picture = pictures::samples(&format!("{name}-samples"), &samples, &labels);
        watch.show(Event::Picture(picture));
        Ok(Report::Show { data: name, labels })
    }

    fn plot(&mut self, net: String, watch: &mut dyn Watch) -> Result<Report, Failure> {
        let curve = model(&mut self.models, &net)?.curve();
        if curve.steps() == 0 {
            return Err(Failure::new(format!("`{net}` has not been trained, so it has no curve"))
                .help(format!("train it first: `train {net} on DATA`")));
        }
        watch.show(Event::Picture(pictures::curve(&net, curve, false)));
        let (loss, epochs) = (curve.losses().to_vec(), curve.epochs().to_vec());
        Ok(Report::Plot { net, loss, epochs })
    }

    fn save(&mut self, net: String, path: &Path) -> Result<Report, Failure> {
        let saved = weights::save(model(&mut self.models, &net)?.network(0), path)?;
        let path = path.display().to_string();
        Ok(Report::Save { net, path, tensors: saved.tensors, bytes: saved.bytes })
    }

    fn export(&mut self, net: String, folder: &Path) -> Result<Report, Failure> {
        let model = model(&mut self.models, &net)?;
        let saved = weights::save(model.network(0), &folder.join("weights.safetensors"))?;
        let names = model.class_names().iter().map(|name| format!("{name}\n"));
        let path = folder.join("classes.txt");
        fs::write(&path, names.collect::<String>())
            .map_err(|error| Failure::new(format!("cannot write `{}`: {error}", path.display())))?;
        let path = folder.display().to_string();
        Ok(Report::Export { net, path, tensors: saved.tensors, bytes: saved.bytes })
    }

    fn load(
        &mut self,
        net: String,
        path: &Path,
        matching: Matching,
        watch: &mut dyn Watch,
    ) -> Result<Report, Failure> {
        let recovery = self.recovery_file(&net);
        let model = model(&mut self.models, &net)?;
        let loaded = weights::load(model.network(0), path, matching)?;
        model.forget_training();
        model.save_recovery(recovery.as_deref());
        if let Some(remark) = loaded.remark {
            watch.show(Event::Warning { message: remark.to_owned() });
        }
        Ok(Report::Load { net, path: path.display().to_string(), tensors: loaded.tensors })
    }

    /// Where a network's weights are kept for the case that the process dies.
    fn recovery_file(&self, net: &str) -> Option<PathBuf> {
        self.recovery.as_ref().map(|folder| folder.join(format!("{net}.safetensors")))
    }
}

/// Predicts test samples, with their true classes beside; `None` when it was stopped.
fn predict_samples(
    model: &mut Model,
    data: &Dataset,
    range: Range<usize>,
    watch: &dyn Watch,
) -> Result<Option<Vec<Prediction>>, Failure> {
    let indices: Vec<usize> = range.collect();
    let mut predictions = Vec::with_capacity(indices.len());
    for indices in indices.chunks(BATCH) {
        if watch.is_stopped() {
            return Ok(None);
        }
        let batch = data.batch(&data.test, indices);
        let predicted = model.predict(batch.pictures, &data.classes)?;
        predictions.extend(predicted.into_iter().zip(batch.classes).map(|(prediction, class)| {
            Prediction { label: Some(data.classes[class].clone()), ..prediction }
        }));
    }
    Ok(Some(predictions))
}

fn model<'a>(models: &'a mut BTreeMap<String, Model>, net: &str) -> Result<&'a mut Model, Failure> {
    models.get_mut(net).ok_or_else(|| Failure::new(format!("the network `{net}` is not defined")))
}

fn dataset<'a>(data: &'a BTreeMap<String, Dataset>, name: &str) -> Result<&'a Dataset, Failure> {
    data.get(name).ok_or_else(|| Failure::new(format!("the data set `{name}` is not defined")))
}

/// The test samples that a command names, or the first ones.
fn chosen(
    name: &str,
    data: &Dataset,
    range: Option<Range<usize>>,
) -> Result<Range<usize>, Failure> {
    let count = data.test.len();
    let range = range.unwrap_or(0..count.min(SHOWN));
    if range.end > count {
        return Err(Failure::new(format!("`{name}` has no sample {}", range.end - 1))
            .note(format!("its test part has {count} samples, from 0 to {}", count - 1)));
    }
    Ok(range)
}

fn sample(data: &Dataset, index: usize) -> Sample {
    Sample { shape: data.shape, pixels: data.test.picture(index).to_vec() }
}

/// A panic is a mistake of the runtime; the session goes on all the same.
fn bug(panic: &(dyn std::any::Any + Send)) -> Failure {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message");
    Failure::new(format!("the command panicked: {text}"))
        .note("this is a bug of Netlet, not of your program")
        .help("the session goes on with what it had; please report what you did")
}
