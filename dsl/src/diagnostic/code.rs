//! The codes of diagnostics: stable words, for tests and for machines.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! codes {
    ($($(#[$doc:meta])* $code:ident = $word:literal,)*) => {
        /// What kind of thing a diagnostic is about. The words never change their meaning.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Code {
            $($(#[$doc])* #[serde(rename = $word)] $code,)*
        }

        impl Code {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$code,)*];

            /// The word itself, such as `unknown-layer`.
            pub fn word(self) -> &'static str {
                match self {
                    $(Self::$code => $word,)*
                }
            }

            /// The page that explains it, from the root of the repository on.
            pub fn page(self) -> &'static str {
                match self {
                    $(Self::$code => concat!("docs/errors/", $word, ".md"),)*
                }
            }
        }
    };
}

codes! {
    /// Something else was expected here.
    Unexpected = "unexpected",
    /// A bracket is never closed.
    Unclosed = "unclosed",
    /// A bracket closes nothing.
    Unopened = "unopened",
    /// A string has no end on its line.
    EndlessString = "endless-string",
    /// Brackets are nested too deeply.
    TooDeep = "too-deep",
    /// The language has it, this version does not.
    NotYet = "not-yet",
    /// No layer has this name.
    UnknownLayer = "unknown-layer",
    /// No command has this name.
    UnknownCommand = "unknown-command",
    /// No data source has this name.
    UnknownSource = "unknown-source",
    /// No network or data set has this name.
    UnknownName = "unknown-name",
    /// A name is used above its definition.
    EarlyName = "early-name",
    /// One name is defined twice in one text.
    DuplicateName = "duplicate-name",
    /// A network where a data set is wanted, or the other way round.
    WrongKind = "wrong-kind",
    /// No label has this name.
    UnknownLabel = "unknown-label",
    /// A label is used before its value exists.
    EarlyLabel = "early-label",
    /// One label is given twice.
    DuplicateLabel = "duplicate-label",
    /// An argument is missing.
    MissingArgument = "missing-argument",
    /// There are more arguments than places.
    ExtraArgument = "extra-argument",
    /// An argument has the wrong form or value.
    BadArgument = "bad-argument",
    /// A positional argument stands after a key.
    ArgumentOrder = "argument-order",
    /// No key has this name.
    UnknownKey = "unknown-key",
    /// A key is given twice.
    DuplicateKey = "duplicate-key",
    /// A range holds nothing.
    EmptyRange = "empty-range",
    /// A body has no layers.
    EmptyBody = "empty-body",
    /// The input of a network has no usable shape.
    BadInput = "bad-input",
    /// A layer on vectors gets a feature map.
    ExpectedVector = "expected-vector",
    /// A layer on feature maps gets a vector.
    ExpectedMap = "expected-map",
    /// A window is larger than what it slides over.
    WindowTooLarge = "window-too-large",
    /// A window does not tile its input evenly.
    UnevenWindow = "uneven-window",
    /// A value that leads to no output.
    UnusedValue = "unused-value",
    /// A padding that the layer cannot have.
    BadPadding = "bad-padding",
    /// Groups that do not divide the channels.
    BadGroups = "bad-groups",
    /// The two sides of a join do not fit.
    JoinMismatch = "join-mismatch",
    /// No join has this name.
    UnknownJoin = "unknown-join",
    /// A layer on volumes gets something else.
    ExpectedVolume = "expected-volume",
    /// `unpool` of a label that is no `maxpool`.
    NotAPool = "not-a-pool",
    /// A shape with another number of values.
    ReshapeMismatch = "reshape-mismatch",
    /// Shared weights that do not fit.
    ShareMismatch = "share-mismatch",
    /// A head inside another head.
    NestedHead = "nested-head",
    /// A layer before any of several inputs was chosen.
    NoCurrentValue = "no-current-value",
    /// A name in an expression that has no value.
    UnknownVariable = "unknown-variable",
    /// A value that an operator cannot be applied to.
    BadOperand = "bad-operand",
    /// A division of whole numbers that leaves a rest.
    InexactDivision = "inexact-division",
    /// A block that calls itself without end.
    EndlessRecursion = "endless-recursion",
    /// A network of more layers than there may be.
    TooManyLayers = "too-many-layers",
    /// A text that asks for more than is worked out at once.
    TooMuchWork = "too-much-work",
    /// A name that the language uses itself.
    TakenName = "taken-name",
    /// A layer, or a command about one, where no network is open.
    NoOpenNet = "no-open-net",
    /// Something that cannot be imported.
    BadImport = "bad-import",
    /// An impossible state: a mistake of Netlet's own.
    Bug = "bug",
    /// Numbers beyond any machine.
    TooLarge = "too-large",
    /// A network takes another shape than the data have.
    InputMismatch = "input-mismatch",
    /// A network's output does not tell the data's classes.
    OutputMismatch = "output-mismatch",
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}
