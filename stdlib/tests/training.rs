//! Training as its commands have it, on a network and data so small that it takes no time.

mod networks;

use std::cell::Cell;

use netlet::data::{Dataset, Samples};
use netlet::network::parameters;
use netlet::train::{Model, Watch};
use netlet_dsl::messages::{Epoch, Event, Failure, OptimizerKind, TrainOptions, TrainReport};
use networks::{Toy, toy_samples};

/// Keeps all events, and stops at the look number `stop_at` whether it shall.
#[derive(Default)]
struct Recorder {
    events: Vec<Event>,
    looks: Cell<usize>,
    stop_at: Option<usize>,
}

impl Watch for Recorder {
    fn show(&mut self, event: Event) {
        self.events.push(event);
    }

    fn is_stopped(&self) -> bool {
        self.looks.set(self.looks.get() + 1);
        self.stop_at.is_some_and(|stop_at| self.looks.get() >= stop_at)
    }
}

impl Recorder {
    fn epochs(&self) -> Vec<&Epoch> {
        let epochs = self.events.iter().filter_map(|event| match event {
            Event::Epoch(epoch) => Some(epoch),
            _ => None,
        });
        epochs.collect()
    }
}

/// 100 training samples and 40 test samples of ten classes, of which two occur.
fn data() -> Dataset {
    let samples = |count| {
        let (pixels, labels) = toy_samples(count);
        Samples::new(pixels, labels)
    };
    Dataset {
        source: "a test".into(),
        shape: [1, 2, 2],
        classes: (0..10).map(|class| class.to_string()).collect(),
        train: samples(100),
        test: samples(40),
    }
}

fn options(epochs: usize) -> TrainOptions {
    let optimizer = OptimizerKind::Adam;
    TrainOptions { epochs, batch: 8, optimizer, learning_rate: 0.02, seed: 0 }
}

fn train(
    model: &mut Model,
    options: &TrainOptions,
    watch: &mut Recorder,
) -> Result<TrainReport, Failure> {
    model.train(["Toy", "toys"], &data(), options, None, watch)
}

fn weights(model: &mut Model) -> Vec<f32> {
    let parameters = parameters(model.network(0));
    parameters.into_iter().flat_map(|(_, parameter)| parameter.values().to_vec()).collect()
}

#[test]
fn a_network_learns_and_says_how() {
    let mut model = Model::new(Box::new(Toy::new()));
    let mut watch = Recorder::default();
    let report = train(&mut model, &options(12), &mut watch).expect("a training");
    assert_eq!((report.epochs, report.interrupted), (12, false));
    // 100 samples in batches of 8 are 12 and a short one.
    assert_eq!(report.steps, 12 * 13);
    assert!(report.loss < 0.05, "loss {}", report.loss);
    assert_eq!(report.test_accuracy, Some(1.0));

    let epochs = watch.epochs();
    let numbers: Vec<usize> = epochs.iter().map(|epoch| epoch.epoch).collect();
    assert_eq!(numbers, (1..=12).collect::<Vec<_>>());
    assert!(epochs[0].loss > epochs[11].loss && epochs[11].accuracy == 1.0);
    let Some(Event::Picture(picture)) = watch.events.last() else {
        panic!("{:?} is no picture", watch.events.last());
    };
    assert_eq!((picture.name.as_str(), picture.live), ("Toy-loss", false));
}

#[test]
fn the_same_seed_gives_the_same_weights() {
    let trained = |seed| {
        let mut model = Model::new(Box::new(Toy::new()));
        let options = TrainOptions { seed, ..options(2) };
        train(&mut model, &options, &mut Recorder::default()).expect("a training");
        weights(&mut model)
    };
    assert_eq!(trained(3), trained(3));
    assert_ne!(trained(3), trained(4));
}

#[test]
fn training_again_goes_on() {
    let mut at_once = Model::new(Box::new(Toy::new()));
    train(&mut at_once, &options(4), &mut Recorder::default()).expect("a training");

    let mut in_two = Model::new(Box::new(Toy::new()));
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
    let mut model = Model::new(Box::new(Toy::new()));
    let initial = weights(&mut model);
    // An epoch has 13 looks before training batches and one before the only test batch.
    let mut watch = Recorder { stop_at: Some(13 + 1 + 6), ..Recorder::default() };
    let report = train(&mut model, &options(50), &mut watch).expect("an interrupted training");
    assert_eq!((report.epochs, report.steps, report.interrupted), (1, 13 + 5, true));
    assert_eq!(report.test_accuracy, None);
    assert_eq!(watch.epochs().len(), 1);
    assert_ne!(weights(&mut model), initial);

    let mut watch = Recorder::default();
    train(&mut model, &options(1), &mut watch).expect("a second training");
    assert_eq!(watch.epochs()[0].epoch, 2);
    assert_eq!(model.curve().steps(), 13 + 5 + 13);
}

#[test]
fn a_loss_that_is_no_number_leaves_sound_weights() {
    let mut model = Model::new(Box::new(Toy::new()));
    train(&mut model, &options(2), &mut Recorder::default()).expect("a training");
    let wild = TrainOptions {
        optimizer: OptimizerKind::Sgd { momentum: 0.9 },
        learning_rate: 1e30,
        ..options(2)
    };
    let failure = train(&mut model, &wild, &mut Recorder::default()).expect_err("a wild step");
    assert!(failure.headline.starts_with("the loss is "), "{failure:?}");
    assert!(failure.help.is_some_and(|help| help.contains("`lr=1e29`")));
    // The first layer's outputs are as large as its weights; the second adds their products up.
    let note = &failure.notes[0];
    assert!(note.starts_with("the first value that is no finite number comes from `linear2`"));
    assert!(note.contains("(`linear 10`)"), "{note}");

    let data = data();
    let measured = model.evaluate(&data, &data.test, "", &mut Recorder::default());
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
        let warnings = watch.events.into_iter().filter_map(|event| match event {
            Event::Warning { message } => Some(message),
            _ => None,
        });
        warnings.collect::<Vec<_>>()
    };
    let mut model = Model::new(Box::new(Toy::new()));
    for (_, parameter) in parameters(model.network(0)) {
        parameter.values_mut().fill(0.0);
    }
    let [warning] = &warnings(&mut model)[..] else { panic!("not one warning") };
    assert!(warning.starts_with("all weights of `linear1`, `linear2` are zero"), "{warning}");
    assert!(warnings(&mut Model::new(Box::new(Toy::new()))).is_empty());
}

#[test]
fn samples_of_another_shape_are_refused() {
    let mut model = Model::new(Box::new(Toy::new()));
    let data = Dataset { shape: [1, 4, 1], ..data() };
    let failure = model
        .train(["Toy", "toys"], &data, &options(1), None, &mut Recorder::default())
        .expect_err("samples of 1x4x1");
    assert_eq!(failure.notes, ["it takes 1x2x2, but they are 1x4x1"]);
}

#[test]
fn an_epoch_leaves_its_weights_in_a_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("Toy.safetensors");
    let mut model = Model::new(Box::new(Toy::new()));
    let watch = &mut Recorder::default();
    model.train(["Toy", "toys"], &data(), &options(1), Some(&path), watch).expect("a training");
    let mut other = Model::new(Box::new(Toy::new()));
    let matching = netlet_dsl::messages::Matching::Name;
    netlet::weights::load(other.network(1), &path, matching).expect("the weights");
    assert_eq!(weights(&mut other), weights(&mut model));
}

#[test]
fn predictions_name_the_likeliest_classes_first() {
    let mut model = Model::new(Box::new(Toy::new()));
    train(&mut model, &options(12), &mut Recorder::default()).expect("a training");
    let data = data();
    let batch = data.batch(&data.test, &[0, 1, 2, 3]);
    let predictions = model.predict(batch.pictures, &data.classes).expect("predictions");
    let classes: Vec<&str> = predictions.iter().map(|it| it.top[0].0.as_str()).collect();
    assert_eq!(classes, ["0", "1", "0", "1"]);
    for prediction in predictions {
        assert_eq!(prediction.top.len(), 5);
        assert!(prediction.top.is_sorted_by(|one, next| one.1 >= next.1));
        assert!(prediction.top[0].1 > 0.9, "{:?}", prediction.top);
    }
}
