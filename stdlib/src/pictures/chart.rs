//! What all charts have in common: two forms, the room around them and the look of their axes.

use netlet_dsl::messages::Picture;
use plotters::chart::MeshStyle;
use plotters::coord::ranged1d::{Ranged, ValueFormatter};
use plotters::prelude::*;

use super::canvas::{AreaOf, Canvas, DrawnOn, INK, PALE_INK, px, svg, text};

const GRID: RGBColor = RGBColor(0xe6, 0xe9, 0xee);

/// Lines and letters, which are drawn in pixels and as SVG by the same code.
pub(super) trait Chart {
    /// Width and height, in pixels after shrinking.
    fn size(&self) -> [u32; 2];

    /// Draws all of it.
    fn draw<B: DrawingBackend>(&self, area: &AreaOf<B>) -> DrawnOn<B>;

    /// The picture in pixels.
    fn in_pixels(&self, name: String, alt: String, live: bool) -> Picture {
        let [width, height] = self.size();
        let mut canvas = Canvas::new(width, height);
        canvas.draw(|area| self.draw(area));
        canvas.picture(name, alt, live)
    }

    /// The picture in both forms.
    fn picture(&self, name: String, alt: String) -> Picture {
        let svg = svg(self.size(), |area| self.draw(area));
        Picture { svg: Some(svg), ..self.in_pixels(name, alt, false) }
    }
}

/// A chart with room for its axes.
pub(super) fn panel<'a, 'b, B: DrawingBackend>(area: &'a AreaOf<B>) -> ChartBuilder<'a, 'b, B> {
    let mut builder = ChartBuilder::on(area);
    builder
        .margin_top(px(6))
        .margin_right(px(20))
        .margin_bottom(px(8))
        .margin_left(px(8))
        .x_label_area_size(px(44))
        .y_label_area_size(px(54));
    builder
}

/// Gives a mesh the look of all charts: a pale grid, small marks, quiet numbers.
pub(super) fn look<X, Y, B>(mesh: &mut MeshStyle<'_, '_, X, Y, B>)
where
    X: Ranged + ValueFormatter<X::ValueType>,
    Y: Ranged + ValueFormatter<Y::ValueType>,
    B: DrawingBackend,
{
    mesh.max_light_lines(1)
        .light_line_style(TRANSPARENT)
        .bold_line_style(GRID.stroke_width(2))
        .axis_style(PALE_INK.stroke_width(2))
        .label_style(text(12, PALE_INK))
        .axis_desc_style(text(13, INK))
        .set_all_tick_mark_size(px(4));
}
