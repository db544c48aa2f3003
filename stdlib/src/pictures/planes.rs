//! Numbers in rows and columns as images.

use image::{Rgb, RgbImage};

use super::colormap::{ColorMap, NO_NUMBER};
use super::foot::Scale;
use super::numbers::short;

/// The smallest and the largest number that are to be told apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Range {
    pub(super) low: f64,
    pub(super) high: f64,
}

impl Range {
    /// That of the finite ones among `values`; 0 to 0 where there are none.
    pub(super) fn of(values: &[f32]) -> Self {
        let finite = values.iter().copied().filter(|value| value.is_finite()).map(f64::from);
        let ends = finite.fold(None, |ends: Option<(f64, f64)>, value| {
            Some(ends.map_or((value, value), |(low, high)| (low.min(value), high.max(value))))
        });
        let (low, high) = ends.unwrap_or((0.0, 0.0));
        Self { low, high }
    }

    /// As far below 0 as above.
    pub(super) fn around_zero(values: &[f32]) -> Self {
        let Self { low, high } = Self::of(values);
        let most = high.max(-low);
        Self { low: -most, high: most }
    }

    /// Where a value is between the ends, from 0 to 1; in the middle where both are the same.
    pub(super) fn place(self, value: f32) -> f64 {
        let value = f64::from(value);
        match self.is_flat() {
            true => 0.5,
            false => (value - self.low) / (self.high - self.low),
        }
    }

    /// The same, where a single number is the lowest of all instead of the middle.
    pub(super) fn ascending(self) -> Self {
        if self.is_flat() { Self { high: self.low + 1.0, ..self } } else { self }
    }

    /// Whether there is but one number.
    pub(super) fn is_flat(self) -> bool {
        self.high <= self.low
    }

    /// Its colours with the numbers at the ends, and 0 where that is between them.
    pub(super) fn scale(self, colors: ColorMap, what: &str) -> Scale {
        let mut ticks = vec![(0.0, short(self.low))];
        let zero = self.place(0.0);
        // Where the words would lie over one another, the ends are enough.
        if self.low < 0.0 && (0.2..=0.8).contains(&zero) {
            ticks.push((zero, "0".into()));
        }
        if !self.is_flat() {
            ticks.push((1.0, short(self.high)));
        }
        Scale { colors, ticks, what: what.to_owned() }
    }
}

/// `rows` times `columns` values in the colours of a map.
pub(super) fn plane(
    values: &[f32],
    [rows, columns]: [usize; 2],
    range: Range,
    colors: &ColorMap,
) -> RgbImage {
    RgbImage::from_fn(columns as u32, rows as u32, |x, y| {
        let value = values[y as usize * columns + x as usize];
        Rgb(if value.is_nan() { NO_NUMBER } else { colors.at(range.place(value)) })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pictures::colormap::VIRIDIS;

    #[test]
    fn ranges_leave_out_what_is_not_finite() {
        let values = [f32::NAN, -1.0, f32::INFINITY, 3.0];
        assert_eq!(Range::of(&values), Range { low: -1.0, high: 3.0 });
        assert_eq!(Range::around_zero(&values), Range { low: -3.0, high: 3.0 });
        assert_eq!(Range::of(&[f32::NAN]), Range { low: 0.0, high: 0.0 });
    }

    #[test]
    fn values_have_the_colours_of_their_places() {
        let values = [0.0, 2.0, f32::NAN, f32::INFINITY];
        let image = plane(&values, [2, 2], Range::of(&values), &VIRIDIS);
        let colors: Vec<[u8; 3]> = image.pixels().map(|pixel| pixel.0).collect();
        assert_eq!(colors, [VIRIDIS.at(0.0), VIRIDIS.at(1.0), NO_NUMBER, VIRIDIS.at(1.0)]);
        let flat = plane(&[0.0; 2], [1, 2], Range::of(&[0.0; 2]), &VIRIDIS);
        assert_eq!(flat.get_pixel(0, 0).0, VIRIDIS.at(0.5));
    }
}
