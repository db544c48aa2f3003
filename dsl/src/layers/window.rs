//! Windows that slide over a feature map: output sizes as PyTorch rounds them.

use super::Placement;
use crate::diagnostic::{Code, Diagnostic};
use crate::shape::dims_text;

/// A window with its steps, given for height and width.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sliding {
    pub(super) window: [usize; 2],
    pub(super) stride: [usize; 2],
    pub(super) dilation: [usize; 2],
    /// Padding above and to the left.
    pub(super) before: [usize; 2],
    /// Padding below and to the right.
    pub(super) after: [usize; 2],
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
    /// Height and width of the output. A window that does not fit is an error, one that does not
    /// tile evenly a warning.
    pub(super) fn output(&self, place: &mut Placement<'_>, size: [usize; 2]) -> Option<[usize; 2]> {
        let sides = [self.side(size, 0), self.side(size, 1)];
        if sides.iter().any(|side| side.room().is_none()) {
            self.report_too_large(place, size, &sides);
            return None;
        }
        if !self.ceil && sides.iter().any(|side| !side.is_even()) {
            report_uneven(place, &sides);
        }
        let [height, width] = sides;
        Some([height.count(self.ceil)?, width.count(self.ceil)?])
    }

    /// Values from the first to the last of a window.
    pub(super) fn span(&self, axis: usize) -> usize {
        self.dilation[axis] * (self.window[axis] - 1) + 1
    }

    fn side(&self, size: [usize; 2], axis: usize) -> Side {
        Side {
            size: size[axis],
            span: self.span(axis),
            stride: self.stride[axis],
            before: self.before[axis],
            after: self.after[axis],
        }
    }

    fn report_too_large(&self, place: &mut Placement<'_>, size: [usize; 2], sides: &[Side; 2]) {
        let call = place.arguments.call();
        let mut window = format!("a window of {}", dims_text(&self.window));
        if self.dilation != [1, 1] {
            let span = [self.span(0), self.span(1)];
            window += &format!(", dilated to {},", dims_text(&span));
        }
        let size = dims_text(&size);
        let headline = format!("{window} does not fit into {size}");
        let arises = format!("{} {size}", place.input.gives);
        let found = Diagnostic::error(Code::WindowTooLarge, call.span.clone(), headline)
            .label("window larger than its input")
            .also(place.input.span.clone(), arises)
            .note(format!("the output would be {}", arithmetic(sides)))
            .help("take a smaller window, more padding, or fewer poolings before it");
        place.arguments.report(found);
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
        let room = self.room()?;
        if !ceil {
            return Some(room / self.stride + 1);
        }
        let count = room.div_ceil(self.stride) + 1;
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

/// The arithmetic of both sides, once where they agree.
fn arithmetic([height, width]: &[Side; 2]) -> String {
    let (down, across) = (height.arithmetic(), width.arithmetic());
    if down == across { down } else { format!("{down} high, {across} wide") }
}

fn report_uneven(place: &mut Placement<'_>, sides: &[Side; 2]) {
    let call = place.arguments.call();
    let headline = format!("`{call}` drops what fills no window: {}", arithmetic(sides));
    let found = Diagnostic::warning(Code::UnevenWindow, call.span.clone(), headline);
    place.arguments.report(found.label("rounded down, as in PyTorch"));
}
