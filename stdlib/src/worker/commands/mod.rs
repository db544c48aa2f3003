//! What each command does, on what the executor has.

mod asking;
mod data;
mod files;
mod training;
