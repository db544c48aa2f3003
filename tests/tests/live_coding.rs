//! A network typed in front of a class, compared with the screen that the class sees.

use netlet_tests::terminal::Terminal;

/// What a lecturer types, and a part of the answer that comes last.
const TYPED: &[(&str, &str)] = &[
    ("net A(1x28x28)", "`close` ends it"),
    ("conv 6 5x5 pad=2", "156 parameters, sees 5x5"),
    ("tanh", "6x28x28 -> 6x28x28     sees 5x5"),
    ("maxpol 2", "did you mean `maxpool`?"),
    ("maxpool 2", "sees 6x6"),
    ("flatten", "6x14x14 -> 1176"),
    ("linear 10", "sees 28x28"),
    ("undo", "taken back from A"),
    ("linear 10 as out", "as out\n    1176 -> 10     11,770 parameters"),
    ("close", "A is closed"),
];

const SCREEN: &str = "\
netlet> net A(1x28x28)
A is open: each line of layers is added to it; `undo` takes one back, `close` ends it
netlet> conv 6 5x5 pad=2
    1x28x28 -> 6x28x28     156 parameters, sees 5x5
netlet> tanh
    6x28x28 -> 6x28x28     sees 5x5
netlet> maxpol 2
error[unknown-command]: there is no command `maxpol`
   ╭─[ prompt:1:1 ]
   │
 1 │ maxpol 2
   │ ───┬──
   │    ╰──── neither a command nor a name
   │
   │ Help: did you mean `maxpool`?
───╯
netlet> maxpool 2
    6x28x28 -> 6x14x14     sees 6x6
netlet> flatten
    6x14x14 -> 1176     sees 6x6
netlet> linear 10
    1176 -> 10     11,770 parameters, sees 28x28
netlet> undo
taken back from A: linear 10
netlet> linear 10 as out
    1176 -> 10     11,770 parameters, sees 28x28
netlet> close
A is closed
netlet>";

#[test]
fn each_line_is_answered_and_a_mistake_costs_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut terminal = Terminal::start(folder.path(), &["--pictures", "blocks"], 44, 100);
    terminal.wait_for_prompt();
    for (line, answer) in TYPED {
        terminal.type_text(&format!("{line}\r"));
        terminal.wait_for(answer);
        terminal.wait_for_prompt();
    }
    let screen = terminal.screen();
    let (banner, rest) = screen.split_once('\n').expect("a banner");
    assert!(banner.starts_with("Netlet "), "{banner}");
    let shown: Vec<&str> = rest.trim_end().lines().map(str::trim_end).collect();
    assert_eq!(shown, SCREEN.lines().collect::<Vec<_>>(), "{screen}");

    terminal.type_text("data f = fashion_mnist\r");
    terminal.wait_for("2,000 test samples");
    terminal.wait_for_prompt();
    terminal.type_text("predict A on f[0..2]\r");
    let screen = terminal.wait_for("A on f:");
    // Two halves of a picture's pixels in each cell.
    let rows = screen.lines().filter(|line| line.contains("▀▀▀▀▀▀▀▀")).count();
    assert!(rows >= 5, "{screen}");
    terminal.wait_for_prompt();
    terminal.type_text("\u{4}");
    assert_eq!(terminal.wait_for_end(), 0);
}
