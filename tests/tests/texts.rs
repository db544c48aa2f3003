//! What the program tells of texts without running them.

use std::path::Path;

use netlet_tests::program::{Run, command};
use netlet_tests::root;

fn netlet(folder: &Path, arguments: &[&str]) -> Run {
    command(folder, arguments).output().expect("netlet runs").into()
}

/// A folder with files in it.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).expect("a file");
    }
    folder
}

#[test]
fn check_finds_every_error_of_every_file() {
    let folder = folder(&[
        ("good.net", "net A(1x28x28) { conv 6 5 stride=2 }\n"),
        ("bad.net", "net B(1x28x28) { cnov 6 5 }\nsummary C\n"),
    ]);
    let run = netlet(folder.path(), &["check", "good.net"]);
    assert_eq!(run.code, Some(0), "{run:#?}");
    assert!(run.stderr.contains("warning[uneven-window]"), "{run:#?}");
    let run = netlet(folder.path(), &["check", "good.net", "bad.net"]);
    assert_eq!(run.code, Some(1), "{run:#?}");
    for part in ["unknown-layer", "bad.net:1:18", "unknown-name", "bad.net:2:9"] {
        assert!(run.stderr.contains(part), "no {part} in {}", run.stderr);
    }
    let run = netlet(folder.path(), &["check", "--json", "bad.net"]);
    assert_eq!(run.code, Some(1), "{run:#?}");
    let found = run.objects();
    assert_eq!(found[0]["code"], "unknown-layer", "{run:#?}");
    assert_eq!(found[0]["primary"]["line"], 1);
    assert_eq!(found[0]["primary"]["column"], 18);
    assert_eq!(found[1]["code"], "unknown-name");
}

#[test]
fn files_import_their_neighbours_and_the_library() {
    let folder = folder(&[
        ("blocks.net", "block twice(c) { conv c 3 pad=1 -> relu; conv c 3 pad=1 -> relu }\n"),
        (
            "net.net",
            "import \"blocks.net\"\nimport zoo.resnet\n\
             net A(3x32x32) { twice 8 -> basic 16 stride=2 -> globalavgpool -> linear 10 }\n",
        ),
        ("loop.net", "import \"loop.net\"\n"),
    ]);
    let run = netlet(folder.path(), &["summary", "--json", "net.net"]);
    assert_eq!(run.code, Some(0), "{run:#?}");
    assert_eq!(run.objects()[0]["output"], serde_json::json!([10]));
    let run = netlet(folder.path(), &["summary", "--json", "net.net", "ResNet50"]);
    assert_eq!(run.objects()[0]["parameters"], 25_557_032);
    let run = netlet(folder.path(), &["check", "loop.net"]);
    assert_eq!(run.code, Some(1), "{run:#?}");
    assert!(run.stderr.contains("bad-import"), "{run:#?}");
    let run = netlet(folder.path(), &["summary", "net.net", "ResNet51"]);
    assert_eq!(run.code, Some(1), "{run:#?}");
    assert!(run.stderr.contains("no network `ResNet51`"), "{run:#?}");
}

#[test]
fn a_broken_network_of_another_file_says_what_is_wrong_with_it() {
    let folder = folder(&[
        ("broken.net", "net A(1x8x8) { conv 4 3 -> linear 3 }\n"),
        ("use.net", "import \"broken.net\"\nsummary A\n"),
    ]);
    let run = netlet(folder.path(), &["check", "use.net"]);
    assert_eq!(run.code, Some(1), "{run:#?}");
    for part in
        ["expected-vector", "broken.net:1:", "put `flatten` before it", "`A` is wanted here"]
    {
        assert!(run.stderr.contains(part), "no {part} in {}", run.stderr);
    }
}

#[test]
fn fmt_writes_the_one_style_once() {
    let untidy = "net A(1x28x28){conv 6  5x5\n->relu # seen\nflatten;linear 10}\n";
    let folder = folder(&[("a.net", untidy), ("wrong.net", "net A(1x28x28) { conv")]);
    let run = netlet(folder.path(), &["fmt", "--check", "a.net"]);
    assert_eq!(run.code, Some(1), "{run:#?}");
    let read = || std::fs::read_to_string(folder.path().join("a.net")).expect("the file");
    assert_eq!(read(), untidy, "checking writes nothing");
    assert_eq!(netlet(folder.path(), &["fmt", "a.net"]).code, Some(0));
    let tidy = read();
    assert!(tidy.contains("conv 6 5x5") && tidy.contains("# seen"), "{tidy}");
    assert_eq!(netlet(folder.path(), &["fmt", "--check", "a.net"]).code, Some(0));
    let run = netlet(folder.path(), &["fmt", "wrong.net"]);
    assert_eq!(run.code, Some(1), "{run:#?}");
    assert!(run.stderr.contains("wrong.net:1:"), "{run:#?}");
}

#[test]
fn the_library_and_the_notebooks_are_in_the_one_style() {
    let root = root();
    let mut files = Vec::new();
    for folder in ["stdlib/zoo", "notebooks"] {
        let entries = std::fs::read_dir(root.join(folder)).expect("a folder");
        let paths = entries.map(|entry| entry.expect("an entry").path());
        files.extend(paths.filter(|path| path.extension().is_some_and(|it| it == "net")));
    }
    assert!(files.len() > 20, "{files:?}");
    let files = files.iter().map(|path| path.to_str().expect("a UTF-8 path")).collect::<Vec<_>>();
    let run = netlet(&root, &[&["fmt", "--check"], &files[..]].concat());
    assert_eq!(run.code, Some(0), "{run:#?}");
}

#[test]
fn a_diagram_is_drawn_into_a_file_or_as_text() {
    let folder = folder(&[("a.net", "import zoo\n")]);
    let run = netlet(folder.path(), &["diagram", "a.net", "UNet", "-o", "unet.svg"]);
    assert_eq!(run.code, Some(0), "{run:#?}");
    let svg = std::fs::read_to_string(folder.path().join("unet.svg")).expect("the drawing");
    assert!(svg.starts_with("<svg") && svg.contains("2x388x388"), "{svg}");
    let run = netlet(folder.path(), &["diagram", "a.net", "LeNet5"]);
    assert_eq!(run.code, Some(0), "{run:#?}");
    assert!(run.stdout.contains("1x32x32"), "{run:#?}");
}
