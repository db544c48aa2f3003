//! The commands: a table with one entry each.

use std::path::PathBuf;
use std::sync::Arc;

use super::arguments::{Arguments, not_yet};
use super::names::Names;
use super::signature::{Rest, Signature};
use super::suggest::{did_you_mean, did_you_mean_layer};
use super::{Action, DataSet, ImportName, fit, inspection, training, words};
use crate::assist;
use crate::diagnostic::{Code, Diagnostic};
use crate::layers;
use crate::messages::{Matching, WorkerCommand};
use crate::network::Network;
use crate::syntax::ast::{Command, Expr, Name, Value};
use crate::vocabulary;

/// A command of the language.
struct Entry {
    signature: Signature<'static>,
    check: fn(&mut Asked<'_>) -> Option<Action>,
}

const COMMANDS: &[Entry] = &[
    Entry {
        signature: Signature::new("summary", &["NET"]),
        check: |it| it.net().map(Action::Summary),
    },
    Entry {
        signature: Signature::new("shapes", &["NET"]),
        check: |it| it.net().map(Action::Shapes),
    },
    Entry {
        signature: Signature::new("diagram", &["NET"]),
        check: |it| it.net().map(Action::Diagram),
    },
    Entry { signature: Signature::new("code", &["NET"]), check: |it| it.net().map(Action::Code) },
    Entry { signature: Signature::new("nets", &[]), check: |_| Some(Action::Nets) },
    Entry { signature: Signature::new("blocks", &[]), check: |_| Some(Action::Blocks) },
    Entry { signature: Signature::new("help", &[]).rest(Rest::Optional("WORD")), check: help },
    Entry {
        signature: Signature::new("train", &["NET"]).on("DATA").keys(training::KEYS),
        check: train,
    },
    Entry {
        signature: Signature::new("lrfind", &["NET"]).on("DATA").keys(training::STEP_KEYS),
        check: lrfind,
    },
    Entry {
        signature: Signature::new("evaluate", &["NET"])
            .on("DATA")
            .keys(&[("confusion", "no"), ("tta", "no")]),
        check: inspection::evaluate,
    },
    Entry {
        signature: Signature::new("predict", &["NET"]).on("DATA[0..8]").keys(&[("tta", "no")]),
        check: inspection::predict,
    },
    Entry {
        signature: Signature::new("worst", &["NET"]).on("DATA").keys(&[("count", "16")]),
        check: inspection::worst,
    },
    Entry {
        signature: Signature::new("gradcam", &["NET"])
            .on("DATA[0..8]")
            .keys(&[("label", "likeliest"), ("layer", "last")]),
        check: inspection::gradcam,
    },
    Entry {
        signature: Signature::new("show", &["DATA[0..16]"]).maybe_on("DATA[0..1]"),
        check: inspection::show,
    },
    Entry {
        signature: Signature::new("freeze", &["NET.part"]),
        check: |it| set_trainable(it, false),
    },
    Entry {
        signature: Signature::new("unfreeze", &["NET.part"]),
        check: |it| set_trainable(it, true),
    },
    Entry {
        signature: Signature::new("plot", &["NET"]),
        check: |it| {
            let net = it.net()?;
            let command = WorkerCommand::Plot { net: net.name.clone() };
            Some(Action::Worker { net: Some(net), command })
        },
    },
    Entry {
        signature: Signature::new("save", &["NET", "FILE"]),
        check: |it| {
            let (net, path) = it.net_and_file()?;
            let command = WorkerCommand::Save { net: net.name.clone(), path };
            Some(Action::Worker { net: Some(net), command })
        },
    },
    Entry {
        signature: Signature::new("load", &["NET", "FILE"]).keys(&[("match", "name")]),
        check: load,
    },
    Entry {
        signature: Signature::new("export", &["NET", "FOLDER"]).keys(&[("as", "rust")]),
        check: export,
    },
];

/// Commands that act on the session's own names, which the checker itself carries out.
const OWN: &[Signature<'static>] = &[
    Signature::new("import", &["NAME"]),
    Signature::new("undo", &[]),
    Signature::new("close", &[]),
];

/// Commands that the language has and this version does not.
const LATER: &[&str] = &["device", "gan", "time"];

/// Whether a word begins a command.
pub(crate) fn is_command(word: &str) -> bool {
    verbs().any(|verb| verb == word)
}

/// The first words of all commands.
fn verbs() -> impl Iterator<Item = &'static str> {
    let own = OWN.iter().map(|signature| signature.name);
    COMMANDS.iter().map(|entry| entry.signature.name).chain(own).chain(LATER.iter().copied())
}

/// How each command is written.
pub(crate) fn command_signatures() -> impl Iterator<Item = &'static Signature<'static>> {
    COMMANDS.iter().map(|entry| &entry.signature).chain(OWN)
}

/// What an `import` names.
pub(super) fn import_name(
    command: &Command,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<ImportName> {
    let before = diagnostics.len();
    let mut arguments = Arguments::bind(&OWN[0], &command.call, diagnostics);
    let value = arguments.value("NAME")?;
    let name = ImportName::of(&value.value);
    if name.is_none() {
        let wanted = "a part of the library, such as `zoo.resnet`, or a file in quotes";
        return arguments.bad("NAME", &value, wanted);
    }
    refuse_on(command, &mut arguments);
    name.filter(|_| diagnostics.len() == before)
}

/// Reports what stands behind a word that takes nothing.
pub(super) fn expect_alone(command: &Command, diagnostics: &mut Vec<Diagnostic>) -> Option<()> {
    let before = diagnostics.len();
    let signature = OWN.iter().find(|signature| signature.name == command.call.name.value)?;
    refuse_on(command, &mut Arguments::bind(signature, &command.call, diagnostics));
    (diagnostics.len() == before).then_some(())
}

/// Reports an operand behind `on` where a command takes none.
fn refuse_on(command: &Command, arguments: &mut Arguments<'_>) {
    if let Some(on) = &command.on {
        let headline = format!("`{}` takes no `on {}`", command.call.name.value, on.value);
        let found = Diagnostic::error(Code::ExtraArgument, on.span.clone(), headline);
        arguments.report(found.label("not wanted here"));
    }
}

/// A command with what it was given.
pub(super) struct Asked<'a> {
    pub(super) arguments: Arguments<'a>,
    pub(super) on: Option<&'a Expr>,
    pub(super) names: &'a Names<'a>,
}

/// What a command does, unless there are errors.
pub(super) fn action(
    command: &Command,
    names: &Names<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Action> {
    let verb = &command.call.name;
    let entry = COMMANDS.iter().find(|entry| entry.signature.name == verb.value);
    let Some(Entry { signature, check }) = entry else {
        return unknown(command, names, diagnostics);
    };
    let before = diagnostics.len();
    let mut arguments = Arguments::bind(signature, &command.call, diagnostics);
    match (&command.on, signature.on) {
        (None, Some(on)) if !signature.on_optional => {
            // What stands there without `on` is meant, and no further mistake.
            let all = arguments.diagnostics();
            let too_many = all.split_off(before).into_iter();
            let (extra, others): (Vec<_>, Vec<_>) =
                too_many.partition(|found| found.code == Code::ExtraArgument);
            all.extend(others);
            let headline = format!("`{}` needs `on {on}`", verb.value);
            let end = command.call.span.end;
            let span = extra.last().map_or(end..end, |found| found.primary.span.clone());
            let meant = extra.last().map(|found| names.scope.sources.slice(&found.primary.span));
            let help = meant.map(|meant| format!("did you mean `on {meant}`?"));
            let found = Diagnostic::error(Code::MissingArgument, span, headline);
            arguments.report(found.label(format!("`on {on}` is missing")).maybe_help(help));
        }
        (Some(_), None) if !signature.on_optional => refuse_on(command, &mut arguments),
        _ => {}
    }
    check(&mut Asked { arguments, on: command.on.as_ref(), names })
}

/// A name alone, which shows what it is, or a word that is no command.
fn unknown(
    command: &Command,
    names: &Names<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Action> {
    let verb = &command.call.name;
    let is_alone = command.call.arguments.is_empty() && command.on.is_none();
    if is_alone && names.is_known(&verb.value) {
        return shown(&verb.value, names, command, diagnostics);
    }
    let mut found = no_such_verb(verb);
    if is_alone && found.code == Code::UnknownCommand {
        found.code = Code::UnknownName;
        found.headline = format!("`{}` is not defined", verb.value);
        found = found.maybe_help(did_you_mean(&verb.value, names.all()));
    }
    diagnostics.push(found);
    None
}

/// What to say of a word that is no command.
fn no_such_verb(verb: &Name) -> Diagnostic {
    let word = verb.value.as_str();
    if LATER.contains(&word) {
        return not_yet(&format!("`{word}`"), verb.span.clone());
    }
    let headline = format!("there is no command `{word}`");
    Diagnostic::error(Code::UnknownCommand, verb.span.clone(), headline)
        .label("neither a command nor a name")
        .maybe_help(did_you_mean_layer(
            word,
            verbs().chain(layers::names()).chain(["net", "data", "block"]),
        ))
}

/// What a name alone shows: a network its summary, a data set its samples.
fn shown(
    name: &str,
    names: &Names<'_>,
    command: &Command,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Action> {
    if let Some(block) = names.scope.definitions.block(name) {
        let text = names.scope.sources.slice(&block.item.span).to_owned();
        return Some(Action::Text { name: name.to_owned(), text });
    }
    if names.scope.data(name).is_some() {
        let command = WorkerCommand::Show { data: name.to_owned(), range: None };
        return Some(Action::Worker { net: None, command });
    }
    let call = &command.call;
    let operand = Expr { value: Value::Path(name.to_owned()), span: call.name.span.clone() };
    names.net(&operand, diagnostics).map(Action::Summary)
}

impl Asked<'_> {
    pub(super) fn net(&mut self) -> Option<Arc<Network>> {
        let operand = self.arguments.value("NET")?;
        self.names.net(&operand, self.arguments.diagnostics())
    }

    fn net_and_file(&mut self) -> Option<(Arc<Network>, PathBuf)> {
        let net = self.net();
        let path = self.file();
        Some((net?, path?))
    }

    fn file(&mut self) -> Option<PathBuf> {
        let file = self.arguments.value("FILE")?;
        Some(PathBuf::from(self.arguments.text("FILE", &file)?))
    }

    /// The network and the data set that it is to learn from.
    fn net_to_train(&mut self) -> Option<(Arc<Network>, DataSet)> {
        let (net, data) = self.net_on_data()?;
        let span = self.arguments.span("NET");
        if let Some(found) = fit::training(&net, &data, &span) {
            self.arguments.report(found);
            return None;
        }
        Some((net, data))
    }

    /// A network, and the part of it that is named behind it: `UNet`, `UNet.enc1`.
    pub(super) fn net_part(&mut self, operand: &Expr) -> Option<(Arc<Network>, Option<String>)> {
        let (name, part) = match &operand.value {
            Value::Path(path) => match path.split_once('.') {
                Some((name, part)) => (name.to_owned(), Some(part.to_owned())),
                None => (path.clone(), None),
            },
            _ => return Some((self.names.net(operand, self.arguments.diagnostics())?, None)),
        };
        let operand = &Expr { value: Value::Path(name), span: operand.span.clone() };
        let net = self.names.net(operand, self.arguments.diagnostics())?;
        if let Some(part) = &part
            && !net.nodes.iter().any(|node| net.is_in_part(node, part))
        {
            self.no_part(&net, part, operand);
            return None;
        }
        Some((net, part))
    }

    /// Reports a part that a network does not have.
    pub(super) fn no_part(&mut self, net: &Network, part: &str, operand: &Expr) {
        let headline = format!("`{}` has no part `{part}`", net.name);
        let help = did_you_mean(part, net.nodes.iter().map(|node| node.path.as_str()))
            .unwrap_or_else(|| format!("`summary {}` lists its layers", net.name));
        let found = Diagnostic::error(Code::UnknownLabel, operand.span.clone(), headline);
        self.arguments.report(found.label("no such label").help(help));
    }

    /// The network and the data set it is to work on, which fit each other.
    pub(super) fn net_on_data(&mut self) -> Option<(Arc<Network>, DataSet)> {
        let net = self.net();
        let on = self.on?;
        if let Value::Slice { .. } = on.value {
            let headline =
                format!("`{}` works on all of a data set", self.arguments.call().name.value);
            let found = Diagnostic::error(Code::BadArgument, on.span.clone(), headline);
            self.arguments.report(found.label("a part of one"));
            return None;
        }
        let (data, _) = self.samples(on)?;
        let net = net?;
        self.fits(&net, &data)?;
        Some((net, data))
    }

    /// A data set, or a part of one.
    pub(super) fn samples(
        &mut self,
        operand: &Expr,
    ) -> Option<(DataSet, Option<std::ops::Range<usize>>)> {
        match &operand.value {
            Value::Slice { of, range } => {
                let range = self.range(range, operand);
                let data = self.names.data(&of.value, &of.span, self.arguments.diagnostics());
                Some((data?, Some(range?)))
            }
            Value::Path(name) => {
                let data = self.names.data(name, &operand.span, self.arguments.diagnostics())?;
                Some((data, None))
            }
            other => {
                let headline = format!("expected a data set, but found `{other}`");
                let found = Diagnostic::error(Code::BadArgument, operand.span.clone(), headline);
                self.arguments.report(found.label("no data set"));
                None
            }
        }
    }

    fn range(&mut self, range: &[u64; 2], operand: &Expr) -> Option<std::ops::Range<usize>> {
        let [start, end] = *range;
        if start < end {
            return Some(usize::try_from(start).ok()?..usize::try_from(end).ok()?);
        }
        let headline = format!("the range {start}..{end} is empty");
        let found = Diagnostic::error(Code::EmptyRange, operand.span.clone(), headline)
            .label("no samples")
            .help("a range goes from the first to the one after the last: `0..8`");
        self.arguments.report(found);
        None
    }

    pub(super) fn fits(&mut self, net: &Network, data: &DataSet) -> Option<()> {
        let span = self.arguments.span("NET");
        let misfits = fit::misfits(net, data, &span);
        let fits = misfits.is_empty();
        misfits.into_iter().for_each(|found| self.arguments.report(found));
        fits.then_some(())
    }
}

/// What a word of the language means, or what there is.
fn help(asked: &mut Asked<'_>) -> Option<Action> {
    let Some(word) = asked.arguments.value("WORD").map(|word| word.into_owned()) else {
        return Some(Action::Text { name: "help".to_owned(), text: vocabulary::overview() });
    };
    let name = word.value.to_string();
    if let Some(text) = assist::help(&name) {
        return Some(Action::Text { name, text });
    }
    let words = vocabulary::layers().chain(vocabulary::commands()).map(|entry| entry.name);
    let near = did_you_mean(&name, words.chain(vocabulary::WORDS.iter().map(|(word, _)| *word)));
    let headline = format!("`{name}` is no word of the language");
    let found = Diagnostic::error(Code::UnknownName, word.span, headline);
    let help = near.unwrap_or_else(|| "`help` lists all of them".to_owned());
    asked.arguments.report(found.label("unknown").help(help));
    None
}

fn train(asked: &mut Asked<'_>) -> Option<Action> {
    let seed = asked.names.scope.seed();
    let options = training::options(&mut asked.arguments, seed);
    let (net, data) = asked.net_to_train()?;
    let command =
        WorkerCommand::Train { net: net.name.clone(), data: data.name, options: options? };
    Some(Action::Worker { net: Some(net), command })
}

fn lrfind(asked: &mut Asked<'_>) -> Option<Action> {
    let seed = asked.names.scope.seed();
    let options = training::step_options(&mut asked.arguments, seed);
    let (net, data) = asked.net_to_train()?;
    let (name, options) = (net.name.clone(), options?);
    let command = WorkerCommand::FindLearningRate { net: name, data: data.name, options };
    Some(Action::Worker { net: Some(net), command })
}

fn set_trainable(asked: &mut Asked<'_>, trainable: bool) -> Option<Action> {
    let operand = asked.arguments.value("NET.part")?.into_owned();
    let (net, part) = asked.net_part(&operand)?;
    let command = WorkerCommand::SetTrainable { net: net.name.clone(), part, trainable };
    Some(Action::Worker { net: Some(net), command })
}

fn load(asked: &mut Asked<'_>) -> Option<Action> {
    let matching = asked.arguments.choice("match", &words::MATCHINGS);
    let operand = asked.arguments.value("NET")?.into_owned();
    let of = asked.net_part(&operand);
    let path = asked.file();
    let (net, part) = of?;
    let matching = [Matching::Name, Matching::Order][matching?];
    let command = WorkerCommand::Load { net: net.name.clone(), path: path?, part, matching };
    Some(Action::Worker { net: Some(net), command })
}

fn export(asked: &mut Asked<'_>) -> Option<Action> {
    let net = asked.net();
    let arguments = &mut asked.arguments;
    let to = arguments.value("FOLDER")?;
    let folder = arguments.text("FOLDER", &to)?;
    if arguments.has("as") {
        arguments.choice("as", &words::EXPORTS)?;
        return Some(Action::Export { net: net?, folder: PathBuf::from(folder) });
    }
    let found = if folder.ends_with(".onnx") {
        not_yet("`export` to ONNX", to.span.clone())
    } else if folder.ends_with(".py") {
        not_yet("`export` to PyTorch", to.span.clone())
    } else {
        let headline = "`export` does not say to what";
        Diagnostic::error(Code::MissingArgument, to.span.clone(), headline)
            .label("a folder alone does not tell")
            .help(format!("`export {} \"{folder}\" as=rust` makes a crate", net?.name))
    };
    arguments.report(found);
    None
}
