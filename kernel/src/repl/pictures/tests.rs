//! What is sent to terminals, decoded back to the picture.

use std::io::Cursor;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use image::{ImageFormat, Rgb, RgbImage};
use netlet_dsl::messages::Picture;

use super::detect::Colours;
use super::place::Size;
use super::{Form, Terminal, drawn};

fn terminal(form: Form) -> Terminal {
    Terminal { form, colours: Colours::Full, cell: (8, 16), in_tmux: false }
}

/// Four fields of different colours.
fn pixels() -> RgbImage {
    RgbImage::from_fn(160, 96, |x, y| match (x < 80, y < 48) {
        (true, true) => Rgb([255, 0, 0]),
        (false, true) => Rgb([0, 255, 0]),
        (true, false) => Rgb([0, 0, 255]),
        (false, false) => Rgb([255, 255, 255]),
    })
}

fn picture() -> Picture {
    let mut png = Vec::new();
    pixels().write_to(&mut Cursor::new(&mut png), ImageFormat::Png).expect("a PNG");
    let (name, alt) = ("fields".into(), "four fields".into());
    Picture { name, alt, live: false, width: 160, height: 96, png, svg: None }
}

fn sent(form: Form) -> String {
    let bytes = drawn(&picture(), u16::MAX, &terminal(form), 7).expect("a drawing");
    String::from_utf8(bytes).expect("letters and escapes")
}

/// The text between two marks.
fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let (_, rest) = text.split_once(start).expect("the start");
    rest.split_once(end).expect("the end").0
}

#[test]
fn kitty_gets_the_file_in_pieces() {
    // Noise does not compress, so this takes several pieces.
    let mut seed = 1_u32;
    let png: Vec<u8> = (0..10_000)
        .map(|_| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 24) as u8
        })
        .collect();
    let sent = super::kitty::image(&png, Size { columns: 20, rows: 6 }, 7);
    let sent = String::from_utf8(sent).expect("letters and escapes");
    let pieces: Vec<_> = sent.split_terminator("\x1b\\").collect();
    assert!(pieces[0].starts_with("\x1b_Ga=T,f=100,i=7,p=1,c=20,r=6,"), "{}", &pieces[0][..40]);
    let mut text = String::new();
    for (place, piece) in pieces.iter().enumerate() {
        let (keys, body) = piece.split_once(';').expect("a body");
        let more = if place + 1 < pieces.len() { "m=1" } else { "m=0" };
        assert!(keys.ends_with(more) && body.len() <= 4096, "{keys}");
        text.push_str(body);
    }
    assert!(pieces.len() > 2);
    assert_eq!(STANDARD.decode(text).expect("base64"), png);
}

#[test]
fn iterm_gets_the_file() {
    let sent = sent(Form::Iterm);
    let file = between(&sent, "\x1b]1337;File=inline=1;", "\x07");
    let (keys, text) = file.split_once(':').expect("a body");
    assert!(keys.contains("width=20;height=6"), "{keys}");
    assert_eq!(STANDARD.decode(text).expect("base64"), picture().png);
}

#[test]
fn sixel_is_the_picture() {
    let sent = sent(Form::Sixel);
    let data = between(&sent, "\x1bP", "\x1b\\");
    let (_, data) = data.split_once('q').expect("a beginning");
    let decoded = sixel(data, 160, 96);
    for (x, y) in [(20, 10), (140, 10), (20, 80), (140, 80)] {
        let (found, wanted) = (decoded.get_pixel(x, y).0, pixels().get_pixel(x, y).0);
        // The palette's colours have five bits a channel.
        let near = found.iter().zip(wanted).all(|(found, wanted)| found.abs_diff(wanted) <= 8);
        assert!(near, "{found:?} for {wanted:?} at {x}, {y}");
    }
}

#[test]
fn half_blocks_have_the_colours() {
    let sent = sent(Form::Blocks);
    let rows: Vec<_> = sent.lines().collect();
    assert_eq!(rows.len(), 6);
    assert!(rows.iter().all(|row| row.matches('▀').count() == 20));
    assert!(rows[0].starts_with("\x1b[38;2;255;0;0;48;2;255;0;0m▀"), "{:?}", rows[0]);
}

/// The pixels of sixel data: colours by `#`, repetitions by `!`, `$` back and `-` down.
fn sixel(data: &str, width: u32, height: u32) -> RgbImage {
    let mut image = RgbImage::new(width, height);
    let mut colours = std::collections::BTreeMap::new();
    let (mut x, mut y, mut colour, mut repeat) = (0, 0, 0, 1);
    let mut rest = data;
    while let Some(first) = rest.chars().next() {
        let body = &rest[1..];
        let end = body.find(|c: char| !c.is_ascii_digit() && c != ';').unwrap_or(body.len());
        let numbers: Vec<u32> =
            body[..end].split(';').filter_map(|number| number.parse().ok()).collect();
        rest = body;
        match first {
            '#' => {
                colour = numbers[0];
                if let [_, 2, red, green, blue] = numbers[..] {
                    let level = |percent: u32| (percent * 255 / 100) as u8;
                    colours.insert(colour, Rgb([level(red), level(green), level(blue)]));
                }
                rest = &body[end..];
            }
            '!' => {
                repeat = numbers[0];
                rest = &body[end..];
            }
            '"' => rest = &body[end..],
            '$' => x = 0,
            '-' => (x, y) = (0, y + 6),
            '?'..='~' => {
                let bits = first as u32 - u32::from(b'?');
                for across in x..x + repeat {
                    for down in (0..6).filter(|down| bits >> down & 1 == 1) {
                        if across < width && y + down < height {
                            image.put_pixel(across, y + down, colours[&colour]);
                        }
                    }
                }
                (x, repeat) = (x + repeat, 1);
            }
            _ => {}
        }
    }
    image
}
