//! Colours for numbers.

/// Colours from 0 to 1, on straight lines between the given ones at equal distances.
pub(super) struct ColorMap(&'static [u32]);

/// From dark blue over green to yellow, evenly for the eye: matplotlib's `viridis` (van der Walt and
/// Smith, 2015), of whose table this is every eighth colour. What lies between is at most 2 of 255
/// off.
pub(super) const VIRIDIS: ColorMap = ColorMap(&[
    0x440154, 0x470d60, 0x48186a, 0x482374, 0x472d7b, 0x453781, 0x424086, 0x3e4989, 0x3b528b,
    0x375b8d, 0x33638d, 0x2f6b8e, 0x2c728e, 0x297a8e, 0x26828e, 0x23898e, 0x21918c, 0x1f978b,
    0x1f9f88, 0x21a685, 0x27ad81, 0x31b57b, 0x3dbc74, 0x4cc26c, 0x5cc863, 0x6ece58, 0x81d34d,
    0x95d840, 0xaadc32, 0xc0df25, 0xd5e21a, 0xeae51a, 0xfde725,
]);

/// From black over red to pale yellow, evenly for the eye: matplotlib's `inferno`, by the same
/// authors, as above.
pub(super) const INFERNO: ColorMap = ColorMap(&[
    0x000004, 0x040312, 0x0b0724, 0x150b37, 0x210c4a, 0x2f0a5b, 0x3d0965, 0x4a0c6b, 0x57106e,
    0x64156e, 0x71196e, 0x7d1e6d, 0x8a226a, 0x972766, 0xa32c61, 0xb0315b, 0xbc3754, 0xc63d4d,
    0xd04545, 0xda4e3c, 0xe35933, 0xeb6429, 0xf1711f, 0xf67e14, 0xf98c0a, 0xfb9b06, 0xfcaa0f,
    0xfbba1f, 0xf9c932, 0xf5d949, 0xf2e865, 0xf3f586, 0xfcffa4,
]);

/// From blue over white, for 0, to red: ColorBrewer's `RdBu` of eleven (Harrower and Brewer, 2003),
/// turned round.
pub(super) const DIVERGING: ColorMap = ColorMap(&[
    0x053061, 0x2166ac, 0x4393c3, 0x92c5de, 0xd1e5f0, 0xf7f7f7, 0xfddbc7, 0xf4a582, 0xd6604d,
    0xb2182b, 0x67001f,
]);

/// From white to dark blue: ColorBrewer's `Blues` of nine, from white on.
pub(super) const BLUES: ColorMap = ColorMap(&[
    0xffffff, 0xdeebf7, 0xc6dbef, 0x9ecae1, 0x6baed6, 0x4292c6, 0x2171b5, 0x08519c, 0x08306b,
]);

/// From white to dark orange: ColorBrewer's `Oranges` of nine, from white on.
pub(super) const ORANGES: ColorMap = ColorMap(&[
    0xffffff, 0xfee6ce, 0xfdd0a2, 0xfdae6b, 0xfd8d3c, 0xf16913, 0xd94801, 0xa63603, 0x7f2704,
]);

/// What stands for a value that is no number.
pub(super) const NO_NUMBER: [u8; 3] = [0xff, 0x00, 0xff];

impl ColorMap {
    /// The colour of a number; the nearest end's beyond the ends.
    pub(super) fn at(&self, number: f64) -> [u8; 3] {
        if number.is_nan() {
            return NO_NUMBER;
        }
        let last = self.0.len() - 1;
        let place = number.clamp(0.0, 1.0) * last as f64;
        let before = (place as usize).min(last - 1);
        let share = place - before as f64;
        let [from, to] = [self.0[before], self.0[before + 1]].map(u32::to_be_bytes);
        [1, 2, 3].map(|channel| {
            let [from, to] = [from, to].map(|color| f64::from(color[channel]));
            (from + share * (to - from)).round() as u8
        })
    }
}

/// Whether letters on this ground should be white.
pub(super) fn is_dark([red, green, blue]: [u8; 3]) -> bool {
    // Rec. 709, without its gamma.
    0.2126 * f64::from(red) + 0.7152 * f64::from(green) + 0.0722 * f64::from(blue) < 130.0
}

/// The first `count` colours of Pascal VOC's map: the bits of a number, three at a time, become the
/// highest bits of red, green and blue, then the next ones (Everingham et al., 2010, development kit).
/// The first colour, of the background, is black.
pub fn voc_palette(count: usize) -> Vec<[u8; 3]> {
    let channel = |number: usize, channel: usize| {
        (0..8).fold(0, |color, bit| {
            color | (((number >> (3 * bit + channel)) & 1) << (7 - bit)) as u8
        })
    };
    (0..count).map(|number| [0, 1, 2].map(|of| channel(number, of))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_and_middles_are_those_of_the_tables() {
        assert_eq!(VIRIDIS.at(0.0), [0x44, 0x01, 0x54]);
        assert_eq!(VIRIDIS.at(0.5), [0x21, 0x91, 0x8c]);
        assert_eq!([VIRIDIS.at(1.0), VIRIDIS.at(7.0)], [[0xfd, 0xe7, 0x25]; 2]);
        assert_eq!([INFERNO.at(0.0), INFERNO.at(-7.0)], [[0, 0, 4]; 2]);
        assert_eq!(DIVERGING.at(0.5), [0xf7; 3]);
        assert_eq!(BLUES.at(1.0 / 16.0), [0xef, 0xf5, 0xfb]);
        assert_eq!(VIRIDIS.at(f64::NAN), NO_NUMBER);
    }

    #[test]
    fn the_palette_is_pascal_voc_s() {
        let palette = voc_palette(21);
        assert_eq!(palette[..4], [[0, 0, 0], [128, 0, 0], [0, 128, 0], [128, 128, 0]]);
        assert_eq!(
            (palette[8], palette[15], palette[20]),
            ([64, 0, 0], [192, 128, 128], [0, 64, 128])
        );
        assert_eq!(voc_palette(256)[255], [224, 224, 192]);
    }
}
