//! The curve of a training in braille: eight dots a cell.

use std::fmt::Write as _;

use super::Form;
use super::detect::Terminal;
use super::place::screen;

/// Columns that a curve takes at most, its scale included.
const COLUMNS: u16 = 80;
/// Columns of the scale.
const SCALE: usize = 9;
/// The colours of the two lines, from the terminal's own.
const TRAINING: &str = "\x1b[36m";
const TEST: &str = "\x1b[33m";

/// The losses of a training over its epochs.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Curve {
    /// Epochs done, and the running loss of training there.
    pub(super) training: Vec<(f64, f64)>,
    /// The loss of the test samples at the ends of epochs.
    pub(super) test: Vec<(f64, f64)>,
}

impl Curve {
    /// Epochs that the curve spans.
    pub(super) fn end(&self) -> f64 {
        let last = |points: &[(f64, f64)]| points.last().map_or(0.0, |point| point.0);
        last(&self.training).max(last(&self.test))
    }

    /// Goes on with a curve that begins where this one ends.
    pub(super) fn append(&mut self, mut later: Self) {
        self.training.append(&mut later.training);
        self.test.append(&mut later.test);
    }

    /// The curve in so many rows, with a line below that tells what it is.
    pub(super) fn lines(&self, rows: u16, terminal: &Terminal) -> String {
        let columns = usize::from(COLUMNS.min(screen().1)).saturating_sub(SCALE + 2).max(2);
        let rows = usize::from(rows.max(2));
        let values = || self.training.iter().chain(&self.test).map(|point| point.1);
        let least = values().fold(f64::INFINITY, f64::min);
        let most = values().fold(f64::NEG_INFINITY, f64::max);
        let frame = Frame { end: self.end(), least, most, columns, rows };
        let training = frame.dots(&self.training, true);
        let test = frame.dots(&self.test, false);
        let colour = |code: &'static str| if terminal.form == Form::Text { "" } else { code };
        let mut lines = String::new();
        for row in 0..rows {
            let label = match row {
                0 => scale(most),
                _ if row + 1 == rows => scale(least),
                _ => String::new(),
            };
            let _ = write!(lines, "{label:>SCALE$} │");
            let mut now = "";
            for column in 0..columns {
                let place = row * columns + column;
                let wanted = colour(if test[place] == 0 { TRAINING } else { TEST });
                let dots = training[place] | test[place];
                if dots != 0 && now != wanted {
                    lines.push_str(wanted);
                    now = wanted;
                }
                lines.push(if dots == 0 { ' ' } else { braille(dots) });
            }
            let reset = if now.is_empty() { "" } else { "\x1b[0m" };
            lines.truncate(lines.trim_end().len());
            let _ = writeln!(lines, "{reset}");
        }
        let reset = colour("\x1b[0m");
        let (training, test) = (colour(TRAINING), colour(TEST));
        let told = format!("loss over {:.1} epochs: ", self.end());
        // Too narrow a terminal would break the line, and the next drawing be a row off.
        if told.len() + 16 < columns {
            let indent = " ".repeat(SCALE + 2);
            let _ = write!(lines, "{indent}{told}{training}training{reset}");
            let _ = writeln!(
                lines,
                "{}",
                match self.test.is_empty() {
                    true => String::new(),
                    false => format!(", {test}test{reset}"),
                }
            );
        }
        lines
    }
}

/// What a curve is drawn in.
struct Frame {
    end: f64,
    least: f64,
    most: f64,
    columns: usize,
    rows: usize,
}

impl Frame {
    /// The dots of each cell; `joined` points have a line between them.
    fn dots(&self, points: &[(f64, f64)], joined: bool) -> Vec<u8> {
        let mut cells = vec![0; self.columns * self.rows];
        let mut before: Option<(usize, usize)> = None;
        for &point in points {
            let Some((x, y)) = self.place(point) else { continue };
            match before.filter(|_| joined) {
                Some((from_x, from_y)) => {
                    let steps = from_x.abs_diff(x).max(from_y.abs_diff(y)).max(1);
                    for step in 0..=steps {
                        let between = |from: usize, to: usize| {
                            (from * (steps - step) + to * step + steps / 2) / steps
                        };
                        self.set(&mut cells, between(from_x, x), between(from_y, y));
                    }
                }
                // A single dot would be lost among those of the line.
                None => (0..2).for_each(|dx| {
                    (0..2).for_each(|dy| {
                        self.set(&mut cells, x.saturating_sub(dx), y.saturating_sub(dy))
                    });
                }),
            }
            before = Some((x, y));
        }
        cells
    }

    /// The dot of a point.
    fn place(&self, (x, y): (f64, f64)) -> Option<(usize, usize)> {
        let part = |value: f64, least: f64, most: f64| {
            if most > least { (value - least) / (most - least) } else { 0.5 }
        };
        let across = part(x, 0.0, self.end) * (2 * self.columns - 1) as f64;
        let down = (1.0 - part(y, self.least, self.most)) * (4 * self.rows - 1) as f64;
        (across.is_finite() && down.is_finite())
            .then(|| (across.round() as usize, down.round() as usize))
    }

    fn set(&self, cells: &mut [u8], x: usize, y: usize) {
        /// The bits of a braille letter, by row and column of the dot.
        const BITS: [[u8; 2]; 4] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];
        cells[(y / 4) * self.columns + x / 2] |= BITS[y % 4][x % 2];
    }
}

fn braille(dots: u8) -> char {
    char::from_u32(0x2800 + u32::from(dots)).expect("a letter of the braille block")
}

/// A number of the scale.
fn scale(value: f64) -> String {
    if value.abs() < 1e4 { format!("{value:.3}") } else { format!("{value:.1e}") }
}

#[cfg(test)]
mod tests {
    use super::super::detect::Colours;
    use super::*;

    const PLAIN: Terminal =
        Terminal { form: Form::Text, colours: Colours::Palette, cell: (8, 16), in_tmux: false };

    #[test]
    fn a_falling_loss_falls() {
        let training = vec![(0.0, 2.0), (1.0, 1.0), (2.0, 0.5)];
        let curve = Curve { training, test: vec![(2.0, 1.5)] };
        let lines = curve.lines(4, &PLAIN);
        let rows = lines.lines().collect::<Vec<_>>();
        assert_eq!(rows.len(), 5, "{lines}");
        assert!(
            rows[0].starts_with("    2.000 │") && !rows[0].starts_with("    2.000 │ "),
            "{lines}"
        );
        assert!(rows[3].starts_with("    0.500 │ ") && rows[3].len() > 40, "{lines}");
        assert!(rows[4].contains("loss over 2.0 epochs: training, test"), "{lines}");
    }

    #[test]
    fn odd_numbers_are_left_out() {
        let training = vec![(0.0, f64::NAN), (0.0, f64::INFINITY), (1.0, 1e9)];
        let lines = Curve { training, test: Vec::new() }.lines(3, &PLAIN);
        assert_eq!(lines.lines().count(), 4, "{lines}");
    }
}
