//! How long a diagram takes of a network that is checked already. It should be under 50 ms.
//!
//! Run it with `cargo bench -p netlet-dsl --bench diagram`.

#[path = "../tests/common/mod.rs"]
mod common;
#[path = "../tests/common/zoo.rs"]
mod zoo;

use divan::Bencher;
use netlet_dsl::diagram;

fn main() {
    divan::main();
}

/// What is drawn.
const NETS: [&str; 4] = ["ResNet101", "GoogLeNet", "DenseNet121", "Long"];

/// A network by name. `Long` has all layers that a network may have, none like the one before.
fn text(name: &str) -> String {
    let known = zoo::ALL.iter().find(|(known, _)| *known == name);
    known.map_or_else(|| zoo::long(19_990), |(_, text)| (*text).to_owned())
}

#[divan::bench(args = NETS)]
fn svg(bencher: Bencher<'_, '_>, name: &str) {
    let network = common::network(&text(name));
    bencher.bench(|| diagram::svg(&network));
}

#[divan::bench(args = NETS)]
fn text_of_80_columns(bencher: Bencher<'_, '_>, name: &str) {
    let network = common::network(&text(name));
    bencher.bench(|| diagram::text(&network, 80));
}

#[divan::bench(args = NETS)]
fn flow(bencher: Bencher<'_, '_>, name: &str) {
    let network = common::network(&text(name));
    bencher.bench(|| diagram::flow(&network));
}
