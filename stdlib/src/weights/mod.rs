//! Weights in files and in memory.
//!
//! Files that are written are safetensors, with PyTorch's names and layouts: a parameter or running
//! statistic named by its path, such as `conv1.weight`, in 32-bit floating point. Files that are
//! read may be PyTorch's checkpoints too.

mod checkpoint;
mod file;
mod matching;
mod numbers;
mod pickle;

use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use netlet_dsl::messages::{Failure, Matching};

use crate::network::Network;
use file::WeightsFile;
use matching::matched;

/// What was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Saved {
    /// Tensors in the file.
    pub tensors: usize,
    /// Its size in bytes.
    pub bytes: u64,
}

/// Writes all parameters and running statistics of `network` to a file, whole or not at all.
///
/// # Errors
/// When the file cannot be written.
pub fn save(network: &mut dyn Network, path: &Path) -> Result<Saved, Failure> {
    let (key, value) = file::ORDER;
    let mut header = format!(r#"{{"__metadata__":{{"format":"pt","{key}":"{value}"}}"#);
    let (mut data, mut tensors) = (Vec::new(), 0);
    each_tensor(network, |Wanted { path, dims }, values| {
        let start = data.len();
        data.extend(values.iter().flat_map(|value| value.to_le_bytes()));
        let offsets = [start, data.len()];
        write!(
            header,
            r#","{path}":{{"dtype":"F32","shape":{dims:?},"data_offsets":{offsets:?}}}"#
        )
        .expect("a string takes all writes");
        tensors += 1;
    });
    let file = with_header(header, &data);
    write_whole(path, &file).map_err(|error| {
        Failure::new(format!("cannot write `{}`: {error}", path.display()))
            .help("name a file in a folder that exists and may be written to")
    })?;
    Ok(Saved { tensors, bytes: file.len() as u64 })
}

/// What was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Loaded {
    /// Tensors taken from the file.
    pub tensors: usize,
    /// What there is to say of the order in which they were taken, where the file does not tell.
    pub remark: Option<&'static str>,
}

/// Reads the parameters and running statistics of `network` from a file, all or none. Numbers of
/// other sizes become 32-bit ones. Integers, such as PyTorch's counters `num_batches_tracked`, are
/// passed over.
///
/// The file is a safetensors file or a checkpoint of `torch.save`: a state dict, by itself or under
/// the key `state_dict`, `model_state_dict` or `model`. Nothing that a checkpoint calls is run. By
/// name, a `module.` before all names is left out.
///
/// By order, the first tensor of the file goes to the first of the network, and so on. A checkpoint
/// and a file of [`save`] keep the order of their network. The tensors of other safetensors files
/// count in the order in which their data lies, unless that is the alphabet's, as PyTorch's
/// `save_file` sorts them: those count in the order of a state dict as far as names tell, layers by
/// name with numbers counted, the weight of each before its bias. What was done is remarked.
///
/// # Errors
/// When the file cannot be read or is not whole, or when its tensors are not those that the network
/// has. Nothing is changed then.
pub fn load(network: &mut dyn Network, path: &Path, matching: Matching) -> Result<Loaded, Failure> {
    let mut file = WeightsFile::open(path)?;
    let mut wanted = Vec::new();
    each_tensor(network, |tensor, _| wanted.push(tensor));
    let places = matched(&wanted, &file.tensors, matching).map_err(|mut failure| {
        let (shown, name) = (path.display(), network.name());
        failure.headline = format!("`{shown}` does not fit `{name}`: {}", failure.headline);
        failure
    })?;
    // All are read before any is changed.
    let read = places.iter().take(wanted.len()).map(|&place| file.values(place));
    let mut read = read.collect::<Result<Vec<_>, _>>()?.into_iter();
    each_tensor(network, |_, values| {
        values.copy_from_slice(&read.next().expect("values for each tensor"));
    });
    let remark = file.remark.filter(|_| matching == Matching::Order);
    Ok(Loaded { tensors: wanted.len(), remark })
}

/// The bytes of a safetensors file. They are put together here since the library would sort the
/// tensors by name, and their order is worth keeping for [`Matching::Order`].
fn with_header(mut header: String, data: &[u8]) -> Vec<u8> {
    header.push('}');
    // Spaces make the data begin at a multiple of eight bytes.
    let length = header.len().next_multiple_of(8);
    let mut file = Vec::with_capacity(8 + length + data.len());
    file.extend((length as u64).to_le_bytes());
    file.extend(header.bytes());
    file.resize(8 + length, b' ');
    file.extend(data);
    file
}

/// A network's parameters and running statistics as they were at some moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot(Vec<Vec<f32>>);

impl Snapshot {
    /// Those of `network` now.
    pub fn of(network: &mut dyn Network) -> Self {
        let mut kept = Vec::new();
        each_tensor(network, |_, values| kept.push(values.to_vec()));
        Self(kept)
    }

    /// Puts them back.
    ///
    /// # Panics
    /// When `network` is another one, with other tensors.
    pub fn restore(&self, network: &mut dyn Network) {
        let mut kept = self.0.iter();
        each_tensor(network, |tensor, values| {
            let kept = kept.next().unwrap_or_else(|| panic!("no snapshot of `{}`", tensor.path));
            values.copy_from_slice(kept);
        });
    }
}

/// A tensor that a network has.
struct Wanted {
    path: String,
    dims: Vec<usize>,
}

/// Calls `each` for every parameter and running statistic, layer by layer as PyTorch orders them.
fn each_tensor(network: &mut dyn Network, mut each: impl FnMut(Wanted, &mut [f32])) {
    for (layer_path, layer) in network.layers() {
        for (name, parameter) in layer.parameters() {
            let (path, dims) = (format!("{layer_path}.{name}"), parameter.dims().to_vec());
            each(Wanted { path, dims }, parameter.values_mut());
        }
        for (name, buffer) in layer.buffers() {
            let (path, dims) = (format!("{layer_path}.{name}"), buffer.dims().to_vec());
            each(Wanted { path, dims }, buffer.values_mut());
        }
    }
}

/// Writes a file by way of one beside it, so that it is there whole or as it was before.
fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        // As any other new file, instead of one that only its owner may read.
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}
