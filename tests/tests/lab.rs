//! The Python package with the programs that show notebooks: JupyterLab in a browser, nbconvert and
//! the console.
//!
//! JupyterLab's screenshots are kept in the folder `NETLET_SCREENSHOTS`, or else in `screenshots`
//! beside the program.

use std::collections::HashMap;
use std::path::PathBuf;
use std::process::Output;
use std::sync::{Mutex, PoisonError};

use netlet_tests::python::client;
use netlet_tests::{program, root, wheel};
use serde_json::Value;

const NOTEBOOK: &str = "notebooks/lenet.ipynb";

/// What a command prints. One at a time, since each has a kernel that trains on all cores.
fn output(command: &mut std::process::Command) -> String {
    static ONE: Mutex<()> = Mutex::new(());
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    let Output { status, stdout, stderr } = command.output().expect("a command of Jupyter starts");
    assert!(status.success(), "{command:?} failed:\n{}", String::from_utf8_lossy(&stderr));
    String::from_utf8(stdout).expect("UTF-8 of Jupyter")
}

#[test]
fn the_first_notebook_lives_in_jupyterlab() {
    let screenshots = std::env::var_os("NETLET_SCREENSHOTS").map_or_else(
        || program::path().with_file_name("screenshots"),
        |folder| root().join(PathBuf::from(folder)),
    );
    let found = output(
        wheel::environment()
            .command("python")
            .arg(client("lab.py"))
            .arg(root().join(NOTEBOOK))
            .arg(screenshots),
    );
    let found: Value = serde_json::from_str(&found).expect("the client's JSON");

    let pieces = found["colours"].as_array().expect("pieces of the first cell");
    let colours: HashMap<&str, &Value> =
        pieces.iter().filter_map(|it| Some((it["text"].as_str()?, &it["colour"]))).collect();
    for word in ["net", "LeNet5", "1x28x28", "conv", "5x5", "pad", "->", "tanh"] {
        let colour = colours.get(word).unwrap_or_else(|| panic!("`{word}` is plain: {pieces:?}"));
        assert_ne!(**colour, pieces[0]["plain"], "`{word}` is plain");
    }
    assert_ne!(colours["conv"], colours["net"]);
    assert_ne!(colours["conv"], colours["5x5"]);

    let pictures = found["training"]["pictures"].as_u64().expect("a count of pictures");
    assert!(pictures > 2, "the curve did not move: {pictures} pictures");
    let cells = found["cells"].as_array().expect("cells");
    let cell = |text: &str| {
        let is_it = |cell: &&Value| cell["text"].as_str().is_some_and(|it| it.contains(text));
        cells.iter().find(is_it).unwrap_or_else(|| panic!("no cell with `{text}`"))
    };
    for cell in cells {
        assert_eq!(cell["errors"].as_array().map(Vec::len), Some(0), "{cell:#}");
    }
    for (text, what) in [
        ("summary LeNet5", "tables"),
        ("diagram LeNet5", "pictures"),
        ("show fashion", "pictures"),
        ("train LeNet5", "pictures"),
        ("predict LeNet5", "pictures"),
    ] {
        assert!(cell(text)[what].as_u64() > Some(0), "no {what} below `{text}`: {found:#}");
    }

    assert!(found["completion"].to_string().contains("globalavgpool"), "{}", found["completion"]);
    assert!(found["inspection"].to_string().contains("conv"), "nothing shown on Shift-Tab");
    let lines = ["net D(1x28x28) {", "    conv 6 5x5", "}"].map(Value::from);
    assert_eq!(found["typed"]["lines"], Value::from(lines.to_vec()));
    assert_eq!(found["typed"]["toggled"], "# }");
}

#[test]
fn a_page_of_the_first_notebook_is_coloured() {
    let folder = tempfile::tempdir().expect("a folder");
    output(
        wheel::environment()
            .command("python")
            .args(["-m", "nbconvert", "--execute", "--to", "html", "--output", "page.html"])
            .arg("--output-dir")
            .arg(folder.path())
            .arg(root().join(NOTEBOOK)),
    );
    let page = std::fs::read_to_string(folder.path().join("page.html")).expect("a page");
    for piece in [
        r#"<span class="kd">net</span>"#,
        r#"<span class="kt">conv</span>"#,
        r#"<span class="m">5x5</span>"#,
        r#"<span class="k">train</span>"#,
        r#"<span class="kt">fashion_mnist</span>"#,
        "data:image/png;base64,",
        "data:image/svg+xml;base64,",
        "<table",
    ] {
        assert!(page.contains(piece), "no {piece} in the page");
    }
}

#[test]
fn the_console_runs_and_colours_cells() {
    let lab = wheel::environment();
    let shown = output(
        lab.command("python")
            .arg(client("console.py"))
            .arg(lab.command("jupyter").get_program())
            .args(["net A(1x28x28) { flatten -> linear 10 }", "summary A"])
            .env("TERM", "xterm-256color"),
    );
    assert!(shown.contains("7,850"), "no summary in:\n{shown}");
    // `flatten` in a colour of its own.
    let before = shown.split("flatten").next().expect("a text before");
    assert!(before.ends_with('m') && before.contains("\u{1b}[0;38;5;"), "no colours in {before:?}");
}
