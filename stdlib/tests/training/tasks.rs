//! Answers of every kind: learned, measured and predicted.

use netlet::data::{Dataset, IGNORED, Located, Order, Part, Target};
use netlet::pictures::Sample;
use netlet::prelude::*;
use netlet::train::{Answered, Measuring, Model};
use netlet_dsl::messages::{Figure, LossKind, Task, TrainOptions};

use crate::networks::Toy;
use crate::support::{Recorder, data, options, trained};

/// `net Painter(1x4x4) { conv 2 1 }`
struct Painter(Conv2d<1, 2, Kernel<1, 1>>);

/// `net Finder(1x4x4) { flatten -> head place { linear 4 } -> linear 2 as class }`
struct Finder {
    place: Linear<16, 4>,
    class: Linear<16, 2>,
}

/// `net Reader(1x4x4) { flatten -> linear 1 }`
struct Reader(Linear<16, 1>);

const INPUT: &[(&str, &[usize])] = &[("input", &[1, 4, 4])];

impl Network for Painter {
    fn name(&self) -> &'static str {
        "Painter"
    }

    fn inputs(&self) -> &'static [(&'static str, &'static [usize])] {
        INPUT
    }

    fn layers(&mut self) -> Vec<(&'static str, &mut dyn Layer)> {
        vec![("conv1", &mut self.0)]
    }

    fn run(&mut self, mut inputs: Inputs) -> Outputs {
        let x: FeatureMap<1, 4, 4> = inputs.take();
        let x: FeatureMap<2, 4, 4> = self.0.forward(x);
        Outputs::new(x)
    }
}

impl Network for Finder {
    fn name(&self) -> &'static str {
        "Finder"
    }

    fn inputs(&self) -> &'static [(&'static str, &'static [usize])] {
        INPUT
    }

    fn heads(&self) -> &'static [Head] {
        &[Head { name: "place", loss: 1.0, training: false }]
    }

    fn layers(&mut self) -> Vec<(&'static str, &mut dyn Layer)> {
        vec![("place", &mut self.place), ("class", &mut self.class)]
    }

    fn run(&mut self, mut inputs: Inputs) -> Outputs {
        let x: FeatureMap<1, 4, 4> = inputs.take();
        let x: Features<16> = flatten(x);
        let place: Features<4> = self.place.forward(x.clone());
        let class: Features<2> = self.class.forward(x);
        Outputs::new(class).head("place", place)
    }
}

impl Network for Reader {
    fn name(&self) -> &'static str {
        "Reader"
    }

    fn inputs(&self) -> &'static [(&'static str, &'static [usize])] {
        INPUT
    }

    fn layers(&mut self) -> Vec<(&'static str, &mut dyn Layer)> {
        vec![("linear1", &mut self.0)]
    }

    fn run(&mut self, mut inputs: Inputs) -> Outputs {
        let x: FeatureMap<1, 4, 4> = inputs.take();
        let x: Features<16> = flatten(x);
        let x: Features<1> = self.0.forward(x);
        Outputs::new(x)
    }
}

/// 32 + 16 samples: a bright square of 2x2 pixels in one of the four corners, with the answer to the
/// corner.
fn squares(task: Task, classes: &[&str], answer: impl Fn(usize) -> Target) -> Dataset {
    let sample = |number: usize| {
        let corner = number % 4;
        let is_bright = |place: usize| place / 4 / 2 == corner / 2 && place % 4 / 2 == corner % 2;
        let pixel = |place| if is_bright(place) { 220 + (number % 30) as u8 } else { 20 };
        let sample = Sample { shape: [1, 4, 4], pixels: (0..16).map(pixel).collect() };
        (sample, answer(corner))
    };
    let samples = |count| (0..count).map(sample).collect();
    let classes = classes.iter().map(ToString::to_string).collect();
    Dataset::from_samples("squares", task, classes, [samples(32), samples(16)])
}

fn mask(corner: usize) -> Target {
    let is_bright = |place: usize| place / 4 / 2 == corner / 2 && place % 4 / 2 == corner % 2;
    let class = |place| if place == 5 { IGNORED } else { u8::from(is_bright(place)) };
    Target::Mask((0..16).map(class).collect())
}

fn place(corner: usize) -> [f32; 4] {
    let (left, top) = ((corner % 2) as f32 / 2.0, (corner / 2) as f32 / 2.0);
    [left, top, left + 0.5, top + 0.5]
}

fn learned(model: &mut Model, data: &Dataset, loss: LossKind) -> Vec<Figure> {
    let options = TrainOptions { loss, ..options(60) };
    let watch = &mut Recorder::default();
    let report = model.train(["A", "squares"], data, &options, None, watch).expect("a training");
    report.test_metrics
}

fn named(figures: &[Figure]) -> Vec<&str> {
    figures.iter().map(|figure| &*figure.name).collect()
}

fn asked(model: &mut Model, data: &Dataset) -> Vec<Answered> {
    let (order, watch) = (Order::plain(4), &mut Recorder::default());
    let answered = model.predict_samples(data, Part::Test, &order, false, watch);
    answered.expect("predictions").expect("no interrupt")
}

#[test]
fn masks_are_learned_by_every_loss() {
    let data = squares(Task::Mask, &["dark", "bright"], mask);
    for loss in [LossKind::Auto, LossKind::BinaryCrossEntropy, LossKind::Dice, LossKind::MeanIou] {
        let mut model = Model::new(Box::new(Painter(Conv2d::new())));
        let figures = learned(&mut model, &data, loss);
        assert_eq!(named(&figures), ["mean IoU", "pixel accuracy"]);
        assert!(figures.iter().all(|figure| figure.value == 1.0), "{loss:?}: {figures:?}");
        let [said, ..] = &asked(&mut model, &data)[..] else { panic!("no prediction") };
        let top: Vec<_> = said.prediction.top.iter().map(|(name, _)| &**name).collect();
        assert_eq!((top, said.prediction.iou), (vec!["dark", "bright"], Some(1.0)));
        assert_eq!(said.prediction.top[1].1, 0.25);
        let Target::Mask(pixels) = &said.answer else { panic!("{said:?}") };
        assert_eq!(pixels[..4], [1, 1, 0, 0]);

        let measuring = Measuring { confusion: true, tta: false };
        let watch = &mut Recorder::default();
        let measured = model.evaluate(&data, Part::Test, measuring, "", watch);
        let metrics = measured.expect("a measurement").expect("no interrupt");
        // The square of one corner has a pixel that does not count.
        assert_eq!(metrics.confusion, Some(vec![vec![12 * 16 - 12, 0], vec![0, 4 * 16 - 4]]));
        assert_eq!(metrics.classes, [(0, 1.0), (1, 1.0)]);
    }
}

#[test]
fn colours_are_measured_as_they_look() {
    let mut data = squares(Task::Colours, &["#000000", "#ffffff"], mask);
    data.palette = vec![[0; 3], [255; 3]];
    let mut model = Model::new(Box::new(Painter(Conv2d::new())));
    let figures = learned(&mut model, &data, LossKind::Auto);
    assert_eq!(named(&figures), ["pixel accuracy", "PSNR"]);
    assert_eq!((figures[0].value, figures[1].value), (1.0, 100.0));
}

#[test]
fn boxes_are_found() {
    let thing = |corner| Target::Box(Located { class: corner % 2, place: place(corner) });
    let data = squares(Task::Box, &["left", "right"], thing);
    let network = Finder { place: Linear::new(), class: Linear::new() };
    let mut model = Model::new(Box::new(network));
    let figures = learned(&mut model, &data, LossKind::Auto);
    assert_eq!(named(&figures), ["accuracy", "box IoU", "mAP"]);
    assert!(figures[0].value == 1.0 && figures[1].value > 0.8, "{figures:?}");
    assert_eq!(figures[2].value, 1.0);
    let said = asked(&mut model, &data);
    for (corner, said) in said.iter().enumerate() {
        let label = ["left", "right"][corner % 2];
        assert_eq!(said.prediction.label.as_deref(), Some(label));
        let found = said.prediction.place.expect("a place");
        let expected = place(corner).map(f64::from);
        let far = found.iter().zip(expected).map(|(one, other)| (one - other).abs());
        assert!(far.fold(0.0, f64::max) < 0.1, "{found:?} {expected:?}");
        assert!(said.prediction.iou.is_some_and(|iou| iou > 0.7), "{said:?}");
    }
}

#[test]
fn numbers_are_learned() {
    let data = squares(Task::Values, &[], |corner| Target::Values(vec![corner as f32]));
    let mut model = Model::new(Box::new(Reader(Linear::new())));
    let figures = learned(&mut model, &data, LossKind::Auto);
    assert_eq!(named(&figures), ["MAE", "R2"]);
    assert!(figures[0].value < 0.3 && figures[1].value > 0.9, "{figures:?}");
    let said = &asked(&mut model, &data)[3];
    assert!((said.prediction.top[0].1 - 3.0).abs() < 0.5, "{said:?}");
}

#[test]
fn outputs_that_do_not_fit_say_what_would() {
    let failure = |network: Box<dyn Network>, data: Dataset| {
        let mut model = Model::new(network);
        let watch = &mut Recorder::default();
        model.train(["A", "B"], &data, &options(1), None, watch).expect_err("no fit")
    };
    let masks = squares(Task::Mask, &["a", "b", "c"], mask);
    let found = failure(Box::new(Painter(Conv2d::new())), masks);
    assert_eq!(found.notes, ["expected maps of 3x4x4, a channel for each class, found 2x4x4"]);
    let boxes = squares(Task::Box, &["a"], |corner| {
        Target::Box(Located { class: 0, place: place(corner) })
    });
    let found = failure(Box::new(Reader(Linear::new())), boxes);
    assert_eq!(found.notes, ["expected one head of 4 values, found 0"]);
    let values = squares(Task::Values, &[], |_| Target::Values(vec![0.0; 2]));
    let found = failure(Box::new(Reader(Linear::new())), values);
    assert_eq!(found.notes, ["expected 2 to a sample, found 1"]);
    let none = squares(Task::None, &[], |_| Target::None);
    let found = failure(Box::new(Reader(Linear::new())), none);
    assert_eq!(found.headline, "the data has no answers to learn");
}

#[test]
fn the_worst_samples_have_the_largest_losses() {
    let mut model = Model::new(Box::new(Toy::new()));
    trained(&mut model, &options(2));
    let (data, watch) = (data(), &mut Recorder::default());
    let worst = model.worst(&data, Part::Test, 5, watch).expect("losses").expect("no interrupt");
    assert_eq!(worst.len(), 5);
    assert!(worst.is_sorted_by(|one, next| one.1 >= next.1), "{worst:?}");
    let all = model.worst(&data, Part::Test, 100, watch).expect("losses").expect("no interrupt");
    assert_eq!((all.len(), &all[..5]), (40, &worst[..]));
    let measured = model.evaluate(&data, Part::Test, Measuring::default(), "", watch);
    let mean = measured.expect("a measurement").expect("no interrupt").loss;
    let sum: f64 = all.iter().map(|(_, loss)| loss).sum();
    assert!((sum / 40.0 - mean).abs() < 1e-6, "{sum} {mean}");
}

#[test]
fn looks_from_several_sides_are_for_classes() {
    let mut model = Model::new(Box::new(Toy::new()));
    trained(&mut model, &options(6));
    let (classes, watch) = (data(), &mut Recorder::default());
    let measuring = Measuring { confusion: true, tta: true };
    let mut measure = |measuring| {
        let measured = model.evaluate(&classes, Part::Test, measuring, "", watch);
        measured.expect("a measurement").expect("no interrupt")
    };
    // Without random transforms all looks are the same.
    let (plain, mean) = (measure(Measuring::default()), measure(measuring));
    assert!((plain.loss - mean.loss).abs() < 1e-5, "{} {}", plain.loss, mean.loss);
    assert_eq!(plain.figures, mean.figures);
    let counted: u64 = mean.confusion.expect("counts").iter().flatten().sum();
    assert_eq!(counted, 40);

    let masks = squares(Task::Mask, &["dark", "bright"], mask);
    let mut painter = Model::new(Box::new(Painter(Conv2d::new())));
    let failure = painter.evaluate(&masks, Part::Test, measuring, "", watch).expect_err("masks");
    assert_eq!(failure.headline, "`tta` is for classes of whole samples");
}

#[test]
fn an_interrupt_ends_a_measurement() {
    let mut model = Model::new(Box::new(Toy::new()));
    let stopped = &mut Recorder { stop_at: Some(1), ..Recorder::default() };
    let data = data();
    let measured = model.evaluate(&data, Part::Test, Measuring::default(), "", stopped);
    assert_eq!(measured.expect("no failure"), None);
    assert_eq!(model.worst(&data, Part::Test, 3, stopped).expect("no failure"), None);
    let order = Order::plain(3);
    let answered = model.predict_samples(&data, Part::Test, &order, false, stopped);
    assert_eq!(answered.expect("no failure"), None);
}
