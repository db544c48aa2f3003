//! Windows that slide over maps and volumes: output sizes as PyTorch rounds them.

use super::{Placement, Reach};
use crate::check::suggest::did_you_mean;
use crate::check::words;
use crate::diagnostic::{Code, Diagnostic};
use crate::shape::{dims_text, sides_text};
use crate::syntax::ast::Value;

/// A window with its steps, given for depth, height and width. On a map the depth is 1.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sliding {
    /// How many of the three axes count: 2 on maps, 3 on volumes.
    pub(super) axes: usize,
    pub(super) window: [usize; 3],
    pub(super) stride: [usize; 3],
    pub(super) dilation: [usize; 3],
    /// Padding before the first value of each axis.
    pub(super) before: [usize; 3],
    /// Padding behind the last.
    pub(super) after: [usize; 3],
    /// Whether a window that the input does not fill still counts.
    pub(super) ceil: bool,
}

/// The arithmetic of one side.
struct Side {
    size: usize,
    span: usize,
    stride: usize,
    before: usize,
    after: usize,
}

impl Sliding {
    /// Depth, height and width of the output. A window that does not fit is an error, one that does
    /// not tile evenly a warning, or an error where the network is strict.
    pub(super) fn output(&self, place: &mut Placement<'_>, size: [usize; 3]) -> Option<[usize; 3]> {
        let sides = [0, 1, 2].map(|axis| self.side(size, axis));
        let sides_that_count = &sides[3 - self.axes..];
        let counts = sides.each_ref().map(|side| side.count(self.ceil));
        if counts.contains(&None) {
            self.report_too_large(place, size, sides_that_count);
            return None;
        }
        if !self.ceil && sides.iter().any(|side| !side.is_even()) {
            report_uneven(place, sides_that_count);
        }
        let [depth, height, width] = counts;
        Some([depth?, height?, width?])
    }

    /// Values from the first to the last of a window.
    pub(super) fn span(&self, axis: usize) -> usize {
        self.dilation[axis] * (self.window[axis] - 1) + 1
    }

    /// What one value of the output sees.
    pub(super) fn reach(&self) -> Reach {
        let Self { window, stride, dilation, .. } = *self;
        Reach::Window { window, stride, dilation }
    }

    fn side(&self, size: [usize; 3], axis: usize) -> Side {
        Side {
            size: size[axis],
            span: self.span(axis),
            stride: self.stride[axis],
            before: self.before[axis],
            after: self.after[axis],
        }
    }

    fn report_too_large(&self, place: &mut Placement<'_>, size: [usize; 3], sides: &[Side]) {
        let call = place.arguments.call();
        let text = |dims: &[usize; 3]| dims_text(&dims[3 - self.axes..]);
        let mut window = format!("a window of {}", text(&self.window));
        if self.dilation != [1; 3] {
            let span = [0, 1, 2].map(|axis| self.span(axis));
            window += &format!(", dilated to {},", text(&span));
        }
        let size = text(&size);
        let headline = format!("{window} does not fit into {size}");
        let arises = format!("{} {size}", place.input.gives);
        let found = Diagnostic::error(Code::WindowTooLarge, call.span.clone(), headline)
            .label("window larger than its input")
            .also(place.input.span.clone(), arises)
            .note(format!("the output would be {}", arithmetic(sides)))
            .help(self.that_fits(sides));
        place.arguments.report(found);
    }

    /// What would fit in place of a window that does not.
    fn that_fits(&self, sides: &[Side]) -> String {
        let axes = 3 - self.axes..;
        let padded = |side: &Side| side.size + side.before + side.after;
        let most = |(side, window): (&Side, &usize)| match window {
            1 => usize::MAX,
            window => (padded(side) - 1) / (window - 1),
        };
        let dilation = sides.iter().zip(&self.window[axes.clone()]).map(most).min();
        if let Some(dilation @ 1..) = dilation.filter(|_| self.dilation != [1; 3]) {
            return format!("`dilation={dilation}` is the most that fits");
        }
        let room = sides.iter().zip(&self.window[axes.clone()]);
        let room = room.map(|(side, window)| padded(side).min(*window)).collect::<Vec<_>>();
        let lacks = |side: &Side| {
            let missing = side.span.saturating_sub(padded(side)).div_ceil(2);
            side.before.max(side.after) + missing
        };
        let pad = sides.iter().map(lacks).collect::<Vec<_>>();
        let (room, pad) = (dims_text(&room), sides_text(&pad));
        format!("take a window of {room} at most, or `pad={pad}`, or fewer poolings before it")
    }
}

impl Side {
    /// Places that the first window leaves over, `None` where it does not fit.
    fn room(&self) -> Option<usize> {
        (self.size + self.before + self.after).checked_sub(self.span)
    }

    fn is_even(&self) -> bool {
        self.room().is_some_and(|room| room % self.stride == 0)
    }

    /// Windows, as PyTorch counts them.
    fn count(&self, ceil: bool) -> Option<usize> {
        if !ceil {
            return Some(self.room()? / self.stride + 1);
        }
        // A window may reach over the end by less than a step, even the first one.
        let padded = self.size + self.before + self.after + self.stride - 1;
        let count = padded.checked_sub(self.span)? / self.stride + 1;
        // The last window must begin inside the input or the padding before it.
        let outside = (count - 1) * self.stride >= self.size + self.before;
        Some(count - usize::from(outside))
    }

    /// `(28 - 5 + 2*0)/2 + 1 = 12.5`
    fn arithmetic(&self) -> String {
        let Self { size, span, stride, before, after } = self;
        let padding =
            if before == after { format!("2*{before}") } else { format!("{before} + {after}") };
        let room = (*size + before + after) as f64 - *span as f64;
        let exact = format!("{:.2}", room / *stride as f64 + 1.0);
        let exact = exact.trim_end_matches('0').trim_end_matches('.');
        format!("({size} - {span} + {padding})/{stride} + 1 = {exact}")
    }
}

/// The arithmetic of all sides, once where they agree.
fn arithmetic(sides: &[Side]) -> String {
    let texts = sides.iter().map(Side::arithmetic).collect::<Vec<_>>();
    if texts.iter().all(|text| *text == texts[0]) {
        return texts[0].clone();
    }
    let names = &["deep", "high", "wide"][3 - sides.len()..];
    let named = texts.iter().zip(names).map(|(text, name)| format!("{text} {name}"));
    named.collect::<Vec<_>>().join(", ")
}

fn report_uneven(place: &mut Placement<'_>, sides: &[Side]) {
    let call = place.arguments.call();
    let headline = format!("`{call}` drops what fills no window: {}", arithmetic(sides));
    let counts = sides.iter().filter_map(|side| side.count(false)).collect::<Vec<_>>();
    let counts = dims_text(&counts);
    let found = if place.strict {
        Diagnostic::error(Code::UnevenWindow, call.span.clone(), headline)
            .label("does not tile its input")
            .also(place.input.span.clone(), arises(place, sides))
            .help(format!(
                "an input of {} would tile; without `strict` the rest is dropped",
                that_tile(sides)
            ))
    } else {
        Diagnostic::warning(Code::UnevenWindow, call.span.clone(), headline)
            .label(format!("rounded down to {counts}, as in PyTorch"))
            .also(place.input.span.clone(), arises(place, sides))
    };
    place.arguments.report(found);
}

/// Where the sizes of an input come from.
fn arises(place: &Placement<'_>, sides: &[Side]) -> String {
    let sizes = sides.iter().map(|side| side.size).collect::<Vec<_>>();
    format!("{} {}", place.input.gives, dims_text(&sizes))
}

/// The sizes next to those of an input that windows would tile: `27x27 or 29x29`.
fn that_tile(sides: &[Side]) -> String {
    let rest = |side: &Side| side.room().map_or(0, |room| room % side.stride);
    let below = sides.iter().map(|side| side.size.saturating_sub(rest(side))).collect::<Vec<_>>();
    let above = sides.iter().map(|side| match rest(side) {
        0 => side.size,
        rest => side.size + side.stride - rest,
    });
    let above = dims_text(&above.collect::<Vec<_>>());
    match below.contains(&0) {
        true => above,
        false => format!("{} or {above}", dims_text(&below)),
    }
}

/// The padding before and after each side, by `pad=`.
pub(super) fn padding(
    place: &mut Placement<'_>,
    axes: usize,
    window: [usize; 3],
    stride: [usize; 3],
    dilation: [usize; 3],
) -> Option<[[usize; 3]; 2]> {
    let value = place.arguments.value("pad")?;
    let Value::Path(word) = &value.value else {
        return place.arguments.amounts("pad", axes).map(|amounts| [amounts, amounts]);
    };
    // What the window spans beyond its first value.
    let reach = [0, 1, 2].map(|axis| dilation[axis] * (window[axis] - 1));
    match word.as_str() {
        "valid" => Some([[0; 3]; 2]),
        "full" => Some([reach; 2]),
        "same" if stride == [1; 3] => {
            // As PyTorch has it, the odd one goes below and to the right.
            let before = reach.map(|reach| reach / 2);
            Some([before, [0, 1, 2].map(|axis| reach[axis] - before[axis])])
        }
        "same" => {
            let halves = reach.map(|reach| reach / 2);
            let found = Diagnostic::error(
                Code::BadPadding,
                value.span.clone(),
                "`pad=same` needs `stride=1`, as in PyTorch",
            );
            let help = format!("with a stride, write `pad={}`", sides_text(&halves[3 - axes..]));
            place.arguments.report(found.label("has no meaning with a stride").help(help));
            None
        }
        _ => {
            let wanted = "`1`, `1x3` or the like, `same`, `valid` or `full`";
            place.arguments.bad_word::<()>("pad", &value, wanted);
            if let Some(help) = did_you_mean(word, words::PADDINGS) {
                place.arguments.help_last(help);
            }
            None
        }
    }
}

/// Sizes along the axes that count, as arguments of a type in Rust: `Kernel<5, 5>`.
pub(super) fn typed(name: &str, axes: usize, sizes: [usize; 3]) -> String {
    let sizes = sizes[3 - axes..].iter().map(usize::to_string).collect::<Vec<_>>().join(", ");
    let three = if axes == 3 { "3" } else { "" };
    format!("{name}{three}<{sizes}>")
}
