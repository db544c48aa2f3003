//! What each command does, on what the executor has.

mod asking;
mod data;
mod drawing;
mod files;
mod looking;
mod training;
