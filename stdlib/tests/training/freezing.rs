//! Parts that do not learn.

use netlet::network::parameters;
use netlet::train::{Model, Recovery, Trainable};

use crate::networks::Normed;
use crate::support::{Recorder, data, options, train, trained};

fn values(model: &mut Model, of: &str) -> Vec<f32> {
    let network = model.network(0);
    let mut found: Vec<f32> = parameters(network)
        .iter()
        .filter(|(path, _)| path.starts_with(of))
        .flat_map(|(_, parameter)| parameter.values().to_vec())
        .collect();
    for (path, layer) in network.layers().into_iter().filter(|(path, _)| path.starts_with(of)) {
        assert!(path.starts_with(of));
        found.extend(layer.buffers().iter().flat_map(|(_, buffer)| buffer.values().to_vec()));
    }
    found
}

#[test]
fn a_frozen_part_stays_with_its_statistics() {
    let mut model = Model::new(Box::new(Normed::new()));
    trained(&mut model, &options(1));
    // 4 x 8 + 8 of the linear layer, 2 x 8 of the norm; 8 x 10 + 10 of the last layer.
    let frozen = model.set_trainable(Some("base"), false);
    assert_eq!(frozen, Trainable { values: 56, learning: 90 });
    let (base, last) = (values(&mut model, "base."), values(&mut model, "last."));
    trained(&mut model, &options(1));
    assert_eq!(values(&mut model, "base."), base);
    assert_ne!(values(&mut model, "last."), last);

    let thawed = model.set_trainable(Some("base.norm"), true);
    assert_eq!(thawed, Trainable { values: 16, learning: 106 });
    let first = values(&mut model, "base.first");
    trained(&mut model, &options(1));
    assert_eq!(values(&mut model, "base.first"), first);
    assert_ne!(values(&mut model, "base."), base);
}

#[test]
fn what_is_all_frozen_cannot_learn() {
    let mut model = Model::new(Box::new(Normed::new()));
    assert_eq!(model.set_trainable(None, false), Trainable { values: 146, learning: 0 });
    let failure = train(&mut model, &options(1), &mut Recorder::default()).expect_err("frozen");
    assert_eq!(failure.headline, "all of `Toy` is frozen, so it cannot learn");
    assert_eq!(model.set_trainable(None, true).learning, 146);
    trained(&mut model, &options(1));
}

#[test]
fn what_was_frozen_is_so_in_another_process() {
    let folder = tempfile::tempdir().expect("a folder");
    let recovery = Recovery::at(folder.path().join("kept"));
    let mut model = Model::new(Box::new(Normed::new()));
    model.set_trainable(Some("base"), false);
    model
        .train(["A", "toys"], &data(), &options(1), Some(&recovery), &mut Recorder::default())
        .expect("a training");
    let mut other = Model::new(Box::new(Normed::new()));
    other.resume(recovery.path()).expect("what was kept");
    let base = values(&mut other, "base.");
    trained(&mut other, &options(1));
    assert_eq!(values(&mut other, "base."), base);
}
