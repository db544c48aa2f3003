//! Safetensors files.

use std::fs;
use std::path::Path;

use ::safetensors::tensor::TensorView;
use ::safetensors::{Dtype, SafeTensors, serialize};
use netlet::initialization::initialize;
use netlet::network::Network;
use netlet::weights::{Loaded, Saved, Snapshot, load, save};
use netlet_dsl::messages::Matching;

use super::small::{Small, TENSORS};
use super::{file, folder, refused};

/// The same tensors as an nn.Sequential names them, with numbers that the alphabet gets wrong.
fn sequential() -> Vec<(&'static str, &'static [usize])> {
    let names = [
        "2.weight",
        "2.bias",
        "9.weight",
        "9.bias",
        "9.running_mean",
        "9.running_var",
        "10.weight",
        "10.bias",
    ];
    names.into_iter().zip(TENSORS.map(|(_, dims)| dims)).collect()
}

/// Writes a file as the safetensors library of PyTorch does, with values that count up from the
/// tensor's number.
pub(super) fn write(path: &Path, tensors: &[(&str, &[usize])]) {
    let bytes = |number: usize, dims: &[usize]| -> Vec<u8> {
        let count: usize = dims.iter().product();
        (0..count).flat_map(|i| (number as f32 + i as f32 * 1e-3).to_le_bytes()).collect()
    };
    let data: Vec<_> =
        tensors.iter().enumerate().map(|(number, (_, dims))| bytes(number, dims)).collect();
    let views = tensors.iter().zip(&data).map(|((name, dims), data)| {
        (*name, TensorView::new(Dtype::F32, dims.to_vec(), data).expect("a tensor of the test"))
    });
    fs::write(path, serialize(views, None).expect("a file of the test"))
        .expect("a file of the test");
}

/// All tensors of the network, in an order that the file tells.
const ALL: Loaded = Loaded { tensors: 8, remark: None };

fn by_order(network: &mut Small, path: &Path) -> Loaded {
    load(network, path, Matching::Order).expect("a file that fits")
}

#[test]
fn saved_weights_come_back_with_the_running_statistics() {
    let folder = folder();
    let path = folder.path().join("small.safetensors");
    let mut network = Small::new(1);
    let saved = save(&mut network, &path).expect("a saved file");
    let bytes = fs::metadata(&path).expect("the file").len();
    assert_eq!(saved, Saved { tensors: 8, bytes });

    for matching in [Matching::Name, Matching::Order] {
        let mut other = Small::new(2);
        assert_ne!(other.output(), network.output());
        assert_eq!(load(&mut other, &path, matching), Ok(ALL));
        assert_eq!(Snapshot::of(&mut other), Snapshot::of(&mut network));
        assert_eq!(other.output(), network.output());
    }
}

#[test]
fn files_have_pytorchs_names_and_shapes() {
    let folder = folder();
    let path = folder.path().join("small.safetensors");
    save(&mut Small::new(1), &path).expect("a saved file");
    let bytes = fs::read(&path).expect("the file");
    let file = SafeTensors::deserialize(&bytes).expect("a safetensors file");
    assert_eq!(file.len(), TENSORS.len());
    for (name, dims) in TENSORS {
        let view = file.tensor(name).expect(name);
        assert_eq!((view.shape(), view.dtype()), (dims, Dtype::F32));
    }
}

#[test]
fn saving_replaces_a_file_and_leaves_nothing_beside_it() {
    let folder = folder();
    let path = folder.path().join("small.safetensors");
    fs::write(&path, "old").expect("a file of the test");
    save(&mut Small::new(1), &path).expect("a saved file");
    load(&mut Small::new(2), &path, Matching::Name).expect("the new file");
    assert_eq!(fs::read_dir(folder.path()).expect("the folder").count(), 1);
}

#[test]
fn saving_into_a_missing_folder_says_so() {
    let folder = folder();
    let path = folder.path().join("missing/small.safetensors");
    let failure = save(&mut Small::new(1), &path).expect_err("no folder");
    assert!(failure.headline.starts_with("cannot write `"), "{failure}");
    assert!(failure.help.is_some());
}

#[test]
fn pytorchs_counters_are_passed_over() {
    let folder = folder();
    let path = folder.path().join("torch.safetensors");
    let mut tensors = TENSORS.to_vec();
    tensors.push(("batchnorm1.num_batches_tracked", &[]));
    write(&path, &tensors);
    assert_eq!(load(&mut Small::new(1), &path, Matching::Name), Ok(ALL));

    let mut tensors = sequential();
    tensors.push(("9.num_batches_tracked", &[]));
    write(&path, &tensors);
    assert_eq!(by_order(&mut Small::new(1), &path).tensors, 8);
}

#[test]
fn a_state_dict_with_other_names_goes_by_its_order() {
    let folder = folder();
    let path = folder.path().join("torch.safetensors");
    write(&path, &sequential());
    let mut network = Small::new(1);
    let remark = by_order(&mut network, &path).remark.expect("a remark");
    assert!(remark.contains("alphabetical order"), "{remark}");
    let layers = network.layers().into_iter();
    let firsts = layers.flat_map(|(_, layer)| {
        let parameters = layer.parameters().into_iter();
        parameters.map(|(_, parameter)| parameter.values()[0]).collect::<Vec<_>>()
    });
    assert_eq!(firsts.collect::<Vec<_>>(), [0.0, 1.0, 2.0, 3.0, 6.0, 7.0]);
}

#[test]
fn a_missing_file_says_so() {
    let failure = refused(Path::new("missing.safetensors"), Matching::Name);
    assert!(failure.headline.starts_with("cannot read `missing.safetensors`"), "{failure}");
}

#[test]
fn a_cut_file_says_so_wherever_it_is_cut() {
    let folder = folder();
    let path = folder.path().join("cut.safetensors");
    write(&path, &TENSORS);
    let whole = fs::read(&path).expect("the file");
    for length in [0, 4, 8, 100, whole.len() - 1] {
        fs::write(&path, &whole[..length]).expect("a file of the test");
        let failure = refused(&path, Matching::Name);
        assert!(failure.headline.contains("is no whole safetensors file"), "{failure}");
    }
}

#[test]
fn a_file_of_another_kind_says_so() {
    let folder = folder();
    let path = folder.path().join("picture.png");
    fs::write(&path, b"\x89PNG\r\n\x1a\n and so on, as pictures are").expect("a file of the test");
    let failure = refused(&path, Matching::Order);
    assert!(failure.headline.contains("is no whole safetensors file"), "{failure}");
}

#[test]
fn a_file_of_pytorchs_library_goes_by_its_order() {
    let mut network = Small::new(1);
    let remark = by_order(&mut network, &file("sequential.safetensors")).remark;
    assert!(remark.is_some_and(|remark| remark.contains("a `.pth` file keeps the order")));
    network.expect_numbers();
}

#[test]
fn data_that_is_not_sorted_goes_by_where_it_lies() {
    let folder = folder();
    let path = folder.path().join("moved.safetensors");
    let mut network = Small::new(1);
    save(&mut network, &path).expect("a saved file");
    let bytes = fs::read(&path).expect("the file");
    // Without what `save` says of the order.
    let text = String::from_utf8_lossy(&bytes[8..]);
    let said = r#""order":"state dict""#;
    let place = 8 + text.find(said).expect("what is said of the order");
    let mut other = bytes.clone();
    other[place..place + said.len()].copy_from_slice(br#""other":"state dict""#);
    fs::write(&path, other).expect("a file of the test");
    let mut loaded = Small::new(2);
    let remark = by_order(&mut loaded, &path).remark.expect("a remark");
    assert!(remark.contains("the order in which their data lies"), "{remark}");
    assert_eq!(Snapshot::of(&mut loaded), Snapshot::of(&mut network));
}

#[test]
fn every_tensor_that_fits_nothing_is_told() {
    let folder = folder();
    let path = folder.path().join("other.safetensors");
    let mut tensors = TENSORS.to_vec();
    tensors[0].1 = &[2, 1, 5, 5];
    tensors[6].0 = "linaer1.weight";
    tensors[7].0 = "head.beta";
    write(&path, &tensors);
    let shown = path.display();
    let failure = refused(&path, Matching::Name);
    assert_eq!(
        failure.headline,
        format!(
            "`{shown}` does not fit `Small`: `conv1.weight` has shape 2x1x3x3, but the file's has \
             2x1x5x5"
        )
    );
    assert_eq!(
        failure.notes,
        ["what does not fit:\n\
          network  conv1.weight    2x1x3x3\n\
          file     conv1.weight    2x1x5x5\n\
          network  linear1.weight  3x8\n\
          file     linaer1.weight  3x8  (the nearest name)\n\
          network  linear1.bias    3\n\
          file     -\n\
          network  -\n\
          file     head.beta       3"]
    );
    assert!(failure.help.is_some_and(|help| help.contains("match=order")));
}

#[test]
fn much_that_does_not_fit_is_counted() {
    let folder = folder();
    let path = folder.path().join("other.safetensors");
    write(&path, &[("a", &[2]), ("b", &[3])]);
    let failure = refused(&path, Matching::Name);
    let told = "the file has nothing for `conv1.weight` of shape 2x1x3x3";
    assert!(failure.headline.ends_with(told), "{failure}");
    assert_eq!(failure.notes[0].lines().count(), 13);
    assert_eq!(failure.notes[1], "and 4 more do not fit");
}

#[test]
fn by_order_too_few_too_many_and_other_shapes_are_told() {
    let folder = folder();
    let path = folder.path().join("other.safetensors");
    let mut tensors = sequential();
    write(&path, &tensors[..7]);
    let failure = refused(&path, Matching::Order);
    let told = "the file has nothing for `linear1.bias` of shape 3";
    assert!(failure.headline.ends_with(told), "{failure}");
    assert_eq!(failure.notes[1], "the network has 8 tensors, the file 7 that are no integers");

    tensors.push(("11.weight", &[4]));
    write(&path, &tensors);
    let failure = refused(&path, Matching::Order);
    let told = "nothing in the network takes the file's `11.weight` of shape 4";
    assert!(failure.headline.ends_with(told), "{failure}");

    tensors.pop();
    tensors[6].1 = &[3, 9];
    write(&path, &tensors);
    let failure = refused(&path, Matching::Order);
    let told = "`linear1.weight` has shape 3x8, but the file's `10.weight` has 3x9";
    assert!(failure.headline.ends_with(told), "{failure}");
}

/// Writes a file of [`TENSORS`] whose numbers are all `kind`, of so many bits, and zero.
fn write_kind(path: &Path, kind: Dtype) {
    let bytes = |dims: &[usize]| vec![0; dims.iter().product::<usize>() * kind.bitsize() / 8];
    let data: Vec<_> = TENSORS.iter().map(|(_, dims)| bytes(dims)).collect();
    let views = TENSORS.iter().zip(&data).map(|((name, dims), data)| {
        (*name, TensorView::new(kind, dims.to_vec(), data).expect("a tensor of the test"))
    });
    fs::write(path, serialize(views, None).expect("a file of the test"))
        .expect("a file of the test");
}

#[test]
fn other_numbers_are_taken_or_told() {
    let folder = folder();
    let path = folder.path().join("numbers.safetensors");
    for kind in [Dtype::F16, Dtype::BF16, Dtype::F64] {
        write_kind(&path, kind);
        assert_eq!(load(&mut Small::new(1), &path, Matching::Name), Ok(ALL));
    }
    for kind in [Dtype::I64, Dtype::F8_E4M3] {
        write_kind(&path, kind);
        let failure = refused(&path, Matching::Name);
        let told = format!("`conv1.weight` takes floats, but the file's holds {kind:?}");
        assert!(failure.headline.ends_with(&told), "{failure}");
        assert_eq!(failure.notes[1], "and 2 more do not fit");
    }
    write_kind(&path, Dtype::I64);
    let failure = refused(&path, Matching::Order);
    assert!(failure.notes[2].contains("the file 0 that are no integers"), "{failure:?}");
}

#[test]
fn a_snapshot_puts_everything_back() {
    let mut network = Small::new(1);
    let before = network.output();
    let snapshot = Snapshot::of(&mut network);
    initialize(&mut network, 9);
    assert_ne!(network.output(), before);
    snapshot.restore(&mut network);
    assert_eq!(network.output(), before);
}
