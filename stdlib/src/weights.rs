//! Weights in files and in memory.
//!
//! Files are safetensors, with PyTorch's names and layouts: a parameter or running statistic named
//! by its path, such as `conv1.weight`, in 32-bit floating point.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use netlet_dsl::messages::{Failure, Matching};
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};

use crate::network::Network;

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
    let (mut header, mut data, mut tensors) = (String::new(), Vec::new(), 0);
    each_tensor(network, |Wanted { path, dims }, values| {
        let start = data.len();
        data.extend(values.iter().flat_map(|value| value.to_le_bytes()));
        let separator = if tensors == 0 { '{' } else { ',' };
        let offsets = [start, data.len()];
        write!(
            header,
            r#"{separator}"{path}":{{"dtype":"F32","shape":{dims:?},"data_offsets":{offsets:?}}}"#
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

/// Reads the parameters and running statistics of `network` from a file, all or none, and says how
/// many tensors there were. PyTorch's counters `num_batches_tracked` are passed over.
///
/// By order, the first tensor of the file goes to the first of the network, and so on. A file of
/// [`save`] keeps the order of its network. One whose tensors lie in alphabetical order, as the
/// safetensors library of PyTorch sorts them, counts in the order of a state dict as far as names
/// tell: layers by name with numbers counted, the weight of each before its bias.
///
/// # Errors
/// When the file cannot be read or is no whole safetensors file, or when its tensors are not those
/// that the network has. Nothing is changed then.
pub fn load(network: &mut dyn Network, path: &Path, matching: Matching) -> Result<usize, Failure> {
    let shown = path.display();
    let bytes = fs::read(path).map_err(|error| {
        Failure::new(format!("cannot read `{shown}`: {error}"))
            .help("check the path, which counts from the folder that Netlet was started in")
    })?;
    let file = SafeTensors::deserialize(&bytes).map_err(|error| {
        Failure::new(format!("`{shown}` is no whole safetensors file: {error}"))
            .help("write it with `save`, or with `safetensors.torch.save_file` in PyTorch")
    })?;
    let mut wanted = Vec::new();
    each_tensor(network, |tensor, _| wanted.push(tensor));
    let found = match matching {
        Matching::Name => by_name(&wanted, &file),
        Matching::Order => by_order(&wanted, &file),
    };
    let found = found.map_err(|mut failure| {
        failure.headline =
            format!("`{shown}` does not fit `{}`: {}", network.name(), failure.headline);
        failure
    })?;
    let mut views = found.iter();
    each_tensor(network, |_, values| {
        let view = views.next().expect("a view for each tensor");
        for (value, bytes) in values.iter_mut().zip(view.data().as_chunks::<4>().0) {
            *value = f32::from_le_bytes(*bytes);
        }
    });
    Ok(found.len())
}

/// The bytes of a safetensors file. They are put together here since the library would sort the
/// tensors by name, and their order is worth keeping for [`Matching::Order`].
fn with_header(mut header: String, data: &[u8]) -> Vec<u8> {
    header.push_str(if header.is_empty() { "{}" } else { "}" });
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

/// The tensors of `file` with the names of the network's.
fn by_name<'a>(wanted: &[Wanted], file: &SafeTensors<'a>) -> Result<Vec<TensorView<'a>>, Failure> {
    let mut views: BTreeMap<String, TensorView<'a>> = file.tensors().into_iter().collect();
    let mut misfits = Vec::new();
    let mut found = Vec::new();
    for tensor in wanted {
        match views.remove(&tensor.path) {
            Some(view) => {
                misfits.extend(misfit(tensor, &tensor.path, &view));
                found.push(view);
            }
            None => misfits.push(format!(
                "`{}` of shape {} is missing from the file",
                tensor.path,
                shape(&tensor.dims)
            )),
        }
    }
    let rest = views.iter().filter(|(name, _)| !is_counter(name));
    misfits.extend(rest.map(|(name, view)| {
        format!("`{name}` of shape {} is in the file but not in the network", shape(view.shape()))
    }));
    unless(misfits, || found).map_err(|failure| {
        failure.help("`match=order` goes by the order of the tensors instead of their names")
    })
}

/// The tensors of `file` one after the other.
fn by_order<'a>(wanted: &[Wanted], file: &SafeTensors<'a>) -> Result<Vec<TensorView<'a>>, Failure> {
    let views = in_order(file);
    let pairs = wanted.iter().zip(&views);
    let mut misfits: Vec<String> =
        pairs.filter_map(|(tensor, (name, view))| misfit(tensor, name, view)).collect();
    misfits.extend(wanted.iter().skip(views.len()).map(|tensor| {
        format!(
            "nothing in the file is left for `{}` of shape {}",
            tensor.path,
            shape(&tensor.dims)
        )
    }));
    misfits.extend(views.iter().skip(wanted.len()).map(|(name, view)| {
        format!("nothing in the network is left for `{name}` of shape {}", shape(view.shape()))
    }));
    unless(misfits, || views.into_iter().map(|(_, view)| view).collect()).map_err(|failure| {
        failure.help(
            "PyTorch's `save_file` sorts tensors by name, which may lose their order; rename them \
             to the network's paths and load by name",
        )
    })
}

/// The tensors of a file in the order of a PyTorch state dict.
///
/// A file whose tensors lie in any other order than that of the alphabet is taken at its word. The
/// safetensors library sorts by name, though: then layers are ordered by name with numbers counted
/// (`features.10` after `features.9`), and within a layer the weight comes before the bias and both
/// before the running statistics, as PyTorch has them.
fn in_order<'a>(file: &SafeTensors<'a>) -> Vec<(String, TensorView<'a>)> {
    let mut views: Vec<_> =
        file.tensors().into_iter().filter(|(name, _)| !is_counter(name)).collect();
    views.sort_by_key(|(_, view)| view.data().as_ptr());
    let stays = !views.is_sorted_by(|(one, _), (other, _)| one <= other);
    if !stays {
        views.sort_by(|(one, _), (other, _)| state_dict_order(one, other));
    }
    views
}

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

/// What is wrong with giving `view`, called `name` in its file, to `tensor`.
fn misfit(tensor: &Wanted, name: &str, view: &TensorView<'_>) -> Option<String> {
    let found = if view.shape() != tensor.dims {
        format!("shape {}", shape(view.shape()))
    } else if view.dtype() != Dtype::F32 {
        format!("type {:?}", view.dtype())
    } else {
        return None;
    };
    let Wanted { path, dims } = tensor;
    let called = if name == path { "the file's".into() } else { format!("the file's `{name}`") };
    Some(format!("`{path}` has shape {} of type F32, {called} has {found}", shape(dims)))
}

/// `whole`, unless there are misfits: the first is the headline.
fn unless<T>(misfits: Vec<String>, whole: impl FnOnce() -> T) -> Result<T, Failure> {
    const SHOWN: usize = 10;
    let mut lines = misfits.into_iter();
    let Some(first) = lines.next() else { return Ok(whole()) };
    let rest: Vec<String> = lines.collect();
    let mut failure = Failure::new(first);
    for line in rest.iter().take(SHOWN) {
        failure = failure.note(line);
    }
    if rest.len() > SHOWN {
        failure = failure.note(format!("and {} more", rest.len() - SHOWN));
    }
    Err(failure)
}

/// Whether a tensor is PyTorch's count of the batches that a batchnorm has seen.
fn is_counter(name: &str) -> bool {
    name.rsplit('.').next() == Some("num_batches_tracked")
}

fn shape(dims: &[usize]) -> String {
    if dims.is_empty() {
        return "()".into();
    }
    dims.iter().map(usize::to_string).collect::<Vec<_>>().join("x")
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
