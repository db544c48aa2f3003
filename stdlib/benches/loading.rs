//! How fast pictures in files become batches: 256 pixels high or wide, a random part of 224x224, half
//! of them mirrored, normalised. `tests/compare/pytorch_loading.py` measures the same in PyTorch.
//!
//! The pictures are those of `cats-dogs` in the folder that `NETLET_DATA` names.

use std::path::Path;

use divan::Bencher;
use divan::counter::ItemsCount;
use netlet::data::{Dataset, Look, Part};
use netlet::train::Watch;
use netlet_dsl::messages::{DataPlan, DataSource, Event, Size, Transform};

const BATCH: usize = 64;

fn main() {
    if std::env::var_os("NETLET_DATA")
        .is_some_and(|base| Path::new(&base).join("cats-dogs").is_dir())
    {
        divan::main();
    }
}

/// A watch that does not look.
struct Nobody;

impl Watch for Nobody {
    fn show(&mut self, _: Event) {}

    fn is_stopped(&self) -> bool {
        false
    }
}

fn pets() -> Dataset {
    let plan = DataPlan {
        transforms: vec![
            Transform::Resize(Size::Shorter(256)),
            Transform::RandomCrop { size: [224; 2], padding: 0 },
            Transform::HFlip(0.5),
            Transform::Normalize {
                mean: vec![0.485, 0.456, 0.406],
                deviation: vec![0.229, 0.224, 0.225],
            },
        ],
        ..DataSource::Images { path: "cats-dogs".into() }.into()
    };
    Dataset::read(&plan, &mut Nobody).expect("pictures").expect("nobody interrupts it")
}

fn epoch(data: &Dataset, number: usize) -> usize {
    let order = data.shuffled(Part::Train, 0, number).expect("an order");
    let look = Look::Random { seed: 0, epoch: number };
    let batches = data.batches(Part::Train, &order, BATCH, look);
    batches.map(|batch| batch.expect("pictures").indices.len()).sum()
}

/// Every picture is decoded.
#[divan::bench(sample_count = 5)]
fn first_epoch(bencher: Bencher) {
    let count = pets().len(Part::Train);
    bencher
        .counter(ItemsCount::new(count))
        .with_inputs(pets)
        .bench_local_values(|data| epoch(&data, 1));
}

/// Every picture is kept behind its first transform.
#[divan::bench(sample_count = 5)]
fn later_epochs(bencher: Bencher) {
    let data = pets();
    let count = epoch(&data, 1);
    let mut number = 1;
    bencher.counter(ItemsCount::new(count)).bench_local(|| {
        number += 1;
        epoch(&data, number)
    });
}
