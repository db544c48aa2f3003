//! Outlines of things, as COCO has them.

use super::raster::Raster;

/// What a thing covers.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Outline {
    /// The number of its class in the map.
    pub(super) class: u8,
    pub(super) form: Form,
}

/// How it is said what a thing covers.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Form {
    /// Polygons of columns and rows, in turns; what lies within an odd number of them is covered.
    Polygons(Vec<Vec<f32>>),
    /// Lengths of runs, column by column: of pixels outside and inside, in turns.
    Runs(Vec<u32>),
}

/// A map of class 0 with things drawn over it, one after another.
pub(super) fn draw(size: [usize; 2], outlines: &[Outline]) -> Raster {
    let mut map = Raster::filled(size, 1, 0);
    for Outline { class, form } in outlines {
        match form {
            Form::Polygons(polygons) => {
                polygons.iter().for_each(|polygon| fill(&mut map, polygon, *class));
            }
            Form::Runs(runs) => fill_runs(&mut map, runs, *class),
        }
    }
    map
}

/// Fills what lies within a polygon: the pixels whose middles do.
fn fill(map: &mut Raster, polygon: &[f32], class: u8) {
    let points: Vec<[f32; 2]> = polygon.chunks_exact(2).map(|point| [point[0], point[1]]).collect();
    let Some(&last) = points.last() else { return };
    for row in 0..map.rows {
        let middle = row as f32 + 0.5;
        let mut crossings = Vec::new();
        let mut from = last;
        for &to in &points {
            if (from[1] <= middle) != (to[1] <= middle) {
                let part = (middle - from[1]) / (to[1] - from[1]);
                crossings.push(from[0] + part * (to[0] - from[0]));
            }
            from = to;
        }
        crossings.sort_by(f32::total_cmp);
        for inside in crossings.chunks_exact(2) {
            // A float outside the numbers of columns becomes the nearest of them.
            let start = ((inside[0] - 0.5).ceil() as usize).min(map.columns);
            let end = ((inside[1] - 0.5).ceil() as usize).clamp(start, map.columns);
            map.pixels[row * map.columns + start..row * map.columns + end].fill(class);
        }
    }
}

fn fill_runs(map: &mut Raster, runs: &[u32], class: u8) {
    let count = map.rows * map.columns;
    let mut place = 0usize;
    for (number, &run) in runs.iter().enumerate() {
        let end = place.saturating_add(run as usize).min(count);
        if number % 2 == 1 {
            for place in place..end {
                let (column, row) = (place / map.rows, place % map.rows);
                map.pixels[row * map.columns + column] = class;
            }
        }
        place = end;
    }
}

/// The runs that COCO packs into a text: numbers of five bits a letter, the lowest first, each beyond
/// the second less the one two before it. `None` where it is no such text.
pub(super) fn unpack_runs(text: &str) -> Option<Vec<u32>> {
    let mut runs: Vec<u32> = Vec::new();
    let mut letters = text.bytes();
    while letters.len() > 0 {
        let (mut number, mut shift) = (0i64, 0);
        loop {
            let bits = i64::from(letters.next()?.checked_sub(48).filter(|&bits| bits < 64)?);
            if shift > 30 {
                return None;
            }
            number |= (bits & 0x1f) << shift;
            shift += 5;
            if bits & 0x20 == 0 {
                if bits & 0x10 != 0 {
                    number |= -1 << shift;
                }
                break;
            }
        }
        if runs.len() > 2 {
            number += i64::from(runs[runs.len() - 2]);
        }
        runs.push(u32::try_from(number).ok()?);
    }
    Some(runs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(map: &Raster) -> Vec<&[u8]> {
        (0..map.rows).map(|row| map.row(row)).collect()
    }

    #[test]
    fn polygons_cover_the_pixels_whose_middles_they_have() {
        let square = Form::Polygons(vec![vec![1.0, 0.6, 3.0, 0.6, 3.0, 2.4, 1.0, 2.4]]);
        let corner = Form::Polygons(vec![vec![0.0, 0.0, 2.2, 0.0, 0.0, 2.2]]);
        let outlines = [Outline { class: 7, form: square }, Outline { class: 2, form: corner }];
        let map = draw([3, 4], &outlines);
        assert_eq!(rows(&map), [[2, 2, 0, 0], [2, 7, 7, 0], [0, 0, 0, 0]]);
        let far = Form::Polygons(vec![vec![-9.0, -9.0, 99.0, -9.0, 99.0, 99.0, -9.0, 99.0]]);
        assert_eq!(draw([1, 2], &[Outline { class: 1, form: far }]).pixels, [1, 1]);
    }

    #[test]
    fn runs_go_down_the_columns() {
        let map = draw([2, 3], &[Outline { class: 1, form: Form::Runs(vec![1, 2, 2, 100]) }]);
        assert_eq!(rows(&map), [[0, 1, 0], [1, 0, 1]]);
    }

    #[test]
    fn packed_runs_are_differences_of_five_bits_a_letter() {
        // As COCO's own code packs 6, 1, 40, 4 = 1 + 3, 5 = 40 - 35 and 4 = 4 + 0.
        assert_eq!(unpack_runs("61X13mN0"), Some(vec![6, 1, 40, 4, 5, 4]));
        assert_eq!(unpack_runs("6~"), None);
        assert_eq!(unpack_runs("X"), None);
    }
}
