//! The worker in a process of its own, spoken to over a socket as the session does.

mod networks;

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use interprocess::local_socket::prelude::*;
use interprocess::local_socket::{GenericFilePath, ListenerOptions, Stream};
use netlet::prelude::*;
use netlet_dsl::messages::{
    DataSource, Event, FromWorker, Matching, Outcome, Report, Subject, ToWorker, TrainOptions,
    WorkerCommand, read_frame, write_frame,
};
use networks::{Normed, Toy, toy_samples};
use tempfile::TempDir;

/// Tells the process of the worker where to call.
const SOCKET: &str = "NETLET_TEST_SOCKET";

/// A network that panics in the midst of its first training.
struct Fragile(Toy);

impl Network for Fragile {
    fn name(&self) -> &'static str {
        "Fragile"
    }

    fn inputs(&self) -> &'static [(&'static str, &'static [usize])] {
        self.0.inputs()
    }

    fn layers(&mut self) -> Vec<(&'static str, &mut dyn Layer)> {
        self.0.layers()
    }

    fn run(&mut self, inputs: Inputs) -> Outputs {
        static RUNS: AtomicUsize = AtomicUsize::new(0);
        assert_ne!(RUNS.fetch_add(1, Ordering::Relaxed), 3, "the fourth run");
        self.0.run(inputs)
    }
}

/// The worker's process: this very program, told to run this test alone.
#[test]
fn worker_process() {
    let Ok(socket) = std::env::var(SOCKET) else { return };
    netlet::worker::register("Toy", || Box::new(Toy::new()));
    netlet::worker::register("Fragile", || Box::new(Fragile(Toy::new())));
    netlet::worker::register("Normed", || Box::new(Normed::new()));
    netlet::worker::start(&socket);
    std::thread::sleep(Duration::from_secs(600));
}

/// A session with a worker and a folder.
struct Session {
    process: Process,
    stream: Stream,
    folder: TempDir,
    last_id: u64,
}

impl Session {
    fn open() -> Self {
        Self::open_in(tempfile::tempdir().expect("a folder"), 0)
    }

    /// One with a new worker, whose data sets and networks are as at first, in the same folder.
    fn reopen(mut self) -> Self {
        self.process.0.kill().expect("a living worker");
        self.process.0.wait().expect("its end");
        Self::open_in(self.folder, self.last_id)
    }

    fn open_in(folder: TempDir, last_id: u64) -> Self {
        let socket = folder.path().join(format!("worker{last_id}.sock"));
        let name = socket.clone().to_fs_name::<GenericFilePath>().expect("a socket's name");
        let listener = ListenerOptions::new().name(name).create_sync().expect("a socket");
        let process = Command::new(std::env::current_exe().expect("this program"))
            .args(["--exact", "worker_process", "--nocapture"])
            .env(SOCKET, &socket)
            .env("NETLET_RECOVERY", folder.path())
            .stdout(Stdio::null())
            .spawn()
            .expect("a process");
        let process = Process(process);
        let mut stream = listener.accept().expect("a call");
        let hello = read_frame(&mut stream).expect("a frame").expect("a message");
        let FromWorker::Hello { process: id, device } = hello else { panic!("{hello:?}") };
        assert_eq!(id, process.0.id());
        assert!(device.starts_with("cpu"), "{device}");
        Self { process, stream, folder, last_id }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn send(&mut self, command: WorkerCommand) -> u64 {
        self.last_id += 1;
        let message = ToWorker::Run { id: self.last_id, command };
        write_frame(&mut self.stream, &message).expect("a living worker");
        self.last_id
    }

    fn receive(&mut self) -> FromWorker {
        read_frame(&mut self.stream).expect("a frame").expect("a message")
    }

    /// The events of command `id`, and how it ended.
    fn finish(&mut self, id: u64) -> (Vec<Event>, Outcome) {
        let mut events = Vec::new();
        loop {
            match self.receive() {
                FromWorker::Event { id: of, event } if of == id => events.push(event),
                FromWorker::Ended { id: of, outcome } if of == id => return (events, outcome),
                other => panic!("{other:?} during command {id}"),
            }
        }
    }

    fn run(&mut self, command: WorkerCommand) -> (Vec<Event>, Outcome) {
        let id = self.send(command);
        self.finish(id)
    }

    /// The report of a command that is done.
    fn report(&mut self, command: WorkerCommand) -> Report {
        let (events, outcome) = self.run(command);
        assert_eq!(outcome, Outcome::Done);
        report(&events).expect("a report")
    }

    /// The headline of a command that fails.
    fn failure(&mut self, command: WorkerCommand) -> String {
        match self.run(command).1 {
            Outcome::Failed(failure) => failure.headline,
            other => panic!("{other:?} is no failure"),
        }
    }

    /// Defines `toys`: 100 + 40 pictures of 2x2.
    fn define_toys(&mut self) -> Report {
        for (part, count) in [("train", 100), ("t10k", 40)] {
            let (pixels, labels) = toy_samples(count);
            let count = count as u32;
            let labels: Vec<u8> = labels.into_iter().map(|label| label as u8).collect();
            let images = [header(&[2051, count, 2, 2]), pixels].concat();
            let labels = [header(&[2049, count]), labels].concat();
            let write = |kind: &str, content| {
                fs::write(self.path().join(format!("{part}-{kind}-ubyte")), content)
            };
            write("images-idx3", images).and_then(|()| write("labels-idx1", labels)).expect("data");
        }
        let source = DataSource::Mnist { path: Some(self.path().to_owned()) };
        self.report(WorkerCommand::DefineData { name: "toys".into(), plan: source.into() })
    }
}

/// A process that does not outlive its test.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn header(numbers: &[u32]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_be_bytes()).collect()
}

fn report(events: &[Event]) -> Option<Report> {
    events.iter().find_map(|event| match event {
        Event::Report(report) => Some(report.clone()),
        _ => None,
    })
}

fn pictures(events: &[Event]) -> Vec<&str> {
    let names = events.iter().filter_map(|event| match event {
        Event::Picture(picture) => Some(picture.name.as_str()),
        _ => None,
    });
    names.collect()
}

fn train(net: &str, epochs: usize) -> WorkerCommand {
    WorkerCommand::Train { net: net.into(), data: "toys".into(), options: options(epochs) }
}

fn options(epochs: usize) -> TrainOptions {
    TrainOptions { epochs, batch: 8, learning_rate: 0.02, ..TrainOptions::default() }
}

fn evaluate(net: &str) -> WorkerCommand {
    let (confusion, tta) = (false, false);
    WorkerCommand::Evaluate { net: net.into(), data: "toys".into(), confusion, tta }
}

#[test]
fn a_session_trains_interrupts_goes_on_and_looks() {
    let mut session = Session::open();
    let Report::Data(data) = session.define_toys() else { panic!("no data report") };
    assert_eq!((data.train, data.test, data.shape), (100, 40, vec![1, 2, 2]));

    let id = session.send(train("Toy", 1_000_000));
    while !matches!(session.receive(), FromWorker::Event { event: Event::Epoch(_), .. }) {}
    write_frame(&mut session.stream, &ToWorker::Interrupt { id }).expect("a living worker");
    let (events, outcome) = session.finish(id);
    assert_eq!(outcome, Outcome::Interrupted);
    let Some(Report::Train(first)) = report(&events) else { panic!("no training report") };
    assert!(first.interrupted && first.epochs >= 1, "{first:?}");
    assert!(session.path().join("Toy.safetensors").is_file());

    let (events, outcome) = session.run(train("Toy", 12));
    assert_eq!((outcome, pictures(&events).last()), (Outcome::Done, Some(&"Toy-loss")));
    let number = events.iter().find_map(|event| match event {
        Event::Epoch(epoch) => Some(epoch.epoch),
        _ => None,
    });
    assert_eq!(number, Some(first.epochs + 1));

    let Report::Evaluate { samples, metrics, classes, .. } = session.report(evaluate("Toy")) else {
        panic!("no evaluation");
    };
    assert_eq!((samples, &*metrics[0].name, metrics[0].value), (40, "accuracy", 1.0));
    let classes: Vec<_> = classes.iter().map(|class| (&*class.name, class.value)).collect();
    assert_eq!(classes, [("0", 1.0), ("1", 1.0)]);

    let on = Subject::Data { name: "toys".into(), range: Some(2..5) };
    let (events, _) = session.run(WorkerCommand::Predict { net: "Toy".into(), on, tta: false });
    assert_eq!(pictures(&events), ["Toy-predictions"]);
    let Some(Report::Predict { predictions, .. }) = report(&events) else { panic!("{events:?}") };
    let labels: Vec<_> = predictions.iter().map(|it| it.label.as_deref()).collect();
    assert_eq!(labels, [Some("0"), Some("1"), Some("0")]);

    let (events, _) = session.run(WorkerCommand::Show { data: "toys".into(), range: None });
    assert_eq!(pictures(&events), ["toys-samples"]);
    let Report::Plot { epochs, .. } =
        session.report(WorkerCommand::Plot { net: "Toy".into(), curve: None })
    else {
        panic!("no plot");
    };
    assert_eq!(epochs.len(), first.epochs + 12);
}

#[test]
fn weights_go_to_a_file_and_back() {
    let mut session = Session::open();
    session.define_toys();
    session.report(train("Toy", 12));
    let path = session.path().join("toy.safetensors");
    let save = WorkerCommand::Save { net: "Toy".into(), path: path.clone() };
    let Report::Save { tensors, .. } = session.report(save) else { panic!("nothing saved") };
    assert_eq!(tensors, 4);
    let trained = session.report(evaluate("Toy"));
    session.report(train("Toy", 1));
    assert_ne!(session.report(evaluate("Toy")), trained);
    let matching = Matching::Name;
    session.report(WorkerCommand::Load { net: "Toy".into(), path, part: None, matching });
    assert_eq!(session.report(evaluate("Toy")), trained);
}

#[test]
fn a_crate_gets_weights_and_the_names_of_classes() {
    let mut session = Session::open();
    let folder = session.path().join("crate");
    fs::create_dir(&folder).expect("a folder");
    let export = WorkerCommand::Export { net: "Toy".into(), folder: folder.clone() };
    let classes = || fs::read_to_string(folder.join("classes.txt")).expect("the classes");
    let Report::Export { tensors, .. } = session.report(export.clone()) else { panic!("none") };
    assert_eq!((tensors, classes()), (4, String::new()));
    assert!(folder.join("weights.safetensors").is_file());

    session.define_toys();
    session.report(evaluate("Toy"));
    session.report(export);
    assert!(classes().starts_with("0\n1\n"), "{}", classes());

    let missing = WorkerCommand::Export { net: "Toy".into(), folder: session.path().join("no") };
    assert!(session.failure(missing).starts_with("cannot write"));
}

#[test]
fn weights_that_order_alone_tells_are_remarked() {
    let mut session = Session::open();
    let path = session.path().join("toy.safetensors");
    session.report(WorkerCommand::Save { net: "Toy".into(), path: path.clone() });
    // As another program would write it.
    let bytes = fs::read(&path).expect("the file");
    let said = b"\"order\":\"state dict\"";
    let place = bytes.windows(said.len()).position(|part| part == said).expect("the order");
    let mut other = bytes.clone();
    other[place + 1] = b'_';
    fs::write(&path, other).expect("a file of the test");
    let (part, matching) = (None, Matching::Order);
    let load = WorkerCommand::Load { net: "Toy".into(), path, part, matching };
    let (events, outcome) = session.run(load);
    assert_eq!(outcome, Outcome::Done);
    let remark = events.iter().find_map(|event| match event {
        Event::Warning { message } => Some(message.as_str()),
        _ => None,
    });
    assert!(remark.is_some_and(|remark| remark.contains("in the file")), "{remark:?}");
}

#[test]
fn what_cannot_be_done_is_said_and_the_worker_goes_on() {
    let mut session = Session::open();
    assert_eq!(session.failure(evaluate("None")), "the network `None` is not defined");
    assert_eq!(session.failure(evaluate("Toy")), "the data set `toys` is not defined");
    session.define_toys();
    let plot = session.failure(WorkerCommand::Plot { net: "Toy".into(), curve: None });
    assert!(plot.contains("has not been trained"), "{plot}");
    let show = WorkerCommand::Show { data: "toys".into(), range: Some(30..41) };
    assert_eq!(session.failure(show), "`toys` has no sample 40");
    let on = Subject::Picture { path: session.path().join("no.png") };
    let picture = session.failure(WorkerCommand::Predict { net: "Toy".into(), on, tta: false });
    assert!(picture.starts_with("cannot read"), "{picture}");
    session.report(evaluate("Toy"));
}

#[test]
fn a_panic_is_a_failure_and_the_worker_goes_on() {
    let mut session = Session::open();
    session.define_toys();
    let panic = session.failure(train("Fragile", 1));
    assert!(panic.contains("panicked") && panic.contains("the fourth run"), "{panic}");
    session.report(evaluate("Fragile"));
    let Report::Train(trained) = session.report(train("Fragile", 12)) else { panic!("none") };
    assert_eq!(trained.test_metrics[0].value, 1.0);
}

#[test]
fn a_training_goes_on_in_another_process() {
    for is_told in [true, false] {
        let mut session = Session::open();
        session.define_toys();
        let id = session.send(train("Toy", 1_000_000));
        let mut last = 0;
        while last < 3 {
            if let FromWorker::Event { event: Event::Epoch(epoch), .. } = session.receive() {
                last = epoch.epoch;
            }
        }
        let mut session = session.reopen();
        session.define_toys();
        if is_told {
            // As the session does it.
            let (path, matching) = (session.path().join("Toy.safetensors"), Matching::Name);
            let load = WorkerCommand::Load { net: "Toy".into(), path, part: None, matching };
            session.report(load);
        }
        assert!(session.last_id >= id);
        let id = session.send(train("Toy", 1_000_000));
        let next = loop {
            if let FromWorker::Event { event: Event::Epoch(epoch), .. } = session.receive() {
                break epoch;
            }
        };
        // It may have been killed a few epochs later than was heard of.
        assert!(next.epoch > last, "{} after {last}", next.epoch);
        write_frame(&mut session.stream, &ToWorker::Interrupt { id }).expect("a living worker");
        let (events, _) = session.finish(id);
        let Some(Report::Train(trained)) = report(&events) else { panic!("{events:?}") };
        assert!(trained.epochs > last, "the epochs of the whole command: {trained:?}");
    }
}

#[test]
fn parts_are_frozen_and_loaded() {
    let mut session = Session::open();
    session.define_toys();
    let (net, part) = ("Normed".to_owned(), Some("base".to_owned()));
    session.report(train("Normed", 1));
    let path = session.path().join("normed.safetensors");
    session.report(WorkerCommand::Save { net: net.clone(), path: path.clone() });
    session.report(train("Normed", 1));
    let matching = Matching::Name;
    let load = WorkerCommand::Load { net: net.clone(), path, part: part.clone(), matching };
    let Report::Load { tensors, .. } = session.report(load) else { panic!("nothing loaded") };
    assert_eq!(tensors, 6);
    let freeze = WorkerCommand::SetTrainable { net, part, trainable: false };
    let Report::Trainable { values, learning, trainable, .. } = session.report(freeze) else {
        panic!("nothing frozen")
    };
    assert_eq!((values, learning, trainable), (56, 90, false));
}

#[test]
fn rates_are_tried_and_the_worst_are_shown() {
    let mut session = Session::open();
    session.define_toys();
    let (net, data) = ("Toy".to_owned(), "toys".to_owned());
    let options = TrainOptions { learning_rate: 1.0, ..options(1) };
    let find = WorkerCommand::FindLearningRate { net: net.clone(), data: data.clone(), options };
    let (events, outcome) = session.run(find);
    assert_eq!((outcome, pictures(&events)), (Outcome::Done, vec!["Toy-lrfind"]));
    let Some(Report::LearningRates { losses, .. }) = report(&events) else { panic!("{events:?}") };
    assert!(losses.len() > 20, "{}", losses.len());

    let (events, _) =
        session.run(WorkerCommand::Worst { net: net.clone(), data: data.clone(), count: 3 });
    assert_eq!(pictures(&events), ["Toy-worst"]);
    let Some(Report::Worst { samples, losses, .. }) = report(&events) else { panic!("{events:?}") };
    assert_eq!((samples.len(), losses.len()), (3, 3));

    let evaluate = WorkerCommand::Evaluate { net, data, confusion: true, tta: true };
    let Report::Evaluate { confusion, .. } = session.report(evaluate) else { panic!("none") };
    let rows = confusion.expect("counts");
    assert_eq!((rows.len(), rows.iter().flatten().sum::<u64>()), (10, 40));
}

#[test]
fn the_process_ends_with_the_connection() {
    let mut session = Session::open();
    session.define_toys();
    session.send(train("Toy", 1_000_000));
    let FromWorker::Event { .. } = session.receive() else { panic!("no event") };
    drop(session.stream);
    let status = session.process.0.wait().expect("the worker's end");
    assert_eq!(status.code(), Some(0));
}
