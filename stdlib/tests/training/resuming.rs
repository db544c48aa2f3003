//! A training whose process dies goes on where it was kept last, as if nothing had been.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::Duration;

use netlet::train::{Model, Recovery};
use netlet_dsl::messages::{OptimizerKind, Schedule, TrainOptions};

use crate::networks::Normed;
use crate::support::{Recorder, data, options, weights};

fn normed() -> Model {
    Model::new(Box::new(Normed::new()))
}

fn train(model: &mut Model, options: &TrainOptions, recovery: &Recovery, watch: &mut Recorder) {
    let names = ["Normed", "toys"];
    model.train(names, &data(), options, Some(recovery), watch).expect("a training");
}

/// What a training leaves that is kept after every batch, dies at each of the looks `deaths`, and is
/// taken up by another process each time.
fn killed(options: &TrainOptions, deaths: &[usize], every: Duration, path: &Path) -> Model {
    let recovery = Recovery::at(path).every(every);
    for &dies_at in deaths {
        let mut model = normed();
        if path.is_file() {
            model.resume(path).expect("what the last process left");
        }
        let mut watch = Recorder { dies_at: Some(dies_at), ..Recorder::default() };
        let died = AssertUnwindSafe(|| train(&mut model, options, &recovery, &mut watch));
        catch_unwind(died).expect_err("a death");
    }
    let mut model = normed();
    model.resume(path).expect("what the last process left");
    train(&mut model, options, &recovery, &mut Recorder::default());
    model
}

#[test]
fn a_training_that_dies_ends_as_an_unbroken_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let plateau = Schedule::Plateau { patience: 1, factor: 0.5 };
    let sgd = OptimizerKind::Sgd { momentum: 0.9, nesterov: true };
    let rms = OptimizerKind::RmsProp { momentum: 0.0 };
    for (number, (optimizer, schedule)) in
        [(OptimizerKind::Adam, Schedule::OneCycle), (sgd, plateau), (rms, Schedule::None)]
            .into_iter()
            .enumerate()
    {
        let wanted = TrainOptions { optimizer, schedule, patience: Some(4), ..options(5) };
        let path = |name: &str| folder.path().join(format!("{number}{name}"));
        let mut whole = normed();
        let keep = Recovery::at(path("whole"));
        train(&mut whole, &wanted, &keep, &mut Recorder::default());
        // In the first batches of the third epoch, then in the test of an epoch, then anywhere. An
        // epoch has 13 looks before training batches and one before the only test batch.
        let deaths = [2 * 14 + 4, 13 - 3 + 1, 5];
        let mut broken = killed(&wanted, &deaths, Duration::ZERO, &path("broken"));
        assert_eq!(weights(&mut broken), weights(&mut whole), "{optimizer:?}");
        let told = |model: &Model| {
            let epochs = model.curve().epochs().iter().cloned();
            let told = epochs.map(|it| netlet_dsl::messages::Epoch { seconds: 0.0, ..it });
            (told.collect::<Vec<_>>(), model.curve().losses().to_vec())
        };
        assert_eq!(told(&broken), told(&whole), "{optimizer:?}");

        // Kept at the ends of epochs alone, it goes back to the last of these.
        let mut broken = killed(&wanted, &[14 + 4], Duration::from_secs(60), &path("rare"));
        assert_eq!(weights(&mut broken), weights(&mut whole), "{optimizer:?}");
    }
}

#[test]
fn a_training_that_ended_goes_on_with_further_epochs() {
    let folder = tempfile::tempdir().expect("a folder");
    let recovery = Recovery::at(folder.path().join("kept"));
    let mut model = normed();
    train(&mut model, &options(2), &recovery, &mut Recorder::default());
    let mut other = normed();
    other.resume(recovery.path()).expect("what was kept");
    for model in [&mut model, &mut other] {
        let watch = &mut Recorder::default();
        train(model, &options(2), &recovery, watch);
        let numbers: Vec<usize> = watch.epochs().iter().map(|epoch| epoch.epoch).collect();
        assert_eq!(numbers, [3, 4]);
    }
    assert_eq!(weights(&mut other), weights(&mut model));
}

#[test]
fn another_command_does_not_go_on_with_one_that_was_cut_off() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("kept");
    let recovery = Recovery::at(&path);
    let mut watch = Recorder { dies_at: Some(14 + 4), ..Recorder::default() };
    let died = AssertUnwindSafe(|| train(&mut normed(), &options(5), &recovery, &mut watch));
    catch_unwind(died).expect_err("a death");
    let epochs = |options: &TrainOptions| {
        let mut model = normed();
        model.resume(&path).expect("what was left");
        let watch = &mut Recorder::default();
        let elsewhere = Recovery::at(folder.path().join("other"));
        train(&mut model, options, &elsewhere, watch);
        watch.epochs().iter().map(|epoch| epoch.epoch).collect::<Vec<_>>()
    };
    assert_eq!(epochs(&options(5)), [2, 3, 4, 5]);
    assert_eq!(epochs(&options(2)), [2, 3]);
    assert_eq!(epochs(&TrainOptions { fresh: true, ..options(5) }), [1, 2, 3, 4, 5]);
}

#[test]
fn a_file_that_cannot_be_written_is_said_once() {
    let folder = tempfile::tempdir().expect("a folder");
    // A folder that is not empty stands where the file is to be.
    let path = folder.path().join("kept");
    std::fs::create_dir_all(path.join("within")).expect("a folder");
    let mut model = normed();
    let watch = &mut Recorder::default();
    train(&mut model, &options(3), &Recovery::at(&path).every(Duration::ZERO), watch);
    assert_eq!(watch.epochs().len(), 3);
    let [warning] = watch.warnings()[..] else { panic!("{:?}", watch.warnings()) };
    let expected = format!("cannot write `{}`: ", path.display());
    assert!(warning.starts_with(&expected), "{warning}");
    assert!(warning.contains("the training goes on"), "{warning}");
    // Nothing half-written is left.
    assert_eq!(std::fs::read_dir(folder.path()).expect("the folder").count(), 1);
}

#[test]
fn a_file_that_is_cut_short_changes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("kept");
    train(&mut normed(), &options(1), &Recovery::at(&path), &mut Recorder::default());
    let bytes = std::fs::read(&path).expect("what was kept");
    let mut model = normed();
    let before = weights(&mut model);
    for end in [0, 20, bytes.len() / 2, bytes.len() - 1] {
        std::fs::write(&path, &bytes[..end]).expect("a file of the test");
        assert!(model.resume(&path).is_err(), "{end} bytes");
        assert_eq!(weights(&mut model), before);
    }
    // That of another network is refused as well.
    std::fs::write(&path, &bytes).expect("a file of the test");
    let mut toy = Model::new(Box::new(crate::networks::Toy::new()));
    assert!(toy.resume(&path).is_err());
}
