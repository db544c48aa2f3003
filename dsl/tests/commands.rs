//! What commands come to: names resolved, defaults filled in, misfits found.

mod common;

use std::path::PathBuf;

use common::{LENET, actions, checked, codes, diagnostics};
use netlet_dsl::check::{Action, Context, Scope, check};
use netlet_dsl::messages::{
    DataSource, Matching, OptimizerKind, Subject, TrainOptions, WorkerCommand,
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
    let expected = TrainOptions {
        epochs: 1,
        batch: 64,
        optimizer: OptimizerKind::Adam,
        learning_rate: 1e-3,
        seed: 0,
    };
    assert_eq!(train_options(""), expected);
    let expected = TrainOptions {
        epochs: 12,
        batch: 32,
        optimizer: OptimizerKind::Sgd { momentum: 0.9 },
        learning_rate: 1e-2,
        seed: 7,
    };
    assert_eq!(train_options("epochs=12 batch=32 optimizer=sgd momentum=0.9 seed=7"), expected);
    assert_eq!(train_options("lr=2e-3").learning_rate, 2e-3);
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
        ("optimizer=rmsprop", "bad-argument"),
        ("momentum=0.9", "bad-argument"),
        ("optimizer=sgd momentum=1", "bad-argument"),
        ("epochs=1 epochs=2", "duplicate-key"),
        ("epoch=1", "unknown-key"),
        ("schedule=cosine", "not-yet"),
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
    assert_eq!(worker("plot LeNet5"), WorkerCommand::Plot { net: net() });
    let command = WorkerCommand::Evaluate { net: net(), data: "fashion".into() };
    assert_eq!(worker("evaluate LeNet5 on fashion"), command);
    let path = || PathBuf::from("w.safetensors");
    let command = WorkerCommand::Save { net: net(), path: path() };
    assert_eq!(worker("save LeNet5 \"w.safetensors\""), command);
    for (key, matching) in [("", Matching::Name), ("match=order", Matching::Order)] {
        let command = WorkerCommand::Load { net: net(), path: path(), matching };
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
    let on = |subject| WorkerCommand::Predict { net: "LeNet5".into(), on: subject };
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
    assert_eq!(wrong("show LeNet5"), ["not-yet"]);
    assert_eq!(wrong("show LeNet5.conv1"), ["not-yet"]);
}

#[test]
fn a_name_alone_shows_what_it_is() {
    assert!(matches!(last("LeNet5"), Action::Summary(_)));
    assert_eq!(worker("fashion"), WorkerCommand::Show { data: "fashion".into(), range: None });
    assert_eq!(wrong("fashoin"), ["unknown-name"]);
}

#[test]
fn data_come_from_sources() {
    let source = |text| match actions(text).pop() {
        Some(Action::Data { source, .. }) => source,
        other => panic!("{other:?}"),
    };
    assert_eq!(source("data d = fashion_mnist"), DataSource::FashionMnist { path: None });
    let path = Some("f".into());
    assert_eq!(source("data d = fashion_mnist \"f\""), DataSource::FashionMnist { path });
    assert_eq!(source("data d = mnist \"f\""), DataSource::Mnist { path: "f".into() });
    assert_eq!(codes("data d = mnist"), ["missing-argument"]);
    assert_eq!(codes("data d = mnst \"f\""), ["unknown-source"]);
    assert_eq!(codes("data d = cifar10 \"f\""), ["not-yet"]);
    assert_eq!(codes("data d = fashion_mnist -> hflip"), ["not-yet"]);
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
    for text in [
        "data d = cifar10 \"f\"",
        "data d = fashion_mnist -> hflip -> randomcrop 24",
        "device cuda:1",
        "%%rust\nlet x = 1;",
        "gan train G D on fashion",
        "time summary A",
    ] {
        let found = codes(text);
        assert!(
            !found.is_empty() && found.iter().all(|&code| code == "not-yet"),
            "{text}: {found:?}"
        );
    }
}
