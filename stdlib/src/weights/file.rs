//! Weights files of all kinds, seen as a list of tensors.

use std::cmp::Ordering;
use std::fs::File;
use std::io::{self, Read, Seek};
use std::ops::Range;
use std::path::Path;

use netlet_dsl::messages::Failure;
use safetensors::SafeTensors;

use super::checkpoint::Checkpoint;
use super::numbers::Numbers;

/// What the header of a safetensors file says of a file in the order of a state dict.
pub(super) const ORDER: (&str, &str) = ("order", "state dict");

/// A tensor of a file. Its values are read when all tensors are known to fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stored {
    pub(super) name: String,
    pub(super) dims: Vec<usize>,
    pub(super) numbers: Numbers,
}

/// A weights file.
pub(super) struct WeightsFile {
    /// Its tensors, in the order in which they count.
    pub(super) tensors: Vec<Stored>,
    /// What there is to say of that order, where it is not surely that of a state dict.
    pub(super) remark: Option<&'static str>,
    source: Source,
}

enum Source {
    Safetensors { bytes: Vec<u8>, places: Vec<Range<usize>> },
    Checkpoint(Checkpoint),
}

impl WeightsFile {
    /// Opens a file and lists its tensors.
    ///
    /// # Errors
    /// When it cannot be read, or is no whole file of a known kind.
    pub(super) fn open(path: &Path) -> Result<Self, Failure> {
        let shown = path.display();
        let cannot = |error: io::Error| {
            Failure::new(format!("cannot read `{shown}`: {error}"))
                .help("check the path, which counts from the folder that Netlet was started in")
        };
        let mut file = File::open(path).map_err(cannot)?;
        let mut start = Vec::new();
        (&mut file).take(512).read_to_end(&mut start).map_err(cannot)?;
        file.rewind().map_err(cannot)?;
        if start.starts_with(b"PK\x03\x04") {
            let (checkpoint, tensors) = Checkpoint::open(file, path)?;
            return Ok(Self { tensors, remark: None, source: Source::Checkpoint(checkpoint) });
        }
        if is_old_checkpoint(&start) {
            return Err(Failure::new(format!(
                "`{shown}` is a pickle or a checkpoint of PyTorch before 1.6, which is not read"
            ))
            .help(
                "write it again with a newer PyTorch: `torch.save(torch.load(\"old.pth\", \
                 map_location=\"cpu\", weights_only=True), \"new.pth\")`",
            ));
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(cannot)?;
        Self::safetensors(bytes).map_err(|error| {
            let is_checkpoint = path.extension().is_some_and(|it| it == "pth" || it == "pt");
            let kind = if is_checkpoint { "PyTorch checkpoint" } else { "safetensors file" };
            Failure::new(format!("`{shown}` is no whole {kind}: {error}")).help(
                "write it with `save`, or in PyTorch with `torch.save(model.state_dict(), \
                 \"weights.pth\")`",
            )
        })
    }

    fn safetensors(bytes: Vec<u8>) -> Result<Self, safetensors::SafeTensorError> {
        let (header, metadata) = SafeTensors::read_metadata(&bytes)?;
        let start = size_of::<u64>() + header;
        let mut found: Vec<(Stored, Range<usize>)> = Vec::new();
        for name in metadata.offset_keys() {
            let Some(info) = metadata.info(&name) else { continue };
            let (from, to) = info.data_offsets;
            let (dims, numbers) = (info.shape.clone(), info.dtype.into());
            found.push((Stored { name, dims, numbers }, start + from..start + to));
        }
        let said = metadata.metadata().as_ref().and_then(|said| said.get(ORDER.0));
        let remark = if said.is_some_and(|order| order == ORDER.1) {
            None
        } else if is_alphabetical(&found) {
            found.sort_by(|(one, _), (other, _)| state_dict_order(&one.name, &other.name));
            Some(
                "the file has its tensors in alphabetical order, as PyTorch's `save_file` leaves \
                 them: layers were taken by name, numbers counted, the weight of each first; a \
                 `.pth` file keeps the order of the state dict",
            )
        } else {
            Some("the tensors were taken in the order in which their data lies in the file")
        };
        let (tensors, places) = found.into_iter().unzip();
        Ok(Self { tensors, remark, source: Source::Safetensors { bytes, places } })
    }

    /// The values of the tensor at `index`, row by row.
    ///
    /// # Errors
    /// When they cannot be read, or there are fewer than its shape says.
    pub(super) fn values(&mut self, index: usize) -> Result<Vec<f32>, Failure> {
        match &mut self.source {
            Source::Safetensors { bytes, places } => {
                Ok(self.tensors[index].numbers.floats(&bytes[places[index].clone()]))
            }
            Source::Checkpoint(checkpoint) => checkpoint.values(index),
        }
    }
}

impl WeightsFile {
    /// The bytes of the tensor of integers with this name, if the file is a safetensors file and has
    /// one.
    pub(super) fn bytes(&self, name: &str) -> Option<&[u8]> {
        let Source::Safetensors { bytes, places } = &self.source else { return None };
        let found = self.tensors.iter().position(|it| it.name == name && it.numbers.are_whole())?;
        Some(&bytes[places[found].clone()])
    }
}

/// Whether a file begins as a pickle of the second protocol or a later one, which is what PyTorch
/// wrote before it wrote archives, or as the tape archive that it wrote before that.
fn is_old_checkpoint(start: &[u8]) -> bool {
    // A safetensors file begins with a number; its header follows.
    let is_pickle = matches!(start, [0x80, 2..=5, ..]) && start.get(8) != Some(&b'{');
    is_pickle || start.get(257..262).is_some_and(|magic| magic == b"ustar")
}

/// Whether tensors lie as the safetensors library of PyTorch sorts them: the larger numbers first,
/// and by name among those of a size.
fn is_alphabetical(found: &[(Stored, Range<usize>)]) -> bool {
    found
        .chunk_by(|(one, _), (other, _)| one.numbers == other.numbers)
        .all(|same| same.is_sorted_by(|(one, _), (other, _)| one.name <= other.name))
}

/// The order of a state dict as far as names tell: layers by name with numbers counted
/// (`features.10` after `features.9`), and within a layer the weight before the bias and both before
/// the running statistics.
fn state_dict_order(one: &str, other: &str) -> Ordering {
    let key = |name: &str| {
        let (layer, role) = name.rsplit_once('.').unwrap_or(("", name));
        let roles = ["weight", "bias", "running_mean", "running_var"];
        let rank = roles.iter().position(|known| *known == role).unwrap_or(roles.len());
        let bytes = layer.as_bytes().chunk_by(|a, b| a.is_ascii_digit() == b.is_ascii_digit());
        let parts = bytes.map(|part| {
            let part = String::from_utf8_lossy(part).into_owned();
            (part.parse::<u64>().ok(), part)
        });
        (parts.collect::<Vec<_>>(), rank, role.to_owned())
    };
    key(one).cmp(&key(other))
}
