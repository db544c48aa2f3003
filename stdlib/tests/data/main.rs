//! Data sets of every source, from small files that the tests make.

mod broken;
mod download;
mod folders;
mod loading;
mod published;
mod real;
mod tables;

use std::fs;
use std::path::{Path, PathBuf};

use image::{GrayImage, Rgb, RgbImage};
use netlet::data::{Dataset, Part, Target};
use netlet::train::Watch;
use netlet_dsl::messages::{DataPlan, DataSource, Event, Failure, OnBad, Transform};
use tempfile::TempDir;

/// Keeps all warnings.
#[derive(Default)]
struct Recorder {
    warnings: Vec<String>,
    stopped: bool,
}

impl Watch for Recorder {
    fn show(&mut self, event: Event) {
        if let Event::Warning { message } = event {
            self.warnings.push(message);
        }
    }

    fn is_stopped(&self) -> bool {
        self.stopped
    }
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

fn read(plan: &DataPlan) -> Result<Dataset, Failure> {
    let data = Dataset::read(plan, &mut Recorder::default())?;
    Ok(data.expect("nobody interrupted it"))
}

/// A data set that can be read.
fn data(plan: &DataPlan) -> Dataset {
    read(plan).unwrap_or_else(|failure| panic!("{failure:#?}"))
}

/// What is wrong with one that cannot.
fn failure(plan: &DataPlan) -> Failure {
    let failure = read(plan).expect_err("a data set that cannot be read");
    assert!(failure.help.is_some(), "no help: {failure:#?}");
    failure
}

/// All that a failure says.
fn said(failure: &Failure) -> String {
    let Failure { headline, notes, help } = failure;
    format!("{headline}\n{}\n{}", notes.join("\n"), help.clone().unwrap_or_default())
}

fn plan(source: DataSource) -> DataPlan {
    source.into()
}

fn with(source: DataSource, transforms: &[Transform]) -> DataPlan {
    DataPlan { transforms: transforms.to_vec(), ..source.into() }
}

/// The classes of a part's samples.
fn classes(data: &Dataset, part: Part) -> Vec<usize> {
    let class = |index| match data.target(part, index).expect("an answer") {
        Target::Class(class) => class,
        other => panic!("{other:?} is no class"),
    };
    (0..data.len(part)).map(class).collect()
}

/// The pixels of a sample as it is shown, channels first.
fn pixels(data: &Dataset, part: Part, index: usize) -> Vec<u8> {
    data.example(part, index).expect("a sample").sample.pixels
}

fn write(path: &Path, content: impl AsRef<[u8]>) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::write(path, content).expect("a written file");
}

/// A picture of one colour, in the format that its ending says.
fn picture(path: &Path, [rows, columns]: [u32; 2], colour: [u8; 3]) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    RgbImage::from_pixel(columns, rows, Rgb(colour)).save(path).expect("a written picture");
}

/// A picture in which no two places look alike.
fn colourful(path: &Path, [rows, columns]: [u32; 2]) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    let pixel =
        |x: u32, y: u32| Rgb([(x * 7 % 256) as u8, (y * 5 % 256) as u8, ((x + y) * 3 % 256) as u8]);
    RgbImage::from_fn(columns, rows, pixel).save(path).expect("a written picture");
}

/// A grey map of class numbers.
fn mask(path: &Path, rows: &[&[u8]]) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    let (height, width) = (rows.len() as u32, rows[0].len() as u32);
    let map = GrayImage::from_raw(width, height, rows.concat()).expect("a map");
    map.save(path).expect("a written map");
}

/// A set of `count` pictures of 20x30 to 24x38 for each of the classes `cat` and `dog`.
fn pets(folder: &Path, count: u32) -> PathBuf {
    for (class, name) in [(0, "cat"), (1, "dog")] {
        for number in 0..count {
            let path = folder.join(name).join(format!("{name}.{number}.png"));
            colourful(&path, [20 + number % 5, 30 + (number + class) % 9]);
        }
    }
    folder.to_owned()
}

fn skipping(source: DataSource) -> DataPlan {
    DataPlan { on_bad: OnBad::Skip, ..source.into() }
}
