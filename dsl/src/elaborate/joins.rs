//! Joins: of labels, of branches, and around the body of a skip.

use super::draft::Draft;
use super::labels::Operand;
use super::repair::{crop_or_resize, fitting_branches, fitting_skip};
use super::steps::title;
use crate::check::arguments::Arguments;
use crate::check::suggest::did_you_mean;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::layers::{Built, JOINS, Join, join};
use crate::syntax::ast::{Call, Name, Skip, Step};

/// What a join is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sides {
    /// The current value and labelled ones.
    Labels,
    /// Branches.
    Branches,
}

impl<'a> Draft<'a> {
    /// The current value and labelled ones, joined.
    pub(super) fn join_labels(
        &mut self,
        join: &'static Join,
        call: &Call,
        step: &Step,
        path: Option<String>,
    ) {
        let before = self.diagnostics.len();
        let arguments = Arguments::bind(&join.signature, call, &mut self.diagnostics);
        let labels = arguments.rest().into_iter().cloned().collect::<Vec<_>>();
        if let Some(found) = self.diagnostics.get_mut(before).filter(|_| labels.is_empty()) {
            let name = join.signature.name;
            found.help = Some(format!(
                "name what joins the current value, `{name} enc1`, or write branches: `{name} {{ | \
                 ... | ... }}`"
            ));
        }
        let labelled = labels.iter().map(|label| self.label_argument(label)).collect::<Vec<_>>();
        let labelled = labelled.into_iter().collect::<Option<Vec<_>>>();
        let Some(labelled) = labelled.filter(|labelled| !labelled.is_empty()) else {
            return self.push_broken(call, step, path);
        };
        let operands = self.operand().into_iter().chain(labelled).collect::<Vec<_>>();
        let inputs = operands.iter().map(|operand| operand.node).collect();
        let built = self.joined(join, &operands, &call.span, Sides::Labels);
        self.push(title(call, step, path), inputs, built);
    }

    /// Several values as one. Two that do not fit are reported at `span`.
    pub(super) fn joined(
        &mut self,
        join: &'static Join,
        operands: &[Operand],
        span: &Span,
        sides: Sides,
    ) -> Built {
        let shapes = operands.iter().map(|operand| operand.shape).collect::<Option<Vec<_>>>();
        let Some(shapes) = shapes else { return Built::default() };
        match join.of(&shapes) {
            Ok(built) => built,
            Err([first, second]) => {
                let name = join.signature.name;
                let (a, b) = (shapes[first], shapes[second]);
                let headline = format!("`{name}` cannot join {a} and {b}");
                let mut found = Diagnostic::error(Code::JoinMismatch, span.clone(), headline)
                    .label(join.must_agree())
                    .also(operands[first].span.clone(), format!("{} {a}", operands[first].gives));
                if operands[second].span != operands[first].span {
                    let text = format!("{} {b}", operands[second].gives);
                    found = found.also(operands[second].span.clone(), text);
                }
                let pair = [&operands[first], &operands[second]];
                let found = self.where_extents_arose(found, pair);
                let found = found.note(aligned(&a.to_string(), &b.to_string()));
                let help = match sides {
                    Sides::Labels => crop_or_resize(join, a, b, self.label_of(pair[1])),
                    Sides::Branches => fitting_branches(join, a, b),
                };
                self.report(found.maybe_help(help));
                Built::default()
            }
        }
    }

    /// What goes round the body of a skip, and what the body gives.
    /// `before` is what goes into a shortcut, where there is one.
    pub(super) fn join_skip(
        &mut self,
        skip: &Skip,
        before: Option<&Operand>,
        carried: &Operand,
        after: &Operand,
    ) -> Built {
        let name = &skip.join;
        let Some(join) = join(&name.value) else {
            self.no_such_join(name);
            return Built::default();
        };
        let Some(shapes) = carried.shape.zip(after.shape) else { return Built::default() };
        let (from, to) = shapes;
        let before = before.and_then(|before| before.shape);
        if let Ok(built) = join.of(&[from, to]) {
            return built;
        }
        let round = if before.is_some() { "the shortcut gives" } else { "the skip carries" };
        let headline = format!("the body of `skip` gives {to}, but {round} {from}");
        let help = fitting_skip(join, before, from, to);
        let found = Diagnostic::error(Code::JoinMismatch, name.span.clone(), headline)
            .label(format!("cannot {} {to} and {from}", join.verb()))
            .also(after.span.clone(), format!("{} {to}", after.gives))
            .also(carried.span.clone(), format!("{} {from}", carried.gives))
            .note(aligned(&to.to_string(), &from.to_string()))
            .help(help);
        let found = self.where_extents_arose(found, [after, carried]);
        self.report(found);
        Built::default()
    }

    /// Points to the layers that two values of other sizes have them from.
    fn where_extents_arose(&self, mut found: Diagnostic, operands: [&Operand; 2]) -> Diagnostic {
        let [a, b] = operands.map(|operand| operand.shape.and_then(|shape| shape.extent()));
        if a != b {
            for (span, text) in operands.into_iter().filter_map(|it| self.extent_origin(it)) {
                if found.secondary.iter().all(|label| label.span != span) {
                    found = found.also(span, text);
                }
            }
        }
        found
    }

    pub(super) fn no_such_join(&mut self, name: &Name) {
        let known = JOINS.iter().map(|join| join.signature.name);
        let headline = format!("there is no join `{}`", name.value);
        let help = did_you_mean(&name.value, known)
            .unwrap_or_else(|| "there are `add`, `mul`, `mean`, `max` and `concat`".to_owned());
        let found = Diagnostic::error(Code::UnknownJoin, name.span.clone(), headline);
        self.report(found.label("unknown join").help(help));
    }
}

/// Two shapes one under the other, dimension by dimension.
fn aligned(first: &str, second: &str) -> String {
    let [first, second] = [first, second].map(|shape| shape.split('x').collect::<Vec<_>>());
    if first.len() != second.len() {
        return format!("{}\n{}", first.join(" x "), second.join(" x "));
    }
    let width = |place: usize| first[place].len().max(second[place].len());
    let row = |dims: &[&str]| {
        let cells = dims.iter().enumerate().map(|(place, dim)| format!("{dim:>0$}", width(place)));
        cells.collect::<Vec<_>>().join(" x ")
    };
    let marks = (0..first.len()).map(|place| {
        let mark = if first[place] == second[place] { " " } else { "^" };
        mark.repeat(width(place))
    });
    let marks = marks.collect::<Vec<_>>().join("   ");
    format!("{}\n{}\n{}", row(&first), row(&second), marks.trim_end())
}
