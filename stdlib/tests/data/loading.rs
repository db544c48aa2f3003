//! Batches: the same for the same seed, whatever the threads, and what chance does to them.

use std::process::Command;

use netlet::data::{Look, Targets};
use netlet_dsl::messages::Size;

use super::*;

/// Pictures that go through everything that depends on chance.
fn augmented(folder: &Path) -> DataPlan {
    let transforms = [
        Transform::Resize(Size::Shorter(16)),
        Transform::RandomCrop { size: [14, 14], padding: 1 },
        Transform::HFlip(0.5),
        Transform::VFlip(0.5),
        Transform::Rotate(30.0),
        Transform::Jitter { brightness: 0.4, contrast: 0.4, saturation: 0.4 },
        Transform::RandomResizedCrop([12, 12]),
        Transform::Normalize { mean: vec![0.5], deviation: vec![0.5] },
    ];
    with(DataSource::Images { path: folder.to_owned() }, &transforms)
}

/// All values of an epoch, and the answers.
fn epoch(data: &Dataset, seed: u64, epoch: usize, size: usize) -> (Vec<f32>, Vec<usize>) {
    let order = data.shuffled(Part::Train, seed, epoch).expect("an order");
    let (mut values, mut answers) = (Vec::new(), Vec::new());
    for batch in data.batches(Part::Train, &order, size, Look::Random { seed, epoch }) {
        let batch = batch.expect("samples");
        values.extend(batch.inputs.values());
        let Targets::Classes(classes) = batch.targets else { panic!("{:?}", batch.targets) };
        answers.extend(classes);
    }
    (values, answers)
}

#[test]
fn an_epoch_depends_on_its_seed_and_number_alone() {
    let folder = folder();
    pets(folder.path(), 12);
    let set = data(&augmented(folder.path()));
    let first = epoch(&set, 1, 1, 4);
    assert_eq!(first.0.len(), set.len(Part::Train) * 3 * 12 * 12);
    // Kept pictures, other batches and another reading change nothing.
    assert_eq!(epoch(&set, 1, 1, 4), first);
    assert_eq!(epoch(&set, 1, 1, 7), first);
    assert_eq!(epoch(&data(&augmented(folder.path())), 1, 1, 4), first);
    assert_ne!(epoch(&set, 1, 2, 4).0, first.0);
    assert_ne!(epoch(&set, 2, 1, 4).0, first.0);
}

#[test]
fn tests_see_no_chance() {
    let folder = folder();
    pets(folder.path(), 12);
    let set = data(&augmented(folder.path()));
    let order = netlet::data::Order::plain(set.len(Part::Test));
    let values = |look| {
        let batch = set.batches(Part::Test, &order, 100, look).next().expect("a batch");
        batch.expect("samples").inputs.values().to_vec()
    };
    assert_eq!(values(Look::Plain), values(Look::Plain));
    assert_ne!(values(Look::Plain), values(Look::Random { seed: 0, epoch: 0 }));
}

/// Says where the pictures of the child process are.
const PICTURES: &str = "NETLET_TEST_PICTURES";

/// The child process: prints what an epoch comes to.
#[test]
fn child_prints_an_epoch() {
    let Some(folder) = std::env::var_os(PICTURES) else { return };
    let (values, _) = epoch(&data(&augmented(Path::new(&folder))), 5, 3, 4);
    let sum: f64 = values.iter().enumerate().map(|(at, &it)| f64::from(it) * at as f64).sum();
    fs::write(Path::new(&folder).join("sum"), sum.to_string()).expect("a written file");
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let folder = folder();
    pets(folder.path(), 12);
    let sum = |threads: &str, cache: &str| {
        let status = Command::new(std::env::current_exe().expect("this program"))
            .args(["--exact", "loading::child_prints_an_epoch"])
            .env(PICTURES, folder.path())
            .env("NETLET_DATA_THREADS", threads)
            .env("NETLET_CACHE_MB", cache)
            .output()
            .expect("a process");
        assert!(status.status.success(), "{status:?}");
        fs::read_to_string(folder.path().join("sum")).expect("a sum")
    };
    let one = sum("1", "100");
    assert_eq!(sum("5", "100"), one);
    assert_eq!(sum("2", "0"), one);
}

#[test]
fn batches_can_be_dropped_midway() {
    let folder = folder();
    pets(folder.path(), 12);
    let set = data(&augmented(folder.path()));
    let order = set.shuffled(Part::Train, 0, 1).expect("an order");
    for taken in 0..4 {
        let mut batches = set.batches(Part::Train, &order, 3, Look::Plain);
        assert_eq!(batches.by_ref().take(taken).filter(Result::is_ok).count(), taken);
    }
}

#[test]
fn a_balanced_set_shows_every_class_equally_often() {
    let folder = folder();
    pets(folder.path(), 10);
    for number in 3..10 {
        fs::remove_file(folder.path().join(format!("dog/dog.{number}.png"))).expect("a file");
    }
    let transforms = [Transform::Resize(Size::Exact([4, 4])), Transform::Balance];
    let set = data(&with(DataSource::Images { path: folder.path().to_owned() }, &transforms));
    let (_, classes) = epoch(&set, 0, 1, 5);
    let dogs = classes.iter().filter(|&&class| class == 1).count();
    assert_eq!((classes.len(), dogs), (16, 8));
}

#[test]
fn colours_are_learned_from_grey() {
    let folder = folder();
    pets(folder.path(), 5);
    let transforms = [Transform::Resize(Size::Exact([8, 10])), Transform::Colorize { palette: 6 }];
    let set = data(&with(DataSource::Images { path: folder.path().to_owned() }, &transforms));
    assert_eq!((&set.shape[..], set.classes.len(), set.palette.len()), (&[1, 8, 10][..], 6, 6));
    let [red, green, blue] = set.palette[3];
    assert_eq!(set.classes[3], format!("#{red:02x}{green:02x}{blue:02x}"));
    let Target::Mask(numbers) = set.target(Part::Train, 0).expect("an answer") else {
        panic!("no map")
    };
    assert!(numbers.len() == 80 && numbers.iter().all(|&number| number < 6));
    let example = set.example(Part::Train, 0).expect("a sample");
    assert_eq!((example.sample.shape, example.target), ([1, 8, 10], Target::Mask(numbers)));
}

#[test]
fn digits_are_placed_on_a_canvas() {
    let digits = with(DataSource::FashionMnist { path: None }, &[Transform::Place([40, 50])]);
    let set = data(&digits);
    assert_eq!(set.shape, [1, 40, 50]);
    let Target::Box(located) = set.target(Part::Test, 7).expect("an answer") else { panic!() };
    let [left, top, right, bottom] = located.place;
    assert!((right - left - 28.0 / 50.0).abs() < 1e-6 && (bottom - top - 0.7).abs() < 1e-6);
    assert_eq!(set.example(Part::Test, 7).expect("a sample").target, Target::Box(located));
    let other = set.target(Part::Test, 8).expect("an answer");
    assert_ne!(other, Target::Box(located));
}

#[test]
fn a_picture_file_is_prepared_as_the_samples_are() {
    let folder = folder();
    pets(folder.path(), 5);
    let transforms = [
        Transform::Resize(Size::Shorter(16)),
        Transform::RandomCrop { size: [12, 12], padding: 0 },
        Transform::Normalize { mean: vec![0.25], deviation: vec![0.5] },
    ];
    let set = data(&with(DataSource::Images { path: folder.path().to_owned() }, &transforms));
    let preparation = set.preparation();
    let path = folder.path().join("dog/dog.3.png");
    let (sample, values) = preparation.read(&path, &[3, 12, 12], Look::Plain).expect("a picture");
    assert_eq!(sample.shape, [3, 12, 12]);
    let expected = (f32::from(sample.pixels[17]) / 255.0 - 0.25) / 0.5;
    assert!((values[17] - expected).abs() < 1e-6);
    let order = netlet::data::Order::plain(set.len(Part::Train));
    let batch = set.batches(Part::Train, &order, 100, Look::Plain).next().expect("a batch");
    let batch = batch.expect("samples");
    let same = batch.inputs.values().chunks(3 * 144).any(|sample| sample == values);
    assert!(same || set.len(Part::Test) == 2, "it is a sample of the set");
    // Another input: what the transforms give is stretched.
    let (sample, _) = preparation.read(&path, &[1, 9, 20], Look::Plain).expect("a picture");
    assert_eq!(sample.shape, [1, 9, 20]);
    let failure = preparation.read(&path, &[784], Look::Plain).expect_err("a vector");
    assert!(failure.notes[0].contains("784"), "{failure:?}");
    let failure = preparation.read(&folder.path().join("no.png"), &[3, 9, 9], Look::Plain);
    assert!(failure.expect_err("no file").headline.contains("cannot read"));
}
