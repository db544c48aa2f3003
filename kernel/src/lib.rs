//! Netlet's session and its front ends.

pub mod files;
pub mod process;
pub mod render;
pub mod runtime;
pub mod session;
