//! The grammar as a parser. Its rules stay within this crate's `syntax`.

use pest_derive::Parser;

#[derive(Parser)]
#[grammar = "../grammar.pest"]
pub(super) struct Grammar;
