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
use crate::train::is_in_part;
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

/// Bytes that a file has beside the weights, under a name of their own.
pub(crate) struct Extra<'a> {
    pub(crate) name: &'static str,
    pub(crate) bytes: Bytes<'a>,
}

pub(crate) enum Bytes<'a> {
    Plain(Vec<u8>),
    /// Those of 32-bit floating-point numbers, little endian, a run after another.
    Floats(Vec<&'a [f32]>),
}

impl Bytes<'_> {
    fn len(&self) -> usize {
        match self {
            Self::Plain(bytes) => bytes.len(),
            Self::Floats(runs) => runs.iter().map(|run| size_of_val(*run)).sum(),
        }
    }

    fn write(&self, file: &mut dyn io::Write) -> io::Result<()> {
        match self {
            Self::Plain(bytes) => file.write_all(bytes),
            Self::Floats(runs) => runs.iter().try_for_each(|run| write_floats(file, run)),
        }
    }
}

fn write_floats(file: &mut dyn io::Write, values: &[f32]) -> io::Result<()> {
    // In pieces, so that neither every number is a call nor all are there twice.
    let mut piece = Vec::with_capacity(size_of::<f32>() * PIECE);
    for values in values.chunks(PIECE) {
        piece.clear();
        piece.extend(values.iter().flat_map(|value| value.to_le_bytes()));
        file.write_all(&piece)?;
    }
    Ok(())
}

/// Numbers that are written together.
const PIECE: usize = 1 << 12;

/// Writes all parameters and running statistics of `network` to a file, whole or not at all.
///
/// # Errors
/// When the file cannot be written.
pub fn save(network: &mut dyn Network, path: &Path) -> Result<Saved, Failure> {
    save_with(network, path, &[])
}

/// Writes also bytes, as tensors of integers: [`load`] passes over them.
///
/// # Errors
/// When the file cannot be written.
pub(crate) fn save_with(
    network: &mut dyn Network,
    path: &Path,
    extras: &[Extra<'_>],
) -> Result<Saved, Failure> {
    let (key, value) = file::ORDER;
    let mut header = format!(r#"{{"__metadata__":{{"format":"pt","{key}":"{value}"}}"#);
    let (mut end, mut tensors) = (0, 0);
    let mut list = |name: &str, dtype: &str, dims: &[usize], size: usize| {
        let offsets = [end, end + size];
        end += size;
        write!(
            header,
            r#","{name}":{{"dtype":"{dtype}","shape":{dims:?},"data_offsets":{offsets:?}}}"#
        )
        .expect("a string takes all writes");
    };
    each_tensor(network, |Wanted { path, dims }, values| {
        list(&path, "F32", &dims, size_of_val(values));
        tensors += 1;
    });
    for Extra { name, bytes } in extras {
        list(name, "U8", &[bytes.len()], bytes.len());
    }
    let header = padded(header);
    let written = write_whole(path, |file| {
        file.write_all(&header)?;
        let mut outcome = Ok(());
        each_tensor(network, |_, values| {
            if outcome.is_ok() {
                outcome = write_floats(file, values);
            }
        });
        outcome?;
        extras.iter().try_for_each(|extra| extra.bytes.write(file))
    });
    written.map_err(|error| {
        Failure::new(format!("cannot write `{}`: {error}", path.display()))
            .help("name a file in a folder that exists and may be written to")
    })?;
    Ok(Saved { tensors, bytes: (header.len() + end) as u64 })
}

/// The bytes that a file of [`save_with`] has under `names`; none where it lacks one of them.
///
/// # Errors
/// When the file cannot be read or is not whole.
pub(crate) fn extras<const N: usize>(
    path: &Path,
    names: [&str; N],
) -> Result<Option<[Vec<u8>; N]>, Failure> {
    let file = WeightsFile::open(path)?;
    let found: Option<Vec<Vec<u8>>> =
        names.into_iter().map(|name| file.bytes(name).map(<[u8]>::to_vec)).collect();
    Ok(found.and_then(|found| found.try_into().ok()))
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
    load_part(network, None, path, matching)
}

/// Reads only the tensors of the part of `network` with the label `part`, if one is named: transfer
/// learning. The file may hold others. By name, those of the part begin with its label in the file
/// too, or else none does, and the file's names are those within the part. By order, they are the
/// first of those that begin with the label, or of all if none does.
///
/// # Errors
/// When the file cannot be read or is not whole, or lacks what the part has. Nothing is changed then.
pub fn load_part(
    network: &mut dyn Network,
    part: Option<&str>,
    path: &Path,
    matching: Matching,
) -> Result<Loaded, Failure> {
    let mut file = WeightsFile::open(path)?;
    let mut wanted = Vec::new();
    each_tensor(network, |tensor, _| wanted.push(tensor));
    wanted.retain(|tensor| part.is_none_or(|part| is_in_part(&tensor.path, part)));
    if let (Some(part), true) = (part, wanted.is_empty()) {
        return Err(Failure::new(format!("`{part}` of `{}` has no weights", network.name()))
            .help("name a part with layers that have some"));
    }
    let places = matched(&wanted, &file.tensors, matching, part).map_err(|mut failure| {
        let (shown, name) = (path.display(), network.name());
        failure.headline = format!("`{shown}` does not fit `{name}`: {}", failure.headline);
        failure
    })?;
    // All are read before any is changed.
    let read = places.iter().take(wanted.len()).map(|&place| file.values(place));
    let mut read = read.collect::<Result<Vec<_>, _>>()?.into_iter();
    each_tensor(network, |tensor, values| {
        if part.is_none_or(|part| is_in_part(&tensor.path, part)) {
            values.copy_from_slice(&read.next().expect("values for each tensor"));
        }
    });
    let remark = file.remark.filter(|_| matching == Matching::Order);
    Ok(Loaded { tensors: wanted.len(), remark })
}

/// The start of a safetensors file: the length of the header, and the header. Put together here since
/// the library would sort the tensors by name, and their order is worth keeping for
/// [`Matching::Order`].
fn padded(mut header: String) -> Vec<u8> {
    header.push('}');
    // Spaces make the data begin at a multiple of eight bytes.
    let length = header.len().next_multiple_of(8);
    let mut start = Vec::with_capacity(8 + length);
    start.extend((length as u64).to_le_bytes());
    start.extend(header.bytes());
    start.resize(8 + length, b' ');
    start
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

    /// These values, one tensor after another, if they are as many as `network` has.
    pub(crate) fn of_values(network: &mut dyn Network, values: &[f32]) -> Option<Self> {
        let (mut kept, mut left) = (Vec::new(), Some(values));
        each_tensor(network, |_, own| {
            left = left.and_then(|values| {
                let (first, rest) = values.split_at_checked(own.len())?;
                kept.push(first.to_vec());
                Some(rest)
            });
        });
        left.is_some_and(<[f32]>::is_empty).then_some(Self(kept))
    }

    /// Whether the tensors of `network` are the same, bit for bit.
    pub(crate) fn is_of(&self, network: &mut dyn Network) -> bool {
        let (mut kept, mut same) = (self.0.iter(), true);
        each_tensor(network, |_, values| {
            let bits = values.iter().map(|value| value.to_bits());
            same &= kept.next().is_some_and(|kept| bits.eq(kept.iter().map(|it| it.to_bits())));
        });
        same
    }

    /// The values of each tensor.
    pub(crate) fn tensors(&self) -> impl Iterator<Item = &Vec<f32>> {
        self.0.iter()
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

/// The running statistics of a network as they were at some moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Buffers(Vec<Vec<f32>>);

impl Buffers {
    /// Keeps those of `network` now, in the memory of those that were kept before.
    pub(crate) fn keep(&mut self, network: &mut dyn Network) {
        let mut count = 0;
        for (_, layer) in network.layers() {
            for (_, buffer) in layer.buffers() {
                if self.0.len() == count {
                    self.0.push(Vec::new());
                }
                self.0[count].clear();
                self.0[count].extend_from_slice(buffer.values());
                count += 1;
            }
        }
        self.0.truncate(count);
    }

    /// Puts them back into the network that they are of.
    pub(crate) fn restore(&self, network: &mut dyn Network) {
        let mut kept = self.0.iter();
        for (_, layer) in network.layers() {
            for (_, buffer) in layer.buffers() {
                buffer.values_mut().copy_from_slice(kept.next().expect("all buffers were kept"));
            }
        }
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
fn write_whole(
    path: &Path,
    write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>,
) -> io::Result<()> {
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
    let mut buffered = io::BufWriter::with_capacity(1 << 16, file.as_file_mut());
    write(&mut buffered)?;
    buffered.flush()?;
    drop(buffered);
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}
