//! Training as its commands have it, on networks and data so small that it takes no time.

#[path = "../networks/mod.rs"]
mod networks;

mod finding;
mod freezing;
mod goals;
mod learning;
mod resuming;
mod support;
mod tasks;
