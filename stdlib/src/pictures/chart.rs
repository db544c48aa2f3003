//! What all charts have in common: the room around them and the look of their axes.

use plotters::chart::MeshStyle;
use plotters::coord::ranged1d::{Ranged, ValueFormatter};
use plotters::prelude::*;

use super::canvas::{Area, INK, PALE_INK, px, text};

const GRID: RGBColor = RGBColor(0xe6, 0xe9, 0xee);

/// A chart with room for its axes.
pub(super) fn panel<'a, 'b>(area: &'a Area<'b>) -> ChartBuilder<'a, 'b, BitMapBackend<'b>> {
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
pub(super) fn look<X, Y>(mesh: &mut MeshStyle<'_, '_, X, Y, BitMapBackend<'_>>)
where
    X: Ranged + ValueFormatter<X::ValueType>,
    Y: Ranged + ValueFormatter<Y::ValueType>,
{
    mesh.max_light_lines(1)
        .light_line_style(TRANSPARENT)
        .bold_line_style(GRID.stroke_width(2))
        .axis_style(PALE_INK.stroke_width(2))
        .label_style(text(12, PALE_INK))
        .axis_desc_style(text(13, INK))
        .set_all_tick_mark_size(px(4));
}
