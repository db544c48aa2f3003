//! The sources of data sets: a table with one entry each.

use std::path::PathBuf;

use crate::check::arguments::Arguments;
use crate::check::signature::{Rest, Signature};
use crate::check::suggest::did_you_mean_one;
use crate::check::words;
use crate::diagnostic::{Code, Diagnostic};
use crate::messages::{DataPlan, DataSource, OnBad};
use crate::syntax::ast::{Call, Value};

/// A source of data.
struct Source {
    signature: Signature<'static>,
    build: fn(&mut Arguments<'_>) -> Option<DataSource>,
}

/// The keys of all sources.
const KEYS: &[(&str, &str)] = &[("only", "all"), ("split", "none"), ("onbad", "stop")];
/// The keys of sources whose files have a place of their own on the net.
const PUBLISHED: &[(&str, &str)] =
    &[("only", "all"), ("split", "none"), ("onbad", "stop"), ("download", "no")];

const SOURCES: &[Source] = &[
    published("fashion_mnist", |it| Some(DataSource::FashionMnist { path: folder(it)? })),
    published("mnist", |it| Some(DataSource::Mnist { path: folder(it)? })),
    published("cifar10", |it| Some(DataSource::Cifar10 { path: folder(it)? })),
    published("cifar100", |it| Some(DataSource::Cifar100 { path: folder(it)? })),
    published("svhn", |it| Some(DataSource::Svhn { path: folder(it)? })),
    Source {
        signature: Signature::new("images", &["folder"]).keys(KEYS),
        build: |it| Some(DataSource::Images { path: path(it, "folder")? }),
    },
    Source {
        signature: Signature::new("masks", &["pictures", "masks"]).keys(&[
            ("classes", "none"),
            ("ignore", "none"),
            ("only", "all"),
            ("split", "none"),
            ("onbad", "stop"),
        ]),
        build: masks,
    },
    Source {
        signature: Signature::new("voc", &["folder"]).keys(KEYS),
        build: |it| Some(DataSource::Voc { path: path(it, "folder")? }),
    },
    Source {
        signature: Signature::new("coco", &["pictures", "annotations"]).keys(&[
            ("masks", "no"),
            ("only", "all"),
            ("split", "none"),
            ("onbad", "stop"),
        ]),
        build: |it| {
            let (pictures, annotations) = (path(it, "pictures"), path(it, "annotations"));
            let masks = it.flag("masks")?;
            Some(DataSource::Coco { pictures: pictures?, annotations: annotations?, masks })
        },
    },
    Source {
        signature: Signature::new("csv", &["file"]).keys(&[
            ("label", "last"),
            ("only", "all"),
            ("split", "none"),
            ("onbad", "stop"),
        ]),
        build: |it| {
            let label = if it.has("label") { Some(column(it)?) } else { None };
            Some(DataSource::Csv { path: path(it, "file")?, label })
        },
    },
    Source {
        signature: Signature::new("npz", &["file"]).keys(KEYS),
        build: |it| Some(DataSource::Npz { path: path(it, "file")? }),
    },
    Source {
        signature: Signature::new("noise", &["shape"]).keys(&[("count", "1000")]),
        build: |it| {
            let (shape, count) = (it.dims("shape"), it.count("count"));
            Some(DataSource::Noise { shape: shape?, count: count? })
        },
    },
];

const fn published(
    name: &'static str,
    build: fn(&mut Arguments<'_>) -> Option<DataSource>,
) -> Source {
    let signature = Signature::new(name, &[]).rest(Rest::Optional("folder")).keys(PUBLISHED);
    Source { signature, build }
}

/// How each source is written.
pub(crate) fn source_signatures() -> impl Iterator<Item = &'static Signature<'static>> {
    SOURCES.iter().map(|source| &source.signature)
}

/// The source with its keys, unless there are errors.
pub(super) fn plan(call: &Call, diagnostics: &mut Vec<Diagnostic>) -> Option<DataPlan> {
    let name = &call.name;
    let Some(source) = SOURCES.iter().find(|source| source.signature.name == name.value) else {
        let help = did_you_mean_one(&name.value, SOURCES.iter().map(|it| it.signature.name));
        let headline = format!("there is no data source `{}`", name.value);
        let found = Diagnostic::error(Code::UnknownSource, name.span.clone(), headline);
        diagnostics.push(found.label("unknown source").help(help));
        return None;
    };
    let before = diagnostics.len();
    let mut arguments = Arguments::bind(&source.signature, call, diagnostics);
    let (found, keys) = ((source.build)(&mut arguments), keys(&mut arguments));
    let (only, split, on_bad, download) = keys?;
    let plan = DataPlan { source: found?, only, split, on_bad, download, transforms: Vec::new() };
    (diagnostics.len() == before).then_some(plan)
}

type Keys = (Vec<String>, Option<f64>, OnBad, bool);

fn keys(arguments: &mut Arguments<'_>) -> Option<Keys> {
    let only = if arguments.has("only") { names(arguments, "only") } else { Some(Vec::new()) };
    let part = "a part above 0 and below 1, such as `0.2`";
    let split = if arguments.has("split") {
        arguments.number("split", part, |it| 0.0 < it && it < 1.0).map(Some)
    } else {
        Some(None)
    };
    let on_bad = if arguments.has("onbad") {
        arguments.choice("onbad", &words::ON_BAD).map(|it| [OnBad::Stop, OnBad::Skip][it])
    } else {
        Some(OnBad::Stop)
    };
    let download = if arguments.has("download") { arguments.flag("download") } else { Some(false) };
    Some((only?, split?, on_bad?, download?))
}

/// The names in a list, or one alone.
fn names(arguments: &mut Arguments<'_>, key: &str) -> Option<Vec<String>> {
    let value = arguments.value(key)?;
    let one = |value: &Value| match value {
        Value::Path(name) | Value::Text(name) => Some(name.clone()),
        Value::Integer(number) => Some(number.to_string()),
        _ => None,
    };
    let names = match &value.value {
        Value::List(items) => items.iter().map(|item| one(&item.value)).collect(),
        other => one(other).map(|name| vec![name]),
    };
    match names {
        Some(names) if !names.is_empty() => Some(names),
        _ => arguments.bad(key, &value, "a list of classes, such as `[cat, dog]`"),
    }
}

/// The folder, if one is given.
fn folder(arguments: &mut Arguments<'_>) -> Option<Option<PathBuf>> {
    match arguments.rest().first() {
        Some(folder) => Some(Some(PathBuf::from(arguments.text("folder", folder)?))),
        None => Some(None),
    }
}

fn path(arguments: &mut Arguments<'_>, name: &str) -> Option<PathBuf> {
    let value = arguments.value(name)?;
    Some(PathBuf::from(arguments.text(name, &value)?))
}

/// The name of a column.
fn column(arguments: &mut Arguments<'_>) -> Option<String> {
    let value = arguments.value("label")?;
    match &value.value {
        Value::Path(name) | Value::Text(name) => Some(name.clone()),
        _ => arguments.bad("label", &value, "the name of a column"),
    }
}

fn masks(arguments: &mut Arguments<'_>) -> Option<DataSource> {
    let (pictures, masks) = (path(arguments, "pictures"), path(arguments, "masks"));
    let classes =
        if arguments.has("classes") { arguments.count("classes").map(Some) } else { Some(None) };
    let ignore =
        if arguments.has("ignore") { arguments.whole("ignore").map(Some) } else { Some(None) };
    // A pixel of a map is a byte, and one value stands for what is left out.
    let most = 255;
    if let Some(Some(count)) = classes
        && count > most
    {
        let value = arguments.value("classes")?;
        return arguments.bad("classes", &value, "at most 255");
    }
    let ignore = ignore?.and_then(|ignore| usize::try_from(ignore).ok());
    Some(DataSource::Masks { pictures: pictures?, masks: masks?, classes: classes?, ignore })
}
