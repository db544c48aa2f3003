//! What commands come to: names resolved, defaults filled in, misfits found.

mod common;

use std::path::PathBuf;

use common::{LENET, actions, checked, codes, diagnostics};
use netlet_dsl::check::{Action, Context, Scope, check};
use netlet_dsl::messages::{
    ClassWeights, CurveKind, DataPlan, DataSource, Goal, LossKind, Matching, OnBad, OptimizerKind,
    Schedule, Size, Subject, TrainOptions, Transform, WorkerCommand,
};
use netlet_dsl::syntax::parse;

/// The last action of LeNet-5, Fashion-MNIST and a command.
fn last(command: &str) -> Action {
    let text = format!("{LENET}\ndata fashion = fashion_mnist\n{command}");
    actions(&text).pop().expect("an action for each item")
}

fn worker(command: &str) -> WorkerCommand {
    match last(command) {
        Action::Worker { command, .. } => command,
        other => panic!("{command}: {other:?}"),
    }
}

/// The codes of what is wrong with a command on LeNet-5 and Fashion-MNIST.
fn wrong(command: &str) -> Vec<&'static str> {
    codes(&format!("{LENET}\ndata fashion = fashion_mnist\n{command}"))
}

fn train_options(keys: &str) -> TrainOptions {
    match worker(&format!("train LeNet5 on fashion {keys}")) {
        WorkerCommand::Train { options, .. } => options,
        other => panic!("{other:?}"),
    }
}

#[test]
fn training_has_defaults() {
    assert_eq!(train_options(""), TrainOptions::default());
    let expected = TrainOptions {
        epochs: 12,
        batch: 32,
        optimizer: OptimizerKind::Sgd { momentum: 0.9, nesterov: true },
        learning_rate: 1e-2,
        seed: 7,
        ..TrainOptions::default()
    };
    let keys = "epochs=12 batch=32 optimizer=sgd momentum=0.9 nesterov=yes seed=7";
    assert_eq!(train_options(keys), expected);
    assert_eq!(train_options("lr=2e-3").learning_rate, 2e-3);
}

#[test]
fn training_takes_schedules_losses_weights_and_ends() {
    let schedule = |keys: &str| train_options(keys).schedule;
    assert_eq!(schedule("schedule=step every=3"), Schedule::Step { every: 3, factor: 0.1 });
    assert_eq!(schedule("schedule=onecycle"), Schedule::OneCycle);
    let plateau = Schedule::Plateau { patience: 10, factor: 0.5 };
    assert_eq!(schedule("schedule=plateau factor=0.5"), plateau);
    let options = train_options(
        "loss=dice weights=[1, 0.5, 1, 1, 1, 1, 1, 1, 1, 1] clip=1 decay=5e-4 smoothing=0.1 \
         until=\"mean IoU > 0.5\" patience=3 best=no fresh=yes warmup=2",
    );
    assert_eq!(options.loss, LossKind::Dice);
    let weights = [1.0, 0.5, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0];
    assert_eq!(options.weights, ClassWeights::Given(weights.into()));
    let goal = Goal { metric: "mean IoU".into(), above: true, value: 0.5 };
    assert_eq!((options.until, options.patience), (Some(goal), Some(3)));
    assert_eq!((options.clip, options.weight_decay, options.smoothing), (Some(1.0), 5e-4, 0.1));
    assert_eq!((options.best, options.fresh, options.warmup), (false, true, 2.0));
}

#[test]
fn the_sessions_seed_is_the_default() {
    let text = format!("{LENET} data d = fashion_mnist\n train LeNet5 on d");
    let text = text.replace("data", "\ndata");
    let statements = checked(&text, &Scope::with_seed(5)).statements;
    match &statements[2].action {
        Action::Worker { command: WorkerCommand::Train { options, .. }, .. } => {
            assert_eq!(options.seed, 5);
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn training_keys_are_checked() {
    for (keys, code) in [
        ("epochs=0", "bad-argument"),
        ("batch=0.5", "bad-argument"),
        ("lr=0", "bad-argument"),
        ("lr=-1", "bad-argument"),
        ("optimizer=lamb", "bad-argument"),
        ("optimizer=adam nesterov=yes", "bad-argument"),
        ("every=3", "bad-argument"),
        ("until=0.9", "bad-argument"),
        ("until=\"accuracy = 0.9\"", "bad-argument"),
        ("weights=[0, 0]", "bad-argument"),
        ("loss=crossentropy", "bad-argument"),
        ("momentum=0.9", "bad-argument"),
        ("optimizer=sgd momentum=1", "bad-argument"),
        ("epochs=1 epochs=2", "duplicate-key"),
        ("epoch=1", "unknown-key"),
        ("schedule=cosines", "bad-argument"),
        ("7", "extra-argument"),
    ] {
        assert_eq!(wrong(&format!("train LeNet5 on fashion {keys}")), [code], "{keys}");
    }
    assert_eq!(wrong("train LeNet5"), ["missing-argument"]);
    assert_eq!(wrong("train LeNet5 on fashion[0..8]"), ["bad-argument"]);
}

#[test]
fn commands_on_networks() {
    assert!(matches!(last("summary LeNet5"), Action::Summary(_)));
    assert!(matches!(last("code LeNet5"), Action::Code(_)));
    let net = || "LeNet5".to_owned();
    assert_eq!(worker("plot LeNet5"), WorkerCommand::Plot { net: net(), curve: None });
    let loss = WorkerCommand::Plot { net: net(), curve: Some(CurveKind::Loss) };
    assert_eq!(worker("plot LeNet5.loss"), loss);
    let command = WorkerCommand::Evaluate {
        net: net(),
        data: "fashion".into(),
        confusion: false,
        tta: false,
    };
    assert_eq!(worker("evaluate LeNet5 on fashion"), command);
    let path = || PathBuf::from("w.safetensors");
    let command = WorkerCommand::Save { net: net(), path: path() };
    assert_eq!(worker("save LeNet5 \"w.safetensors\""), command);
    for (key, matching) in [("", Matching::Name), ("match=order", Matching::Order)] {
        let command = WorkerCommand::Load { net: net(), path: path(), part: None, matching };
        assert_eq!(worker(&format!("load LeNet5 \"w.safetensors\" {key}")), command);
    }
    match last("export LeNet5 \"lenet\" as=rust") {
        Action::Export { net, folder } => {
            assert_eq!((net.name.as_str(), folder), ("LeNet5", PathBuf::from("lenet")));
        }
        other => panic!("{other:?}"),
    }
    for (command, code) in [
        ("export LeNet5 \"lenet.onnx\"", "not-yet"),
        ("export LeNet5 \"lenet.py\"", "not-yet"),
        ("export LeNet5 \"lenet\"", "missing-argument"),
        ("export LeNet5 \"lenet\" as=c", "bad-argument"),
        ("export LeNet5", "missing-argument"),
        ("export LeNet5 lenet as=rust", "bad-argument"),
    ] {
        assert_eq!(wrong(command), [code], "{command}");
    }
    assert_eq!(wrong("save LeNet5"), ["missing-argument"]);
    assert_eq!(wrong("save LeNet5 w"), ["bad-argument"]);
    assert_eq!(wrong("load LeNet5 \"w\" match=shape"), ["bad-argument"]);
}

#[test]
fn pictures_to_predict() {
    let on = |subject| WorkerCommand::Predict { net: "LeNet5".into(), on: subject, tta: false };
    let data = |range| Subject::Data { name: "fashion".into(), range };
    assert_eq!(worker("predict LeNet5 on fashion"), on(data(None)));
    assert_eq!(worker("predict LeNet5 on fashion[0..8]"), on(data(Some(0..8))));
    let picture = Subject::Picture { path: "cat.png".into() };
    assert_eq!(worker("predict LeNet5 on \"cat.png\""), on(picture));
    assert_eq!(wrong("predict LeNet5 on fashion[8..8]"), ["empty-range"]);
    assert_eq!(wrong("predict LeNet5 on fashion[8]"), ["bad-argument"]);
    assert_eq!(wrong("predict LeNet5 on cat"), ["unknown-name"]);
}

#[test]
fn samples_to_show() {
    let show = |range| WorkerCommand::Show { data: "fashion".into(), range };
    assert_eq!(worker("show fashion"), show(None));
    assert_eq!(worker("show fashion[4..20]"), show(Some(4..20)));
}

#[test]
fn a_name_alone_shows_what_it_is() {
    assert!(matches!(last("LeNet5"), Action::Summary(_)));
    assert_eq!(worker("fashion"), WorkerCommand::Show { data: "fashion".into(), range: None });
    assert_eq!(wrong("fashoin"), ["unknown-name"]);
}

#[test]
fn data_come_from_sources() {
    let source = |text| plan(text).source;
    assert_eq!(source("data d = fashion_mnist"), DataSource::FashionMnist { path: None });
    let path = Some("f".into());
    assert_eq!(source("data d = fashion_mnist \"f\""), DataSource::FashionMnist { path });
    assert_eq!(source("data d = mnist \"f\""), DataSource::Mnist { path: Some("f".into()) });
    let street = source("data d = masks \"a\" \"b\" classes=12 ignore=11");
    let (pictures, masks) = ("a".into(), "b".into());
    let expected = DataSource::Masks { pictures, masks, classes: Some(12), ignore: Some(11) };
    assert_eq!(street, expected);
    assert_eq!(source("data d = noise 100x1x1"), noise(&[100, 1, 1]));
    assert_eq!(codes("data d = images"), ["missing-argument"]);
    assert_eq!(codes("data d = mnst \"f\""), ["unknown-source"]);
    assert_eq!(codes("data d = mnist split=2"), ["bad-argument"]);
    assert_eq!(codes("data d = images \"f\" download=yes"), ["unknown-key"]);
}

fn noise(shape: &[usize]) -> DataSource {
    DataSource::Noise { shape: shape.to_vec(), count: 1000 }
}

fn plan(text: &str) -> DataPlan {
    match actions(text).pop() {
        Some(Action::Data { plan, .. }) => plan,
        other => panic!("{other:?}"),
    }
}

#[test]
fn samples_are_transformed() {
    let text = "data d = images \"f\" only=[cat, dog] onbad=skip split=0.25 -> resize 256 -> \
                randomcrop 224 -> hflip -> normalize imagenet";
    let found = plan(text);
    assert_eq!(found.only, ["cat", "dog"]);
    assert_eq!((found.on_bad, found.split), (OnBad::Skip, Some(0.25)));
    // The mean and deviation that torchvision's documentation gives.
    let (mean, deviation) = (vec![0.485, 0.456, 0.406], vec![0.229, 0.224, 0.225]);
    let expected = [
        Transform::Resize(Size::Shorter(256)),
        Transform::RandomCrop { size: [224; 2], padding: 0 },
        Transform::HFlip(0.5),
        Transform::Normalize { mean, deviation },
    ];
    assert_eq!(found.transforms, expected);
    let found = plan("data d = cifar10 -> colorize palette=8 -> resize 64x48").transforms;
    assert_eq!(found[0], Transform::Colorize { palette: 8 });
    assert_eq!(found[1], Transform::Resize(Size::Exact([64, 48])));
}

#[test]
fn transforms_must_fit_their_samples() {
    for (transforms, code) in [
        ("randomcrop 32", "bad-transform"),
        ("randomcrop 32 padding=2", "ok"),
        ("colorize", "bad-transform"),
        ("normalize imagenet", "bad-transform"),
        ("normalize mean=0.3 std=0.2", "ok"),
        ("place 20", "bad-transform"),
        ("place 64 -> place 64", "bad-transform"),
        ("cropboxes 32", "bad-transform"),
        ("hflip p=2", "bad-argument"),
        ("rotate", "missing-argument"),
        ("hflop", "unknown-transform"),
    ] {
        let found = codes(&format!("data d = mnist -> {transforms}"));
        let expected = if code == "ok" { vec![] } else { vec![code] };
        assert_eq!(found, expected, "{transforms}");
    }
    let on_colours = |transforms| codes(&format!("data d = cifar10 -> {transforms}"));
    assert_eq!(on_colours("normalize imagenet -> grayscale"), ["bad-transform"]);
    assert!(on_colours("grayscale -> normalize mean=0.5 std=0.25").is_empty());
    assert!(on_colours("normalize mean=0.5 std=0.25 -> grayscale").is_empty());
}

#[test]
fn what_is_known_of_data_before_they_are_read() {
    let misfit = |data: &str, net: &str| {
        let text = format!("data d = {data}\nnet A{net}\ntrain A on d");
        codes(&text)
    };
    let gray_to_palette = "(1x32x32) { conv 8 3 pad=1 -> relu -> conv 24 1 }";
    assert!(misfit("cifar10 -> colorize", gray_to_palette).is_empty());
    let colours = "cifar10 -> colorize palette=16";
    assert_eq!(misfit(colours, gray_to_palette), ["output-mismatch"]);
    // The number of folders is not known before they are read, but the size of the crop is.
    let photos = "images \"f\" -> resize 40 -> centercrop 32";
    assert!(misfit(photos, "(3x32x32) { flatten -> linear 7 }").is_empty());
    assert_eq!(misfit(photos, "(1x32x32) { flatten -> linear 7 }"), ["input-mismatch"]);
    let street = "masks \"a\" \"b\" classes=12 ignore=11 -> resize 96x128";
    assert!(misfit(street, "(3x96x128) { conv 11 1 }").is_empty());
    assert_eq!(misfit(street, "(3x96x128) { conv 12 1 }"), ["output-mismatch"]);
    let beyond = "masks \"a\" \"b\" classes=21 ignore=255 -> resize 96x128";
    assert!(misfit(beyond, "(3x96x128) { conv 21 1 }").is_empty());
    let placed = "mnist -> place 64";
    let located = "(1x64x64) { flatten -> linear 8 -> relu; head box { linear 4 }; linear 10 }";
    assert!(misfit(placed, located).is_empty());
    let no_box = "(1x64x64) { flatten -> linear 10 }";
    assert_eq!(misfit(placed, no_box), ["output-mismatch"]);
    assert_eq!(misfit("noise 8", "(8) { linear 10 }"), ["output-mismatch"]);
}

#[test]
fn networks_are_looked_into() {
    let features = worker("show LeNet5.conv1 on fashion[3..4]");
    let on = || Subject::Data { name: "fashion".into(), range: Some(3..4) };
    let (net, layer) = ("LeNet5".to_owned(), "conv1".to_owned());
    assert_eq!(features, WorkerCommand::ShowFeatures { net, layer, on: on() });
    let (net, layer) = ("LeNet5".to_owned(), "conv2".to_owned());
    assert_eq!(worker("show LeNet5.conv2"), WorkerCommand::ShowFilters { net, layer });
    let (net, class) = ("LeNet5".to_owned(), Some("Coat".to_owned()));
    let expected = WorkerCommand::GradCam { net, on: on(), class, layer: None };
    assert_eq!(worker("gradcam LeNet5 on fashion[3..4] label=Coat"), expected);
    let (net, part) = ("LeNet5".to_owned(), Some("conv1".to_owned()));
    let expected = WorkerCommand::SetTrainable { net, part, trainable: false };
    assert_eq!(worker("freeze LeNet5.conv1"), expected);
    let (net, data) = ("LeNet5".to_owned(), "fashion".to_owned());
    assert_eq!(
        worker("worst LeNet5 on fashion count=4"),
        WorkerCommand::Worst { net, data, count: 4 }
    );
    for (command, code) in [
        ("show LeNet5", "missing-argument"),
        ("show LeNet5.conv9", "unknown-label"),
        ("show LeNet5.linear1", "bad-argument"),
        ("show LeNet5.linear1 on fashion[0..1]", "bad-argument"),
        ("freeze LeNet5.convx", "unknown-label"),
        ("show fashion on fashion", "extra-argument"),
        ("gradcam LeNet5 on fashion layer=linear1", "bad-argument"),
        ("lrfind LeNet5 on fashion epochs=3", "unknown-key"),
    ] {
        assert_eq!(wrong(command), [code], "{command}");
    }
}

#[test]
fn networks_must_fit_their_data() {
    let misfit = |net: &str| {
        let text = format!("net A{net}\ndata d = fashion_mnist\ntrain A on d");
        diagnostics(&text).into_iter().map(|found| (found.code.word(), found.help)).collect()
    };
    let expected = |code, help: &str| vec![(code, Some(help.to_owned()))];
    let found: Vec<_> = misfit("(1x32x32) { flatten -> linear 10 }");
    assert_eq!(found, expected("input-mismatch", "write `net A(1x28x28)`"));
    let found: Vec<_> = misfit("(1x28x28) { flatten -> linear 84 }");
    assert_eq!(found, expected("output-mismatch", "end the net with `linear 10`"));
    let found: Vec<_> = misfit("(1x28x28) { relu }");
    assert_eq!(found, expected("output-mismatch", "end the net with `flatten -> linear 10`"));
}

#[test]
fn names_are_looked_up_where_they_stand() {
    assert_eq!(codes("summary A\nnet A(3) { relu }"), ["early-name"]);
    assert_eq!(codes("summary A"), ["unknown-name"]);
    assert_eq!(wrong("summary fashion"), ["wrong-kind"]);
    assert_eq!(wrong("evaluate LeNet5 on LeNet5"), ["wrong-kind"]);
    assert_eq!(codes("net A(3) { relu }\nnet A(3) { relu }"), ["duplicate-name"]);
}

#[test]
fn a_wrong_definition_says_nothing_more_about_its_uses() {
    let text = "net A(3) { relo }\nsummary A\nA\ndata d = mnits\ntrain A on d\nshow d";
    assert_eq!(codes(text), ["unknown-layer", "unknown-source"]);
    let text = "block b(c) { conv c 3 }\nnet A(3x8x8) { b 4 -> linear 3 }\nsummary A";
    assert_eq!(codes(text), ["expected-vector"]);
}

#[test]
fn later_texts_replace_what_earlier_ones_defined() {
    let mut scope = Scope::default();
    for (text, output) in [("net A(3) { relu }", "3"), ("net A(3) { linear 7 }\nA", "7")] {
        for statement in checked(text, &scope).statements {
            scope.apply(&statement);
        }
        assert_eq!(scope.net("A").expect("it is defined").output().to_string(), output);
    }
    let source = scope.sources.add("test.net", "summary A\nnet A(3) { linear 9 }");
    let program = parse(&source).expect("right words");
    let statements = check(&program, &source, &scope, Context::default()).statements;
    assert!(matches!(&statements[0].action, Action::Summary(net) if net.output().dims() == [7]));
    for statement in checked("data A = fashion_mnist", &scope).statements {
        scope.apply(&statement);
    }
    assert!(scope.net("A").is_none() && scope.data("A").is_some(), "a name means one thing");
}

#[test]
fn what_is_still_to_come_says_so() {
    for text in
        ["device cuda:1", "%%rust\nlet x = 1;", "gan train G D on fashion", "time summary A"]
    {
        let found = codes(text);
        assert!(
            !found.is_empty() && found.iter().all(|&code| code == "not-yet"),
            "{text}: {found:?}"
        );
    }
}
