//! The main job from a file and from standard input, as a user or a script runs it.

use netlet_tests::program::{Run, command, run_text};
use netlet_tests::root;

/// LeCun and others' LeNet-5 on its own input size.
const LENET5: &str = "
net LeNet5(1x32x32) {
    conv 6 5x5 -> tanh
    avgpool 2
    conv 16 5x5 -> tanh
    avgpool 2
    flatten
    linear 120 -> tanh
    linear 84 -> tanh
    linear 10
}
";

#[test]
fn the_summary_of_lenet5_has_the_papers_figures() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = run_text(folder.path(), &format!("{LENET5}\nsummary LeNet5"), &["--json"]);
    assert_eq!(run.code, Some(0), "{run:#?}");
    let summary = run.report("summary");
    assert_eq!(summary["net"], "LeNet5");
    assert_eq!(summary["parameters"], 61_706);
    assert_eq!(summary["multiply_adds"], 416_520);
    assert_eq!(summary["output"], serde_json::json!([10]));
}

#[test]
fn a_rust_cell_writes_and_has_a_value() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = run_text(folder.path(), "%%rust\nprint!(\"one\");\n6 * 7\n", &["--json"]);
    assert_eq!(run.code, Some(0), "{run:#?}");
    let objects = run.objects();
    let output = serde_json::json!({ "event": "output", "stream": "stdout", "text": "one" });
    assert!(objects.contains(&output), "{run:#?}");
    let value = serde_json::json!({ "event": "value", "forms": { "text/plain": "42" } });
    assert!(objects.contains(&value), "{run:#?}");
    let run = run_text(folder.path(), "%%rust\nlet x: u8 = \"a\";\n", &[]);
    assert_eq!(run.code, Some(1), "{run:#?}");
    assert!(run.stderr.contains("error[E0308]") && run.stderr.contains(":2:13 ]"), "{run:#?}");
}

#[test]
fn the_first_notebook_learns_to_tell_clothes_apart() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = root().join("notebooks/lenet.net");
    let file = file.to_str().expect("a UTF-8 path");
    let run: Run = command(folder.path(), &["run", "--json", "--out", "pictures", file])
        .output()
        .expect("netlet runs")
        .into();
    assert_eq!(run.code, Some(0), "{run:#?}");

    let evaluated = run.report("evaluate");
    assert_eq!(evaluated["samples"], 2000);
    let accuracy = &evaluated["metrics"][0];
    assert_eq!(accuracy["name"], "accuracy");
    let accuracy = accuracy["value"].as_f64().expect("an accuracy");
    assert!((0.85..1.0).contains(&accuracy), "accuracy {accuracy}");
    let epochs: Vec<_> =
        run.objects().into_iter().filter(|object| object["event"] == "epoch").collect();
    assert_eq!(epochs.len(), 20);
    // The weights are those of the best epoch, which is the last one where that was the best.
    let best = run.report("train")["best_epoch"].as_u64().unwrap_or(20);
    let best = &epochs[usize::try_from(best).expect("a number of epochs") - 1];
    assert_eq!(best["test_metrics"], evaluated["metrics"]);

    for name in ["LeNet5-loss", "LeNet5-predictions", "fashion-samples"] {
        let picture = std::fs::read(folder.path().join(format!("pictures/{name}.png")))
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(&picture[1..4], b"PNG", "{name}");
    }
}

#[test]
fn weights_travel_through_a_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let net = "net A(1x28x28) { flatten -> linear 10 }\ndata fashion = fashion_mnist\n";
    let first = format!(
        "{net}train A on fashion epochs=1\nevaluate A on fashion\nsave A \"a.safetensors\""
    );
    let first = run_text(folder.path(), &first, &["--json"]);
    assert_eq!(first.code, Some(0), "{first:#?}");
    assert_eq!(first.report("save")["tensors"], 2);
    let second = format!("{net}load A \"a.safetensors\"\nevaluate A on fashion");
    let second = run_text(folder.path(), &second, &["--json"]);
    assert_eq!(second.code, Some(0), "{second:#?}");
    assert_eq!(second.report("evaluate"), first.report("evaluate"));
}

#[test]
fn the_same_seed_gives_the_same_numbers() {
    let folder = tempfile::tempdir().expect("a folder");
    let program = "net A(1x28x28) { flatten -> dropout 0.5 -> linear 10 }
                   data fashion = fashion_mnist
                   train A on fashion epochs=1
                   evaluate A on fashion";
    let accuracy = |seed: &str| {
        let run = run_text(folder.path(), program, &["--json", "--seed", seed]);
        assert_eq!(run.code, Some(0), "{run:#?}");
        run.report("evaluate")["loss"].clone()
    };
    let first = accuracy("7");
    assert_eq!(accuracy("7"), first);
    assert_ne!(accuracy("8"), first);
}

#[test]
fn nothing_at_all_is_no_error() {
    let folder = tempfile::tempdir().expect("a folder");
    for text in ["", "\n\n", "# only a remark\n"] {
        let run = run_text(folder.path(), text, &[]);
        assert_eq!((run.code, run.stdout.as_str()), (Some(0), ""), "{text:?}");
    }
}
