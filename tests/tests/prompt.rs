//! The prompt in a terminal, as somebody types at it.

use std::process::Command;

use netlet_tests::terminal::Terminal;

#[test]
fn a_network_is_typed_trained_interrupted_and_trained_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut terminal = Terminal::start(folder.path(), &["--pictures", "none"], 40, 100);
    terminal.wait_for_prompt();

    terminal.type_text("net A(1x28x28) {\r");
    // The parser asks for more while the brace is open.
    terminal.wait_for("...");
    for line in ["conv 4 5x5 stride=2 -> relu", "flatten", "linear 10"] {
        terminal.type_text(&format!("{line}\r"));
        terminal.wait_until("another line", |screen| {
            screen.contains(line) && screen.trim_end().ends_with("...")
        });
    }
    terminal.type_text("}\r");
    terminal.wait_for("parameters");
    terminal.wait_for_prompt();

    terminal.type_text("sumary A\r");
    terminal.wait_for("summary");
    terminal.wait_for_prompt();
    terminal.type_text("data fashion = fashion_mnist\r");
    terminal.wait_for("10,000");
    terminal.wait_for_prompt();

    terminal.type_text("train A on fashion epochs=1000\r");
    terminal.wait_for("epoch 1");
    terminal.type_text("\u{3}");
    terminal.wait_for("interrupted");
    terminal.wait_for_prompt();

    // The session and what was learned are still there.
    terminal.type_text("evaluate A on fashion\r");
    terminal.wait_for("over 2,000 test samples");
    terminal.wait_for_prompt();
    terminal.type_text("\u{4}");
    assert_eq!(terminal.wait_for_end(), 0);
}

#[test]
fn lines_typed_ahead_are_all_run() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut terminal = Terminal::start(folder.path(), &[], 40, 100);
    // Some of it comes before anybody reads lines.
    terminal.type_text("net A(1x28x28)\rconv 4 5x5\r");
    terminal.wait_for("4x24x24");
    terminal.wait_for_prompt();
    terminal.type_text("maxpool 2\rundo\rflatten\rlinear 10\r");
    let screen = terminal.wait_for("23,050 parameters");
    assert!(screen.contains("taken back from A: maxpool 2"), "{screen}");
    terminal.wait_for_prompt();
    terminal.type_text("\u{4}");
    assert_eq!(terminal.wait_for_end(), 0);
}

#[test]
fn fifty_pasted_lines_are_one_cell() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut terminal = Terminal::start(folder.path(), &[], 70, 100);
    terminal.wait_for_prompt();
    let body = "    conv 4 3x3 pad=1\r".repeat(48);
    terminal.type_text(&format!("\u{1b}[200~net A(1x8x8) {{\r{body}}}\u{1b}[201~\r"));
    terminal.wait_for("A: 1x8x8 -> 4x8x8");
    terminal.wait_for_prompt();
    terminal.type_text("\u{4}");
    assert_eq!(terminal.wait_for_end(), 0);
}

#[test]
fn what_was_typed_is_remembered() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut first = Terminal::start(folder.path(), &[], 30, 80);
    first.wait_for_prompt();
    first.type_text("net Remembered(1x8x8) { flatten }\r");
    first.wait_for("64");
    first.wait_for_prompt();
    first.type_text("\u{4}");
    assert_eq!(first.wait_for_end(), 0);

    let mut second = Terminal::start(folder.path(), &[], 30, 80);
    second.wait_for_prompt();
    second.type_text("\u{1b}[A");
    second.wait_for("net Remembered(1x8x8) { flatten }");
    second.type_text("\u{3}");
    second.wait_for_prompt();
    second.type_text("\u{4}");
    assert_eq!(second.wait_for_end(), 0);
}

#[test]
fn a_killed_worker_comes_back_with_the_last_weights() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut terminal = Terminal::start(folder.path(), &["--pictures", "none"], 40, 100);
    terminal.wait_for_prompt();
    terminal.type_text("net A(1x28x28) { flatten -> linear 10 }\r");
    terminal.wait_for("parameters");
    terminal.wait_for_prompt();
    terminal.type_text("data fashion = fashion_mnist\r");
    terminal.wait_for("10,000");
    terminal.wait_for_prompt();
    terminal.type_text("train A on fashion epochs=100000\r");
    terminal.wait_for("epoch 3:");
    for process in terminal.processes() {
        let killed = Command::new("kill").args(["-KILL", &process.to_string()]).status();
        assert!(killed.expect("kill runs").success());
    }
    terminal.wait_for("the worker ended unexpectedly");
    terminal.wait_for_prompt();

    // The next command finds another worker, with the weights of the last whole epoch.
    terminal.type_text("evaluate A on fashion\r");
    let screen = terminal.wait_for("over 2,000 test samples");
    assert!(screen.contains("a new worker takes over"), "{screen}");
    let accuracy = screen.split("A on fashion: accuracy ").nth(1).expect("an accuracy");
    let percent: f64 = accuracy.split('%').next().expect("a percentage").parse().expect("a number");
    assert!(percent > 60.0, "{screen}");
    terminal.wait_for_prompt();
    terminal.type_text("\u{4}");
    assert_eq!(terminal.wait_for_end(), 0);
}

#[test]
fn a_training_that_needs_too_much_memory_ends_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut terminal = Terminal::start(folder.path(), &["--pictures", "none"], 40, 100);
    let evaluated = |terminal: &mut Terminal| {
        terminal.type_text("evaluate A on fashion\r");
        let screen = terminal.wait_for("over 2,000 test samples");
        terminal.wait_for_prompt();
        let line = screen.lines().rfind(|line| line.starts_with("A on fashion: accuracy"));
        let line = line.expect("an accuracy").to_owned();
        terminal.type_text("\u{c}");
        terminal.wait_for_prompt();
        line
    };
    terminal.wait_for_prompt();
    terminal.type_text("net A(1x28x28) { flatten -> linear 10 }\r");
    terminal.wait_for("parameters");
    // Its maps take 514 GB for a batch of 10,000.
    terminal.type_text("net B(1x28x28) { conv 16384 1 -> globalavgpool -> linear 10 }\r");
    terminal.wait_for("196,618 parameters");
    terminal.type_text("data fashion = fashion_mnist\r");
    terminal.wait_for("10,000");
    terminal.wait_for_prompt();
    terminal.type_text("train A on fashion epochs=2\r");
    terminal.wait_for("trained on fashion");
    terminal.wait_for_prompt();
    let before = evaluated(&mut terminal);

    terminal.type_text("train B on fashion batch=10000\r");
    terminal.wait_for("memory ran out: 514 GB more were needed at once");
    terminal.wait_for_prompt();
    assert_eq!(evaluated(&mut terminal), before);
    terminal.type_text("\u{4}");
    assert_eq!(terminal.wait_for_end(), 0);
}
