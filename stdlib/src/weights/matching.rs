//! Which tensor of a file goes to which of a network, and what to say when they do not fit.

use std::borrow::Cow;
use std::collections::BTreeMap;

use netlet_dsl::messages::{Failure, Matching};

use super::Wanted;
use super::file::Stored;
use crate::train::is_in_part;

/// How many tensors that do not fit are shown with their shapes.
const SHOWN: usize = 6;
/// What PyTorch's parallel wrappers put before every name.
const WRAPPER: &str = "module.";

/// For each tensor of a network, the place of the file's.
///
/// Integers are passed over, since no weights are such: PyTorch's counts of batches among them.
///
/// # Errors
/// When they do not fit one to one, shape by shape. The failure tells of all that does not fit. Where
/// only a `part` of the network is wanted, the file may have more.
pub(super) fn matched(
    wanted: &[Wanted],
    stored: &[Stored],
    matching: Matching,
    part: Option<&str>,
) -> Result<Vec<usize>, Failure> {
    match matching {
        Matching::Name => by_name(wanted, stored, part),
        Matching::Order => by_order(wanted, stored, part),
    }
}

/// What does not fit: a tensor of the network, one of the file, or both.
#[derive(Clone, Copy)]
struct Misfit<'a> {
    wanted: Option<&'a Wanted>,
    stored: Option<(&'a str, &'a Stored)>,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Shape,
    Numbers,
    /// No tensor of the file has that name; the one that is shown has the nearest.
    Missing,
    /// Nothing in the network takes it.
    Extra,
}

fn by_name(
    wanted: &[Wanted],
    stored: &[Stored],
    part: Option<&str>,
) -> Result<Vec<usize>, Failure> {
    let names = names(wanted, stored, part);
    let mut left: BTreeMap<&str, usize> =
        names.iter().enumerate().map(|(place, name)| (&**name, place)).collect();
    let named = |place: usize| (&*names[place], &stored[place]);
    let mut places = Vec::new();
    let (mut misfits, mut missing) = (Vec::new(), Vec::new());
    for tensor in wanted {
        match left.remove(tensor.path.as_str()) {
            Some(place) => {
                misfits.extend(misfit(tensor, named(place)));
                places.push(place);
            }
            None => missing.push(tensor),
        }
    }
    // In the order of the file, not of its names.
    let mut left: Vec<usize> = left.into_values().collect();
    left.retain(|&place| !is_passed_over(&stored[place]));
    left.sort_unstable();
    for (index, tensor) in missing.into_iter().enumerate() {
        // What is not shown needs no search.
        let near = (index < SHOWN)
            .then(|| nearest(tensor, left.iter().map(|&place| (place, named(place)))));
        let near = near.flatten();
        left.retain(|it| Some(*it) != near);
        let stored = near.map(named);
        misfits.push(Misfit { wanted: Some(tensor), stored, kind: Kind::Missing });
    }
    if part.is_some() {
        left.clear();
    }
    misfits.extend(left.into_iter().map(|place| {
        let stored = Some(named(place));
        Misfit { wanted: None, stored, kind: Kind::Extra }
    }));
    let help = "`match=order` goes by the order of the tensors instead of their names";
    unless(&misfits, places).map_err(|failure| failure.help(help))
}

fn by_order(
    wanted: &[Wanted],
    stored: &[Stored],
    part: Option<&str>,
) -> Result<Vec<usize>, Failure> {
    let mut places: Vec<usize> =
        (0..stored.len()).filter(|&place| !is_passed_over(&stored[place])).collect();
    if let Some(part) = part {
        let is_of_part = |place: &usize| is_in_part(&stored[*place].name, part);
        if places.iter().any(is_of_part) {
            places.retain(is_of_part);
        }
        places.truncate(wanted.len());
    }
    let named = |place: usize| (stored[place].name.as_str(), &stored[place]);
    let pairs = wanted.iter().zip(&places);
    let mut misfits: Vec<_> =
        pairs.filter_map(|(tensor, &place)| misfit(tensor, named(place))).collect();
    misfits.extend(wanted.iter().skip(places.len()).map(|tensor| {
        let wanted = Some(tensor);
        Misfit { wanted, stored: None, kind: Kind::Missing }
    }));
    misfits.extend(places.iter().skip(wanted.len()).map(|&place| {
        let stored = Some(named(place));
        Misfit { wanted: None, stored, kind: Kind::Extra }
    }));
    let counts = [wanted.len(), places.len()];
    unless(&misfits, places).map_err(|failure| {
        let [here, there] = counts;
        let failure = match here == there {
            true => failure,
            false => failure.note(format!(
                "the network has {here} tensors, the file {there} that are no integers"
            )),
        };
        failure.help(
            "the network must have the layers of the model in PyTorch, in the order in which that \
             defines them",
        )
    })
}

/// The names of a file's tensors as the network has them: without the wrapper's, if all have it and
/// the network does not, and with that of the `part` that they are of, if none has it.
fn names<'a>(wanted: &[Wanted], stored: &'a [Stored], part: Option<&str>) -> Vec<Cow<'a, str>> {
    let is_wrapped = stored.iter().all(|tensor| tensor.name.starts_with(WRAPPER))
        && !wanted.iter().any(|tensor| tensor.path.starts_with(WRAPPER));
    let start = if is_wrapped { WRAPPER.len() } else { 0 };
    let names = || stored.iter().map(|tensor| &tensor.name[start..]);
    match part {
        Some(part) if !names().any(|name| is_in_part(name, part)) => {
            names().map(|name| format!("{part}.{name}").into()).collect()
        }
        _ => names().map(Cow::Borrowed).collect(),
    }
}

/// Whether a tensor is no weights: integers, such as PyTorch's count of the batches that a batchnorm
/// has seen, which may have been made a float with the rest.
fn is_passed_over(stored: &Stored) -> bool {
    stored.numbers.are_whole() || stored.name.rsplit('.').next() == Some("num_batches_tracked")
}

/// What is wrong with giving a tensor of the file to one of the network.
fn misfit<'a>(wanted: &'a Wanted, stored: (&'a str, &'a Stored)) -> Option<Misfit<'a>> {
    let kind = if stored.1.dims != wanted.dims {
        Kind::Shape
    } else if stored.1.numbers.size() == 0 {
        Kind::Numbers
    } else {
        return None;
    };
    Some(Misfit { wanted: Some(wanted), stored: Some(stored), kind })
}

/// The place of the tensor in the file whose name is the nearest, and near enough to be meant: a
/// weight for a weight, with half of the letters.
fn nearest<'a>(
    wanted: &Wanted,
    stored: impl Iterator<Item = (usize, (&'a str, &'a Stored))>,
) -> Option<usize> {
    let role = |name: &str| name.rsplit('.').next().map(str::to_owned);
    // Names of an unbelievable length or number are nobody's slips of the pen.
    let stored = stored
        .take(10_000)
        .filter(|(_, (name, _))| name.len() <= 100 && role(name) == role(&wanted.path));
    let scored = stored.map(|(place, (name, stored))| {
        let distance = strsim::damerau_levenshtein(&wanted.path, name);
        (distance, stored.dims != wanted.dims, place)
    });
    let (distance, _, place) = scored.min()?;
    (distance * 2 <= wanted.path.chars().count()).then_some(place)
}

/// `whole`, unless there are misfits: the first is the headline, and all are shown side by side.
fn unless<T>(misfits: &[Misfit<'_>], whole: T) -> Result<T, Failure> {
    let Some(first) = misfits.first() else { return Ok(whole) };
    let mut failure =
        Failure::new(sentence(first)).note(table(&misfits[..misfits.len().min(SHOWN)]));
    if misfits.len() > SHOWN {
        failure = failure.note(format!("and {} more do not fit", misfits.len() - SHOWN));
    }
    Err(failure)
}

fn sentence(misfit: &Misfit<'_>) -> String {
    let there = misfit.stored.map(|(name, stored)| (name, shape(&stored.dims), stored.numbers));
    match (misfit.kind, misfit.wanted, there) {
        (Kind::Numbers, Some(wanted), Some((name, _, numbers))) => {
            let called = called(wanted, name);
            format!("`{}` takes floats, but {called} holds {numbers}", wanted.path)
        }
        (Kind::Shape, Some(wanted), Some((name, found, _))) => {
            let (called, expected) = (called(wanted, name), shape(&wanted.dims));
            format!("`{}` has shape {expected}, but {called} has {found}", wanted.path)
        }
        (_, Some(wanted), near) => {
            let near = near.map_or(String::new(), |(name, found, _)| {
                format!("; the nearest there is `{name}` of shape {found}")
            });
            let expected = shape(&wanted.dims);
            format!("the file has nothing for `{}` of shape {expected}{near}", wanted.path)
        }
        (_, None, Some((name, found, _))) => {
            format!("nothing in the network takes the file's `{name}` of shape {found}")
        }
        (_, None, None) => String::new(),
    }
}

fn called(wanted: &Wanted, name: &str) -> String {
    if name == wanted.path { "the file's".into() } else { format!("the file's `{name}`") }
}

/// The network's tensors above the file's, with their shapes below one another.
fn table(misfits: &[Misfit<'_>]) -> String {
    let rows: Vec<[(&str, String); 2]> = misfits
        .iter()
        .map(|misfit| {
            let here = misfit.wanted.map(|it| (it.path.as_str(), shape(&it.dims)));
            let there = misfit.stored.map(|(name, stored)| (name, described(misfit, stored)));
            [here, there].map(|side| side.unwrap_or(("-", String::new())))
        })
        .collect();
    let width = rows.iter().flatten().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    let mut lines = vec!["what does not fit:".to_owned()];
    for row in rows {
        for (side, (name, described)) in ["network", "file   "].into_iter().zip(row) {
            lines.push(format!("{side}  {name:width$}  {described}").trim_end().to_owned());
        }
    }
    lines.join("\n")
}

/// The shape of a tensor of the file, and what else is to be said of it.
fn described(misfit: &Misfit<'_>, stored: &Stored) -> String {
    let shape = shape(&stored.dims);
    match misfit.kind {
        Kind::Shape | Kind::Extra => shape,
        Kind::Numbers => format!("{shape} of {}", stored.numbers),
        Kind::Missing => format!("{shape}  (the nearest name)"),
    }
}

fn shape(dims: &[usize]) -> String {
    if dims.is_empty() {
        return "()".into();
    }
    dims.iter().map(usize::to_string).collect::<Vec<_>>().join("x")
}
