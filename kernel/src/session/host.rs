//! The interpreter's thread: evcxr with the runtime at hand, and the process that runs the worker.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::{Child, Command};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};

use evcxr::{Error, EvalContext, EvalContextOutputs};
use netlet_dsl::messages::{Failure, OutputStream};

use super::incoming::Incoming;
use super::rust::{Evaluated, Rust, RustCell, Step};
use crate::runtime::Runtime;

/// A network for the interpreter to compile.
pub(super) struct Definition {
    pub(super) net: String,
    pub(super) code: String,
}

/// Something for the interpreter to do.
enum Task {
    Define(Definition),
    Evaluate(RustCell),
}

/// The interpreter of one worker process. Dropping it ends the process.
pub(super) struct Host {
    tasks: Option<Sender<Task>>,
    process: Arc<Mutex<Option<Arc<Mutex<Child>>>>>,
    /// Set when nobody waits for the runtime any more.
    leaving: Arc<AtomicBool>,
    thread: Option<std::thread::JoinHandle<()>>,
}

/// What a host needs to know.
pub(super) struct HostOptions {
    /// Marks its messages, so that those of a dead host are told from the living one's.
    pub(super) generation: u64,
    /// Where the worker calls back.
    pub(super) socket: std::path::PathBuf,
    /// Where the worker keeps weights for the case that it dies.
    pub(super) recovery: std::path::PathBuf,
}

impl Host {
    /// Finds or builds the runtime and starts the interpreter, all in the background.
    pub(super) fn start(
        options: HostOptions,
        stop_build: Arc<AtomicBool>,
        incoming: Sender<(u64, Incoming)>,
    ) -> std::io::Result<Self> {
        let (tasks, queue) = channel();
        let process = Arc::default();
        let shared = Arc::clone(&process);
        let leaving = Arc::new(AtomicBool::new(false));
        let is_left = Arc::clone(&leaving);
        let thread = std::thread::Builder::new()
            .name("interpreter".into())
            // The interpreter's own analysis recurses deeply on large networks.
            .stack_size(64 << 20)
            .spawn(move || {
                let send = |message| incoming.send((options.generation, message)).is_ok();
                let run = || -> Result<(), Failure> {
                    let runtime = Runtime::find_or_build(&mut |progress| {
                        let stops = [&stop_build, &is_left].map(|it| it.load(Ordering::Relaxed));
                        stops == [false; 2] && send(Incoming::Build(progress))
                    })?;
                    let mut interpreter = Interpreter::start(&runtime, &options, &shared)?;
                    forward(interpreter.outputs.take(), options.generation, &incoming);
                    interpreter.start_worker(&options.socket)?;
                    if send(Incoming::Ready(Ok(()))) {
                        interpreter.do_all(queue, &send);
                    }
                    Ok(())
                };
                let ended = catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| {
                    Err(Failure::new("the interpreter panicked").help("this is a bug of Netlet"))
                });
                if let Err(failure) = ended {
                    send(Incoming::Ready(Err(failure)));
                }
            })?;
        Ok(Self { tasks: Some(tasks), process, leaving, thread: Some(thread) })
    }

    /// Queues a network; [`Incoming::Defined`] answers.
    pub(super) fn define(&self, definition: Definition) {
        self.queue(Task::Define(definition));
    }

    /// Queues a Rust cell; [`Incoming::Evaluated`] answers.
    pub(super) fn evaluate(&self, cell: RustCell) {
        self.queue(Task::Evaluate(cell));
    }

    fn queue(&self, task: Task) {
        if let Some(tasks) = &self.tasks {
            // A host that is gone has said so already.
            let _ = tasks.send(task);
        }
    }

    /// How the worker's process ended, if it did.
    pub(super) fn exit_status(&self) -> Option<std::process::ExitStatus> {
        let process = self.process.lock().unwrap_or_else(PoisonError::into_inner).clone()?;
        let mut child = process.lock().unwrap_or_else(PoisonError::into_inner);
        // The connection ends a moment before the process does.
        for _ in 0..20 {
            if let Ok(Some(status)) = child.try_wait() {
                return Some(status);
            }
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        None
    }

    /// Ends the worker's process at once.
    pub(super) fn kill(&self) {
        let process = self.process.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(process) = process {
            let _ = process.lock().unwrap_or_else(PoisonError::into_inner).kill();
        }
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.leaving.store(true, Ordering::Relaxed);
        self.tasks = None;
        self.kill();
        if let Some(thread) = self.thread.take() {
            // The interpreter removes its temporary folder on the way out.
            let _ = thread.join();
        }
    }
}

/// Evaluates generated Rust from the state that every session begins with.
type EvaluateGenerated = Box<dyn FnMut(&str) -> Result<(), Error>>;
/// Carries on what Rust cells have defined.
type EvaluateStep = Box<dyn FnMut(Step<'_>) -> Result<Evaluated, Error>>;

/// evcxr, set up so that a cell sees the runtime.
struct Interpreter {
    generated: EvaluateGenerated,
    step: EvaluateStep,
    outputs: Option<EvalContextOutputs>,
}

impl Interpreter {
    fn start(
        runtime: &Runtime,
        options: &HostOptions,
        process: &Mutex<Option<Arc<Mutex<Child>>>>,
    ) -> Result<Self, Failure> {
        let program = std::env::current_exe()
            .map_err(|error| Failure::new(format!("cannot find netlet's own program: {error}")))?;
        let mut command = Command::new(program);
        command.env("NETLET_RECOVERY", &options.recovery);
        // A Ctrl-C at the terminal is for the session, which stops the worker by message.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let (context, outputs) = EvalContext::with_subprocess_command(command)
            .map_err(|error| interpreter_failure("the interpreter did not start", &error))?;
        *process.lock().unwrap_or_else(PoisonError::into_inner) = Some(context.process_handle());
        let mut base = context.state();
        base.set_offline_mode(true);
        base.set_build_env("RUSTFLAGS", &runtime.cell_flags());
        base.set_opt_level("0")
            .map_err(|error| interpreter_failure("the interpreter refused its settings", &error))?;
        let context = Rc::new(RefCell::new(context));
        let (shared, first) = (Rc::clone(&context), base.clone());
        // Each starts from the same state, so definitions never pile up in what is compiled.
        let generated =
            move |code: &str| shared.borrow_mut().eval_with_state(code, first.clone()).map(|_| ());
        let mut state = base.clone();
        let step = move |step: Step<'_>| {
            let mut done = Evaluated::default();
            match step {
                Step::Run(code) => {
                    let mut context = context.borrow_mut();
                    let outputs = context.eval_with_state(code, state.clone())?;
                    state = context.state();
                    done.forms = outputs.content_by_mime_type.into_iter().collect();
                    let variables = context.variables_and_types();
                    let owned = |(name, kind): (&str, &str)| (name.to_owned(), kind.to_owned());
                    done.variables = variables.map(owned).collect();
                    done.variables.sort();
                }
                Step::Depend(name, config) => {
                    let mut next = state.clone();
                    // The crate may have to be fetched, and cargo is told so by a file that only
                    // a cell writes.
                    next.set_offline_mode(false);
                    context.borrow_mut().eval_with_state("();", next.clone())?;
                    if name.starts_with(['.', '/']) {
                        next.add_local_dep(name)?;
                    } else {
                        next.add_dep(name, config)?;
                    }
                    state = next;
                }
                Step::Optimise(level) => state.set_opt_level(level)?,
                Step::Clear => state = base.clone(),
            }
            Ok(done)
        };
        let (generated, step) = (Box::new(generated), Box::new(step));
        Ok(Self { generated, step, outputs: Some(outputs) })
    }

    fn start_worker(&mut self, socket: &Path) -> Result<(), Failure> {
        let path = socket.to_str().ok_or_else(|| {
            Failure::new("the folder for temporary files has a name that is not UTF-8")
                .help("set TMPDIR to another folder")
        })?;
        (self.generated)(&format!("netlet::worker::start({path:?});"))
            .map_err(|error| interpreter_failure("the worker did not start", &error))
    }

    fn do_all(&mut self, queue: Receiver<Task>, send: &dyn Fn(Incoming) -> bool) {
        let mut rust = Rust::default();
        for task in queue {
            let answer = match task {
                Task::Define(definition) => self.define(definition),
                Task::Evaluate(cell) => Incoming::Evaluated(rust.run(&cell, &mut self.step)),
            };
            if !send(answer) {
                break;
            }
        }
    }

    fn define(&mut self, Definition { net, code }: Definition) -> Incoming {
        let result = (self.generated)(&code).map_err(|error| {
            interpreter_failure(&format!("the code of `{net}` did not compile"), &error)
                .help("this is a bug of Netlet: the checker accepted the network")
        });
        Incoming::Defined { net, result }
    }
}

/// Sends what the worker's process writes to the session: it must be read, or the process stops.
fn forward(
    outputs: Option<EvalContextOutputs>,
    generation: u64,
    incoming: &Sender<(u64, Incoming)>,
) {
    let Some(EvalContextOutputs { stdout, stderr }) = outputs else { return };
    for (stream, lines) in [(OutputStream::Stdout, stdout), (OutputStream::Stderr, stderr)] {
        let incoming = incoming.clone();
        std::thread::spawn(move || {
            for line in lines {
                if incoming.send((generation, Incoming::Said { stream, line })).is_err() {
                    break;
                }
            }
        });
    }
}

fn interpreter_failure(headline: &str, error: &Error) -> Failure {
    let mut failure = Failure::new(headline);
    match error {
        Error::CompilationErrors(errors) => {
            failure.notes.extend(errors.iter().take(3).map(evcxr::CompilationError::rendered));
        }
        other => failure.notes.push(other.to_string()),
    }
    failure
}
