//! A sample while it is made.

use crate::data::raster::Raster;
use crate::data::store::Thing;
use crate::data::{IGNORED, Located, Target};

/// A sample while it is made: picture and answer move together.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::data) struct Work {
    /// Rows and columns.
    pub(in crate::data) size: [usize; 2],
    /// Absent where only the answer is wanted.
    pub(in crate::data) picture: Option<Raster>,
    pub(in crate::data) answer: Answer,
}

/// An answer while a sample is made.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::data) enum Answer {
    /// One that does not move with the picture.
    Given(Target),
    /// The class of every pixel.
    Mask(Raster),
    /// The thing in the picture.
    Thing(Thing),
}

impl Work {
    /// Replaces the picture by `new` of it, and the map by `map` of it; `edges` says where a point,
    /// column and row, comes to lie.
    pub(super) fn change(
        &mut self,
        size: [usize; 2],
        new: impl FnOnce(&Raster) -> Raster,
        map: impl FnOnce(&Raster) -> Raster,
        edges: impl Fn([f32; 4]) -> [f32; 4],
    ) {
        self.picture = self.picture.take().map(|picture| new(&picture));
        match &mut self.answer {
            Answer::Given(_) => {}
            Answer::Mask(mask) => *mask = map(mask),
            Answer::Thing(thing) => thing.edges = clipped(edges(thing.edges), size),
        }
        self.size = size;
    }

    /// Cuts out the part of `size` whose upper left corner is at `corner` = row, column, which may lie
    /// outside: there the picture is black, and no class counts.
    pub(super) fn cut(&mut self, corner: [i64; 2], size: [usize; 2]) {
        let [top, left] = corner.map(|it| it as f32);
        self.change(
            size,
            |picture| cut(picture, corner, size, 0),
            |mask| cut(mask, corner, size, IGNORED),
            |[l, t, r, b]| [l - left, t - top, r - left, b - top],
        );
    }

    /// The answer as a network is to give it.
    pub(in crate::data) fn target(self) -> Target {
        let [rows, columns] = self.size.map(|side| side.max(1) as f32);
        match self.answer {
            Answer::Given(target) => target,
            Answer::Mask(mask) => Target::Mask(mask.pixels),
            Answer::Thing(Thing { class, edges: [left, top, right, bottom] }) => {
                let place = [left / columns, top / rows, right / columns, bottom / rows];
                Target::Box(Located { class, place })
            }
        }
    }
}

/// Edges as far as they lie within a picture.
fn clipped([left, top, right, bottom]: [f32; 4], [rows, columns]: [usize; 2]) -> [f32; 4] {
    let (rows, columns) = (rows as f32, columns as f32);
    [
        left.clamp(0.0, columns),
        top.clamp(0.0, rows),
        right.clamp(0.0, columns),
        bottom.clamp(0.0, rows),
    ]
}

/// A part of a picture; what lies outside has the value `fill`.
fn cut(picture: &Raster, [top, left]: [i64; 2], size: [usize; 2], fill: u8) -> Raster {
    let channels = picture.channels;
    let mut part = Raster::filled(size, channels, fill);
    // The columns of the part that lie within the picture.
    let first = (-left).clamp(0, size[1] as i64) as usize;
    let end = (picture.columns as i64 - left).clamp(first as i64, size[1] as i64) as usize;
    for row in 0..size[0] {
        let from = row as i64 + top;
        if from < 0 || from >= picture.rows as i64 || first == end {
            continue;
        }
        let start = (first as i64 + left) as usize * channels;
        let source = &picture.row(from as usize)[start..start + (end - first) * channels];
        let place = (row * size[1] + first) * channels;
        part.pixels[place..place + source.len()].copy_from_slice(source);
    }
    part
}
