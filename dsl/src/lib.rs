//! The Netlet language: parse, check, summarise and emit. No files, no sockets, no dfdx.
//!
//! The way of a text: [`syntax::parse`] gives a typed tree with spans, [`check::check`] gives
//! statements and diagnostics. A checked [`network::Network`] is a flat graph with known shapes;
//! [`summary::summarize`], [`diagram::svg`] and [`emit::rust`] are read off it. [`completeness`]
//! tells a prompt whether a text wants another line, and [`format::format`] writes one anew in the
//! one style.

pub mod assist;
pub mod check;
pub mod diagnostic;
pub mod diagram;
mod elaborate;
pub mod emit;
pub mod format;
pub mod layers;
pub mod messages;
pub mod network;
pub mod shape;
pub mod source;
pub mod summary;
pub mod syntax;
pub mod vocabulary;

pub use syntax::{Completeness, completeness};
