//! How many cells a picture takes, and where the cursor is behind it.

use super::detect::Terminal;

/// Columns that a picture takes at most: more would scroll the text before it away.
const COLUMNS: u32 = 80;
/// Pixels of a picture that a column shows, about as wide as a letter is.
const PIXELS_PER_COLUMN: u32 = 8;
/// Rows of the screen that a picture leaves for the text around it.
const ROWS_LEFT: u16 = 4;

/// The size of a picture in cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) columns: u16,
    pub(super) rows: u16,
}

impl Size {
    /// As wide as it is, within the screen and `rows` at most, in its own proportions.
    pub(super) fn of((width, height): (u32, u32), terminal: &Terminal, rows: u16) -> Self {
        let (screen_rows, screen_columns) = screen();
        let fitting = width.div_ceil(PIXELS_PER_COLUMN).clamp(1, COLUMNS);
        Self::within(
            (width, height),
            terminal.cell,
            fitting.min(u32::from(screen_columns).max(1)) as u16,
            rows.min(screen_rows.saturating_sub(ROWS_LEFT)).max(1),
        )
    }

    /// The largest size in the proportions of `pixels` with so many columns and rows at most, of
    /// cells that are `cell` pixels wide and high.
    pub(super) fn within(pixels: (u32, u32), cell: (u16, u16), columns: u16, rows: u16) -> Self {
        let ratio = f64::from(pixels.1.max(1)) * f64::from(cell.0)
            / (f64::from(pixels.0.max(1)) * f64::from(cell.1));
        let tall = f64::from(columns) * ratio;
        if tall.round() <= f64::from(rows) {
            return Self { columns, rows: tall.round().max(1.0) as u16 };
        }
        let columns = (f64::from(rows) / ratio).round().clamp(1.0, f64::from(columns));
        Self { columns: columns as u16, rows }
    }
}

/// Rows and columns of the screen, as it is now.
pub(super) fn screen() -> (u16, u16) {
    console::Term::stdout().size()
}

/// Puts `body`, which draws a picture of that size at the cursor, where there is room for it, and
/// the cursor at the start of the line below: where drawing itself leaves the cursor, terminals
/// do not agree on.
pub(super) fn framed(size: Size, body: &[u8]) -> Vec<u8> {
    let rows = usize::from(size.rows);
    let mut bytes = "\n".repeat(rows).into_bytes();
    bytes.extend_from_slice(format!("\x1b[{rows}A\x1b7").as_bytes());
    bytes.extend_from_slice(body);
    bytes.extend_from_slice(format!("\x1b8\x1b[{rows}B\r").as_bytes());
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proportions_stay() {
        let size = |pixels, columns, rows| {
            let Size { columns, rows } = Size::within(pixels, (8, 16), columns, rows);
            (columns, rows)
        };
        assert_eq!(size((640, 320), 80, 50), (80, 20));
        assert_eq!(size((640, 320), 40, 50), (40, 10));
        assert_eq!(size((640, 320), 80, 10), (40, 10));
        assert_eq!(size((1, 1000), 1, 10), (1, 10));
        assert_eq!(size((1000, 1), 80, 10), (80, 1));
    }
}
