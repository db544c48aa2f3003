//! Parts of networks, as transfer learning loads them.

use std::collections::BTreeMap;
use std::path::Path;

use netlet::network::{Network, parameters};
use netlet::weights::{Snapshot, load_part, save};
use netlet_dsl::messages::{Failure, Matching};

use super::folder;
use super::safetensors::write;
use super::small::Small;

/// The parameters by path.
fn values(network: &mut dyn Network) -> BTreeMap<String, Vec<f32>> {
    let parameters = parameters(network).into_iter();
    parameters.map(|(path, parameter)| (path, parameter.values().to_vec())).collect()
}

/// Loads `linear1` from a file, asserts that nothing else is changed, and gives its weight.
fn linear(path: &Path, matching: Matching) -> Vec<f32> {
    let mut network = Small::new(2);
    let before = values(&mut network);
    let loaded =
        load_part(&mut network, Some("linear1"), path, matching).expect("a file that fits");
    assert_eq!(loaded.tensors, 2);
    let mut after = values(&mut network);
    for (path, values) in before {
        if !path.starts_with("linear1.") {
            assert_eq!(after[&path], values, "{path}");
        }
    }
    after.remove("linear1.weight").expect("a weight")
}

fn refused(part: &str, path: &Path, matching: Matching) -> Failure {
    let mut network = Small::new(5);
    let before = Snapshot::of(&mut network);
    let failure = load_part(&mut network, Some(part), path, matching).expect_err("no fit");
    assert_eq!(Snapshot::of(&mut network), before, "a refused file changes nothing");
    failure
}

#[test]
fn a_part_is_taken_from_the_file_of_a_whole_network() {
    let folder = folder();
    let path = folder.path().join("small.safetensors");
    let mut donor = Small::new(1);
    save(&mut donor, &path).expect("a saved file");
    let expected = values(&mut donor).remove("linear1.weight").expect("a weight");
    for matching in [Matching::Name, Matching::Order] {
        assert_eq!(linear(&path, matching), expected, "{matching:?}");
    }
    // A norm's part has its statistics too.
    let mut network = Small::new(2);
    let loaded = load_part(&mut network, Some("batchnorm1"), &path, Matching::Name);
    assert_eq!(loaded.expect("a file that fits").tensors, 4);
}

#[test]
fn names_may_begin_within_the_part() {
    let folder = folder();
    let path = folder.path().join("head.safetensors");
    write(&path, &[("bias", &[3]), ("weight", &[3, 8]), ("other", &[7])]);
    // Values count up from the tensor's number.
    assert_eq!(linear(&path, Matching::Name)[0], 1.0);
    // Longer labels are others.
    write(&path, &[("linear10.weight", &[9]), ("linear1.bias", &[3]), ("linear1.weight", &[3, 8])]);
    assert_eq!(linear(&path, Matching::Name)[0], 2.0);
}

#[test]
fn what_a_part_lacks_is_told() {
    let folder = folder();
    let path = folder.path().join("other.safetensors");
    write(&path, &[("linear1.weight", &[3, 9]), ("linear1.bias", &[3]), ("conv1.weight", &[1])]);
    let failure = refused("linear1", &path, Matching::Name);
    assert!(failure.headline.contains("`linear1.weight` has shape 3x8"), "{failure:?}");
    assert!(!failure.notes.concat().contains("conv1"), "the rest is not looked at: {failure:?}");
    write(&path, &[("linear1.weight", &[3, 8])]);
    for matching in [Matching::Name, Matching::Order] {
        let failure = refused("linear1", &path, matching);
        assert!(failure.headline.contains("nothing for `linear1.bias`"), "{failure:?}");
    }
    let failure = refused("flatten1", &path, Matching::Name);
    assert_eq!(failure.headline, "`flatten1` of `Small` has no weights");
}
