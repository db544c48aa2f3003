//! Learning, and what stands in its way.

use netlet::data::{Dataset, Look, Order, Part, Target};
use netlet::network::parameters;
use netlet::pictures::Sample;
use netlet::train::{Answers, Measuring, Model, Recovery};
use netlet_dsl::messages::{Event, Figure, Matching, Task, TrainOptions};

use crate::networks::{Normed, Toy};
use crate::support::{Recorder, data, options, sgd, train, trained, weights};

fn toy() -> Model {
    Model::new(Box::new(Toy::new()))
}

fn accuracy(value: f64) -> Figure {
    Figure { name: "accuracy".into(), value }
}

#[test]
fn a_network_learns_and_says_how() {
    let mut model = toy();
    let mut watch = Recorder::default();
    let report = train(&mut model, &options(12), &mut watch).expect("a training");
    assert_eq!((report.epochs, report.interrupted), (12, false));
    // 100 samples in batches of 8 are 12 and a short one.
    assert_eq!(report.steps, 12 * 13);
    assert!(report.loss < 0.05, "loss {}", report.loss);
    assert_eq!(report.test_metrics[0], accuracy(1.0));

    let epochs = watch.epochs();
    let numbers: Vec<usize> = epochs.iter().map(|epoch| epoch.epoch).collect();
    assert_eq!(numbers, (1..=12).collect::<Vec<_>>());
    assert!(epochs[0].loss > epochs[11].loss);
    let names: Vec<&str> = epochs[11].metrics.iter().map(|it| &*it.name).collect();
    assert_eq!(names, ["accuracy", "top-5"]);
    assert_eq!((&epochs[11].metrics[0], epochs[11].learning_rate), (&accuracy(1.0), 0.02));
    let Some(Event::Picture(picture)) = watch.events.last() else {
        panic!("{:?} is no picture", watch.events.last());
    };
    assert_eq!((picture.name.as_str(), picture.live), ("Toy-loss", false));
}

#[test]
fn the_same_seed_gives_the_same_weights() {
    let learned = |seed| {
        let mut model = toy();
        trained(&mut model, &TrainOptions { seed, ..options(2) });
        weights(&mut model)
    };
    assert_eq!(learned(3), learned(3));
    assert_ne!(learned(3), learned(4));
}

#[test]
fn training_again_goes_on() {
    let mut at_once = toy();
    train(&mut at_once, &options(4), &mut Recorder::default()).expect("a training");

    let mut in_two = toy();
    train(&mut in_two, &options(1), &mut Recorder::default()).expect("a training");
    let mut watch = Recorder::default();
    train(&mut in_two, &options(3), &mut watch).expect("a second training");
    let numbers: Vec<usize> = watch.epochs().iter().map(|epoch| epoch.epoch).collect();
    assert_eq!(numbers, [2, 3, 4]);
    assert_eq!(weights(&mut in_two), weights(&mut at_once));
    assert_eq!(in_two.curve().losses(), at_once.curve().losses());
}

#[test]
fn an_interrupt_keeps_what_was_learned() {
    let mut model = toy();
    let initial = weights(&mut model);
    // An epoch has 13 looks before training batches and one before the only test batch.
    let mut watch = Recorder { stop_at: Some(13 + 1 + 6), ..Recorder::default() };
    let report = train(&mut model, &options(50), &mut watch).expect("an interrupted training");
    assert_eq!((report.epochs, report.steps, report.interrupted), (1, 13 + 5, true));
    assert!(report.test_metrics.is_empty());
    assert_eq!(watch.epochs().len(), 1);
    assert_ne!(weights(&mut model), initial);

    let mut watch = Recorder::default();
    train(&mut model, &options(1), &mut watch).expect("a second training");
    assert_eq!(watch.epochs()[0].epoch, 2);
    assert_eq!(model.curve().steps(), 13 + 5 + 13);
}

#[test]
fn a_loss_that_is_no_number_leaves_sound_weights() {
    let mut model = toy();
    train(&mut model, &options(2), &mut Recorder::default()).expect("a training");
    let wild = TrainOptions { optimizer: sgd(0.9), learning_rate: 1e30, ..options(2) };
    let failure = train(&mut model, &wild, &mut Recorder::default()).expect_err("a wild step");
    assert!(failure.headline.starts_with("the loss is "), "{failure:?}");
    assert!(failure.help.is_some_and(|help| help.contains("`lr=1e29`")));
    // The first layer's outputs are as large as its weights; the second adds their products up.
    let note = &failure.notes[0];
    assert!(note.starts_with("the first value that is no finite number comes from `linear2`"));
    assert!(note.contains("(`linear 10`)"), "{note}");

    let data = data();
    let watch = &mut Recorder::default();
    let measured = model.evaluate(&data, Part::Test, Measuring::default(), "", watch);
    let loss = measured.expect("a measurement").expect("no interrupt").loss;
    assert!(loss.is_finite(), "loss {loss}");
    assert!(weights(&mut model).iter().all(|weight| weight.is_finite()));
    train(&mut model, &options(1), &mut Recorder::default()).expect("a training after it");
}

#[test]
fn an_all_zero_start_is_said_once_and_named() {
    let warnings = |model: &mut Model| {
        let mut watch = Recorder::default();
        train(model, &options(2), &mut watch).expect("a training");
        watch.warnings().into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let mut model = toy();
    for (_, parameter) in parameters(model.network(0)) {
        parameter.values_mut().fill(0.0);
    }
    let [warning] = &warnings(&mut model)[..] else { panic!("not one warning") };
    assert!(warning.starts_with("all weights of `linear1`, `linear2` are zero"), "{warning}");
    assert!(warnings(&mut toy()).is_empty());
}

#[test]
fn a_gradient_that_is_not_finite_changes_nothing() {
    let mut model = toy();
    // The loss is large and finite, but weights of 2e38 and -2e38 differ by more than there is.
    for (name, parameter) in parameters(model.network(0)) {
        let values = parameter.values_mut();
        match &*name {
            "linear1.weight" => values.fill(1e-4),
            "linear2.weight" => {
                values[..8].fill(-2e38);
                values[8..].fill(2e38);
            }
            _ => values.fill(0.0),
        }
    }
    let before = weights(&mut model);
    let sample = (Sample { shape: [1, 2, 2], pixels: vec![200; 4] }, Target::Class(0));
    let samples = || vec![sample.clone()];
    let classes = data().classes;
    let data = Dataset::from_samples("", Task::Class, classes, [samples(), samples()]);
    let watch = &mut Recorder::default();
    let failure = model.train(["Toy", "one"], &data, &options(1), None, watch);
    let headline = failure.expect_err("an infinite gradient").headline;
    assert!(headline.starts_with("the gradient is not finite at step 1"), "{headline}");
    assert_eq!(weights(&mut model), before);
}

#[test]
fn samples_of_another_shape_are_refused() {
    let sample = Sample { shape: [1, 4, 1], pixels: vec![0; 4] };
    let samples = || vec![(sample.clone(), Target::Class(0))];
    let data = Dataset::from_samples("", Task::Class, vec!["a".into()], [samples(), samples()]);
    let failure = toy()
        .train(["Toy", "toys"], &data, &options(1), None, &mut Recorder::default())
        .expect_err("samples of 1x4x1");
    assert_eq!(failure.notes, ["it takes 1x2x2, but they are 1x4x1"]);
}

#[test]
fn an_epoch_leaves_its_weights_in_a_file_that_can_be_loaded() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("Toy.safetensors");
    let (mut model, watch) = (toy(), &mut Recorder::default());
    let recovery = Recovery::at(&path);
    model.train(["Toy", "toys"], &data(), &options(1), Some(&recovery), watch).expect("a training");
    let mut other = toy();
    netlet::weights::load(other.network(1), &path, Matching::Name).expect("the weights");
    assert_eq!(weights(&mut other), weights(&mut model));
}

#[test]
fn predictions_name_the_likeliest_classes_first() {
    let mut model = toy();
    trained(&mut model, &options(12));
    let (data, watch) = (data(), &mut Recorder::default());
    let answered = model.predict_samples(&data, Part::Test, &Order::plain(4), false, watch);
    let answered = answered.expect("predictions").expect("no interrupt");
    let classes: Vec<&str> = answered.iter().map(|it| it.prediction.top[0].0.as_str()).collect();
    assert_eq!(classes, ["0", "1", "0", "1"]);
    for (said, label) in answered.iter().zip(["0", "1", "0", "1"]) {
        let top = &said.prediction.top;
        assert_eq!((said.prediction.label.as_deref(), top.len()), (Some(label), 5));
        assert!(top.is_sorted_by(|one, next| one.1 >= next.1));
        assert!(top[0].1 > 0.9, "{top:?}");
    }
    // The same of samples of which nothing is known.
    let order = Order::plain(4);
    let batch = data.batches(Part::Test, &order, 4, Look::Plain).next().expect("a batch");
    let inputs = batch.expect("samples").inputs;
    let answers = model.answers(&inputs);
    assert_eq!(answers, Answers::of(&data));
    let alone = model.predict(inputs, &answers).expect("predictions");
    assert!(alone.iter().zip(&answered).all(|(one, other)| one.answer == other.answer));
}

#[test]
fn running_statistics_stay_beside_a_loss_that_is_no_number() {
    let mut model = Model::new(Box::new(Normed::new()));
    // The norm sees finite numbers, of which the last layer makes infinities.
    for (name, parameter) in parameters(model.network(0)) {
        if name == "last.weight" {
            parameter.values_mut().fill(f32::MAX);
        }
    }
    let before = weights(&mut model);
    let failure = train(&mut model, &options(1), &mut Recorder::default()).expect_err("infinite");
    assert!(failure.headline.starts_with("the loss is "), "{failure:?}");
    assert_eq!(weights(&mut model), before);
}
