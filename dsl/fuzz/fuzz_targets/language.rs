//! Any text gives a value or diagnostics, all the way from its tokens to code.

#![no_main]

#[path = "../../tests/common/asked.rs"]
mod asked;
#[path = "../../tests/common/meaning.rs"]
mod meaning;
#[path = "../../tests/common/whole_way.rs"]
mod whole_way;

libfuzzer_sys::fuzz_target!(|text: &str| whole_way::whole_way(text));
