//! Data sets: where samples come from, what is done to them, and what that says of their shapes.

mod facts;
mod sources;
mod transforms;

use crate::diagnostic::{Code, Diagnostic};
use crate::messages::DataPlan;
use crate::syntax::ast::{Call, Data};

pub use facts::DataSet;
pub(crate) use sources::source_signatures;
pub(crate) use transforms::transform_signatures;

/// What a definition says, unless there are errors.
pub(super) fn plan(data: &Data, diagnostics: &mut Vec<Diagnostic>) -> Option<DataPlan> {
    let before = diagnostics.len();
    let plan = sources::plan(&data.source, diagnostics);
    let transforms = data.transforms.iter().map(|call| transforms::transform(call, diagnostics));
    let transforms = transforms.collect::<Vec<_>>();
    let transforms = transforms.into_iter().collect::<Option<Vec<_>>>();
    let plan = DataPlan { transforms: transforms?, ..plan? };
    // What a transform needs of the samples before it.
    let mut facts = facts::Facts::of(&plan);
    for (transform, call) in plan.transforms.iter().zip(&data.transforms) {
        if let Some(misfit) = facts.misfit(transform) {
            diagnostics.push(misfit_of(misfit, call));
            return None;
        }
        facts.change(transform);
    }
    (diagnostics.len() == before).then_some(plan)
}

fn misfit_of(misfit: facts::Misfit, call: &Call) -> Diagnostic {
    Diagnostic::error(Code::BadTransform, call.span.clone(), misfit.headline)
        .label(misfit.label)
        .help(misfit.help)
}
