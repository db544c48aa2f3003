//! The network {NET}, exported by Netlet: says what it makes of pictures.

mod network;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use netlet::data::{Look, Preparation};
use netlet::messages::{Failure, Matching};
use netlet::network::{Inputs, Network};
use netlet::ops::softmax::softmax;
use netlet::value::Value;
use netlet::weights;

const USAGE: &str = "\
usage: {CRATE} [--raw] [--weights FILE] INPUT...

  INPUT           a PNG or JPEG picture, or a text file of numbers (.txt, .csv), one for each input
  --raw           print all numbers of the outputs, a line each
  --weights FILE  take the weights from there instead of `weights.safetensors` beside Cargo.toml";

/// The names of the classes, a line each; empty where they have none.
const CLASSES: &str = include_str!("../classes.txt");
/// How many classes, or numbers of another output, are printed.
const SHOWN: usize = 5;

fn main() -> ExitCode {
    let told = Options::read(std::env::args().skip(1)).and_then(|options| answer(&options));
    match told {
        Ok(text) => {
            println!("{text}");
            ExitCode::SUCCESS
        }
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

struct Options {
    raw: bool,
    weights: PathBuf,
    inputs: Vec<PathBuf>,
}

impl Options {
    fn read(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let weights = Path::new(env!("CARGO_MANIFEST_DIR")).join("weights.safetensors");
        let mut options = Self {
            raw: false,
            weights,
            inputs: Vec::new(),
        };
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--raw" => options.raw = true,
                "--weights" => options.weights = arguments.next().ok_or(USAGE)?.into(),
                option if option.starts_with("--") => return Err(USAGE.to_owned()),
                input => options.inputs.push(input.into()),
            }
        }
        Ok(options)
    }
}

/// What the network says of its inputs.
fn answer(options: &Options) -> Result<String, String> {
    let mut network = network::{TYPE}::new();
    if options.inputs.len() != network.inputs().len() {
        return Err(USAGE.to_owned());
    }
    weights::load(&mut network, &options.weights, Matching::Name).map_err(|it| told(&it))?;
    let files = options.inputs.iter().zip(network.inputs());
    let inputs = files
        .map(|(file, (_, shape))| input(file, shape))
        .collect::<Result<_, _>>()?;
    let outputs = network.run(Inputs::new(inputs));
    let heads = outputs
        .heads
        .into_iter()
        .map(|(name, value)| described(name, value, options.raw));
    let lines = std::iter::once(described("out", outputs.out, options.raw)).chain(heads);
    Ok(lines.collect::<Vec<_>>().join("\n"))
}

/// A file as an input of that shape. A picture's pixels become numbers from 0 to 1.
fn input(file: &Path, shape: &[usize]) -> Result<Value, String> {
    let is_text = file
        .extension()
        .is_some_and(|kind| kind == "txt" || kind == "csv");
    let values = if is_text {
        numbers(file)?
    } else {
        let plain = Preparation::default();
        plain
            .read(file, shape, Look::Plain)
            .map_err(|it| told(&it))?
            .1
    };
    let count = shape.iter().product::<usize>();
    if values.len() != count {
        let (file, found) = (file.display(), values.len());
        return Err(format!(
            "`{file}` has {found} numbers, but the network takes {count}"
        ));
    }
    Ok(Value::batch(1, shape, values))
}

/// The numbers of a text file, between blanks or commas.
fn numbers(file: &Path) -> Result<Vec<f32>, String> {
    let shown = file.display();
    let text =
        std::fs::read_to_string(file).map_err(|it| format!("cannot read `{shown}`: {it}"))?;
    let words = text.split(|sign: char| sign.is_whitespace() || sign == ',');
    let number = |word: &str| {
        word.parse()
            .map_err(|_| format!("`{word}` in `{shown}` is no number"))
    };
    words.filter(|word| !word.is_empty()).map(number).collect()
}

/// An output: the likeliest classes of a vector, or the shape and the first numbers of another.
fn described(name: &str, output: Value, raw: bool) -> String {
    let values = output.values().to_vec();
    if raw {
        return values
            .iter()
            .map(f32::to_string)
            .collect::<Vec<_>>()
            .join("\n");
    }
    let shape = output.shape();
    if name == "out" && matches!(*shape, [count] if count > 1) {
        return classes(softmax(output).values());
    }
    let shape = shape
        .iter()
        .map(usize::to_string)
        .collect::<Vec<_>>()
        .join("x");
    let first = values
        .iter()
        .take(SHOWN)
        .map(f32::to_string)
        .collect::<Vec<_>>()
        .join(", ");
    let rest = if values.len() > SHOWN { ", ..." } else { "" };
    format!("{name}: {shape}: {first}{rest}")
}

/// The likeliest classes, a line each.
fn classes(probabilities: &[f32]) -> String {
    let names: Vec<&str> = CLASSES.lines().collect();
    let name = |class: usize| match names.get(class) {
        Some(name) if names.len() == probabilities.len() => (*name).to_owned(),
        _ => format!("class {class}"),
    };
    let mut ranked: Vec<usize> = (0..probabilities.len()).collect();
    ranked.sort_by(|&one, &other| probabilities[other].total_cmp(&probabilities[one]));
    let lines = ranked
        .into_iter()
        .take(SHOWN)
        .map(|class| format!("{:6.2} %  {}", probabilities[class] * 100.0, name(class)));
    lines.collect::<Vec<_>>().join("\n")
}

/// All that a failure has to say.
fn told(failure: &Failure) -> String {
    let notes = failure.notes.iter().chain(&failure.help);
    let lines = std::iter::once(&failure.headline).chain(notes);
    lines.map(String::as_str).collect::<Vec<_>>().join("\n")
}
