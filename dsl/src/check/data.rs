//! The sources of data sets.

use std::path::PathBuf;

use super::arguments::{Arguments, not_yet};
use super::signature::{Rest, Signature};
use super::suggest::did_you_mean;
use crate::diagnostic::{Code, Diagnostic};
use crate::messages::DataSource;
use crate::syntax::ast::Data;

/// A source of data.
struct Source {
    signature: Signature<'static>,
    build: fn(&mut Arguments<'_>) -> Option<DataSource>,
}

const SOURCES: &[Source] = &[
    Source {
        signature: Signature::new("fashion_mnist", &[]).rest(Rest::Optional("folder")),
        build: |arguments| {
            let path = match arguments.value("folder") {
                Some(folder) => Some(PathBuf::from(arguments.text("folder", &folder)?)),
                None => None,
            };
            Some(DataSource::FashionMnist { path })
        },
    },
    Source {
        signature: Signature::new("mnist", &["folder"]),
        build: |arguments| {
            let folder = arguments.value("folder")?;
            let path = PathBuf::from(arguments.text("folder", &folder)?);
            Some(DataSource::Mnist { path })
        },
    },
];

/// Sources that the language has and this version does not.
const LATER: &[&str] =
    &["cifar10", "cifar100", "coco", "csv", "images", "masks", "noise", "npz", "svhn", "voc"];

/// Every source with how it is written.
pub(crate) fn source_signatures() -> impl Iterator<Item = (&'static str, String)> {
    SOURCES.iter().map(|source| (source.signature.name, source.signature.to_string()))
}

/// The source of a definition, unless there are errors.
pub(super) fn source(data: &Data, diagnostics: &mut Vec<Diagnostic>) -> Option<DataSource> {
    if let Some(transform) = data.transforms.first() {
        diagnostics.push(not_yet("a transform of data", transform.span.clone()));
    }
    let name = &data.source.name;
    let Some(source) = SOURCES.iter().find(|source| source.signature.name == name.value) else {
        diagnostics.push(if LATER.contains(&name.value.as_str()) {
            not_yet(&format!("the source `{}`", name.value), name.span.clone())
        } else {
            let known = SOURCES.iter().map(|source| source.signature.name);
            let help = did_you_mean(&name.value, known.chain(LATER.iter().copied()));
            let headline = format!("there is no data source `{}`", name.value);
            Diagnostic::error(Code::UnknownSource, name.span.clone(), headline)
                .label("unknown source")
                .help(help.unwrap_or("there are `fashion_mnist` and `mnist`".to_owned()))
        });
        return None;
    };
    let mut arguments = Arguments::bind(&source.signature, &data.source, diagnostics);
    (source.build)(&mut arguments)
}
