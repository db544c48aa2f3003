//! Weights files: what is written comes back, and what does not fit changes nothing.

use std::fs;
use std::path::Path;

use netlet::initialization::initialize;
use netlet::network::{Layer, Network};
use netlet::prelude::*;
use netlet::tape::Tape;
use netlet::weights::{Saved, Snapshot, load, save};
use netlet_dsl::messages::{Failure, Matching};
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};
use tempfile::TempDir;

struct Small {
    conv1: Conv2d<1, 2, Kernel<3, 3>>,
    batchnorm1: BatchNorm2d<2>,
    linear1: Linear<8, 3>,
}

impl Small {
    /// With weights that depend on `seed`, and running statistics of a batch.
    fn new(seed: u64) -> Self {
        let options = BatchNormOptions { eps: 1e-5, momentum: 0.1, affine: true };
        let mut network = Self {
            conv1: Conv2d::new(),
            batchnorm1: BatchNorm2d::new(options),
            linear1: Linear::new(),
        };
        initialize(&mut network, seed);
        network.run(input().put(Tape::training(seed)).into());
        network
    }

    fn output(&mut self) -> Vec<f32> {
        self.run(input().into()).out.values().to_vec()
    }
}

impl Network for Small {
    fn name(&self) -> &'static str {
        "Small"
    }

    fn inputs(&self) -> &'static [(&'static str, &'static [usize])] {
        &[("input", &[1, 4, 4])]
    }

    fn layers(&mut self) -> Vec<(&'static str, &mut dyn Layer)> {
        vec![
            ("conv1", &mut self.conv1),
            ("batchnorm1", &mut self.batchnorm1),
            ("linear1", &mut self.linear1),
        ]
    }

    fn run(&mut self, mut inputs: Inputs) -> Outputs {
        let x: FeatureMap<1, 4, 4> = inputs.take();
        let x: FeatureMap<2, 2, 2> = self.conv1.forward(x);
        let x = self.batchnorm1.forward(x);
        let x: Features<8> = flatten(x);
        Outputs::new(self.linear1.forward(x))
    }
}

fn input() -> Value {
    Value::map([2, 1, 4, 4], (0..32_u8).map(|i| f32::from(i * 7 % 32) / 32.0).collect())
}

/// The tensors of [`Small`] in the order of a state dict, with their shapes.
const TENSORS: [(&str, &[usize]); 8] = [
    ("conv1.weight", &[2, 1, 3, 3]),
    ("conv1.bias", &[2]),
    ("batchnorm1.weight", &[2]),
    ("batchnorm1.bias", &[2]),
    ("batchnorm1.running_mean", &[2]),
    ("batchnorm1.running_var", &[2]),
    ("linear1.weight", &[3, 8]),
    ("linear1.bias", &[3]),
];

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
fn write(path: &Path, tensors: &[(&str, &[usize])]) {
    let bytes = |number: usize, dims: &[usize]| -> Vec<u8> {
        let count: usize = dims.iter().product();
        (0..count).flat_map(|i| (number as f32 + i as f32 * 1e-3).to_le_bytes()).collect()
    };
    let data: Vec<_> =
        tensors.iter().enumerate().map(|(number, (_, dims))| bytes(number, dims)).collect();
    let views = tensors.iter().zip(&data).map(|((name, dims), data)| {
        (*name, TensorView::new(Dtype::F32, dims.to_vec(), data).expect("a tensor of the test"))
    });
    fs::write(path, safetensors::serialize(views, None).expect("a file of the test"))
        .expect("a file of the test");
}

/// Loads a file that does not fit, asserts that nothing was changed, and says what was wrong.
fn refused(path: &Path, matching: Matching) -> Failure {
    let mut network = Small::new(5);
    let before = Snapshot::of(&mut network);
    let failure = load(&mut network, path, matching).expect_err("a file that does not fit");
    assert_eq!(Snapshot::of(&mut network), before, "a refused file changes nothing");
    failure
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
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
        assert_eq!(load(&mut other, &path, matching), Ok(8));
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
    assert_eq!(load(&mut Small::new(1), &path, Matching::Name), Ok(8));

    let mut tensors = sequential();
    tensors.push(("9.num_batches_tracked", &[]));
    write(&path, &tensors);
    assert_eq!(load(&mut Small::new(1), &path, Matching::Order), Ok(8));
}

#[test]
fn a_state_dict_with_other_names_goes_by_its_order() {
    let folder = folder();
    let path = folder.path().join("torch.safetensors");
    write(&path, &sequential());
    let mut network = Small::new(1);
    assert_eq!(load(&mut network, &path, Matching::Order), Ok(8));
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
fn every_tensor_that_fits_nothing_is_told() {
    let folder = folder();
    let path = folder.path().join("other.safetensors");
    let mut tensors = TENSORS.to_vec();
    tensors[0].1 = &[2, 1, 5, 5];
    tensors[7].0 = "head.bias";
    write(&path, &tensors);
    let shown = path.display();
    let failure = refused(&path, Matching::Name);
    assert_eq!(
        failure.headline,
        format!(
            "`{shown}` does not fit `Small`: `conv1.weight` has shape 2x1x3x3 of type F32, \
             the file's has shape 2x1x5x5"
        )
    );
    assert_eq!(
        failure.notes,
        [
            "`linear1.bias` of shape 3 is missing from the file",
            "`head.bias` of shape 3 is in the file but not in the network",
        ]
    );
}

#[test]
fn by_order_too_few_too_many_and_other_shapes_are_told() {
    let folder = folder();
    let path = folder.path().join("other.safetensors");
    let mut tensors = sequential();
    write(&path, &tensors[..7]);
    let failure = refused(&path, Matching::Order);
    let told = "nothing in the file is left for `linear1.bias` of shape 3";
    assert!(failure.headline.ends_with(told), "{failure}");

    tensors.push(("11.weight", &[4]));
    write(&path, &tensors);
    let failure = refused(&path, Matching::Order);
    let told = "nothing in the network is left for `11.weight` of shape 4";
    assert!(failure.headline.ends_with(told), "{failure}");

    tensors.pop();
    tensors[6].1 = &[3, 9];
    write(&path, &tensors);
    let failure = refused(&path, Matching::Order);
    let told = "`linear1.weight` has shape 3x8 of type F32, the file's `10.weight` has shape 3x9";
    assert!(failure.headline.ends_with(told), "{failure}");
}

#[test]
fn other_number_types_are_told() {
    let folder = folder();
    let path = folder.path().join("half.safetensors");
    let tensors: Vec<_> = TENSORS
        .iter()
        .map(|(name, dims)| (*name, dims.to_vec(), vec![0; dims.iter().product::<usize>() * 2]))
        .collect();
    let views = tensors.iter().map(|(name, dims, data)| {
        (*name, TensorView::new(Dtype::F16, dims.clone(), data).expect("a tensor of the test"))
    });
    let file = safetensors::serialize(views, None).expect("a file of the test");
    fs::write(&path, file).expect("a file of the test");
    let failure = refused(&path, Matching::Name);
    assert!(failure.headline.ends_with("has type F16"), "{failure}");
    assert_eq!(failure.notes.len(), 7);
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
