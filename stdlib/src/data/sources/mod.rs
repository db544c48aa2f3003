//! Where samples come from: a module for each source.

mod idx;
mod mnist;

use netlet_dsl::messages::{DataPlan, DataSource, Failure};

use super::store::Collection;

/// Reads what a source holds.
pub(super) fn read(plan: &DataPlan) -> Result<Collection, Failure> {
    match &plan.source {
        DataSource::FashionMnist { path: None } => mnist::fashion_sample(),
        DataSource::FashionMnist { path: Some(folder) } => mnist::fashion(folder),
        DataSource::Mnist { path: Some(folder) } => mnist::digits(folder),
        other => Err(Failure::new(format!("this source cannot be read yet: {other:?}"))),
    }
}
