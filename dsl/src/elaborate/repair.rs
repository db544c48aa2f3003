//! The one layer that would make two shapes fit, where there is one.

use crate::layers::Join;
use crate::shape::Shape;

/// The layer that gives `to` from `from`.
pub(super) fn projection(from: Shape, to: Shape) -> Option<String> {
    match (from, to) {
        (Shape::Features(_), Shape::Features(features)) => Some(format!("linear {features}")),
        (Shape::Map([before, height, width]), Shape::Map([channels, to_height, to_width])) => {
            if [height, width] == [to_height, to_width] {
                return Some(format!("conv {channels} 1x1"));
            }
            if let Some([down, across]) = strides([height, width], [to_height, to_width]) {
                let stride =
                    if down == across { down.to_string() } else { format!("{down}x{across}") };
                return Some(format!("conv {channels} 1x1 stride={stride}"));
            }
            let factor = factors([height, width], [to_height, to_width])?;
            (before == channels).then(|| format!("upsample {factor}"))
        }
        (Shape::Map(dims), Shape::Features(features)) => {
            let [channels, height, width] = dims;
            if channels == features {
                Some("globalavgpool".to_owned())
            } else {
                (channels * height * width == features).then(|| "flatten".to_owned())
            }
        }
        (Shape::Features(features), Shape::Map([channels, ..])) if features == channels => {
            Some(format!("reshape {channels}x1x1"))
        }
        _ => None,
    }
}

/// What to do about the body of a skip that gives `to` where `from` goes round it; `before` is what
/// goes into the shortcut, where there is one.
pub(super) fn fitting_skip(join: &Join, before: Option<Shape>, from: Shape, to: Shape) -> String {
    if let (Shape::Map([channels, ..]), Shape::Features(features)) = (from, to)
        && join.spreads()
        && channels == features
    {
        let layer = format!("reshape {channels}x1x1");
        return format!("let the body end with `{layer}`: a map of 1x1 spreads over the image");
    }
    let shortcut = projection(before.unwrap_or(from), to);
    match (shortcut, before, from, to) {
        (Some(layer), None, ..) => format!("project it with `via {{ {layer} }}`"),
        (Some(layer), Some(_), ..) => format!("let the shortcut be `via {{ {layer} }}`"),
        (None, _, Shape::Map([_, height, width]), Shape::Map(_)) => {
            format!("let the body keep {height}x{width}: its convolutions do with `pad=same`")
        }
        _ => format!("let the body end with a layer that gives {from}"),
    }
}

/// What to do about two branches that do not fit.
pub(super) fn fitting_branches(join: &Join, a: Shape, b: Shape) -> Option<String> {
    match (a, b) {
        (Shape::Map([channels, ..]), Shape::Map(_)) if a.extent() == b.extent() => {
            let one = "let all branches give the same channels";
            (!join.is_along_channels())
                .then(|| format!("{one}: `conv {channels} 1x1` brings any to {channels}"))
        }
        (Shape::Map(_), Shape::Map(_)) => Some(
            "let every branch keep the height and width: convolutions with `pad=same`, pools with \
             `stride=1` and half the window as `pad`"
                .to_owned(),
        ),
        (Shape::Features(_), Shape::Map(_)) | (Shape::Map(_), Shape::Features(_)) => {
            Some("let all branches give maps, or all vectors, with `flatten`".to_owned())
        }
        _ => None,
    }
}

/// What to do about two values that are to be joined, the first of them the current one.
pub(super) fn crop_or_resize(
    join: &Join,
    a: Shape,
    b: Shape,
    label: Option<&str>,
) -> Option<String> {
    let (Shape::Map([_, height, width]), Shape::Map([_, other_height, other_width])) = (a, b)
    else {
        return match (a, b) {
            (Shape::Features(features), Shape::Map([channels, ..]))
                if join.spreads() && features == channels =>
            {
                Some(format!(
                    "put `reshape {channels}x1x1` before the join: it spreads over the image"
                ))
            }
            (Shape::Features(_), Shape::Map(_)) | (Shape::Map(_), Shape::Features(_)) => {
                Some("make both vectors with `flatten`, or both maps".to_owned())
            }
            _ => projection(a, b).map(|layer| format!("put `{layer}` before the join")),
        };
    };
    let (size, other) = ([height, width], [other_height, other_width]);
    if size == other {
        let layer = projection(a, b)?;
        return (!join.is_along_channels()).then(|| format!("put `{layer}` before the join"));
    }
    if let Some(factor) = factors(size, other) {
        return Some(format!("put `upsample {factor}` before the join"));
    }
    let [to_height, to_width] = other;
    if size[0] >= other[0] && size[1] >= other[1] {
        return Some(format!("put `crop {to_height}x{to_width}` before the join"));
    }
    let one_off = (0..2).all(|axis| size[axis] <= other[axis] && other[axis] - size[axis] <= 1);
    if let Some(label) = label.filter(|_| !one_off && size[0] <= other[0] && size[1] <= other[1]) {
        let cropped = format!("| from {label} -> crop {height}x{width}");
        return Some(format!(
            "crop the larger one, as U-Net does, `{} {{ | {cropped} }}`, or let convolutions keep \
             the size with `pad=same`",
            join.signature.name
        ));
    }
    let odd = other.iter().find(|side| *side % 2 == 1).map_or(String::new(), |side| {
        format!(
            "; a pool of 2 drops the odd one of {side}, so an input that halves evenly would fit too"
        )
    });
    Some(format!("put `upsample to={to_height}x{to_width}` before the join{odd}"))
}

/// The strides with which a window of 1 gives `to` from `from`.
fn strides(from: [usize; 2], to: [usize; 2]) -> Option<[usize; 2]> {
    let stride = |axis: usize| {
        let stride = from[axis].div_ceil(to[axis]);
        (from[axis] >= to[axis] && (from[axis] - 1) / stride + 1 == to[axis]).then_some(stride)
    };
    Some([stride(0)?, stride(1)?])
}

/// How many times as large `to` is as `from`, where it is a whole number of times.
fn factors(from: [usize; 2], to: [usize; 2]) -> Option<String> {
    let factor = |axis: usize| to[axis].is_multiple_of(from[axis]).then_some(to[axis] / from[axis]);
    let (down, across) = (factor(0)?, factor(1)?);
    Some(if down == across { down.to_string() } else { format!("{down}x{across}") })
}
