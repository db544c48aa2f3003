//! Netlet's session and its front ends.

pub mod process;
pub mod runtime;
pub mod session;
