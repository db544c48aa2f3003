//! PyTorch's checkpoints: archives of a pickle, which lists the tensors, and of their storages.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use netlet_dsl::messages::Failure;
use zip::ZipArchive;
use zip::result::ZipError;

use super::file::Stored;
use super::pickle::{self, Dict, Entry, Pickle, Refusal, Tensor};

/// Where a checkpoint may keep its state dict, beside its root.
const KEYS: [&str; 3] = ["state_dict", "model_state_dict", "model"];

/// The list of tensors within the archive.
const LIST: &str = "data.pkl";

/// A checkpoint whose list of tensors is known, with the storage that was read last.
pub(super) struct Checkpoint {
    archive: ZipArchive<BufReader<File>>,
    /// What the names of all entries begin with.
    folder: String,
    size: u64,
    tensors: Vec<Tensor>,
    storage: Option<(String, Vec<u8>)>,
    shown: String,
}

impl Checkpoint {
    /// Opens a checkpoint and lists its state dict.
    ///
    /// # Errors
    /// When it is no whole checkpoint, or holds anything else than tensors and plain values.
    pub(super) fn open(file: File, path: &Path) -> Result<(Self, Vec<Stored>), Failure> {
        let shown = path.display().to_string();
        let size = file.metadata().map_or(0, |data| data.len());
        let archive = ZipArchive::new(BufReader::new(file)).map_err(|error| cut(&shown, &error))?;
        let list = archive.file_names().filter_map(Result::ok).find(|name| {
            // Beside the root's there may be lists of code.
            name.strip_suffix(LIST).is_some_and(|root| root.matches('/').count() <= 1)
        });
        let Some(folder) = list.and_then(|name| Some(name.strip_suffix(LIST)?.to_owned())) else {
            return Err(Failure::new(format!(
                "`{shown}` is an archive, but no PyTorch checkpoint"
            ))
            .note(format!("it has no `{LIST}`, the list of tensors that `torch.save` writes")));
        };
        let mut checkpoint =
            Self { archive, folder, size, tensors: Vec::new(), storage: None, shown };
        checkpoint.expect_little_endian()?;
        let list = checkpoint.entry(LIST, pickle::LARGEST as u64 + 1)?;
        let list = pickle::read(&list).map_err(|refusal| checkpoint.refused(&refusal))?;
        let (stored, tensors) = state_dict(&list, &checkpoint.shown)?;
        checkpoint.tensors = tensors;
        Ok((checkpoint, stored))
    }

    /// The values of a tensor, row by row.
    pub(super) fn values(&mut self, index: usize) -> Result<Vec<f32>, Failure> {
        let tensor = self.tensors[index].clone();
        let size = tensor.numbers.size();
        let known = self.storage.take().filter(|(key, _)| *key == tensor.storage);
        let bytes = match known {
            Some((_, bytes)) => bytes,
            None => self.entry(&format!("data/{}", tensor.storage), self.size)?,
        };
        if bytes.len() / size < tensor.count {
            let Self { shown, .. } = self;
            return Err(Failure::new(format!("`{shown}` is no whole PyTorch checkpoint"))
                .note(format!("its storage `{}` is too short", tensor.storage)));
        }
        let values = gathered(&tensor, size, &bytes);
        // A flattened model has one storage for many tensors.
        self.storage = Some((tensor.storage.clone(), bytes));
        Ok(tensor.numbers.floats(&values))
    }

    /// The bytes of an entry, at most so many.
    fn entry(&mut self, name: &str, most: u64) -> Result<Vec<u8>, Failure> {
        let mut bytes = Vec::new();
        let name = format!("{}{name}", self.folder);
        let read = self.archive.by_name(&name).and_then(|entry| {
            entry.take(most).read_to_end(&mut bytes)?;
            Ok(())
        });
        read.map_err(|error| match error {
            ZipError::FileNotFound => cut(&self.shown, &format!("it lacks `{name}`")),
            error => cut(&self.shown, &format!("`{name}`: {error}")),
        })?;
        Ok(bytes)
    }

    fn expect_little_endian(&mut self) -> Result<(), Failure> {
        let is_told = self.archive.index_for_name(&format!("{}byteorder", self.folder)).is_some();
        if !is_told || self.entry("byteorder", 16)? == b"little" {
            return Ok(());
        }
        Err(Failure::new(format!(
            "`{}` has its numbers' bytes in the big-endian order",
            self.shown
        ))
        .help("save it on a machine with an x86 or ARM processor"))
    }

    fn refused(&self, refusal: &Refusal) -> Failure {
        let failure = Failure::new(format!("`{}` {refusal}", self.shown));
        match refusal {
            Refusal::Asks(_) => failure.note("nothing that a file asks for is ever run"),
            Refusal::Cut | Refusal::Odd(_) => failure,
        }
        .help(
            "in PyTorch, save the weights alone: `torch.save(model.state_dict(), \"weights.pth\")`",
        )
    }
}

fn cut(shown: &str, error: &dyn std::fmt::Display) -> Failure {
    Failure::new(format!("`{shown}` is no whole PyTorch checkpoint: {error}"))
        .help("copy it again from where it is whole, or save it again")
}

/// The tensors of a checkpoint's state dict in their order, and where their values lie.
fn state_dict(list: &Pickle, shown: &str) -> Result<(Vec<Stored>, Vec<Tensor>), Failure> {
    let root = list.root();
    let within = |key: &&str| {
        let mut entries = root?.entries().filter(|(name, _)| name == key);
        entries.find_map(|(_, entry)| match entry {
            Entry::Dict(dict) => Some(tensors(dict)).filter(|found| !found.is_empty()),
            _ => None,
        })
    };
    let found = root.map(tensors).filter(|found| !found.is_empty());
    let Some(found) = found.or_else(|| KEYS.iter().find_map(within)) else {
        let mut failure = Failure::new(format!("`{shown}` has no state dict"));
        let keys: Vec<String> = root
            .into_iter()
            .flat_map(Dict::entries)
            .take(20)
            .map(|(name, _)| format!("`{}`", name.escape_debug()))
            .collect();
        if !keys.is_empty() {
            failure = failure.note(format!("it has the keys {}", keys.join(", ")));
        }
        return Err(failure.help(
            "in PyTorch, save the weights alone: `torch.save(model.state_dict(), \"weights.pth\")`",
        ));
    };
    let stored = |(name, tensor): (&str, &Tensor)| Stored {
        name: name.to_owned(),
        dims: tensor.dims.clone(),
        numbers: tensor.numbers,
    };
    let stored = found.iter().map(|found| stored(*found)).collect();
    Ok((stored, found.into_iter().map(|(_, tensor)| tensor.clone()).collect()))
}

/// The tensors of a dict. As in Python, what is set again keeps its place.
fn tensors(dict: Dict<'_>) -> Vec<(&str, &Tensor)> {
    let mut found: Vec<(&str, &Tensor)> = Vec::new();
    let mut places = BTreeMap::new();
    for (name, entry) in dict.entries() {
        let Entry::Tensor(tensor) = entry else { continue };
        match places.get(name) {
            Some(&place) => found[place] = (name, tensor),
            None => {
                places.insert(name, found.len());
                found.push((name, tensor));
            }
        }
    }
    found
}

/// The bytes of a tensor's elements, row by row.
fn gathered(tensor: &Tensor, size: usize, storage: &[u8]) -> Vec<u8> {
    let count = tensor.dims.iter().product::<usize>();
    let mut gathered = Vec::with_capacity(count * size);
    let mut index = vec![0; tensor.dims.len()];
    let mut at = tensor.offset;
    for _ in 0..count {
        gathered.extend_from_slice(&storage[at * size..][..size]);
        for ((index, dim), stride) in index.iter_mut().zip(&tensor.dims).zip(&tensor.strides).rev()
        {
            *index += 1;
            at += stride;
            if *index < *dim {
                break;
            }
            at -= stride * dim;
            *index = 0;
        }
    }
    gathered
}
