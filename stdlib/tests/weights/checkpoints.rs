//! Checkpoints of `torch.save`.

use std::fs;
use std::path::Path;

use netlet::weights::{Loaded, Snapshot, load};
use netlet_dsl::messages::Matching;
use proptest::prelude::*;

use super::small::Small;
use super::{file, folder, refused};

fn reads(name: &str, matching: Matching) {
    let mut network = Small::new(1);
    let loaded = load(&mut network, &file(name), matching);
    assert_eq!(loaded, Ok(Loaded { tensors: 8, remark: None }), "{name}");
    network.expect_numbers();
}

#[test]
fn state_dicts_are_read_by_name_and_by_order() {
    for name in ["named.pth", "model.pt", "training.pth", "parameters.pth"] {
        reads(name, Matching::Name);
        reads(name, Matching::Order);
    }
    reads("sequential.pth", Matching::Order);
}

#[test]
fn halves_doubles_and_views_become_floats_in_rows() {
    reads("kinds.pth", Matching::Name);
    reads("views.pth", Matching::Name);
}

#[test]
fn what_a_file_calls_is_named_and_never_called() {
    for name in ["calls.pth", "whole.pth"] {
        let failure = refused(&file(name), Matching::Name);
        let asked = if name == "calls.pth" { "posix.system" } else { "Sequential" };
        assert!(failure.headline.contains(asked), "{failure}");
        assert!(failure.headline.ends_with("only tensors are read"), "{failure}");
        assert!(failure.help.is_some_and(|help| help.contains("model.state_dict()")));
    }
    refused(&file("calls.pkl"), Matching::Name);
    assert!(!Path::new("this-file-was-called").exists());
}

#[test]
fn old_files_say_how_to_write_them_again() {
    for name in ["old.pth", "calls.pkl"] {
        let failure = refused(&file(name), Matching::Name);
        assert!(failure.headline.contains("before 1.6"), "{failure}");
        assert!(failure.help.is_some_and(|help| help.contains("torch.save(torch.load(")));
    }
}

#[test]
fn another_networks_weights_are_told() {
    let failure = refused(&file("shapes.pth"), Matching::Name);
    let told = "`linear1.weight` has shape 3x8, but the file's has 5x8";
    assert!(failure.headline.ends_with(told), "{failure}");
    assert_eq!(
        failure.notes[0],
        "what does not fit:\n\
         network  linear1.weight  3x8\n\
         file     linear1.weight  5x8\n\
         network  linear1.bias    3\n\
         file     linear1.bias    5"
    );
    let failure = refused(&file("other.pth"), Matching::Order);
    let told = "`conv1.weight` has shape 2x1x3x3, but the file's `0.weight` has 4x4";
    assert!(failure.headline.ends_with(told), "{failure}");
    let counts = "the network has 8 tensors, the file 4 that are no integers";
    assert!(failure.notes.iter().any(|note| note == counts), "{failure:?}");
    let failure = refused(&file("sequential.pth"), Matching::Name);
    assert!(failure.headline.contains("the file has nothing for `conv1.weight`"), "{failure}");
}

#[test]
fn a_file_without_weights_shows_what_it_has() {
    let failure = refused(&file("empty.pth"), Matching::Name);
    assert!(failure.headline.ends_with("has no state dict"), "{failure}");
    assert_eq!(failure.notes, ["it has the keys `epoch`, `notes`"]);
}

#[test]
fn a_list_that_stops_is_told() {
    let failure = refused(&file("unfinished.pth"), Matching::Name);
    assert!(failure.headline.contains("is cut short"), "{failure}");
}

#[test]
fn a_cut_or_changed_file_changes_nothing() {
    let folder = folder();
    let path = folder.path().join("cut.pth");
    let whole = fs::read(file("named.pth")).expect("the file");
    for length in (0..whole.len()).step_by(97) {
        fs::write(&path, &whole[..length]).expect("a file of the test");
        let failure = refused(&path, Matching::Name);
        assert!(failure.headline.contains("is no whole PyTorch checkpoint"), "{failure}");
    }
    // A float of the first tensor, whose checksum tells.
    let mut other = whole.clone();
    let float = 1.25_f32.to_le_bytes();
    let place = whole.windows(4).position(|four| four == float).expect("a float");
    other[place] ^= 1;
    fs::write(&path, other).expect("a file of the test");
    let failure = refused(&path, Matching::Name);
    assert!(failure.headline.to_lowercase().contains("checksum"), "{failure}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn damage_is_never_half_read(
        name in prop::sample::select(vec!["named.pth", "training.pth", "model.pt", "views.pth"]),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        let folder = folder();
        let path = folder.path().join("damaged.pth");
        let mut bytes = fs::read(file(name)).expect("the file");
        for (place, byte) in damage {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        fs::write(&path, bytes).expect("a file of the test");
        let mut network = Small::new(5);
        let before = Snapshot::of(&mut network);
        match load(&mut network, &path, Matching::Name) {
            Ok(_) => network.expect_numbers(),
            Err(failure) => {
                prop_assert!(failure.headline.contains("damaged.pth"), "{}", failure);
                prop_assert_eq!(Snapshot::of(&mut network), before);
            }
        }
    }
}
