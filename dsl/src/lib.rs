//! The Netlet language: parse, check, summarise and emit. No files, no sockets, no dfdx.

pub mod messages;
