//! The curves of a training: loss and learning rate by step, the main metric by epoch.

use netlet_dsl::messages::{CurveKind, CurvePoint, Epoch, Figure, Picture};
use plotters::chart::MeshStyle;
use plotters::coord::types::{RangedCoordf64, RangedCoordu64};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::canvas::{AreaOf, BLUE, DrawnOn, GREEN, INK, ORANGE, bold, fitted, px, text, width};
use super::chart::{Chart, look, panel};
use crate::train::Curve;

const WIDTH: u32 = 720;
const HEIGHT: u32 = 420;
/// The height of the title and the legend.
const HEAD: u32 = 44;
/// The width of the panel of losses; that of the metric takes the rest.
const LEFT: u32 = 400;
/// The height of the panel of the learning rate, where that changes.
const RATE: u32 = 100;
const PALE_BLUE: RGBColor = RGBColor(0xbb, 0xd5, 0xec);

type Axes<'a, B> = ChartContext<'a, B, Cartesian2d<RangedCoordu64, RangedCoordf64>>;

/// Draws the training loss of each step with the mean of its neighbours, and loss and main metric on
/// the test samples at the end of each epoch; the best epoch has a ring. Below the losses is the
/// learning rate, if it changes. The picture is called `NET-loss`; `live` says whether another will
/// replace it.
pub fn curve(net: &str, curve: &Curve, live: bool) -> Picture {
    let chart = Training { net, curve, kind: None };
    let (name, alt) = (format!("{net}-loss"), in_words(net, curve));
    if live { chart.in_pixels(name, alt, live) } else { chart.picture(name, alt) }
}

/// Draws all curves, as [`curve`] does, or one of them alone and larger.
pub fn plot(net: &str, curve: &Curve, kind: Option<CurveKind>) -> Picture {
    let Some(kind) = kind else { return self::curve(net, curve, false) };
    let chart = Training { net, curve, kind: Some(kind) };
    chart.picture(format!("{net}-only-{}", kind.word()), in_words(net, curve))
}

/// All curves, or the one of a kind.
struct Training<'a> {
    net: &'a str,
    curve: &'a Curve,
    kind: Option<CurveKind>,
}

impl Chart for Training<'_> {
    fn size(&self) -> [u32; 2] {
        [WIDTH, HEIGHT]
    }

    fn draw<B: DrawingBackend>(&self, area: &AreaOf<B>) -> DrawnOn<B> {
        let (head, panels) = area.split_vertically(px(HEAD));
        heading(&head, self.net, self.kind != Some(CurveKind::Rate))?;
        match self.kind {
            None => all_panels(&panels, self.curve),
            Some(CurveKind::Loss) => loss_panel(&panels, self.curve),
            Some(CurveKind::Metric) => metric_panel(&panels, self.curve),
            Some(CurveKind::Rate) => rate_panel(&panels, self.curve, 7),
        }
    }
}

fn all_panels<B: DrawingBackend>(area: &AreaOf<B>, curve: &Curve) -> DrawnOn<B> {
    let (left, right) = area.split_horizontally(px(LEFT));
    if changes(curve.rates()) {
        let (upper, lower) = left.split_vertically(px(HEIGHT - HEAD - RATE));
        loss_panel(&upper, curve)?;
        rate_panel(&lower, curve, 3)?;
    } else {
        loss_panel(&left, curve)?;
    }
    metric_panel(&right, curve)
}

fn in_words(net: &str, curve: &Curve) -> String {
    let mut words = format!("{net} after {} training steps", grouped(curve.steps()));
    if let Some(point) = smoothed(curve.losses()).last() {
        words += &format!(": training loss {:.3}", point.value);
    }
    if let Some(epoch) = curve.epochs().last() {
        words += &format!("; after epoch {}, test loss {:.3}", epoch.epoch, epoch.test_loss);
        if let Some(main) = epoch.test_metrics.first() {
            words += &format!(" and test {} {:.3}", main.name, main.value);
        }
    }
    if let Some(best) = curve.best().map(|place| &curve.epochs()[place]) {
        words += &format!("; epoch {} was the best", best.epoch);
    }
    words
}

/// The title on the left, and on the right the legend of what has points of training and of test.
fn heading<B: DrawingBackend>(area: &AreaOf<B>, net: &str, legend: bool) -> DrawnOn<B> {
    let middle = px(HEAD / 2 + 4);
    let at = |style: TextStyle<'static>| style.pos(Pos::new(HPos::Left, VPos::Center));
    let title = fitted(&format!("Training of {net}"), &bold(17, INK), WIDTH / 2);
    area.draw(&Text::new(title, (px(16), middle), at(bold(17, INK))))?;
    let mut x = WIDTH - 20;
    let parts = [("test", ORANGE, true), ("training", BLUE, false)];
    for (name, color, dotted) in parts.into_iter().filter(|_| legend) {
        x -= width(name, &text(13, INK));
        area.draw(&Text::new(name, (px(x), middle + px(1)), at(text(13, INK))))?;
        x -= 32;
        let line = vec![(px(x), middle), (px(x + 24), middle)];
        area.draw(&PathElement::new(line, color.stroke_width(4)))?;
        if dotted {
            area.draw(&Circle::new((px(x + 12), middle), px(3), color.filled()))?;
        }
        x -= 18;
    }
    Ok(())
}

fn loss_panel<B: DrawingBackend>(area: &AreaOf<B>, curve: &Curve) -> DrawnOn<B> {
    let points = |points: &[CurvePoint]| -> Vec<(u64, f64)> {
        points.iter().map(|point| (point.step, point.value)).collect()
    };
    let each = points(curve.losses());
    let mean = points(&smoothed(curve.losses()));
    let ends = curve.epoch_ends().iter().copied();
    let tested: Vec<(u64, f64)> = ends
        .zip(curve.epochs().iter().map(|epoch| epoch.test_loss))
        .filter(|(_, loss)| loss.is_finite())
        .collect();
    let best = curve.best().and_then(|place| {
        let (end, epoch) = (curve.epoch_ends()[place], &curve.epochs()[place]);
        Some((end, epoch.test_loss)).filter(|point| point.1.is_finite())
    });
    let highest = each.iter().chain(&tested).map(|point| point.1).fold(0.0, f64::max);
    let top = if highest > 0.0 { highest * 1.04 } else { 1.0 };
    let mut chart = panel(area).build_cartesian_2d(0..curve.steps().max(10), 0.0..top)?;
    axes(&mut chart, "step", curve.loss_title(), top)?;
    chart.draw_series(LineSeries::new(each, PALE_BLUE.stroke_width(2)))?;
    chart.draw_series(LineSeries::new(mean, BLUE.stroke_width(4)))?;
    dotted_line(&mut chart, tested, ORANGE)?;
    ring(&mut chart, best)
}

/// Whether there are different learning rates.
fn changes(rates: &[CurvePoint]) -> bool {
    rates.iter().any(|point| point.value != rates[0].value)
}

fn rate_panel<B: DrawingBackend>(area: &AreaOf<B>, curve: &Curve, labels: usize) -> DrawnOn<B> {
    let rates: Vec<_> = curve.rates().iter().map(|point| (point.step, point.value)).collect();
    let top = rates.iter().map(|point| point.1).fold(f64::MIN_POSITIVE, f64::max) * 1.08;
    let mut chart = panel(area).build_cartesian_2d(0..curve.steps().max(10), 0.0..top)?;
    let mut mesh = chart.configure_mesh();
    // Without any line of the mesh, plotters looks for places of labels without an end.
    look(&mut mesh);
    mesh.y_desc("rate")
        .x_labels(6)
        .y_labels(labels)
        // Below the losses, the steps stand there.
        .x_label_formatter(&|&step| if labels > 3 { grouped(step) } else { String::new() })
        .y_label_formatter(&|rate| format!("{rate:.0e}"))
        .draw()?;
    chart.draw_series(LineSeries::new(rates, GREEN.stroke_width(4)))?;
    Ok(())
}

fn metric_panel<B: DrawingBackend>(area: &AreaOf<B>, curve: &Curve) -> DrawnOn<B> {
    let epochs = curve.epochs();
    let name = epochs.last().and_then(|epoch| epoch.test_metrics.first());
    let name = name.map_or("accuracy", |figure| &figure.name);
    let value = |figures: &[Figure]| {
        let figure = figures.iter().find(|figure| figure.name == name);
        figure.map(|figure| figure.value).filter(|value| value.is_finite())
    };
    let of = |figures: fn(&Epoch) -> &[Figure]| -> Vec<(u64, f64)> {
        let each = epochs.iter();
        each.filter_map(|epoch| Some((epoch.epoch as u64, value(figures(epoch))?))).collect()
    };
    let (trained, tested) = (of(|epoch| &epoch.metrics), of(|epoch| &epoch.test_metrics));
    let best = curve.best().map(|place| &epochs[place]);
    let best = best.and_then(|epoch| Some((epoch.epoch as u64, value(&epoch.test_metrics)?)));
    let [bottom, top] = range(trained.iter().chain(&tested).map(|point| point.1));
    let last = epochs.last().map_or(2, |epoch| (epoch.epoch as u64).max(2));
    let mut chart = panel(area).build_cartesian_2d(0..last, bottom..top)?;
    axes(&mut chart, "epoch", name, top - bottom)?;
    dotted_line(&mut chart, trained, BLUE)?;
    dotted_line(&mut chart, tested, ORANGE)?;
    ring(&mut chart, best)
}

/// The ends of an axis for values. Parts of one go up to one, not from zero but from the tenth below
/// the lowest point: small gains can be told apart. Others have room above and below.
fn range(values: impl Iterator<Item = f64> + Clone) -> [f64; 2] {
    let highest = values.clone().reduce(f64::max).unwrap_or(1.0);
    let lowest = values.reduce(f64::min).unwrap_or(0.0);
    if (0.0..=1.0).contains(&lowest) && highest <= 1.0 {
        return [((lowest * 10.0 - 0.2).floor() / 10.0).max(0.0), 1.0];
    }
    let room = ((highest - lowest) * 0.08).max(highest.abs() * 1e-3);
    [lowest - room, highest + room]
}

/// Marks the best epoch.
fn ring<B: DrawingBackend>(chart: &mut Axes<B>, at: Option<(u64, f64)>) -> DrawnOn<B> {
    let style = ORANGE.stroke_width(3);
    chart.draw_series(at.map(|point| Circle::new(point, px(7), style)))?;
    Ok(())
}

/// Draws the mesh; `height` of the y axis decides how many digits its numbers have.
fn axes<B: DrawingBackend>(chart: &mut Axes<B>, x: &str, y: &str, height: f64) -> DrawnOn<B> {
    let digits = (1.0 - height.log10().floor()).clamp(0.0, 6.0) as usize;
    let mut mesh: MeshStyle<_, _, _> = chart.configure_mesh();
    look(&mut mesh);
    mesh.x_desc(x)
        .y_desc(y)
        .x_labels(6)
        .y_labels(7)
        .y_label_offset(px(1))
        .x_label_formatter(&|&number| grouped(number))
        .y_label_formatter(&|number| format!("{number:.digits$}"))
        .draw()
}

fn dotted_line<B: DrawingBackend>(
    chart: &mut Axes<B>,
    points: Vec<(u64, f64)>,
    color: RGBColor,
) -> DrawnOn<B> {
    // Many dots would hide the line.
    let radius = if points.len() > 40 { 0 } else { px(3) };
    let dots = points.clone().into_iter().map(|point| Circle::new(point, radius, color.filled()));
    chart.draw_series(LineSeries::new(points, color.stroke_width(4)))?;
    chart.draw_series(dots)?;
    Ok(())
}

/// Each point as the mean of its neighbours, a fiftieth of the curve to either side. Where the curve
/// begins, it falls steeply: there are as many neighbours to the right as there are to the left.
fn smoothed(points: &[CurvePoint]) -> Vec<CurvePoint> {
    let reach = points.len() / 50 + 1;
    let mean = |index: usize| {
        let left = reach.min(index);
        let right = left.min(points.len() - 1 - index);
        let near = &points[index - left..=index + right];
        near.iter().map(|point| point.value).sum::<f64>() / near.len() as f64
    };
    let steps = points.iter().map(|point| point.step).enumerate();
    steps.map(|(index, step)| CurvePoint { step, value: mean(index) }).collect()
}

/// A number with commas between its thousands.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pictures::canvas::PALE_INK;
    use crate::pictures::canvas::tests::pixels_of;

    /// A curve that falls from 2 to 0.2 in 200 steps of two epochs.
    fn falling() -> Curve {
        let mut curve = Curve::default();
        for step in 1..=200_u32 {
            curve.push_step(2.0 - 1.8 * f64::from(step) / 200.0, 0.1);
            if step.is_multiple_of(100) {
                let epoch = step as usize / 100;
                let accuracy = |value| vec![Figure { name: "mean IoU".into(), value }];
                curve.push_epoch(Epoch {
                    net: "A".into(),
                    epoch,
                    loss: 1.0,
                    metrics: accuracy(0.4 + 0.1 * epoch as f64),
                    test_loss: 1.1,
                    test_metrics: accuracy(0.6),
                    best: epoch == 1,
                    learning_rate: 0.1,
                    seconds: 1.0,
                });
            }
        }
        curve
    }

    #[test]
    fn both_panels_have_their_lines() {
        let picture = curve("A", &falling(), true);
        assert_eq!((picture.name.as_str(), picture.live), ("A-loss", true));
        assert_eq!((picture.width, picture.height), (WIDTH, HEIGHT));
        let panels = [0..LEFT, LEFT..WIDTH];
        for (panel, least) in panels.into_iter().zip([300, 100]) {
            for color in [BLUE, ORANGE] {
                let found = pixels_of(color, &picture, panel.clone(), HEAD..HEIGHT);
                assert!(found > least, "{found} pixels of {color:?} in {panel:?}");
            }
        }
    }

    #[test]
    fn its_last_form_is_svg_too() {
        assert_eq!(curve("A", &falling(), true).svg, None);
        let svg = curve("A", &falling(), false).svg.expect("a chart");
        let head = format!(
            r#"<svg width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {} {}""#,
            px(WIDTH),
            px(HEIGHT)
        );
        assert!(svg.starts_with(&head), "{}", &svg[..120]);
        for part in ["Training of A", "mean IoU", "#1F6FB5", "#DD6B10", "DejaVu Sans, Verdana"] {
            assert!(svg.contains(part), "{part}");
        }
    }

    #[test]
    fn a_training_that_has_just_begun_has_axes() {
        let empty = curve("A", &Curve::default(), true);
        assert!(pixels_of(PALE_INK, &empty, 0..WIDTH, HEAD..HEIGHT) > 600);
        assert_eq!(pixels_of(BLUE, &empty, 0..WIDTH, HEAD..HEIGHT), 0);
    }

    #[test]
    fn its_words_give_the_last_figures() {
        let words = curve("A", &falling(), false).alt;
        let expected = "A after 200 training steps: training loss 0.222; \
                        after epoch 2, test loss 1.100 and test mean IoU 0.600; \
                        epoch 1 was the best";
        assert_eq!(words, expected);
    }

    #[test]
    fn a_learning_rate_that_changes_has_a_panel() {
        let mut changing = falling();
        let green = |curve: &Curve| {
            let picture = super::curve("A", curve, false);
            pixels_of(GREEN, &picture, 0..LEFT, HEIGHT - RATE..HEIGHT)
        };
        assert_eq!(green(&changing), 0);
        changing.push_step(0.2, 0.05);
        assert!(green(&changing) > 100, "{}", green(&changing));
    }

    #[test]
    fn a_curve_alone_has_all_the_room() {
        let has = |kind, color| {
            let picture = plot("A", &falling(), Some(kind));
            pixels_of(color, &picture, 0..WIDTH, HEAD..HEIGHT) > 300
        };
        let colors = |kind| [BLUE, ORANGE, GREEN].map(|color| has(kind, color));
        assert_eq!(colors(CurveKind::Loss), [true, true, false]);
        assert_eq!(colors(CurveKind::Metric), [true, true, false]);
        assert_eq!(colors(CurveKind::Rate), [false, false, true]);
        assert_eq!(plot("A", &falling(), Some(CurveKind::Rate)).name, "A-only-rate");
    }

    #[test]
    fn parts_go_up_to_one_and_other_numbers_have_room() {
        assert_eq!(range([0.55, 0.9].into_iter()), [0.5, 1.0]);
        assert_eq!(range([].into_iter()), [0.0, 1.0]);
        let [bottom, top] = range([10.0, 30.0].into_iter());
        assert!(bottom < 10.0 && top > 30.0 && top < 32.0, "{bottom} {top}");
    }

    #[test]
    fn a_smooth_curve_stays_between_its_neighbours() {
        let curve = falling();
        for (point, smooth) in curve.losses().iter().zip(smoothed(curve.losses())) {
            assert_eq!(smooth.step, point.step);
            // Five points to the left of the last one are on average 2.5 steps of 0.009 higher.
            assert!((smooth.value - point.value).abs() < 0.0226, "{point:?} {smooth:?}");
        }
    }

    #[test]
    fn thousands_stand_apart() {
        assert_eq!(
            [0, 999, 1000, 61_706, 1_234_567].map(grouped),
            ["0", "999", "1,000", "61,706", "1,234,567"]
        );
    }
}
