//! Blurring pictures.

use crate::data::raster::Raster;

/// A Gaussian blur of a deviation in pixels. The kernel reaches three deviations far, and at the edges
/// the picture goes on as its mirror image.
pub(super) fn blur(picture: &Raster, deviation: f64) -> Raster {
    let kernel = kernel(deviation);
    let channels = picture.channels;
    let values: Vec<f32> = picture.pixels.iter().map(|&pixel| f32::from(pixel)).collect();
    let along = pass(&values, &kernel, [picture.rows, picture.columns, channels]);
    // Down the columns, whole rows are the pixels of one long column.
    let down = pass(&along, &kernel, [1, picture.rows, picture.columns * channels]);
    let pixels = down.into_iter().map(|value| value.round() as u8).collect();
    Raster { pixels, ..*picture }
}

/// The weights from the middle to the end, whose sum over both sides is 1.
fn kernel(deviation: f64) -> Vec<f32> {
    let reach = (3.0 * deviation).ceil() as usize;
    let weight = |place: usize| (-0.5 * (place as f64 / deviation).powi(2)).exp();
    let weights: Vec<f64> = (0..=reach).map(weight).collect();
    let sum = 2.0 * weights.iter().sum::<f64>() - weights[0];
    weights.into_iter().map(|weight| (weight / sum) as f32).collect()
}

/// Blurs along the middle axis of `lines` x `length` x `inner` values.
fn pass(values: &[f32], kernel: &[f32], [lines, length, inner]: [usize; 3]) -> Vec<f32> {
    let mut blurred = vec![0.0; values.len()];
    let mirrored = |place: i64| {
        // The mirror image repeats after once there and back, without its ends.
        let period = (2 * length as i64 - 2).max(1);
        let place = place.rem_euclid(period);
        place.min(period - place) as usize
    };
    for line in 0..lines {
        let start = line * length * inner;
        for place in 0..length {
            let to = &mut blurred[start + place * inner..][..inner];
            for (offset, &weight) in (0..).zip(kernel) {
                let sides = if offset == 0 { 0..1 } else { 0..2 };
                for side in sides {
                    let from = mirrored(place as i64 + if side == 0 { offset } else { -offset });
                    let from = &values[start + from * inner..][..inner];
                    to.iter_mut().zip(from).for_each(|(to, from)| *to += weight * from);
                }
            }
        }
    }
    blurred
}
