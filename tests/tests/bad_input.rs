//! Classic mistakes: each is answered with what was found, where, and what to do.

use netlet_tests::program::{Run, run_text};

const NET: &str = "net A(1x28x28) { flatten -> linear 10 }\n";

/// Runs a wrong program, and checks that nothing of it but what stands before was done.
fn rejected(text: &str) -> Run {
    let folder = tempfile::tempdir().expect("a folder");
    let run = run_text(folder.path(), text, &[]);
    assert_eq!(run.code, Some(1), "{run:#?}");
    run
}

/// Checks that a wrong program's message has all of `parts`.
fn says(text: &str, parts: &[&str]) {
    let run = rejected(text);
    for part in parts {
        assert!(run.stderr.contains(part), "no {part:?} in:\n{}", run.stderr);
    }
}

#[test]
fn a_misspelt_layer_gets_the_nearest_one() {
    says("net A(1x28x28) { cnov 6 5x5 }", &["cnov", "conv", "<stdin>:1:"]);
}

#[test]
fn a_linear_without_flatten_gets_the_flatten() {
    says("net A(1x28x28) { conv 6 5x5 -> linear 10 }", &["linear", "flatten", "6x24x24", "3456"]);
}

#[test]
fn a_window_larger_than_its_input_shows_the_arithmetic() {
    says("net A(1x4x4) { conv 6 5x5 }", &["5x5", "4x4"]);
}

#[test]
fn an_unknown_label_is_named() {
    says("net A(1x28x28) { conv 6 3 as stem -> conv 6 3 -> concat sten }", &["sten", "stem"]);
}

#[test]
fn a_missing_picture_is_named() {
    says(&format!("{NET}predict A on \"no-such-cat.png\""), &["no-such-cat.png"]);
}

#[test]
fn a_missing_data_folder_is_named() {
    says("data d = fashion_mnist \"no-such-folder\"", &["no-such-folder"]);
}

#[test]
fn a_truncated_data_file_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    std::fs::create_dir(&data).expect("a folder");
    let images = |count: u32| [2051u32, count, 28, 28].map(u32::to_be_bytes).concat();
    let labels = |count: u32| [2049u32, count].map(u32::to_be_bytes).concat();
    let write = |name: &str, head: Vec<u8>, bytes: usize| {
        let content = [head, vec![0; bytes]].concat();
        std::fs::write(data.join(name), content).expect("a data file");
    };
    write("train-images-idx3-ubyte", images(10), 10 * 784 - 1);
    write("train-labels-idx1-ubyte", labels(10), 10);
    write("t10k-images-idx3-ubyte", images(10), 10 * 784);
    write("t10k-labels-idx1-ubyte", labels(10), 10);
    let run = run_text(folder.path(), "data d = mnist \"data\"", &[]);
    assert_eq!(run.code, Some(1), "{run:#?}");
    for part in ["train-images-idx3-ubyte", "7840", "7839"] {
        assert!(run.stderr.replace(',', "").contains(part), "no {part:?} in:\n{}", run.stderr);
    }
}

#[test]
fn a_network_used_before_its_definition_is_named() {
    says("summary LeNet5", &["LeNet5", "not defined"]);
    says(&format!("{NET}summary B"), &["`B`"]);
}

#[test]
fn two_networks_of_one_name_are_both_shown() {
    says(&format!("{NET}{NET}"), &["`A`", ":2:", "1 │ net A", "2 │ net A"]);
}

#[test]
fn all_mistakes_are_reported_at_once() {
    let run = rejected("net A(1x28x28) {\n    cnov 6 5x5\n}\nnet B(1x4x4) {\n    maxpoll 2\n}\n");
    assert!(run.stderr.contains("cnov") && run.stderr.contains("maxpoll"), "{}", run.stderr);
}

#[test]
fn a_rejected_program_runs_nothing_of_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = format!("{NET}save A \"a.safetensors\"\nsummary B");
    let run = run_text(folder.path(), &text, &[]);
    assert_eq!(run.code, Some(1));
    assert!(!folder.path().join("a.safetensors").exists());
}

#[test]
fn weights_of_another_network_change_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = format!(
        "{NET}net B(1x28x28) {{ flatten -> linear 20 -> relu -> linear 10 }}\nsave B \"b.safetensors\""
    );
    assert_eq!(run_text(folder.path(), &text, &[]).code, Some(0));
    let run = run_text(folder.path(), &format!("{NET}load A \"b.safetensors\""), &[]);
    assert_eq!(run.code, Some(1));
    for part in ["linear1.weight", "10x784", "20x784"] {
        assert!(run.stderr.contains(part), "no {part:?} in:\n{}", run.stderr);
    }
}

/// A limit on the size of files fails a write half way, as a full disk does.
#[cfg(unix)]
#[test]
fn a_full_disk_ends_no_training_and_leaves_files_as_they_were() {
    let folder = tempfile::tempdir().expect("a folder");
    let net = "net A(1x28x28, classes=2) {\n    flatten\n    linear 3000 -> relu\n    \
               linear 3000 -> relu\n    linear classes\n}\n";
    let saved = run_text(folder.path(), &format!("{net}save A \"w.safetensors\""), &[]);
    assert_eq!(saved.code, Some(0), "{saved:#?}");
    let file = folder.path().join("w.safetensors");
    let before = std::fs::read(&file).expect("the weights");

    let program = folder.path().join("a.net");
    let text = format!(
        "{net}data f = fashion_mnist only=[Coat, Bag]\ntrain A on f seed=1\nsave A \"w.safetensors\""
    );
    std::fs::write(&program, text).expect("a program");
    // The signal would end the process; without it the write fails. The limit is in blocks of 512
    // bytes or of 1 KiB, as shells have it: 20 or 40 MB, where the weights take 45.
    let script = "trap '' XFSZ; ulimit -f 40000; exec \"$0\" run a.net";
    let output = std::process::Command::new("sh")
        .args(["-c", script])
        .arg(netlet_tests::program::path())
        .current_dir(folder.path())
        .env("NO_COLOR", "1")
        .output()
        .expect("a shell");
    let run = Run::from(output);
    assert_eq!(run.code, Some(1), "{run:#?}");
    for part in ["A trained on f", "the training goes on", "cannot write `w.safetensors`"] {
        let said = run.stdout.contains(part) || run.stderr.contains(part);
        assert!(said, "no {part:?} in {run:#?}");
    }
    assert!(std::fs::read(&file).expect("the weights") == before, "the earlier file has changed");
    let left = std::fs::read_dir(folder.path()).expect("the folder").count();
    assert_eq!(left, 3, "a program, its pictures and the weights, and no part of a file");
}
