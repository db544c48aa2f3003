//! A network as a crate of its own. `tests/export.sh` builds one with cargo, which takes minutes;
//! here it is compiled against the runtime that is built already.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use netlet_tests::program::{Run, command, run_text};
use serde_json::Value;

const PROGRAM: &str = r#"
    net Small(1x28x28) { conv 4 5x5 stride=2 -> relu -> flatten -> linear 10 }
    data fashion = fashion_mnist
    train Small on fashion
    show fashion
    export Small "small" as=rust
    predict Small on "pictures/fashion-samples.png"
"#;

/// The crate's program, compiled as a cell is: against the session's own library.
fn compile(folder: &Path) -> Output {
    let setup = Run::from(command(folder, &["setup"]).output().expect("netlet runs"));
    let told = setup.stdout.trim().strip_prefix("the runtime is in ");
    let library = told.unwrap_or_else(|| panic!("{setup:#?}"));
    let name = if cfg!(target_os = "macos") { "libnetlet.dylib" } else { "libnetlet.so" };
    Command::new("rustc")
        .args(["--edition", "2024", "-Dwarnings", "-Cprefer-dynamic", "src/main.rs"])
        .args(["--extern", &format!("netlet={library}/{name}")])
        .arg(format!("-Ldependency={library}"))
        .arg(format!("-Clink-arg=-Wl,-rpath,{library}"))
        .env("CARGO_MANIFEST_DIR", folder.join("small"))
        .current_dir(folder.join("small"))
        .output()
        .expect("rustc runs")
}

/// The crate's program with `arguments`.
fn run(folder: &Path, arguments: &[&str]) -> Run {
    let libraries = Command::new("rustc").args(["--print", "target-libdir"]).output();
    let libraries = Run::from(libraries.expect("rustc runs")).stdout;
    let program = folder.join("small/main");
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder);
    // The standard library is linked dynamically too.
    command.env("LD_LIBRARY_PATH", libraries.trim());
    command.output().expect("the program runs").into()
}

#[test]
fn an_exported_network_says_what_the_session_says() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let session = run_text(folder, PROGRAM, &["--json", "--out", "pictures"]);
    assert_eq!(session.code, Some(0), "{session:#?}");
    assert_eq!(session.report("export")["tensors"], 4);
    let compiled = compile(folder);
    assert!(compiled.status.success(), "{}", String::from_utf8_lossy(&compiled.stderr));

    let told = run(folder, &["pictures/fashion-samples.png"]);
    assert_eq!(told.code, Some(0), "{told:#?}");
    let top: Vec<(String, f64)> =
        serde_json::from_value(session.report("predict")["predictions"][0]["top"].clone())
            .expect("the likeliest classes");
    let expected: Vec<String> =
        top.iter().map(|(class, share)| format!("{:6.2} %  {class}", share * 100.0)).collect();
    assert_eq!(told.stdout.lines().collect::<Vec<_>>(), expected);

    let numbers = vec!["0.5"; 28 * 28].join(",");
    fs::write(folder.join("grey.csv"), numbers).expect("a file of numbers");
    let raw = run(folder, &["--raw", "grey.csv"]);
    let numbers: Vec<f32> = raw.stdout.lines().map(|it| it.parse().expect("a number")).collect();
    assert_eq!(numbers.len(), 10, "{raw:#?}");
    for (arguments, part) in [
        (&["grey.csv", "grey.csv"][..], "usage: small"),
        (&["no.png"], "cannot read `no.png`"),
        (&["--weights", "grey.csv", "grey.csv"], "is no whole safetensors file"),
    ] {
        let refused = run(folder, arguments);
        assert_eq!(refused.code, Some(1), "{refused:#?}");
        assert!(refused.stderr.contains(part), "{refused:#?}");
    }
}

#[test]
fn nothing_is_overwritten() {
    let folder = tempfile::tempdir().expect("a folder");
    let kept = folder.path().join("small");
    fs::create_dir(&kept).expect("a folder");
    fs::write(kept.join("notes.txt"), "mine").expect("a file");
    let text = "net A(1x4x4) { flatten -> linear 2 }\nexport A \"small\" as=rust";
    let run = run_text(folder.path(), text, &["--json"]);
    assert_eq!(run.code, Some(1), "{run:#?}");
    let error: Vec<Value> = run.objects().into_iter().filter(|it| it["event"] == "error").collect();
    assert_eq!(error[0]["failure"]["headline"], "the folder `small` is not empty");
    assert_eq!(fs::read_dir(&kept).expect("the folder").count(), 1);
    assert_eq!(fs::read_dir(folder.path()).expect("the folder").count(), 1);
}
