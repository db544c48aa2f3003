//! The kitty graphics protocol (<https://sw.kovidgoyal.net/kitty/graphics-protocol/>): PNG files in
//! pieces, and in tmux cells that stand for a picture's parts.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::place::Size;
use super::tmux;

/// The most base64 that a piece may hold.
const PIECE: usize = 4096;
/// Image numbers are told in cells by a colour of 24 bits.
pub(super) const LARGEST_NUMBER: u32 = 0xFF_FFFF;
/// The letter of a cell that shows a part of a picture.
const PLACEHOLDER: char = '\u{10EEEE}';
/// The marks that tell a placeholder's row, from 0 on (kitty's `rowcolumn-diacritics.txt`).
const ROW_MARKS: &[char] = &[
    '\u{305}', '\u{30D}', '\u{30E}', '\u{310}', '\u{312}', '\u{33D}', '\u{33E}', '\u{33F}',
    '\u{346}', '\u{34A}', '\u{34B}', '\u{34C}', '\u{350}', '\u{351}', '\u{352}', '\u{357}',
    '\u{35B}', '\u{363}', '\u{364}', '\u{365}', '\u{366}', '\u{367}', '\u{368}', '\u{369}',
    '\u{36A}', '\u{36B}', '\u{36C}', '\u{36D}', '\u{36E}', '\u{36F}', '\u{483}', '\u{484}',
    '\u{485}', '\u{486}', '\u{487}', '\u{592}', '\u{593}', '\u{594}', '\u{595}', '\u{597}',
];

/// Sends a PNG and shows it at the cursor, which stays. A picture of the same number goes away.
pub(super) fn image(png: &[u8], size: Size, number: u32) -> Vec<u8> {
    let Size { columns, rows } = size;
    let keys = format!("a=T,f=100,i={number},p=1,c={columns},r={rows},C=1,q=2");
    pieces(png, &keys).concat().into_bytes()
}

/// Takes a picture away and forgets it.
pub(super) fn removal(number: u32) -> String {
    format!("\x1b_Ga=d,d=I,i={number},q=2\x1b\\")
}

/// Sends a PNG past tmux, and writes the cells that the terminal puts its parts into: tmux moves
/// them as it moves letters.
pub(super) fn placeholders(png: &[u8], size: Size, number: u32) -> Vec<u8> {
    let rows = usize::from(size.rows).min(ROW_MARKS.len());
    let keys = format!("a=T,f=100,i={number},U=1,c={},r={rows},q=2", size.columns);
    let mut bytes = Vec::new();
    for piece in pieces(png, &keys) {
        bytes.extend(tmux::pass_on(piece.as_bytes()));
    }
    let [_, red, green, blue] = number.to_be_bytes();
    let mut cells = String::new();
    for mark in &ROW_MARKS[..rows] {
        let _ = write!(cells, "\x1b[38;2;{red};{green};{blue}m{PLACEHOLDER}{mark}");
        cells.extend((1..size.columns).map(|_| PLACEHOLDER));
        cells.push_str("\x1b[39m\n");
    }
    bytes.extend(cells.into_bytes());
    bytes
}

/// The commands that send a PNG; the first has `keys`.
fn pieces(png: &[u8], keys: &str) -> Vec<String> {
    let text = STANDARD.encode(png);
    let count = text.len().div_ceil(PIECE).max(1);
    let piece = |place: usize| {
        let part = &text[place * PIECE..text.len().min((place + 1) * PIECE)];
        let more = u8::from(place + 1 < count);
        let keys = if place == 0 { format!("{keys},") } else { String::new() };
        format!("\x1b_G{keys}m={more};{part}\x1b\\")
    };
    (0..count).map(piece).collect()
}
