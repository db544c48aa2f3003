//! Turning pictures.

use super::Work;
use crate::data::IGNORED;
use crate::data::raster::Raster;

/// Turns a sample around its middle, counterclockwise, by an angle in degrees. Where nothing was, the
/// picture is black and no class counts. The box is that around the turned box.
pub(super) fn rotate(work: &mut Work, degrees: f64) {
    let (sin, cos) = (degrees.to_radians() as f32).sin_cos();
    let middle = work.size.map(|side| side as f32 / 2.0);
    // Where a point of the turned picture was: column and row.
    let from = move |x: f32, y: f32| {
        let (x, y) = (x - middle[1], y - middle[0]);
        [middle[1] + cos * x - sin * y, middle[0] + sin * x + cos * y]
    };
    let to = move |x: f32, y: f32| {
        let (x, y) = (x - middle[1], y - middle[0]);
        [middle[1] + cos * x + sin * y, middle[0] - sin * x + cos * y]
    };
    work.change(
        work.size,
        |picture| smooth(picture, from),
        |mask| nearest(mask, from),
        |[l, t, r, b]| {
            let corners = [to(l, t), to(r, t), to(l, b), to(r, b)];
            let least = |axis: usize| corners.iter().map(|it| it[axis]).fold(f32::MAX, f32::min);
            let most = |axis: usize| corners.iter().map(|it| it[axis]).fold(f32::MIN, f32::max);
            [least(0), least(1), most(0), most(1)]
        },
    );
}

/// Each pixel is the mean of the four that its place lies between, by their nearness.
fn smooth(picture: &Raster, from: impl Fn(f32, f32) -> [f32; 2]) -> Raster {
    let mut turned = Raster::filled(picture.size(), picture.channels, 0);
    let value = |row: i64, column: i64, channel: usize| {
        let within = (0..picture.rows as i64).contains(&row)
            && (0..picture.columns as i64).contains(&column);
        if within { f32::from(picture.pixel(row as usize, column as usize)[channel]) } else { 0.0 }
    };
    let channels = picture.channels;
    for (index, pixel) in turned.pixels.chunks_exact_mut(channels).enumerate() {
        let (row, column) = (index / picture.columns, index % picture.columns);
        let [x, y] = from(column as f32 + 0.5, row as f32 + 0.5).map(|it| it - 0.5);
        let (left, top) = (x.floor(), y.floor());
        let (across, down) = (x - left, y - top);
        let (left, top) = (left as i64, top as i64);
        for (channel, place) in pixel.iter_mut().enumerate() {
            let upper =
                (1.0 - across) * value(top, left, channel) + across * value(top, left + 1, channel);
            let lower = (1.0 - across) * value(top + 1, left, channel)
                + across * value(top + 1, left + 1, channel);
            *place = ((1.0 - down) * upper + down * lower).round() as u8;
        }
    }
    turned
}

fn nearest(mask: &Raster, from: impl Fn(f32, f32) -> [f32; 2]) -> Raster {
    let mut turned = Raster::filled(mask.size(), 1, IGNORED);
    for (index, place) in turned.pixels.iter_mut().enumerate() {
        let (row, column) = (index / mask.columns, index % mask.columns);
        let [x, y] = from(column as f32 + 0.5, row as f32 + 0.5).map(f32::floor);
        if x >= 0.0 && y >= 0.0 && (x as usize) < mask.columns && (y as usize) < mask.rows {
            *place = mask.pixel(y as usize, x as usize)[0];
        }
    }
    turned
}
