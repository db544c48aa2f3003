//! The Jupyter kernel with real clients: Jupyter's own tests of a kernel, and what they leave out.

use netlet_tests::python::{Python, client};
use serde_json::Value;

/// What a client program found.
fn result_of(program: &str, arguments: &[&str]) -> Value {
    let mut command = Python::get().command("python");
    let output = command.arg(client(program)).args(arguments).output().expect("the client starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: the client said\n{said}"))
}

fn behaviour(scenario: &str) -> Value {
    result_of("behaviour.py", &[scenario])
}

#[test]
fn the_kernel_is_as_jupyter_wants_it() {
    let result = result_of("conformance.py", &[]);
    assert_eq!(result["failed_or_skipped"], serde_json::json!({}), "{result:#}");
    assert!(result["ran"].as_u64() >= Some(13), "{result:#}");
}

#[test]
fn a_training_is_watched_asked_and_stopped() {
    let result = behaviour("interrupt_training");
    assert_eq!(result["status"], "error", "{result:#}");
    assert_eq!(result["ename"], "Interrupted", "{result:#}");
    assert_eq!(result["errors"], 1, "{result:#}");
    assert_eq!(result["updates_have_displays"], true, "{result:#}");
    let answers = result["answers"].as_array().expect("answers");
    assert_eq!(answers.len(), 3, "{result:#}");
    for answer in answers {
        assert!(answer[0].to_string().contains("summary"), "{result:#}");
    }
    assert_eq!(result["resumed"], "ok", "{result:#}");
    let [before, after] = ["before", "after"].map(|name| result[name].as_f64().expect("a number"));
    // What was learned is kept: one in ten is guessing. Two epochs more may shake it a little.
    assert!(before > 30.0 && after >= before - 2.0, "{result:#}");
}

#[test]
fn a_cell_that_waits_for_the_compiler_is_stopped() {
    let result = behaviour("interrupt_compiling");
    assert_eq!(result["ename"], "Interrupted", "{result:#}");
    assert_eq!(result["errors"], 1, "{result:#}");
    assert!(result["stopped_after"].as_f64() < Some(5.0), "{result:#}");
    assert_eq!(result["written"], false, "{result:#}");
    assert_eq!(result["goes_on"], "ok", "{result:#}");
}

#[test]
fn two_hundred_cells_take_no_more_memory_than_twenty() {
    let result = behaviour("many_cells");
    assert_eq!(result["statuses"], serde_json::json!(["ok"]), "{result:#}");
    let [early, late] = ["after_20", "at_end"].map(|name| result[name].as_f64().expect("bytes"));
    // Allocators keep some, and the cells' own texts are remembered.
    assert!(late < early * 1.05 + 16e6, "{result:#}");
}

#[test]
fn a_worker_that_died_is_told_of_and_replaced() {
    let result = behaviour("killed_worker");
    assert_eq!(result["status"], "ok", "{result:#}");
    let shown = result["shown"].as_str().expect("a text");
    assert!(shown.contains("the worker ended unexpectedly (signal: 9"), "{shown}");
    assert!(shown.contains("a new worker takes over"), "{shown}");
    assert!(shown.contains("the Rust variables are gone: lost"), "{shown}");
    assert_eq!(result["before"], result["after"], "{result:#}");
    let exit = result["exit"].as_str().expect("a text");
    assert!(exit.contains("the worker ended unexpectedly (exit status: 3"), "{exit}");
    let training = result["while_training"].as_str().expect("a text");
    assert!(training.contains("the worker ended unexpectedly"), "{training}");
    assert!(training.contains("run the command again"), "{training}");
    assert_eq!(result["errors"], 1, "{result:#}");
}

#[test]
fn messages_without_a_valid_signature_are_ignored_and_counted() {
    let result = behaviour("wrong_signature");
    assert_eq!(result["answered"], true, "{result:#}");
    let log = result["log"].as_str().expect("a log");
    assert!(log.contains("without a valid signature was ignored (2 so far)"), "{log}");
}

#[test]
fn a_picture_of_ten_megabytes_arrives() {
    let result = behaviour("picture");
    assert_eq!(result["status"], "ok", "{result:#}");
    assert!(result["bytes"][0].as_u64() >= Some(9_900_000), "{result:#}");
}

#[test]
fn the_cursor_is_counted_in_code_points() {
    let result = behaviour("unicode_cursor");
    assert_eq!(result["matches"], serde_json::json!(["summary"]), "{result:#}");
    assert_eq!([&result["cursor_start"], &result["cursor_end"]], [5, 9], "{result:#}");
}

#[test]
fn rust_cells_keep_variables_and_see_networks() {
    let result = behaviour("rust");
    let shown = |name: &str, what: &str| result[name][what].as_str().expect("a text").to_owned();
    for cell in [
        "net",
        "kept",
        "found",
        "used",
        "vars",
        "forward",
        "unfinished",
        "order",
        "after",
        "dep",
        "picture",
    ] {
        assert_eq!(result[cell]["status"], "ok", "{cell}: {result:#}");
    }
    assert_eq!(shown("used", "shown"), "\"é! 4\"", "{result:#}");
    let variables = shown("vars", "shown");
    for variable in ["left: Vec<u8>", "numbers: Vec<f32>", "right: String", "words: String"] {
        assert!(variables.lines().any(|line| line == variable), "{variables}");
    }
    assert!(variables.contains("map: ") && variables.contains("HashMap<i32, i32>"), "{variables}");
    assert!(shown("forward", "shown").starts_with("2 samples of 10: "), "{result:#}");
    assert_eq!(result["used"]["kinds"], serde_json::json!(["execute_result"]), "{result:#}");
    // The place of an error is that of the notebook's cell.
    assert_eq!(result["wrong"]["ename"], "E0308", "{result:#}");
    assert_eq!(result["wrong"]["kinds"], serde_json::json!(["error"]), "{result:#}");
    let error = shown("wrong", "error");
    assert!(error.contains(":3:13 ]") && error.contains("let é: u8 = \"a\";"), "{error}");
    assert_eq!(shown("unfinished", "stdout"), "no newline", "{result:#}");
    assert_eq!(shown("order", "stdout"), "out 0\nout 1\nout 2\n", "{result:#}");
    let kinds = result["order"]["kinds"].as_array().expect("a list");
    assert_eq!(kinds.len(), 6, "in order: {result:#}");
    assert_eq!(shown("order", "stderr"), "err 0\nerr 1\nerr 2\n", "{result:#}");
    // A panic loses nothing that was kept before.
    assert_eq!(result["panic"]["status"], "error", "{result:#}");
    assert!(shown("panic", "stderr").contains("index out of bounds"), "{result:#}");
    assert!(!shown("panic", "stderr").contains("backtrace:"), "{result:#}");
    assert_eq!(shown("after", "shown"), "2", "{result:#}");
    assert_eq!(shown("dep", "shown"), "7", "{result:#}");
    assert!(shown("picture", "shown").contains("a dot"), "{result:#}");
    assert!(shown("command", "error").contains("`:nonsense` is no command"), "{result:#}");
    assert_eq!(result["language"]["status"], "ok", "{result:#}");
}

#[test]
fn a_rust_cell_that_does_not_end_is_ended() {
    let result = behaviour("endless_rust");
    assert_eq!(result["ename"], "Interrupted", "{result:#}");
    let shown = result["shown"].as_str().expect("a text");
    assert!(shown.contains("the worker was replaced"), "{shown}");
    assert!(shown.contains("the Rust variables are gone: lost"), "{shown}");
    assert_eq!(result["before"], result["after"], "{result:#}");
    assert_eq!(result["rust"], serde_json::json!(["2"]), "{result:#}");
}

#[test]
fn restart_and_shutdown_leave_nothing_behind() {
    let result = behaviour("leave_nothing");
    assert_eq!(result["first_gone"], true, "{result:#}");
    assert_eq!(result["restarted"], "ok", "{result:#}");
    assert_eq!(result["second_gone"], true, "{result:#}");
    // The kernel and its worker, twice; and it did have a folder.
    assert!(result["processes"].as_u64() >= Some(4), "{result:#}");
    assert!(result["used"].as_u64() >= Some(1), "{result:#}");
    assert_eq!(result["left"], serde_json::json!([]), "{result:#}");
}

#[test]
fn what_one_session_ran_the_next_one_finds() {
    let result = behaviour("history");
    let found = result["found"].as_array().expect("a list");
    assert_eq!(found.len(), 1, "{result:#}");
    assert_eq!(found[0][1], 1, "{result:#}");
}

#[test]
fn what_there_is_not_is_said() {
    let result = behaviour("debugger_and_comms");
    assert_eq!(result["debug"]["success"], false, "{result:#}");
    assert_eq!(result["debug"]["request_seq"], 3, "{result:#}");
    assert_eq!(result["comms"]["comms"], serde_json::json!({}), "{result:#}");
}

#[test]
fn an_error_is_one_message_and_everything_shown_has_html() {
    let result = behaviour("errors");
    assert_eq!(result["kinds"], serde_json::json!(["error"]), "{result:#}");
    let traceback = result["traceback"].as_str().expect("a text");
    assert!(traceback.contains('\u{1b}') && traceback.contains("put `flatten` before it"));
    let bundles = ["bundles", "help"].map(|name| result[name].as_array().expect("a list").clone());
    assert_eq!(bundles[0].len(), 2, "a warning and a table: {result:#}");
    for bundle in bundles.concat() {
        let html = bundle["text/html"].as_str().expect("HTML");
        assert!(bundle["text/plain"].is_string(), "{bundle:#}");
        // It reads in any theme, and needs no trust.
        for fixed in ["<script", "#000", "#fff", "black", "white;", "onclick"] {
            assert!(!html.contains(fixed), "{fixed}: {html}");
        }
    }
    assert!(bundles[0][0]["text/html"].to_string().contains("uneven-window"), "{result:#}");
    assert!(bundles[0][1]["text/html"].to_string().contains("<table>"), "{result:#}");
}
