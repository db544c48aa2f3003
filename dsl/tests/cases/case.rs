//! A file of the corpus taken apart: its cells, and what their comments claim.

use std::fmt;

use netlet_dsl::diagnostic::Severity;

/// A file of the corpus.
#[derive(Debug, Default)]
pub struct Case {
    /// Its cells; one without an id where the file is not cut into cells.
    pub cells: Vec<Cell>,
}

/// A text that is checked as a whole.
#[derive(Debug, Default)]
pub struct Cell {
    /// What the front end calls it.
    pub id: Option<String>,
    /// The text without claims, line for line.
    pub text: String,
    /// What must be found.
    pub claims: Vec<Claim>,
    /// The text with its lines as their comments mend them, where any does.
    pub mended: Option<String>,
}

/// What must be found on a line.
#[derive(Clone, Debug)]
pub struct Claim {
    /// The line, from 1.
    pub line: usize,
    /// What.
    pub what: What,
}

/// What a comment claims.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// The last shapes that the line gives.
    Shapes(Vec<String>),
    /// A diagnostic of that code.
    Found(Severity, String),
}

const MARKERS: [&str; 4] = ["# =>", "# error:", "# warning:", MEND];
const MEND: &str = "# mend:";
const CELL: &str = "# --- cell ";

impl Case {
    /// Takes a file apart.
    pub fn new(text: &str) -> Self {
        let mut case = Self::default();
        let mut pending = Vec::new();
        for line in text.lines() {
            if let Some(id) = line.strip_prefix(CELL) {
                case.cells.push(Cell { id: Some(id.trim().to_owned()), ..Cell::default() });
                continue;
            }
            if case.cells.is_empty() {
                case.cells.push(Cell::default());
            }
            let cell = case.cells.last_mut().expect("there is one by now");
            let start = MARKERS.iter().filter_map(|marker| line.find(marker)).min();
            let (code, claims) = line.split_at(start.unwrap_or(line.len()));
            let (claims, mended) = match claims.split_once(MEND) {
                Some((claims, mended)) => (claims, Some(mended)),
                None => (claims, None),
            };
            cell.mend(code, mended);
            pending.extend(claims.split('#').skip(1).flat_map(claimed));
            cell.text.push_str(code.trim_end());
            cell.text.push('\n');
            let number = cell.text.matches('\n').count();
            if start.is_none() || !code.trim().is_empty() {
                let claims = pending.drain(..).map(|what| Claim { line: number, what });
                cell.claims.extend(claims);
            }
        }
        // What stands before the first cell is about the whole file.
        let is_remark = |cell: &Cell| cell.id.is_none() && cell.claims.is_empty();
        let is_blank = |line: &str| line.trim().is_empty() || line.starts_with('#');
        if case.cells.len() > 1
            && is_remark(&case.cells[0])
            && case.cells[0].text.lines().all(is_blank)
        {
            case.cells.remove(0);
        }
        case
    }
}

impl Cell {
    /// Notes the next line of the mended text.
    fn mend(&mut self, code: &str, mended: Option<&str>) {
        if mended.is_some() && self.mended.is_none() {
            self.mended = Some(self.text.clone());
        }
        if let Some(whole) = &mut self.mended {
            whole.push_str(mended.unwrap_or(code));
            whole.push('\n');
        }
    }
}

/// What one comment claims.
fn claimed(comment: &str) -> Vec<What> {
    let comment = comment.trim();
    let list = |text: &str| text.split(',').map(|it| it.trim().to_owned()).collect::<Vec<_>>();
    if let Some(shapes) = comment.strip_prefix("=>") {
        let flows = list(shapes).into_iter();
        return flows
            .map(|flow| What::Shapes(flow.split("->").map(|it| it.trim().to_owned()).collect()))
            .collect();
    }
    let (severity, codes) = match comment.split_once(':') {
        Some(("error", codes)) => (Severity::Error, codes),
        Some(("warning", codes)) => (Severity::Warning, codes),
        _ => panic!("`# {comment}` claims nothing"),
    };
    list(codes).into_iter().map(|code| What::Found(severity, code)).collect()
}

impl fmt::Display for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: ", self.line)?;
        match &self.what {
            What::Shapes(shapes) => write!(f, "gives {}", shapes.join(" -> ")),
            What::Found(Severity::Error, code) => write!(f, "error {code}"),
            What::Found(Severity::Warning, code) => write!(f, "warning {code}"),
        }
    }
}
