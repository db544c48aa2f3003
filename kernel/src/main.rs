//! The `netlet` program.

fn main() {}
