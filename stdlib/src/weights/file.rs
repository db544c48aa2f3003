//! Weights files, seen as a list of tensors.

use std::cmp::Ordering;
use std::fs;
use std::ops::Range;
use std::path::Path;

use netlet_dsl::messages::Failure;
use safetensors::SafeTensors;

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
    bytes: Vec<u8>,
    places: Vec<Range<usize>>,
}

impl WeightsFile {
    /// Opens a file and lists its tensors.
    ///
    /// # Errors
    /// When it cannot be read, or is no whole file of a known kind.
    pub(super) fn open(path: &Path) -> Result<Self, Failure> {
        let shown = path.display();
        let bytes = fs::read(path).map_err(|error| {
            Failure::new(format!("cannot read `{shown}`: {error}"))
                .help("check the path, which counts from the folder that Netlet was started in")
        })?;
        Self::safetensors(bytes).map_err(|error| {
            Failure::new(format!("`{shown}` is no whole safetensors file: {error}"))
                .help("write it with `save`, or with `safetensors.torch.save_file` in PyTorch")
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
        Ok(Self { tensors, remark, bytes, places })
    }

    /// The values of the tensor at `index`, row by row.
    pub(super) fn values(&self, index: usize) -> Vec<f32> {
        self.tensors[index].numbers.floats(&self.bytes[self.places[index].clone()])
    }
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
