//! How long a user waits: medians of what a session answers, compiles and carries out.
//!
//! Run it with `cargo bench -p netlet-kernel`. The runtime is built first if the cache lacks it.

use std::io::{self, Write};
use std::time::{Duration, Instant};

use netlet_dsl::messages::Event;
use netlet_kernel::session::{Cell, CellError, Session, SessionOptions};

const LENET5: &str = "net LeNet5(1x28x28) {
    conv 6 5x5 pad=2 -> tanh
    avgpool 2
    conv 16 5x5 -> tanh
    avgpool 2
    flatten
    linear 120 -> tanh
    linear 84 -> tanh
    linear 10
}";

/// A command that reaches the worker and ends there at once, since there is no such file.
const NOTHING: &str = "load LeNet5 \"no such file.safetensors\"";

fn main() -> anyhow::Result<()> {
    netlet_kernel::process::prepare();
    // `cargo test --benches` only looks whether this runs at all.
    let rounds = if std::env::args().any(|argument| argument == "--bench") { 15 } else { 1 };
    let mut ready = Vec::new();
    let mut answer = Vec::new();
    let mut line = Vec::new();
    let mut definition = Vec::new();
    let mut overhead = Vec::new();
    open()?.ready(&mut silent).map_err(|error| anyhow::anyhow!("not ready: {error:?}"))?;
    for round in 0..rounds {
        let start = Instant::now();
        let mut session = open()?;
        session.ready(&mut silent).map_err(|error| anyhow::anyhow!("not ready: {error:?}"))?;
        ready.push(start.elapsed());

        run(&mut session, "net Open(1x28x28)")?;
        for _ in 0..10 {
            let start = Instant::now();
            run(&mut session, "conv 4 3x3 pad=1 -> relu")?;
            line.push(start.elapsed());
        }
        run(&mut session, "close")?;

        // Another channel count each round, so that nothing is compiled already.
        let net = LENET5.replace("conv 16", &format!("conv {}", 16 + round));
        let start = Instant::now();
        run(&mut session, &net)?;
        answer.push(start.elapsed());
        nothing(&mut session)?;
        definition.push(start.elapsed());

        for _ in 0..10 {
            let start = Instant::now();
            nothing(&mut session)?;
            overhead.push(start.elapsed());
        }
    }
    let mut out = io::stdout().lock();
    for (what, times) in [
        ("session ready, runtime in the cache", ready),
        ("answer to a line of layers", line),
        ("answer to LeNet-5's definition", answer),
        ("LeNet-5 from definition to runnable", definition),
        ("overhead of a command", overhead),
    ] {
        writeln!(out, "{what:<40} {:>9.2} ms", median(times).as_secs_f64() * 1e3)?;
    }
    Ok(())
}

fn open() -> anyhow::Result<Session> {
    Session::open(SessionOptions::default())
}

fn run(session: &mut Session, text: &str) -> anyhow::Result<()> {
    session
        .run(&Cell::new("bench", text), &mut silent)
        .map_err(|error| anyhow::anyhow!("{text}: {error:?}"))
}

fn nothing(session: &mut Session) -> anyhow::Result<()> {
    let cell = Cell::new("bench", NOTHING);
    match session.run(&cell, &mut silent) {
        Err(CellError::Failed { .. }) => Ok(()),
        other => anyhow::bail!("expected a failure, found {other:?}"),
    }
}

fn silent(_: Event) {}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}
