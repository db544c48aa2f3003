//! The losses that learning rates came to.

use netlet_dsl::messages::{Picture, RatePoint};
use plotters::prelude::*;

use super::canvas::{AreaOf, BLUE, DrawnOn, INK, ORANGE, bold, fitted, px};
use super::chart::{self, Chart};

const WIDTH: u32 = 560;
const HEIGHT: u32 = 360;
/// The height of the title.
const HEAD: u32 = 44;

/// Draws the smoothed loss of each learning rate, and the rate that is suggested, if there is one. The
/// picture is called `NET-lrfind`.
pub fn rates(net: &str, losses: &[RatePoint], suggestion: Option<f64>) -> Picture {
    let chart = Rates::new(net, losses, suggestion);
    let ([first, last], [least, most]) = (chart.rates, chart.losses);
    let mut words = format!(
        "the smoothed loss of {net} for learning rates from {first:.0e} to {last:.0e}: {least:.3} to \
         {most:.3}"
    );
    if let Some(rate) = suggestion {
        words += &format!("; it falls most steeply at {rate:.1e}");
    }
    chart.picture(format!("{net}-lrfind"), words)
}

struct Rates<'a> {
    net: &'a str,
    /// Each rate with its finite loss.
    points: Vec<(f64, f64)>,
    suggestion: Option<f64>,
    /// The ends of the axis of rates.
    rates: [f64; 2],
    /// The least and the greatest loss.
    losses: [f64; 2],
}

impl<'a> Rates<'a> {
    fn new(net: &'a str, losses: &[RatePoint], suggestion: Option<f64>) -> Self {
        let finite = losses.iter().filter(|point| point.loss.is_finite());
        let points: Vec<(f64, f64)> = finite.map(|it| (it.rate, it.loss)).collect();
        let first = points.first().map_or(1e-7, |point| point.0);
        let last = points.last().map_or(1.0, |point| point.0).max(first * 10.0);
        let extreme = |pick: fn(f64, f64) -> f64| points.iter().map(|point| point.1).reduce(pick);
        let losses = [extreme(f64::min).unwrap_or(0.0), extreme(f64::max).unwrap_or(1.0)];
        Self { net, points, suggestion, rates: [first, last], losses }
    }
}

impl Chart for Rates<'_> {
    fn size(&self) -> [u32; 2] {
        [WIDTH, HEIGHT]
    }

    fn draw<B: DrawingBackend>(&self, area: &AreaOf<B>) -> DrawnOn<B> {
        let ([first, last], [least, most]) = (self.rates, self.losses);
        let room = ((most - least) * 0.06).max(1e-6);
        let (head, panel) = area.split_vertically(px(HEAD));
        let title = fitted(&format!("Learning rates of {}", self.net), &bold(17, INK), WIDTH - 32);
        head.draw(&Text::new(title, (px(16), px(14)), bold(17, INK)))?;
        let mut chart = chart::panel(&panel)
            .build_cartesian_2d((first..last).log_scale(), least - room..most + room)?;
        let mut mesh = chart.configure_mesh();
        chart::look(&mut mesh);
        mesh.x_desc("learning rate")
            .y_desc("smoothed loss")
            .x_labels(8)
            .y_labels(7)
            .x_label_formatter(&|rate| format!("{rate:.0e}"))
            .y_label_formatter(&|loss| format!("{loss:.2}"))
            .draw()?;
        if let Some(rate) = self.suggestion {
            let line = vec![(rate, least - room), (rate, most + room)];
            chart.draw_series(LineSeries::new(line, ORANGE.stroke_width(3)))?;
        }
        chart.draw_series(LineSeries::new(self.points.clone(), BLUE.stroke_width(4)))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pictures::canvas::tests::pixels_of;

    #[test]
    fn the_curve_and_the_suggestion_are_drawn() {
        let point = |step: i32| RatePoint {
            rate: 10.0_f64.powf(f64::from(step) / 10.0 - 7.0),
            loss: 3.0 - f64::from(step) / 40.0,
        };
        let points: Vec<_> = (0..70).map(point).collect();
        let picture = rates("A", &points, Some(1e-3));
        assert_eq!(picture.name, "A-lrfind");
        assert!(picture.alt.ends_with("falls most steeply at 1.0e-3"), "{}", picture.alt);
        for color in [BLUE, ORANGE] {
            assert!(pixels_of(color, &picture, 0..WIDTH, HEAD..HEIGHT) > 200);
        }
        // Nothing was learned: axes alone.
        let empty = rates("A", &[], None);
        assert_eq!(pixels_of(BLUE, &empty, 0..WIDTH, HEAD..HEIGHT), 0);
    }
}
