//! One diagnostic as HTML and as JSON. As a terminal shows it, it is in `tests/corpus`.

mod common;

use common::looked_at;
use netlet_dsl::diagnostic::{Located, html, located};
use serde_json::json;

/// The first thing wrong with a text, as HTML.
fn drawn(text: &str) -> String {
    let (found, sources) = looked_at(text);
    html(&found[0], &sources)
}

/// What a reader sees of HTML.
fn visible(html: &str) -> String {
    let mut seen = String::new();
    let mut hidden = false;
    for part in html.replace("</div>", "\n</div>").split('<') {
        let (tag, text) = part.split_once('>').unwrap_or(("", part));
        hidden = tag.contains("visibility: hidden");
        match hidden {
            true => seen.extend(std::iter::repeat_n(' ', text.chars().count())),
            false => seen.push_str(text),
        }
    }
    assert!(!hidden, "what is hidden ends");
    let lines = seen.lines().map(str::trim_end).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn html_shows_the_lines_with_what_is_said_of_them() {
    let text = "net A(1x28x28) {\n    conv 16 5x5 -> relu\n\n    linear 10\n}";
    insta::assert_snapshot!(visible(&drawn(text)), @r"
    error[expected-vector]: linear takes a vector, but gets a feature map of 16x24x24
    test.net:4:5
    2 │     conv 16 5x5 -&gt; relu
      │     ╰ conv 16 5x5 gives 16x24x24
      ⋮
    4 │     linear 10
      │     ╰ takes a vector
    help:put flatten before it, which gives 9216 features
    ");
}

#[test]
fn html_marks_what_is_missing_and_what_spans_lines() {
    let missing = drawn("net A(3) { relu }\ntrain A on");
    assert!(missing.contains(r#"train A on<span style="border-left"#), "{missing}");
    let text = "net A(3x8x8) {\n concat {\n | conv 3 1\n | conv 3 3\n }\n}";
    insta::assert_snapshot!(visible(&drawn(text)), @r"
    error[join-mismatch]: concat cannot join 3x8x8 and 3x6x6
    test.net:2:2
    2 │  concat {
    3 │  | conv 3 1
      │    ╰ conv 3 1 gives 3x8x8
    4 │  | conv 3 3
      │    ╰ conv 3 3 gives 3x6x6
    5 │  }
      │ ╰ heights and widths must agree
    note:3 x 8 x 8
    3 x 6 x 6
        ^   ^
    help:let every branch keep the height and width: convolutions with pad=same, pools with stride=1 and half the window as pad
    ");
}

#[test]
fn html_is_escaped_and_harmless() {
    let text = "net A(3) { relu }\ndata d = mnist \"<script>alert('&')</script>\" -> hflip<b>";
    let html = drawn(text);
    assert!(!html.contains("<script") && !html.contains("hflip<b>"), "{html}");
    assert!(html.contains("&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;"), "{html}");
    let (opened, closed) = (html.matches("<span").count(), html.matches("</span>").count());
    assert_eq!(opened, closed);
}

#[test]
fn json_finds_the_places() {
    let text = "# été\nnet A(1x28x28) {\n    conv 16 5x5\n    linear 10\n}";
    let (found, sources) = looked_at(text);
    let value = serde_json::to_value(located(&found[0], &sources)).expect("plain data");
    let expected = json!({
        "code": "expected-vector",
        "severity": "error",
        "headline": "`linear` takes a vector, but gets a feature map of 16x24x24",
        "primary": {
            "source": "test.net",
            "span": {"start": 45, "end": 54},
            "line": 4,
            "column": 5,
            "end_line": 4,
            "end_column": 14,
            "text": "takes a vector",
        },
        "secondary": [{
            "source": "test.net",
            "span": {"start": 29, "end": 40},
            "line": 3,
            "column": 5,
            "end_line": 3,
            "end_column": 16,
            "text": "`conv 16 5x5` gives 16x24x24",
        }],
        "notes": [],
        "help": "put `flatten` before it, which gives 9216 features",
        "page": "docs/errors/expected-vector.md",
    });
    assert_eq!(value, expected);
    let back: Located = serde_json::from_value(value).expect("what was written");
    assert_eq!(back, located(&found[0], &sources));
    assert_eq!(&text[back.primary.span], "linear 10");
}
