//! Commands, carried out one after another.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::Receiver;

use netlet_dsl::messages::{Event, Failure, FromWorker, Outcome, Report, WorkerCommand};

use super::connection::Sender;
use super::registry;
use crate::data::Dataset;
use crate::memory;
use crate::train::{Model, Recovery, Watch};

/// Everything a session has made, and the way back to it.
pub(super) struct Executor {
    pub(super) models: BTreeMap<String, Model>,
    pub(super) data: BTreeMap<String, Dataset>,
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
            WorkerCommand::DefineData { name, plan } => self.define_data(name, &plan, watch)?,
            WorkerCommand::Show { data, range } => Some(self.show(data, range, watch)?),
            WorkerCommand::Train { net, data, options } => {
                Some(self.train(net, &data, &options, watch)?)
            }
            WorkerCommand::FindLearningRate { net, data, options } => {
                self.find_learning_rate(net, data, &options, watch)?
            }
            WorkerCommand::SetTrainable { net, part, trainable } => {
                Some(self.set_trainable(net, part, trainable)?)
            }
            WorkerCommand::Plot { net, curve } => Some(self.plot(net, curve, watch)?),
            WorkerCommand::Evaluate { net, data, confusion, tta } => {
                self.evaluate(net, data, confusion, tta, watch)?
            }
            WorkerCommand::Predict { net, on, tta } => self.predict(net, on, tta, watch)?,
            WorkerCommand::Worst { net, data, count } => self.worst(net, data, count, watch)?,
            WorkerCommand::GradCam { net, on, class, layer } => {
                Some(self.grad_cam(net, on, class, layer.as_deref(), watch)?)
            }
            WorkerCommand::ShowFeatures { net, layer, on } => {
                Some(self.show_features(net, &layer, on, watch)?)
            }
            WorkerCommand::ShowFilters { net, layer } => {
                Some(self.show_filters(net, &layer, watch)?)
            }
            WorkerCommand::Save { net, path } => Some(self.save(net, &path)?),
            WorkerCommand::Load { net, path, part, matching } => {
                Some(self.load(net, &path, part.as_deref(), matching, watch)?)
            }
            WorkerCommand::Export { net, folder } => Some(self.export(net, &folder, watch)?),
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

    /// A network with the name `net`.
    pub(super) fn model(&mut self, net: &str) -> Result<&mut Model, Failure> {
        model(&mut self.models, net)
    }

    /// A network with the name `net` and a data set with the name `data`.
    pub(super) fn model_and_data(
        &mut self,
        net: &str,
        data: &str,
    ) -> Result<(&mut Model, &Dataset), Failure> {
        Ok((model(&mut self.models, net)?, dataset(&self.data, data)?))
    }

    /// A data set with the name `name`.
    pub(super) fn dataset(&self, name: &str) -> Result<&Dataset, Failure> {
        dataset(&self.data, name)
    }

    /// Where a network is kept for the case that the process dies.
    pub(super) fn recovery(&self, net: &str) -> Option<Recovery> {
        let folder = self.recovery.as_ref()?;
        Some(Recovery::at(folder.join(format!("{net}.safetensors"))))
    }
}

fn model<'a>(models: &'a mut BTreeMap<String, Model>, net: &str) -> Result<&'a mut Model, Failure> {
    models.get_mut(net).ok_or_else(|| Failure::new(format!("the network `{net}` is not defined")))
}

fn dataset<'a>(data: &'a BTreeMap<String, Dataset>, name: &str) -> Result<&'a Dataset, Failure> {
    data.get(name).ok_or_else(|| Failure::new(format!("the data set `{name}` is not defined")))
}

/// A panic is a mistake of the runtime; the session goes on all the same.
fn bug(panic: &(dyn std::any::Any + Send)) -> Failure {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message");
    Failure::new(format!("the command panicked: {text}"))
        .note("this is a bug of Netlet, not of your program")
        .help("the session goes on with what it had; please report what you did")
}
