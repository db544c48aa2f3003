//! The worker as the session sees it: it is there when a command needs it, and back when it died.

mod rust;

use std::collections::{BTreeMap, VecDeque};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use netlet_dsl::messages::{
    DataPlan, Event, Failure, FromWorker, Matching, Outcome, Progress, ToWorker, WorkerCommand,
};
use tempfile::TempDir;

use super::cell::Show;
use super::host::{Definition, Host, HostOptions};
use super::incoming::Incoming;
use super::link::{Link, socket_path};
use super::stopper::Stopper;
use crate::render::format::bytes as bytes_in_words;

/// How long a wait may be before it shows itself.
const QUIET: Duration = Duration::from_millis(400);
/// How often a wait looks whether it was stopped, and shows how long it has lasted.
const TICK: Duration = Duration::from_millis(100);
/// Lines of the worker's own output kept to explain its end.
const LAST_LINES: usize = 12;

/// Why a statement was not done.
pub(super) enum Trouble {
    Failed(Failure),
    Interrupted,
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// Whether the worker can take commands.
enum State {
    Starting,
    Ready,
    Broken(Failure),
}

/// A network as the worker has it.
struct Net {
    code: String,
    /// `None` while it is compiled.
    result: Option<Result<(), Failure>>,
}

/// The worker's process with all that must be said again to another one if it dies.
pub(super) struct Worker {
    // Fields drop in this order: the process must be gone before its folder.
    host: Host,
    link: Link,
    folder: TempDir,
    state: State,
    nets: BTreeMap<String, Net>,
    data: BTreeMap<String, DataPlan>,
    /// Whether a new process still has to be told of data sets and weights.
    restore: bool,
    incoming: Receiver<(u64, Incoming)>,
    sender: Sender<(u64, Incoming)>,
    generation: u64,
    last_id: u64,
    last_lines: VecDeque<String>,
    /// The variables of Rust cells, which nothing brings back.
    variables: Vec<String>,
    /// The bytes that it could not be given, if it said so.
    failed_allocation: Option<u64>,
    stopper: Stopper,
}

impl Worker {
    pub(super) fn start(stopper: Stopper) -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("netlet-").tempdir()?;
        std::fs::create_dir(folder.path().join("recovery"))?;
        let (sender, incoming) = channel();
        let (host, link) = start_process(&folder, 0, &stopper, &sender)?;
        Ok(Self {
            host,
            link,
            folder,
            state: State::Starting,
            nets: BTreeMap::new(),
            data: BTreeMap::new(),
            restore: false,
            incoming,
            sender,
            generation: 0,
            last_id: 0,
            last_lines: VecDeque::new(),
            variables: Vec::new(),
            failed_allocation: None,
            stopper,
        })
    }

    /// Makes a network known. The same code again changes nothing, so its weights stay.
    pub(super) fn define(&mut self, name: &str, code: String) {
        if self.nets.get(name).is_some_and(|net| net.code == code) {
            return;
        }
        // Weights of an earlier network of that name fit nothing any more.
        let _ = std::fs::remove_file(self.recovery_file(name));
        self.host.define(Definition { net: name.to_owned(), code: code.clone() });
        self.nets.insert(name.to_owned(), Net { code, result: None });
    }

    /// Reads a data set into the worker.
    pub(super) fn define_data(
        &mut self,
        name: &str,
        plan: &DataPlan,
        show: &mut dyn Show,
    ) -> Result<(), Trouble> {
        let command = WorkerCommand::DefineData { name: name.to_owned(), plan: plan.clone() };
        self.carry_out(None, &command, show)?;
        self.data.insert(name.to_owned(), plan.clone());
        Ok(())
    }

    /// Has the worker carry out a command, on `net` if it acts on one.
    pub(super) fn carry_out(
        &mut self,
        net: Option<&str>,
        command: &WorkerCommand,
        show: &mut dyn Show,
    ) -> Result<(), Trouble> {
        self.get_ready(show)?;
        if let Some(net) = net {
            self.wait_for_net(net, show)?;
        }
        self.run(command, show)
    }

    /// Waits until the worker takes commands; a dead one is replaced first.
    pub(super) fn get_ready(&mut self, show: &mut dyn Show) -> Result<(), Trouble> {
        while let Ok(message) = self.incoming.try_recv() {
            self.note(message, show);
        }
        if let State::Broken(failure) = &self.state {
            if self.restore {
                let mut message = format!(
                    "{}; a new worker takes over: networks, data sets and the last saved weights are \
                     brought back",
                    failure.headline
                );
                if let Some(lost) = self.lost_variables() {
                    message += &format!("; {lost}");
                }
                show.show(Event::Warning { message });
            }
            self.restart()?;
        }
        self.wait(show, "starting the interpreter", |worker| {
            !matches!(worker.state, State::Starting)
        })?;
        if let State::Broken(failure) = &self.state {
            return Err(failure.clone().into());
        }
        if self.restore {
            self.bring_back(show)?;
            self.restore = false;
        }
        Ok(())
    }

    fn wait_for_net(&mut self, name: &str, show: &mut dyn Show) -> Result<(), Trouble> {
        let compiled = |worker: &Self| match worker.nets.get(name) {
            Some(net) => net.result.is_some() || matches!(worker.state, State::Broken(_)),
            None => true,
        };
        self.wait(show, &format!("compiling {name}"), compiled)?;
        match (&self.state, self.nets.get(name).map(|net| &net.result)) {
            (State::Broken(failure), _) => Err(failure.clone().into()),
            (_, Some(Some(Err(failure)))) => Err(failure.clone().into()),
            _ => Ok(()),
        }
    }

    /// Sends a command and shows its events until it ends.
    fn run(&mut self, command: &WorkerCommand, show: &mut dyn Show) -> Result<(), Trouble> {
        self.last_id += 1;
        let id = self.last_id;
        let message = ToWorker::Run { id, command: command.clone() };
        // A failed write means that the worker is gone, which the queue tells in a moment.
        let _ = self.link.send(&message);
        self.stopper.set_running(Some((id, self.link.clone())));
        let outcome = loop {
            let Ok(message) = self.incoming.recv() else {
                break Outcome::Failed(Failure::new("the worker's connection ended"));
            };
            match message {
                (_, Incoming::Worker(FromWorker::Event { id: of, event })) if of == id => {
                    show.show(event);
                }
                (_, Incoming::Worker(FromWorker::Ended { id: of, outcome })) if of == id => {
                    break outcome;
                }
                other => self.note(other, show),
            }
            if let State::Broken(failure) = &self.state {
                break Outcome::Failed(failure.clone());
            }
        };
        self.stopper.set_running(None);
        match outcome {
            Outcome::Done => Ok(()),
            Outcome::Interrupted => Err(Trouble::Interrupted),
            Outcome::Failed(failure) => Err(failure.into()),
        }
    }

    /// Takes messages in until `done`, with a sign of life after a moment.
    fn wait(
        &mut self,
        show: &mut dyn Show,
        what: &str,
        done: impl Fn(&Self) -> bool,
    ) -> Result<(), Trouble> {
        let start = Instant::now();
        // A build tells of itself.
        let mut heard = start;
        while !done(self) {
            match self.incoming.recv_timeout(TICK) {
                Ok(message) => {
                    heard = Instant::now();
                    self.note(message, show);
                }
                Err(RecvTimeoutError::Timeout) if heard.elapsed() > QUIET => {
                    show.show(Event::Progress(waiting(what, start)));
                }
                Err(_) => {}
            }
            if self.stopper.requested() {
                return Err(Trouble::Interrupted);
            }
        }
        Ok(())
    }

    /// Takes in what a message says of the worker's state.
    fn note(&mut self, (generation, message): (u64, Incoming), show: &mut dyn Show) {
        if generation != self.generation {
            return;
        }
        match message {
            Incoming::Build(progress) => show.show(Event::Progress(progress.into())),
            Incoming::Ready(Err(failure)) => self.state = State::Broken(failure),
            Incoming::Defined { net, result } => {
                if let Some(net) = self.nets.get_mut(&net) {
                    net.result = Some(result);
                }
            }
            Incoming::Said { line, .. } => {
                self.failed_allocation = failed_allocation(&line).or(self.failed_allocation);
                if self.last_lines.len() == LAST_LINES {
                    self.last_lines.pop_front();
                }
                self.last_lines.push_back(line);
            }
            Incoming::Worker(FromWorker::Hello { .. }) => self.state = State::Ready,
            Incoming::WorkerGone { reason } => {
                self.state = State::Broken(self.obituary(reason));
                self.restore = true;
            }
            // Answers to a command that was given up.
            Incoming::Ready(Ok(())) | Incoming::Evaluated(_) | Incoming::Worker(_) => {}
        }
    }

    /// Says how the worker died and what is left.
    fn obituary(&self, reason: Option<String>) -> Failure {
        let how = match (self.host.exit_status(), reason) {
            (Some(status), _) => status.to_string(),
            (None, Some(reason)) => reason,
            (None, None) => "its connection ended".into(),
        };
        let mut failure = Failure::new(format!("the worker ended unexpectedly ({how})"))
            .note(
                "networks and data sets are defined again by the next command; a network that was \
                 trained goes on from the weights of its last whole epoch",
            )
            .help("run the command again; if memory ran out, a smaller `batch` needs less");
        if let Some(bytes) = self.failed_allocation {
            return out_of_memory(bytes);
        }
        if !self.last_lines.is_empty() {
            let lines: Vec<&str> = self.last_lines.iter().map(String::as_str).collect();
            failure = failure.note(format!("its last words:\n{}", lines.join("\n")));
        }
        failure
    }

    /// Puts a new process in the place of a dead one and has all networks compiled again.
    fn restart(&mut self) -> Result<(), Failure> {
        self.generation += 1;
        self.last_lines.clear();
        self.failed_allocation = None;
        let (host, link) =
            start_process(&self.folder, self.generation, &self.stopper, &self.sender)
                .map_err(|error| Failure::new(format!("cannot start a worker: {error}")))?;
        let dead = std::mem::replace(&mut self.host, host);
        // A build that is under way would have the next command wait for its end.
        std::thread::spawn(move || drop(dead));
        self.link = link;
        self.state = State::Starting;
        for (name, net) in &mut self.nets {
            net.result = None;
            self.host.define(Definition { net: name.clone(), code: net.code.clone() });
        }
        Ok(())
    }

    /// Tells a new process of the data sets and the weights that the last one had.
    fn bring_back(&mut self, show: &mut dyn Show) -> Result<(), Trouble> {
        let mut silent = |_| {};
        for (name, plan) in self.data.clone() {
            self.run(&WorkerCommand::DefineData { name, plan }, &mut silent)?;
        }
        let names: Vec<String> = self.nets.keys().cloned().collect();
        for net in names {
            let path = self.recovery_file(&net);
            if path.is_file() {
                self.wait_for_net(&net, show)?;
                let matching = Matching::Name;
                let command = WorkerCommand::Load { net, path, part: None, matching };
                self.run(&command, &mut silent)?;
            }
        }
        Ok(())
    }

    /// Where the worker keeps a network's weights for the case that it dies.
    fn recovery_file(&self, net: &str) -> std::path::PathBuf {
        self.folder.path().join("recovery").join(format!("{net}.safetensors"))
    }
}

/// The bytes that a process asked for last, if it ended for want of memory and says so.
fn failed_allocation(line: &str) -> Option<u64> {
    let rest = line.strip_prefix("memory allocation of ")?;
    rest.strip_suffix(" bytes failed")?.parse().ok()
}

fn out_of_memory(bytes: u64) -> Failure {
    Failure::new(format!("memory ran out: {} more were needed at once", bytes_in_words(bytes)))
        .note(
            "the worker ended; the next command starts another, with all networks and data sets, and \
             the weights as they were before the command or after its last saved epoch",
        )
        .help("use a smaller `batch`, a smaller input, or fewer channels; `summary` shows what takes memory")
}

fn start_process(
    folder: &TempDir,
    generation: u64,
    stopper: &Stopper,
    sender: &Sender<(u64, Incoming)>,
) -> std::io::Result<(Host, Link)> {
    let socket = socket_path(folder.path(), generation);
    let link = Link::listen(&socket, generation, sender.clone())?;
    let recovery = folder.path().join("recovery");
    let options = HostOptions { generation, socket, recovery };
    let host = Host::start(options, stopper.flag(), sender.clone())?;
    Ok((host, link))
}

fn waiting(what: &str, since: Instant) -> Progress {
    Progress {
        what: what.to_owned(),
        done: 0,
        total: 0,
        unit: String::new(),
        elapsed: since.elapsed().as_secs_f64(),
        remaining: None,
        rate: None,
        loss: None,
    }
}
