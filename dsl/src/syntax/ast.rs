//! The typed tree: what a text says, before any name or shape is looked at.

use std::fmt;
use std::sync::Arc;

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
    Net(Arc<Net>),
    /// `net NAME = FAMILY(INPUTS)`
    Member(Member),
    /// `block NAME(PARAMETERS) { ... }`
    Block(Arc<Block>),
    /// `data NAME = SOURCE ...`
    Data(Data),
    /// A command, or a name alone.
    Command(Command),
    /// Layers for the network that is open.
    Layers(Arc<Vec<Step>>),
    /// A cell of Rust, by its first word.
    Rust(Name),
}

/// The definition of a network.
#[derive(Clone, Debug, PartialEq)]
pub struct Net {
    /// Its name.
    pub name: Name,
    /// Its inputs, one at least in a right definition.
    pub inputs: Vec<Input>,
    /// What makes it a family, with the values that the network of this name has.
    pub parameters: Vec<Parameter>,
    /// Whether windows must tile their inputs.
    pub strict: bool,
    /// Further keys: `init=he`.
    pub keys: Vec<Argument>,
    /// Its layers; without them it is open, and they follow line by line.
    pub body: Option<Body>,
    /// Its bytes.
    pub span: Span,
}

/// An input of a network.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    /// The name that the body may call it by.
    pub name: Option<Name>,
    /// Its shape.
    pub shape: Expr,
}

/// A parameter of a network or a block.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// Its name.
    pub name: Name,
    /// Its value where a call gives none.
    pub default: Option<Expr>,
}

/// A member of a family of networks.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// Its name.
    pub name: Name,
    /// The family.
    pub family: Name,
    /// Its inputs in place of the family's; none where it keeps them.
    pub inputs: Vec<Input>,
    /// Its parameters, by key.
    pub arguments: Vec<Argument>,
    /// Its bytes.
    pub span: Span,
}

/// The definition of a block.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// Its name.
    pub name: Name,
    /// What a call gives it: those without a default by place, the others by key.
    pub parameters: Vec<Parameter>,
    /// Its layers.
    pub body: Body,
    /// Its bytes.
    pub span: Span,
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
    /// From brace to brace, or of a branch from its bar on.
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
    /// A layer, a block or a network with its arguments.
    Layer(Call),
    /// `JOIN { | ... | ... }`
    Branches(Call, Vec<Body>),
    /// `skip JOIN { ... }`
    Skip(Skip),
    /// `repeat COUNT as NAME { ... }`
    Repeat(Repeat),
    /// `if CONDITION { ... } else { ... }`
    If(If),
    /// `head NAME { ... }`
    Head(Head),
    /// `share NAME { ... }` or `share NAME`
    Share(Share),
    /// `from LABEL`
    From(Name),
}

impl StepKind {
    /// The bodies whose steps belong to the network that the step is in. Heads and shared pieces are
    /// levels of their own.
    pub(crate) fn bodies(&self) -> Vec<&Body> {
        match self {
            Self::Skip(skip) => std::iter::once(&skip.body).chain(&skip.via).collect(),
            Self::Branches(_, branches) => branches.iter().collect(),
            Self::Repeat(repeat) => vec![&repeat.body],
            Self::If(condition) => {
                let arms = condition.arms.iter().map(|(_, body)| body);
                arms.chain(&condition.otherwise).collect()
            }
            Self::Layer(_) | Self::Head(_) | Self::Share(_) | Self::From(_) => Vec::new(),
        }
    }
}

/// A body around which its input is led and joined to its output.
#[derive(Clone, Debug, PartialEq)]
pub struct Skip {
    /// How the two are joined: `add`.
    pub join: Name,
    /// The layers gone around.
    pub body: Body,
    /// The layers on the way round.
    pub via: Option<Body>,
}

/// A body several times over.
#[derive(Clone, Debug, PartialEq)]
pub struct Repeat {
    /// How often.
    pub count: Expr,
    /// What the body calls the round, from 0.
    pub variable: Option<Name>,
    /// The layers of a round.
    pub body: Body,
}

/// Layers under conditions.
#[derive(Clone, Debug, PartialEq)]
pub struct If {
    /// Each condition with its layers; the first that holds counts.
    pub arms: Vec<(Expr, Body)>,
    /// The layers where none holds.
    pub otherwise: Option<Body>,
}

/// A branch to a further output.
#[derive(Clone, Debug, PartialEq)]
pub struct Head {
    /// The output's name.
    pub name: Name,
    /// `loss=0.3`, `training`.
    pub options: Call,
    /// Its layers.
    pub body: Body,
}

/// A piece whose weights are used again.
#[derive(Clone, Debug, PartialEq)]
pub struct Share {
    /// The piece's name.
    pub name: Name,
    /// Its layers, where it is first used.
    pub body: Option<Body>,
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
    Integer(i64),
    /// `0.5`, `1e-3`
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
    /// What has to be worked out: `c/4`, `(8*c)x4x4`.
    Computed(Computed),
    /// A label by its path within the whole network: what a label becomes that a call hands on.
    Label(String),
}

impl Value {
    /// The number that it is, whole or not.
    pub fn number(&self) -> Option<f64> {
        match *self {
            Self::Integer(number) => Some(number as f64),
            Self::Real(number) => Some(number),
            _ => None,
        }
    }
}

/// An expression with its text.
#[derive(Clone, Debug)]
pub struct Computed {
    /// As it stands.
    pub text: String,
    /// What it says.
    pub expression: Arc<Expression>,
}

/// Two are equal where they say the same, however they are spaced.
impl PartialEq for Computed {
    fn eq(&self, other: &Self) -> bool {
        self.expression == other.expression
    }
}

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Expression {
    /// A value as it stands; a name stands for what it means where the expression is worked out.
    Value(Expr),
    /// A shape of such dimensions.
    Shape(Vec<Expression>),
    /// `-a`
    Negative(Box<Expression>, Span),
    /// `not a`
    Not(Box<Expression>, Span),
    /// `a + b`
    Binary {
        /// What is done.
        operator: Operator,
        /// Where it stands.
        span: Span,
        /// The two it is done to.
        operands: Box<[Expression; 2]>,
    },
}

/// What two values may be joined by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `+`
    Plus,
    /// `-`
    Minus,
    /// `*`
    Times,
    /// `/`
    Divided,
    /// `%`
    Modulo,
    /// `==`
    Equal,
    /// `!=`
    Unequal,
    /// `<=`
    AtMost,
    /// `>=`
    AtLeast,
    /// `<`
    Below,
    /// `>`
    Above,
    /// `and`
    And,
    /// `or`
    Or,
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Plus => "+",
            Self::Minus => "-",
            Self::Times => "*",
            Self::Divided => "/",
            Self::Modulo => "%",
            Self::Equal => "==",
            Self::Unequal => "!=",
            Self::AtMost => "<=",
            Self::AtLeast => ">=",
            Self::Below => "<",
            Self::Above => ">",
            Self::And => "and",
            Self::Or => "or",
        })
    }
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
            Self::Real(number) => f.write_str(&real_text(*number)),
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
            Self::Computed(computed) => f.write_str(&computed.text),
            Self::Label(path) => f.write_str(path),
        }
    }
}

/// A number as the language writes it: `0.5`, `1e-3`, `2` for 2.0. In single precision, as networks
/// compute: a sum in double has noise behind that nobody wrote.
fn real_text(number: f64) -> String {
    let text = format!("{:?}", number as f32);
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}
