//! The largest memory of a process that trains: `cargo bench -p netlet-tests --bench memory`. Each
//! network has a process of its own, as `tests/compare/pytorch_memory.py` measures the same in
//! PyTorch. Linux tells the figures.

use std::process::Command;
use std::time::Instant;
use std::{env, fs};

use netlet::loss::Loss;
use netlet::network::{Network, parameters};
use netlet::optimizer::Optimizer;
use netlet::tape::Tape;
use netlet::value::Value;
use netlet_dsl::messages::OptimizerKind;

include!(concat!(env!("OUT_DIR"), "/memory.rs"));

/// The networks with the samples of a batch.
const ALL: [(&str, usize); 2] = [("unet", 32), ("resnet34", 4)];
/// Steps of a training: what stays from step to step is there after the second.
const STEPS: u64 = 6;

#[expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
fn main() {
    let asked = env::args().find_map(|asked| ALL.into_iter().find(|(name, _)| *name == asked));
    let Some((name, samples)) = asked else {
        let program = env::current_exe().expect("the path of this program");
        for (name, _) in ALL {
            Command::new(&program).arg(name).status().expect("a process for each network");
        }
        return;
    };
    netlet::device::device();
    netlet::device::join_threads();
    let before = most();
    let mut network = network(name);
    netlet::initialization::initialize(&mut *network, 0);
    let weights: usize = parameters(&mut *network).iter().map(|(_, it)| it.values().len()).sum();
    let mut optimizer = Optimizer::new(OptimizerKind::Adam, 1e-3);
    let mut seconds = f64::INFINITY;
    for step in 0..STEPS {
        let start = Instant::now();
        train(&mut *network, &mut optimizer, samples, step);
        seconds = seconds.min(start.elapsed().as_secs_f64());
    }
    let most = most();
    println!(
        "{name}, batch {samples}: {most:.0} MB in all, {:.0} MB for the training, of which {:.0} MB \
         weights and what Adam keeps; {:.0} ms a step",
        most - before,
        3.0 * 4e-6 * weights as f64,
        seconds * 1e3
    );
}

/// One step on the sum of the squares of the outputs.
fn train(network: &mut dyn Network, optimizer: &mut Optimizer, samples: usize, step: u64) {
    let count = samples * network.input().iter().product::<usize>();
    let pixels = (0..count).map(|index| (index % 251) as f32 / 251.0).collect();
    let batch = Value::batch(samples, network.input(), pixels).put(Tape::training(step));
    let output = network.run(batch.into()).out;
    let loss = output.values().iter().map(|value| f64::from(value * value)).sum();
    let gradient = output.values().iter().map(|value| 2.0 * value).collect();
    let mut gradients = Loss::new(loss, output, gradient).backward();
    optimizer.step(network, &mut gradients);
}

/// The most memory that this process has had so far, in MB.
fn most() -> f64 {
    let status = fs::read_to_string("/proc/self/status").expect("the status of this process");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse::<f64>().ok());
    number.expect("a number of kB") * 1024.0 / 1e6
}
