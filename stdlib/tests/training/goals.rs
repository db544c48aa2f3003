//! How a training ends, and which weights it leaves.

use netlet::train::Model;
use netlet_dsl::messages::{ClassWeights, Goal, LossKind, Schedule, TrainOptions};

use crate::networks::Toy;
use crate::support::{Recorder, options, sgd, train, trained, weights};

fn toy() -> Model {
    Model::new(Box::new(Toy::new()))
}

fn until(metric: &str, above: bool, value: f64) -> Option<Goal> {
    Some(Goal { metric: metric.into(), above, value })
}

#[test]
fn a_training_ends_when_its_goal_is_reached() {
    let mut model = toy();
    let watch = &mut Recorder::default();
    let wanted = TrainOptions { until: until("LOSS", false, 0.5), ..options(50) };
    let report = train(&mut model, &wanted, watch).expect("a training");
    let losses: Vec<f64> = watch.epochs().iter().map(|epoch| epoch.test_loss).collect();
    let (last, others) = losses.split_last().expect("epochs");
    assert!(*last < 0.5 && others.iter().all(|loss| *loss >= 0.5), "{losses:?}");
    assert_eq!((report.epochs, report.interrupted), (losses.len(), false));
    assert!(report.epochs < 50);
}

#[test]
fn a_goal_that_is_not_measured_is_known_before() {
    let mut model = toy();
    let wanted = TrainOptions { until: until("mean_iou", true, 0.5), ..options(1) };
    let failure = train(&mut model, &wanted, &mut Recorder::default()).expect_err("no such metric");
    assert!(failure.headline.contains("`mean_iou`"), "{failure:?}");
    assert_eq!(failure.notes, ["there are `loss`, `accuracy`, `top-5`"]);
    assert_eq!(failure.help.as_deref(), Some("write such as `until=\"accuracy > 0.5\"`"));
    assert_eq!(model.curve().steps(), 0);
}

#[test]
fn a_training_that_gets_no_better_ends() {
    let mut model = toy();
    let watch = &mut Recorder::default();
    let wanted = TrainOptions { patience: Some(3), ..options(200) };
    let report = train(&mut model, &wanted, watch).expect("a training");
    // Once all is right nothing gets better, though each epoch is as good as the best.
    let scores: Vec<f64> = watch.epochs().iter().map(|epoch| epoch.test_metrics[0].value).collect();
    let first = scores.iter().position(|score| *score == 1.0).expect("all right");
    assert_eq!(report.epochs, first + 1 + 3, "{scores:?}");
    assert!(watch.epochs().iter().skip(first).all(|epoch| epoch.best));
}

#[test]
fn the_best_weights_come_back() {
    let mut model = toy();
    trained(&mut model, &options(6));
    let good = weights(&mut model);
    // Such steps go nowhere.
    let wild = TrainOptions { optimizer: sgd(0.0), learning_rate: 1e4, ..options(2) };
    let watch = &mut Recorder::default();
    let report = train(&mut model, &wild, watch).expect("a training");
    assert!(watch.epochs().iter().all(|epoch| !epoch.best), "{:?}", watch.epochs());
    assert_eq!((report.best_epoch, report.test_metrics[0].value), (Some(6), 1.0));
    assert_eq!(weights(&mut model), good);
    assert_eq!(model.curve().best(), Some(5));

    let report = trained(&mut model, &TrainOptions { best: false, ..wild });
    assert_eq!(report.best_epoch, None);
    assert_ne!(weights(&mut model), good);
}

#[test]
fn a_fresh_training_begins_anew() {
    let mut once = toy();
    trained(&mut once, &options(2));
    let mut again = toy();
    trained(&mut again, &TrainOptions { seed: 5, ..options(3) });
    trained(&mut again, &TrainOptions { fresh: true, ..options(2) });
    assert_eq!(weights(&mut again), weights(&mut once));
    assert_eq!(again.curve().epochs().len(), 2);
}

#[test]
fn a_schedule_sets_the_rate_of_every_step() {
    let mut model = toy();
    let schedule = Schedule::Step { every: 2, factor: 0.5 };
    let watch = &mut Recorder::default();
    let wanted = TrainOptions { schedule, warmup: 1.0, ..options(4) };
    train(&mut model, &wanted, watch).expect("a training");
    let rates: Vec<f64> = watch.epochs().iter().map(|epoch| epoch.learning_rate).collect();
    assert_eq!(rates, [0.02, 0.02, 0.01, 0.01]);
    let first: Vec<f64> = model.curve().rates().iter().take(2).map(|point| point.value).collect();
    // An epoch has 13 steps.
    assert!((first[0] - 0.02 / 13.0).abs() < 1e-12 && (first[1] - 0.04 / 13.0).abs() < 1e-12);
}

#[test]
fn options_change_the_way() {
    let learned = |options: TrainOptions| {
        let mut model = toy();
        trained(&mut model, &options);
        weights(&mut model)
    };
    let plain = learned(options(1));
    let weights = ClassWeights::Given([2.0].into_iter().chain([1.0; 9]).collect());
    for changed in [
        TrainOptions { clip: Some(0.1), ..options(1) },
        TrainOptions { weight_decay: 0.1, ..options(1) },
        TrainOptions { smoothing: 0.1, ..options(1) },
        TrainOptions { weights, ..options(1) },
        TrainOptions { loss: LossKind::BinaryCrossEntropy, ..options(1) },
        TrainOptions { schedule: Schedule::Cosine, ..options(1) },
    ] {
        assert_ne!(learned(changed.clone()), plain, "{changed:?}");
    }
}

#[test]
fn weights_of_the_data_are_told_and_wrong_ones_refused() {
    let watch = &mut Recorder::default();
    let wanted = TrainOptions { weights: ClassWeights::MedianFrequency, ..options(2) };
    train(&mut toy(), &wanted, watch).expect("a training");
    let [told] = watch.warnings()[..] else { panic!("{:?}", watch.warnings()) };
    assert!(told.contains("0 1.000, 1 1.000, 2 0.000"), "{told}");

    let wanted = TrainOptions { weights: ClassWeights::Given(vec![1.0; 3]), ..options(1) };
    let failure = train(&mut toy(), &wanted, watch).expect_err("three weights");
    assert_eq!(failure.headline, "`weights` has 3 numbers for 10 classes");
    let wanted = TrainOptions { loss: LossKind::Dice, ..options(1) };
    assert!(train(&mut toy(), &wanted, watch).is_err(), "masks of samples with a class");
}
