//! The grammar's failures as diagnostics that a reader of the language understands.

use std::ops::Range;

use pest::error::{Error, ErrorVariant, InputLocation};

use super::Rule;
use super::hint::{Place, is_reserved, last_word};
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::source::Source;

/// A failure in the part of `text` that begins at `base`.
pub(super) fn diagnostic(text: &str, base: usize, failure: &Error<Rule>) -> Diagnostic {
    let (InputLocation::Pos(at) | InputLocation::Span((at, _))) = failure.location;
    let expected = match &failure.variant {
        ErrorVariant::ParsingError { positives, .. } => expected(positives),
        ErrorVariant::CustomError { .. } => String::new(),
    };
    let at = base + at;
    let span = token(text, at);
    let place = Place {
        before: &text[base..at],
        token: &text[span.clone()],
        rest: &text[span.start..],
        start: base,
    };
    if let Some(found) = place.blamed(&expected) {
        return found;
    }
    // Any word could begin a key, but those of the language do not.
    let expected = match expected.split_once(" or `=`") {
        Some((expected, "")) if is_reserved(last_word(place.before)) => expected.to_owned(),
        _ => expected,
    };
    let found = match &text[span.clone()] {
        "" if span.start == text.len() => "the text ends".to_owned(),
        "" => "the line ends".to_owned(),
        token => format!("found `{token}`"),
    };
    let headline = match expected.as_str() {
        "" => format!("{found}, which is not expected here"),
        expected => format!("expected {expected}, but {found}"),
    };
    let help = place.help(&expected);
    Diagnostic::error(Code::Unexpected, span, headline)
        .label(if found.ends_with("ends") {
            "something is missing here"
        } else {
            "not expected here"
        })
        .maybe_help(help)
}

/// The error `found`, or where it comes from a bracket that is never closed, that bracket's.
/// `suspects` are braces inside it that may have taken its end.
pub(super) fn unclosed(
    source: &Source,
    found: Diagnostic,
    open: Option<usize>,
    suspects: &[usize],
) -> Diagnostic {
    let Source { text, start, .. } = source;
    let Some(open) = open else { return found };
    let at = found.primary.span.start - start;
    let definition = definition_at(text, at).filter(|definition| open < definition.start);
    if definition.is_none() && !text[at..].trim().is_empty() {
        return found;
    }
    let bracket = &text[open..open + 1];
    let place = |at: usize, length: usize| at + start..at + start + length;
    let headline = format!("this `{bracket}` is never closed");
    let mut found = Diagnostic::error(Code::Unclosed, place(open, 1), headline)
        .label("opened here")
        .maybe_help(closer(bracket).map(|closer| format!("add the missing `{closer}`")));
    if let Some(Range { start, end }) = definition {
        let word = &text[start..end];
        found = found.also(place(start, end - start), format!("`{word}` cannot stand inside"));
    }
    match suspects.iter().find(|suspect| open < **suspect) {
        Some(&suspect) => {
            found.also(place(suspect, 1), "or is this one? what closes it stands further out")
        }
        None => found,
    }
}

/// The word that begins a definition at the beginning of the line of a place.
fn definition_at(text: &str, at: usize) -> Option<Range<usize>> {
    let start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let word = ["net ", "block ", "data "].into_iter().find(|it| text[start..].starts_with(it))?;
    Some(start..start + word.len() - 1)
}

fn closer(bracket: &str) -> Option<&'static str> {
    match bracket {
        "{" => Some("}"),
        "(" => Some(")"),
        "[" => Some("]"),
        _ => None,
    }
}

/// The token at a place, or the empty span at the end of its line.
fn token(text: &str, at: usize) -> Span {
    let blanks = text[at..].len() - text[at..].trim_start_matches([' ', '\t', '\r']).len();
    let start = at + blanks;
    let rest = &text[start..];
    let is_word = |found: char| found.is_alphanumeric() || found == '_';
    let length = match rest.chars().next() {
        None | Some('\n' | '#') => 0,
        Some(first) if is_word(first) => rest.find(|found| !is_word(found)).unwrap_or(rest.len()),
        Some('-') if rest.starts_with("->") => 2,
        Some('=') if rest.starts_with("=>") => 2,
        Some(first) => first.len_utf8(),
    };
    start..start + length
}

/// What was possible, as a list in words.
fn expected(rules: &[Rule]) -> String {
    let mut names = Vec::new();
    for name in rules.iter().filter_map(|&rule| human_name(rule)) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    // A name is one of the values, and so is what an operator makes of them.
    if names.contains(&A_VALUE) {
        names.retain(|&name| name != "a name" && name != AN_OPERATOR);
    }
    // Behind a layer's name stand its arguments, of which braces are those of joins alone.
    if names.contains(&A_VALUE) && names.contains(&A_KEY) {
        names.retain(|&name| name != A_VALUE && name != A_KEY && name != "`{`" && name != "`=`");
        names.insert(0, "an argument");
    }
    // An arrow has no rule of its own, and stands wherever a label may.
    let label = names.iter().position(|&name| name == "`as`");
    if let Some(place) = label.filter(|_| !names.contains(&"`{`")) {
        names.insert(place, "`->`");
    }
    if names.len() > 1 {
        names.retain(|&name| name != AN_OPERATOR);
    }
    // The end is possible wherever a line may end.
    if names.len() > 1 {
        names.retain(|&name| name != THE_END);
    }
    match names.as_slice() {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [most @ .., last] => format!("{} or {last}", most.join(", ")),
    }
}

const A_VALUE: &str = "a value";
const A_KEY: &str = "a key";
const AN_OPERATOR: &str = "an operator or `)`";
const THE_END: &str = "the end of the line";

/// What a rule is called, `None` for what is always possible and says nothing.
fn human_name(rule: Rule) -> Option<&'static str> {
    Some(match rule {
        Rule::step | Rule::layer | Rule::skip | Rule::call | Rule::layers => "a layer",
        Rule::repeat | Rule::condition | Rule::head | Rule::share | Rule::from => "a layer",
        Rule::skip_word | Rule::repeat_word | Rule::if_word => "a layer",
        Rule::head_word | Rule::share_word | Rule::from_word => "a layer",
        Rule::branch | Rule::bar => "`|`",
        Rule::branches => "branches",
        Rule::block_parameter => "a parameter",
        Rule::else_word => "`else`",
        Rule::name | Rule::path => "a name",
        Rule::input => "an input shape such as `1x28x28`",
        Rule::key | Rule::key_name => A_KEY,
        Rule::plus | Rule::dash | Rule::times | Rule::divided | Rule::modulo => AN_OPERATOR,
        Rule::computed_shape | Rule::integer | Rule::real | Rule::shape => A_VALUE,
        Rule::tight | Rule::loose | Rule::parenthesis | Rule::device => A_VALUE,
        Rule::integer_digits | Rule::minus | Rule::not_word => A_VALUE,
        Rule::flag | Rule::string | Rule::list | Rule::slice => A_VALUE,
        Rule::range => "a range such as `0..8`",
        Rule::label | Rule::as_word => "`as`",
        Rule::via_word => "`via`",
        Rule::on_word => "`on`",
        Rule::equals => "`=`",
        Rule::comma => "`,`",
        Rule::begin_inputs => "`(`",
        Rule::end_inputs => "`)`",
        Rule::begin_body | Rule::body => "`{`",
        Rule::end_body => "`}`",
        Rule::end_list => "`]`",
        Rule::net | Rule::member | Rule::block | Rule::data | Rule::command => {
            "a definition or a command"
        }
        Rule::EOI => THE_END,
        _ => return None,
    })
}
