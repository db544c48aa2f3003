//! What all pictures are drawn on: white ground, the fonts that travel with the runtime, PNG; of
//! charts SVG too.

use std::sync::Once;

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::imageops::FilterType as ResizeFilter;
use image::{ExtendedColorType, ImageEncoder, RgbImage, imageops};
use netlet_dsl::messages::Picture;
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::register_font;
use plotters::style::text_anchor::Pos;

/// A picture is drawn this many times as large, then shrunk: lines and letters come out smooth.
pub(super) const OVERSAMPLING: u32 = 2;

/// Text and axes.
pub(super) const INK: RGBColor = RGBColor(0x26, 0x2b, 0x33);
/// Text of less weight.
pub(super) const PALE_INK: RGBColor = RGBColor(0x5f, 0x67, 0x73);
/// What was learned from.
pub(super) const BLUE: RGBColor = RGBColor(0x1f, 0x6f, 0xb5);
/// What was tested on.
pub(super) const ORANGE: RGBColor = RGBColor(0xdd, 0x6b, 0x10);
/// A right prediction.
pub(super) const GREEN: RGBColor = RGBColor(0x1a, 0x7f, 0x37);
/// A wrong prediction.
pub(super) const RED: RGBColor = RGBColor(0xc6, 0x2a, 0x2f);

const FAMILY: &str = "DejaVu Sans";

/// A part of a canvas; its pixels are those before shrinking.
pub(super) type Area<'a> = AreaOf<BitMapBackend<'a>>;

/// The only way in which drawing fails is a font that is missing, and ours are at hand.
pub(super) type Drawn<T = ()> = DrawnOn<BitMapBackend<'static>, T>;

/// A part of what is drawn, in pixels or as SVG.
pub(super) type AreaOf<B> = DrawingArea<B, Shift>;

/// What comes of drawing on an [`AreaOf`].
pub(super) type DrawnOn<B, T = ()> =
    Result<T, DrawingAreaErrorKind<<B as DrawingBackend>::ErrorType>>;

/// A picture in the making.
pub(super) struct Canvas {
    image: RgbImage,
}

impl Canvas {
    /// A white picture of `width` x `height`, in pixels after shrinking.
    pub(super) fn new(width: u32, height: u32) -> Self {
        let white = image::Rgb([255; 3]);
        let size = [width * OVERSAMPLING, height * OVERSAMPLING];
        Self { image: RgbImage::from_pixel(size[0], size[1], white) }
    }

    /// Puts an image down with its upper left corner at `x`, `y` and of `size` = width, height, in
    /// pixels after shrinking.
    pub(super) fn paste(&mut self, image: &RgbImage, [x, y]: [u32; 2], size: [u32; 2]) {
        let image = enlarged(image, size);
        let [x, y] = [x, y].map(|place| i64::from(place * OVERSAMPLING));
        imageops::replace(&mut self.image, &image, x, y);
    }

    /// Draws with plotters.
    pub(super) fn draw(&mut self, draw: impl FnOnce(&Area) -> Drawn) {
        draw_on(&mut self.image, draw);
    }

    /// The finished picture.
    pub(super) fn picture(self, name: String, alt: String, live: bool) -> Picture {
        let (width, height) = self.image.dimensions();
        let (width, height) = (width / OVERSAMPLING, height / OVERSAMPLING);
        let image = imageops::thumbnail(&self.image, width, height);
        let mut png = Vec::new();
        // Flat colours compress well enough at once, and a live curve must not take long.
        PngEncoder::new_with_quality(&mut png, CompressionType::Fast, FilterType::Up)
            .write_image(&image, width, height, ExtendedColorType::Rgb8)
            .expect("a Vec takes all writes");
        Picture { name, alt, live, width, height, png, svg: None }
    }
}

/// Draws with plotters on an image that has as many pixels as are drawn.
pub(super) fn draw_on(image: &mut RgbImage, draw: impl FnOnce(&Area) -> Drawn) {
    let size = image.dimensions();
    let area = BitMapBackend::with_buffer(image, size).into_drawing_area();
    draw(&area).expect("memory takes all drawing, and the fonts are registered");
}

/// Draws with plotters as SVG, of `width` x `height` on the page. The fonts do not travel with it: where
/// there is no DejaVu, the page's reader takes the next like it.
pub(super) fn svg(
    [width, height]: [u32; 2],
    draw: impl FnOnce(&AreaOf<SVGBackend>) -> DrawnOn<SVGBackend<'static>>,
) -> String {
    let drawn = [width, height].map(|length| length * OVERSAMPLING);
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, drawn.into()).into_drawing_area();
        area.fill(&WHITE)
            .and_then(|()| draw(&area))
            .expect("memory takes all drawing, and the fonts are registered");
    }
    let size = |[width, height]: [u32; 2]| format!(r#"width="{width}" height="{height}""#);
    svg.replacen(&size(drawn), &size([width, height]), 1)
        .replace(&format!(r#""{FAMILY}""#), &format!(r#""{FAMILY}, Verdana, sans-serif""#))
}

/// `image` with as many pixels as are drawn where it has `size` = width, height after shrinking. Where
/// it grows by a whole number, its pixels become squares.
pub(super) fn enlarged(image: &RgbImage, size: [u32; 2]) -> RgbImage {
    let [width, height] = size.map(|length| length.max(1) * OVERSAMPLING);
    let is_whole = width.is_multiple_of(image.width()) && height.is_multiple_of(image.height());
    let filter = if is_whole { ResizeFilter::Nearest } else { ResizeFilter::Triangle };
    imageops::resize(image, width, height, filter)
}

/// Text of `size`, in pixels after shrinking.
pub(super) fn text(size: u32, color: RGBColor) -> TextStyle<'static> {
    style(size, FontStyle::Normal, color)
}

/// Bold text of `size`, in pixels after shrinking.
pub(super) fn bold(size: u32, color: RGBColor) -> TextStyle<'static> {
    style(size, FontStyle::Bold, color)
}

/// How wide `line` is, in pixels after shrinking.
pub(super) fn width(line: &str, style: &TextStyle) -> u32 {
    let (width, _) = style.font.box_size(line).unwrap_or_default();
    width.div_ceil(OVERSAMPLING)
}

/// `line`, or as much of it as fits into `most` pixels after shrinking, with an ellipsis.
pub(super) fn fitted(line: &str, style: &TextStyle, most: u32) -> String {
    if width(line, style) <= most {
        return line.to_owned();
    }
    let mut letters: Vec<char> = line.chars().collect();
    while letters.pop().is_some() {
        let shorter = format!("{}…", letters.iter().collect::<String>().trim_end());
        if width(&shorter, style) <= most {
            return shorter;
        }
    }
    String::new()
}

/// A length in the pixels that are drawn, from one after shrinking.
pub(super) fn px(length: u32) -> i32 {
    (length * OVERSAMPLING) as i32
}

fn style(size: u32, style: FontStyle, color: RGBColor) -> TextStyle<'static> {
    // A style looks for its font when it is made.
    register_fonts();
    TextStyle {
        font: FontDesc::new(FontFamily::Name(FAMILY), f64::from(size * OVERSAMPLING), style),
        color: color.to_backend_color(),
        pos: Pos::default(),
    }
}

fn register_fonts() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let regular = include_bytes!("../../fonts/DejaVuSans.ttf");
        let bold = include_bytes!("../../fonts/DejaVuSans-Bold.ttf");
        let registered = register_font(FAMILY, FontStyle::Normal, regular)
            .and_then(|()| register_font(FAMILY, FontStyle::Bold, bold));
        assert!(registered.is_ok(), "the fonts that ship with the runtime are fonts");
    });
}

#[cfg(test)]
pub(super) mod tests {
    use std::ops::Range;

    use super::*;

    /// The decoded picture.
    pub(in crate::pictures) fn decoded(picture: &Picture) -> RgbImage {
        let image = image::load_from_memory(&picture.png).expect("a PNG").into_rgb8();
        assert_eq!(image.dimensions(), (picture.width, picture.height));
        image
    }

    /// How many pixels of a part of the picture have this colour, or a mixture of it with white
    /// that is not too pale: the edges of lines and the letters.
    pub(in crate::pictures) fn pixels_of(
        color: RGBColor,
        picture: &Picture,
        columns: Range<u32>,
        rows: Range<u32>,
    ) -> usize {
        let full = [color.0, color.1, color.2].map(|channel| 255.0 - f64::from(channel));
        let image = decoded(picture);
        let pixels = image.enumerate_pixels();
        let inside = pixels.filter(|(x, y, _)| columns.contains(x) && rows.contains(y));
        let is_of = |pixel: &image::Rgb<u8>| {
            let found = pixel.0.map(|channel| 255.0 - f64::from(channel));
            let share = found.iter().sum::<f64>() / full.iter().sum::<f64>();
            let off = found.iter().zip(full).map(|(found, full)| (found - share * full).abs());
            share > 0.4 && off.fold(0.0, f64::max) < 12.0
        };
        inside.filter(|(_, _, pixel)| is_of(pixel)).count()
    }

    #[test]
    fn text_that_does_not_fit_ends_in_an_ellipsis() {
        let style = text(12, INK);
        assert_eq!(fitted("Sandal", &style, 80), "Sandal");
        let short = fitted("a name that is far too long", &style, 80);
        assert!(short.ends_with('…') && short.starts_with("a name"), "{short}");
        assert!(width(&short, &style) <= 80, "{short}");
        assert_eq!(fitted("Sandal", &style, 1), "");
    }

    #[test]
    fn pasted_pixels_are_squares() {
        let mut canvas = Canvas::new(10, 10);
        canvas.paste(&RgbImage::from_pixel(2, 1, image::Rgb([9, 8, 7])), [2, 3], [6, 3]);
        let image = decoded(&canvas.picture("a".into(), String::new(), false));
        for (x, y, pixel) in image.enumerate_pixels() {
            let inside = (2..8).contains(&x) && (3..6).contains(&y);
            assert_eq!(pixel.0, if inside { [9, 8, 7] } else { [255; 3] }, "at {x}, {y}");
        }
    }
}
