//! The typed tree: what a text says, before any name or shape is looked at.

use std::fmt;

use crate::diagnostic::Span;

/// A text.
#[derive(Clone, Debug, PartialEq)]
pub struct Program {
    /// Its definitions and commands, from top to bottom.
    pub items: Vec<Item>,
}

/// Something with its place in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The thing.
    pub value: T,
    /// Its bytes.
    pub span: Span,
}

/// A name where it stands.
pub type Name = Spanned<String>;

/// A definition or a command.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// What it says.
    pub kind: ItemKind,
    /// Its bytes.
    pub span: Span,
}

/// What an item says.
#[derive(Clone, Debug, PartialEq)]
pub enum ItemKind {
    /// `net NAME(INPUTS) { ... }`
    Net(Net),
    /// `data NAME = SOURCE ...`
    Data(Data),
    /// A command, or a name alone.
    Command(Command),
    /// Layers outside of a network, by their first word.
    Layers(Name),
    /// Something that the language has and this version does not.
    NotYet(NotYet),
}

/// The definition of a network.
#[derive(Clone, Debug, PartialEq)]
pub struct Net {
    /// Its name.
    pub name: Name,
    /// What stands in the parentheses.
    pub inputs: Vec<Input>,
    /// Its layers.
    pub body: Body,
}

/// An input of a network.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    /// The name that the body may call it by.
    pub name: Option<Name>,
    /// Its shape.
    pub shape: Expr,
}

/// The definition of a data set.
#[derive(Clone, Debug, PartialEq)]
pub struct Data {
    /// Its name.
    pub name: Name,
    /// Where it comes from.
    pub source: Call,
    /// What is done to its samples, in order.
    pub transforms: Vec<Call>,
}

/// A command: a verb, what it acts on, and keys.
#[derive(Clone, Debug, PartialEq)]
pub struct Command {
    /// The verb and its arguments but the one behind `on`.
    pub call: Call,
    /// What stands behind `on`.
    pub on: Option<Expr>,
}

/// Layers one after another.
#[derive(Clone, Debug, PartialEq)]
pub struct Body {
    /// The layers.
    pub steps: Vec<Step>,
    /// From brace to brace.
    pub span: Span,
}

/// A layer, or a construct that stands where a layer may.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// What it is.
    pub kind: StepKind,
    /// The name that `as` gives it.
    pub label: Option<Name>,
    /// Its bytes without the label.
    pub span: Span,
}

/// What a step is.
#[derive(Clone, Debug, PartialEq)]
pub enum StepKind {
    /// A layer with its arguments.
    Layer(Call),
    /// `skip JOIN { ... }`
    Skip(Skip),
    /// Something that the language has and this version does not.
    NotYet(NotYet),
}

/// A body around which its input is led and joined to its output.
#[derive(Clone, Debug, PartialEq)]
pub struct Skip {
    /// How the two are joined: `add`.
    pub join: Name,
    /// The layers gone around.
    pub body: Body,
}

/// A name with arguments.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// The name.
    pub name: Name,
    /// The arguments as they stand.
    pub arguments: Vec<Argument>,
    /// From the name to the last argument.
    pub span: Span,
}

/// An argument, positional or with a key.
#[derive(Clone, Debug, PartialEq)]
pub struct Argument {
    /// The key before `=`.
    pub key: Option<Name>,
    /// The value.
    pub value: Expr,
}

/// The value of an argument, where it stands.
pub type Expr = Spanned<Value>;

/// The value of an argument.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `64`
    Integer(u64),
    /// `0.5`, `1e-3`, `-1`
    Real(f64),
    /// `3x224x224`
    Shape(Vec<u64>),
    /// `yes` or `no`
    Flag(bool),
    /// `same`, `enc1`, `UNet.enc1`
    Path(String),
    /// `fashion[0..16]`
    Slice {
        /// The name before the bracket.
        of: Name,
        /// The first and the one after the last.
        range: [u64; 2],
    },
    /// `"cat.png"`
    Text(String),
    /// `[cat, dog]`
    List(Vec<Expr>),
    /// An expression that has to be worked out, as it stands: `c/4`.
    Computed(String),
}

/// Something that the language has and this version does not.
#[derive(Clone, Debug, PartialEq)]
pub struct NotYet {
    /// What it is, as a headline begins: `` `repeat` ``.
    pub what: String,
    /// Where the word stands.
    pub span: Span,
    /// The name it would define.
    pub defines: Option<Name>,
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name.value)?;
        self.arguments.iter().try_for_each(|argument| match &argument.key {
            Some(key) => write!(f, " {}={}", key.value, argument.value.value),
            None => write!(f, " {}", argument.value.value),
        })
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let joined = |parts: Vec<String>, between: &str| parts.join(between);
        match self {
            Self::Integer(number) => write!(f, "{number}"),
            Self::Real(number) => f.write_str(format!("{number:?}").trim_end_matches(".0")),
            Self::Shape(dims) => {
                f.write_str(&joined(dims.iter().map(u64::to_string).collect(), "x"))
            }
            Self::Flag(flag) => f.write_str(if *flag { "yes" } else { "no" }),
            Self::Path(path) => f.write_str(path),
            Self::Slice { of, range: [start, end] } => write!(f, "{}[{start}..{end}]", of.value),
            Self::Text(text) => write!(f, "\"{text}\""),
            Self::List(items) => {
                let items = items.iter().map(|item| item.value.to_string()).collect();
                write!(f, "[{}]", joined(items, ", "))
            }
            Self::Computed(text) => f.write_str(text),
        }
    }
}
