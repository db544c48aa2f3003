//! The feature maps of a layer.

use netlet_dsl::messages::Picture;

use super::canvas::{INK, PALE_INK};
use super::colormap::VIRIDIS;
use super::foot::Foot;
use super::numbers::{counted, plural, short};
use super::planes::{Range, plane};
use super::sheet::{Block, Line, Sheet, Tile};

/// The most channels that are shown.
const MOST: usize = 64;
/// How large a map is: at least, and at most; of one value, a small field.
const SIDE: u32 = 72;
const LARGEST: u32 = 160;
const FIELD: u32 = 36;
/// The most channels that are listed in words.
const LISTED: usize = 8;

/// What the numbers of feature maps are compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scaling {
    /// Each channel's darkest and brightest are its own.
    Own,
    /// They are the same for all channels, and a scale gives their numbers.
    Common,
}

/// Draws the channels that `layer` of `net` makes of one sample: `values`, of `shape` = channels, rows,
/// columns, or features alone, or channels, slices, rows, columns, whose slices stand below one
/// another. Channels of one value are always compared. `name` is the picture's.
///
/// # Panics
/// When there are not as many values as the shape says.
pub fn features(
    name: &str,
    [net, layer]: [&str; 2],
    values: &[f32],
    shape: &[usize],
    scaling: Scaling,
) -> Picture {
    let [channels, rows, columns] = planes(shape);
    assert_eq!(values.len(), channels * rows * columns, "values of the shape");
    let scaling = if rows * columns == 1 { Scaling::Common } else { scaling };
    let all = Range::of(values);
    let shown: Vec<&[f32]> = values.chunks(rows * columns).take(MOST).collect();
    let blocks = (shown.iter().enumerate()).map(|(number, values)| {
        let range = if scaling == Scaling::Own { Range::of(values) } else { all };
        let image = plane(values, [rows, columns], range.ascending(), &VIRIDIS);
        let tile = match values.len() {
            1 => Tile::new(image, FIELD, FIELD),
            _ => Tile::new(image, SIDE, LARGEST),
        };
        Block { tiles: vec![tile], lines: lines(number, values), ..Block::default() }
    });
    let sheet = Sheet {
        title: title(net, layer, shape),
        subtitle: subtitle(channels, scaling),
        blocks: blocks.collect(),
        text_width: SIDE,
        foot: match scaling {
            Scaling::Own => Foot::Empty,
            Scaling::Common => Foot::Scale(all.scale(VIRIDIS, "value")),
        },
        ..Sheet::default()
    };
    sheet.picture(name, in_words(net, layer, shape, values))
}

/// Channels, rows and columns of any shape.
fn planes(shape: &[usize]) -> [usize; 3] {
    match *shape {
        [channels, rows, columns] => [channels, rows, columns],
        [channels, slices, rows, columns] => [channels, slices * rows, columns],
        [rows, columns] => [1, rows, columns],
        _ => [shape.iter().product(), 1, 1],
    }
}

fn title(net: &str, layer: &str, shape: &[usize]) -> String {
    let shape: Vec<String> = shape.iter().map(usize::to_string).collect();
    format!("{layer} of {net}: {}", shape.join("x"))
}

fn subtitle(channels: usize, scaling: Scaling) -> String {
    let scale = match scaling {
        Scaling::Own => "each on a scale of its own",
        Scaling::Common => "all on one scale",
    };
    match channels {
        1 => "1 channel".into(),
        _ => format!("{}, {scale}", counted(channels, MOST, "channel")),
    }
}

/// The number of a channel, and what is special about it.
fn lines(number: usize, values: &[f32]) -> Vec<Line> {
    let range = Range::of(values);
    let (text, color) = if values.iter().any(|value| !value.is_finite()) {
        (format!("{number}: not finite"), INK)
    } else if range.is_flat() && values.len() > 1 {
        (format!("{number}: all {}", short(range.low)), PALE_INK)
    } else if values.len() == 1 {
        (format!("{number}: {}", short(range.low)), INK)
    } else {
        (number.to_string(), INK)
    };
    vec![Line::new(text, color)]
}

fn in_words(net: &str, layer: &str, shape: &[usize], values: &[f32]) -> String {
    let [channels, rows, columns] = planes(shape);
    let all = Range::of(values);
    let maps: Vec<&[f32]> = values.chunks(rows * columns).collect();
    let mut words = format!(
        "Feature maps, {}, {} of {rows}x{columns}, values from {} to {}",
        title(net, layer, shape),
        plural(channels, "channel"),
        short(all.low),
        short(all.high)
    );
    if channels > MOST {
        words += &format!(", the first {MOST} shown");
    }
    let zeros = maps.iter().filter(|map| map.iter().all(|value| *value == 0.0)).count();
    if zeros > 0 {
        words += &format!("; 0 everywhere in {}", plural(zeros, "channel"));
    }
    let bad = values.iter().filter(|value| !value.is_finite()).count();
    if bad > 0 {
        words += &format!("; not finite: {}", plural(bad, "value"));
    }
    let mean =
        |map: &[f32]| map.iter().map(|value| f64::from(*value)).sum::<f64>() / map.len() as f64;
    let mut means: Vec<(usize, f64)> = maps.iter().map(|map| mean(map)).enumerate().collect();
    means.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    let top =
        means.iter().take(LISTED).map(|(number, mean)| format!("{number} ({})", short(*mean)));
    words + &format!("; largest means in channels {}", top.collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pictures::canvas::tests::decoded;
    use crate::pictures::sheet::{GAP, HEAD, MARGIN};

    /// Two channels of 2x2: one from 0 to 3, one from 0 to 30.
    const VALUES: [f32; 8] = [0.0, 1.0, 2.0, 3.0, 0.0, 10.0, 20.0, 30.0];

    /// The colour in the middle of a value of a channel.
    fn color(picture: &Picture, channel: u32, [row, column]: [u32; 2]) -> [u8; 3] {
        let (x, y) = (MARGIN + channel * (SIDE + GAP), MARGIN + HEAD);
        decoded(picture).get_pixel(x + 18 + 36 * column, y + 18 + 36 * row).0
    }

    #[test]
    fn channels_have_a_scale_of_their_own_or_a_common_one() {
        let own = features("f", ["A", "conv1"], &VALUES, &[2, 2, 2], Scaling::Own);
        let common = features("f", ["A", "conv1"], &VALUES, &[2, 2, 2], Scaling::Common);
        for channel in 0..2 {
            assert_eq!(color(&own, channel, [0, 0]), VIRIDIS.at(0.0));
            assert_eq!(color(&own, channel, [1, 1]), VIRIDIS.at(1.0));
        }
        assert_eq!(color(&common, 0, [1, 1]), VIRIDIS.at(0.1));
        assert_eq!(color(&common, 1, [1, 1]), VIRIDIS.at(1.0));
        assert!(common.height > own.height, "the scale takes room");
    }

    #[test]
    fn many_channels_are_shown_in_part() {
        let picture = features("f", ["A", "conv1"], &[1.0; 400], &[100, 2, 2], Scaling::Own);
        assert!(picture.alt.contains("100 channels of 2x2"), "{}", picture.alt);
        assert!(picture.alt.contains("the first 64 shown"), "{}", picture.alt);
        assert_eq!(
            subtitle(100, Scaling::Own),
            "the first 64 of 100 channels, each on a scale of its own"
        );
    }

    #[test]
    fn dead_and_broken_channels_are_named() {
        let text = |values: &[f32]| lines(3, values).swap_remove(0).text;
        assert_eq!(text(&[0.0; 4]), "3: all 0");
        assert_eq!(text(&[0.0, f32::NAN]), "3: not finite");
        assert_eq!(text(&[0.5]), "3: 0.5");
        assert_eq!(text(&[0.5, 1.0]), "3");
        let values = [0.0, 0.0, 2.0, 4.0, 1.0, f32::NAN];
        let alt = features("f", ["A", "relu"], &values, &[3, 1, 2], Scaling::Own).alt;
        assert!(alt.contains("; 0 everywhere in 1 channel; not finite: 1 value; "), "{alt}");
    }

    #[test]
    fn features_alone_are_fields_on_one_scale() {
        let picture = features("f", ["A", "linear1"], &[0.0, 1.0, 4.0], &[3], Scaling::Own);
        let image = decoded(&picture);
        for (number, part) in (0..).zip([0.0, 0.25, 1.0]) {
            let x = MARGIN + number * (SIDE + GAP) + SIDE / 2;
            assert_eq!(image.get_pixel(x, MARGIN + HEAD + 18).0, VIRIDIS.at(part));
        }
    }
}
