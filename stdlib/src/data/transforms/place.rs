//! Where things stand as the answer: pictures on a canvas, and parts of pictures around boxes.

use netlet_dsl::messages::Failure;
use rand::Rng;

use super::resize::resize;
use super::work::Answer;
use super::{Dice, Work};
use crate::data::Target;
use crate::data::store::Thing;

/// Puts a picture onto a black canvas, anywhere. The place is drawn for tests too, or they would all
/// have the same answer.
pub(super) fn place(work: &mut Work, canvas: [usize; 2], dice: &mut Dice) -> Result<(), Failure> {
    let [rows, columns] = work.size;
    if rows > canvas[0] || columns > canvas[1] {
        return Err(Failure::new(format!(
            "a picture of {rows}x{columns} has no room on {}x{}",
            canvas[0], canvas[1]
        ))
        .help(format!("use a canvas of more than {rows}x{columns}")));
    }
    let Answer::Given(Target::Class(class)) = work.answer else {
        return Err(Failure::new("only samples with a class each can be placed on a canvas"));
    };
    let top = dice.random.gen_range(0..=canvas[0] - rows);
    let left = dice.random.gen_range(0..=canvas[1] - columns);
    let edges = [0.0, 0.0, columns as f32, rows as f32];
    work.answer = Answer::Thing(Thing { class, edges });
    work.cut([-(top as i64), -(left as i64)], canvas);
    Ok(())
}

/// Cuts out a part of `size` around the thing, which is at random within it, for tests too. The part
/// is larger where the thing is, and then brought to the size.
pub(super) fn crop_box(work: &mut Work, size: [usize; 2], dice: &mut Dice) -> Result<(), Failure> {
    let Answer::Thing(thing) = &work.answer else {
        return Err(Failure::new("there are no boxes to crop to")
            .help("`voc` and `coco` read pictures with boxes"));
    };
    let [left, top, right, bottom] = thing.edges;
    let (thing_start, thing_end) = ([top.floor(), left.floor()], [bottom.ceil(), right.ceil()]);
    let scale = [0, 1].map(|axis| (thing_end[axis] - thing_start[axis]) / size[axis] as f32);
    let scale = scale.into_iter().fold(1.0, f32::max);
    let part = size.map(|side| (side as f32 * scale).ceil() as usize);
    let corner = [0, 1].map(|axis| {
        // From where the thing is at the part's end to where it is at its beginning, but within the
        // picture as far as that is large enough.
        let room = work.size[axis] as i64 - part[axis] as i64;
        let (start, end) = (thing_start[axis] as i64, thing_end[axis] as i64);
        let least = (end - part[axis] as i64).max(room.min(0));
        let most = start.min(room.max(0));
        dice.random.gen_range(least.min(most)..=most)
    });
    work.cut(corner, part);
    resize(work, size);
    Ok(())
}
