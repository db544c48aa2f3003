//! Lines with comments at their ends, put together.

use super::WIDTH;
use super::page::width;

/// A line.
#[derive(Debug, Default)]
pub(super) struct OutLine {
    pub(super) indent: usize,
    pub(super) code: String,
    pub(super) comment: Option<String>,
}

/// The lines as a text. Comments of lines one below the other begin in one column, unless a line
/// would be too long for that.
pub(super) fn joined(lines: Vec<OutLine>) -> String {
    let mut text = String::new();
    let together = |first: &OutLine, second: &OutLine| {
        first.indent == second.indent && first.comment.is_some() && second.comment.is_some()
    };
    for run in lines.chunk_by(together) {
        let column = column(run);
        for line in run {
            if !line.code.is_empty() {
                text.extend(std::iter::repeat_n(' ', line.indent));
                text.push_str(&line.code);
            }
            if let Some(comment) = &line.comment {
                let blanks = column.saturating_sub(width(&line.code)).max(1);
                text.extend(std::iter::repeat_n(' ', blanks));
                text.push_str(comment);
            }
            text.push('\n');
        }
    }
    text
}

/// Where the comments of lines begin, counted from their indent; 0 where each follows its line.
fn column(lines: &[OutLine]) -> usize {
    let column = lines.iter().map(|line| width(&line.code) + 1).max().unwrap_or(0);
    let end = |line: &OutLine, column: usize| {
        line.indent + column + line.comment.as_ref().map_or(0, |comment| width(comment))
    };
    let fits =
        |line: &OutLine| end(line, column) <= WIDTH || end(line, width(&line.code) + 1) > WIDTH;
    if lines.iter().all(fits) { column } else { 0 }
}
