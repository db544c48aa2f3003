//! Netlet's session and its front ends.

pub mod assist;
pub mod cli;
pub mod files;
pub mod jupyter;
pub mod process;
pub mod render;
pub mod repl;
pub mod runtime;
pub mod session;
