//! Boxes around things: left, top, right and bottom, in parts of the picture.

/// The area that two boxes share over the area that they cover together; 0 where neither has any.
pub fn intersection_over_union(one: [f32; 4], other: [f32; 4]) -> f32 {
    let area =
        |[left, top, right, bottom]: [f32; 4]| (right - left).max(0.0) * (bottom - top).max(0.0);
    let shared = area([
        one[0].max(other[0]),
        one[1].max(other[1]),
        one[2].min(other[2]),
        one[3].min(other[3]),
    ]);
    let covered = area(one) + area(other) - shared;
    if covered > 0.0 { shared / covered } else { 0.0 }
}
