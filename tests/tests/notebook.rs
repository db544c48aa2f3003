//! Notebooks with Jupyter's own clients.

use netlet_tests::python::{Python, client};
use netlet_tests::root;
use serde_json::Value;

/// Everything a cell showed under a MIME type.
fn shown<'a>(cell: &'a Value, mime: &'a str) -> impl Iterator<Item = String> + 'a {
    let outputs = cell["outputs"].as_array().into_iter().flatten();
    outputs.filter_map(move |output| match &output["data"][mime] {
        Value::String(text) => Some(text.clone()),
        Value::Array(lines) => Some(lines.iter().filter_map(Value::as_str).collect()),
        _ => None,
    })
}

#[test]
fn the_first_notebook_runs_under_nbconvert() {
    let folder = tempfile::tempdir().expect("a folder");
    let notebook = root().join("notebooks/lenet.ipynb");
    let output = Python::get()
        .command("jupyter")
        .args(["nbconvert", "--to", "notebook", "--execute", "--ExecutePreprocessor.timeout=600"])
        .args(["--output", "run.ipynb", "--output-dir"])
        .arg(folder.path())
        .arg(&notebook)
        .output()
        .expect("nbconvert starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");

    let text = std::fs::read_to_string(folder.path().join("run.ipynb")).expect("a notebook");
    let notebook: Value = serde_json::from_str(&text).expect("a notebook is JSON");
    let cells: Vec<&Value> = notebook["cells"]
        .as_array()
        .expect("cells")
        .iter()
        .filter(|cell| cell["cell_type"] == "code")
        .collect();
    let find = |part: &str| {
        cells
            .iter()
            .find(|cell| cell["source"].to_string().contains(part))
            .unwrap_or_else(|| panic!("no cell with {part:?}"))
    };
    let summary: String = shown(find("summary LeNet5"), "text/plain").collect();
    assert!(summary.contains("61,706"), "{summary}");
    let tables: String = shown(find("summary LeNet5"), "text/html").collect();
    assert!(tables.contains("<table"), "{tables}");
    for cell in ["train LeNet5", "predict LeNet5", "show fashion"] {
        assert!(shown(find(cell), "image/png").next().is_some(), "no picture of {cell}");
    }
    // One curve, updated in place, not one for each update.
    assert_eq!(shown(find("train LeNet5"), "image/png").count(), 1);
    let accuracy: String = shown(find("evaluate LeNet5"), "text/plain").collect();
    assert!(accuracy.contains("accuracy"), "{accuracy}");
}

#[test]
fn an_interrupted_training_keeps_what_it_learned() {
    let result = result_of("interrupt.py");
    assert_eq!(result["defined"], "ok", "{result:#}");
    assert_eq!(result["interrupted"]["status"], "error", "{result:#}");
    assert_eq!(result["interrupted"]["ename"], "Interrupted", "{result:#}");
    let stopped_after = result["stopped_after"].as_f64().expect("seconds");
    assert!(stopped_after < 5.0, "{result:#}");
    assert_eq!(result["heartbeat"], true, "{result:#}");
    // What was learned by then is there: far better than one in ten.
    assert_eq!(result["evaluated"], "ok", "{result:#}");
    let shown = result["evaluated_shown"].to_string();
    let accuracy = shown.split("accuracy").nth(1).expect("an accuracy");
    let number: String =
        accuracy.chars().skip_while(|c| !c.is_ascii_digit()).take_while(|c| *c != '%').collect();
    assert!(number.trim().parse::<f64>().expect("a percentage") > 30.0, "{shown}");
    assert_eq!(result["trained_on"], "ok", "{result:#}");
}

#[test]
fn a_cell_that_runs_again_replaces_its_lines() {
    let result = result_of("cells.py");
    let shown = |name: &str| result[name]["shown"].as_str().expect("a text").trim().to_owned();
    assert!(shown("opened").contains("Built is open"), "{result:#}");
    assert!(shown("first").starts_with("1x28x28 -> 6x28x28 -> 6x28x28"), "{result:#}");
    assert!(shown("first").ends_with("156 parameters, sees 5x5"), "{result:#}");
    assert!(shown("again").starts_with("1x28x28 -> 12x28x28 -> 12x28x28"), "{result:#}");
    let whole = "1x28x28 -> 12x28x28 -> 12x14x14 -> 2352 -> 10";
    assert_eq!(shown("shapes"), whole, "{result:#}");
    assert_eq!(result["broken"]["ename"], "expected-map", "{result:#}");
    assert_eq!(shown("unchanged"), whole, "{result:#}");
    assert_eq!(shown("after"), "1x28x28 -> 12x28x28 -> 12x14x14", "{result:#}");
    assert!(shown("imported").contains("ResNet101"), "{result:#}");
    assert_eq!(result["drawn"]["svg"], true, "{result:#}");
}

/// What a client program found.
fn result_of(program: &str) -> Value {
    let output =
        Python::get().command("python").arg(client(program)).output().expect("the client starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    serde_json::from_slice(&output.stdout).expect("the client's JSON")
}
