//! Cutting parts out of pictures.

use netlet_dsl::messages::Failure;
use rand::Rng;

use super::resize::resize_part;
use super::work::Answer;
use super::{Dice, Work};

/// The part of the area that a random part has at least, and at most.
const AREA: [f64; 2] = [0.08, 1.0];
/// The least and the largest ratio of width to height of a random part.
const ASPECT: [f64; 2] = [3.0 / 4.0, 4.0 / 3.0];
/// How often a random part is tried, before the middle is taken.
const TRIES: usize = 10;

/// Cuts out the middle.
pub(super) fn center(work: &mut Work, size: [usize; 2]) -> Result<(), Failure> {
    expect_room(work.size, size)?;
    work.cut(middle(work.size, size), size);
    Ok(())
}

/// Where the middle part begins. As torchvision rounds, halves go to the even number.
fn middle(whole: [usize; 2], part: [usize; 2]) -> [i64; 2] {
    [0, 1].map(|axis| ((whole[axis] - part[axis]) as f64 / 2.0).round_ties_even() as i64)
}

/// Cuts out a part anywhere, from a picture with `padding` rows and columns around it; for tests, the
/// middle. A thing's middle stays within, if there is one.
pub(super) fn random(
    work: &mut Work,
    size: [usize; 2],
    padding: usize,
    dice: &mut Dice,
) -> Result<(), Failure> {
    let padded = work.size.map(|side| side + 2 * padding);
    expect_room(padded, size)?;
    if !dice.acts {
        work.cut(middle(padded, size).map(|it| it - padding as i64), size);
        return Ok(());
    }
    let thing = match &work.answer {
        Answer::Thing(thing) => {
            let [left, top, right, bottom] = thing.edges;
            Some([(top + bottom) / 2.0, (left + right) / 2.0])
        }
        _ => None,
    };
    let corner = [0, 1].map(|axis| {
        let (least, most) =
            (-(padding as i64), (padded[axis] - size[axis]) as i64 - padding as i64);
        let Some(thing) = thing else { return dice.random.gen_range(least..=most) };
        let kept = thing[axis] as i64;
        let most = kept.clamp(least, most);
        let least = (kept + 1 - size[axis] as i64).clamp(least, most);
        dice.random.gen_range(least..=most)
    });
    work.cut(corner, size);
    Ok(())
}

/// Brings a part of random area and aspect to a size (Szegedy et al., 2015); for tests, the largest
/// middle part of the size's aspect.
pub(super) fn random_resized(work: &mut Work, size: [usize; 2], dice: &mut Dice) {
    let [rows, columns] = work.size;
    let drawn = if dice.acts { random_part(work.size, dice) } else { None };
    let part = drawn.unwrap_or_else(|| {
        // Rows or columns are all there, whichever is scarcer.
        let scale = (rows as f64 / size[0] as f64).min(columns as f64 / size[1] as f64);
        let [height, width] = [size[0] as f64 * scale, size[1] as f64 * scale];
        [(columns as f64 - width) / 2.0, (rows as f64 - height) / 2.0, width, height]
    });
    // Rounding must not push an edge out of the picture.
    let [left, top, width, height] = part;
    let (left, top) = (left.max(0.0), top.max(0.0));
    let part = [left, top, width.min(columns as f64 - left), height.min(rows as f64 - top)];
    resize_part(work, part, size);
}

/// Left, top, width and height of a random part that fits.
fn random_part([rows, columns]: [usize; 2], dice: &mut Dice) -> Option<[f64; 4]> {
    for _ in 0..TRIES {
        let area = (rows * columns) as f64 * dice.random.gen_range(AREA[0]..=AREA[1]);
        let aspect = dice.random.gen_range(ASPECT[0].ln()..=ASPECT[1].ln()).exp();
        let width = (area * aspect).sqrt().round() as usize;
        let height = (area / aspect).sqrt().round() as usize;
        if (1..=columns).contains(&width) && (1..=rows).contains(&height) {
            let top = dice.random.gen_range(0..=rows - height);
            let left = dice.random.gen_range(0..=columns - width);
            return Some([left, top, width, height].map(|it| it as f64));
        }
    }
    None
}

fn expect_room(found: [usize; 2], part: [usize; 2]) -> Result<(), Failure> {
    if part[0] <= found[0] && part[1] <= found[1] {
        return Ok(());
    }
    Err(Failure::new(format!(
        "a picture of {}x{} has no part of {}x{}",
        found[0], found[1], part[0], part[1]
    ))
    .help(format!("enlarge the pictures before: `resize {} -> ...`", part[0].max(part[1]))))
}
