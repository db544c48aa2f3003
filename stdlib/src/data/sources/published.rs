//! Sets that are published under names of their own: found in a folder, or fetched.

use std::path::{Path, PathBuf};

use netlet_dsl::messages::{Failure, Task};

use super::download::{self, Remote};
use super::locate::{self, Known};
use super::packed;
use crate::data::Target;
use crate::data::reading::{Reading, Stop};
use crate::data::store::{Answers, Collection, Inputs, Store};

/// A published set.
#[derive(Debug)]
pub(super) struct Set {
    pub(super) known: Known,
    /// The files that must be there, gzipped or not.
    pub(super) needed: &'static [&'static str],
    /// What is fetched.
    pub(super) remotes: &'static [Remote],
}

/// Pictures of a part, channels first, one after another, and the class of each.
#[derive(Debug, Default)]
pub(super) struct Labelled {
    pub(super) pixels: Vec<u8>,
    pub(super) labels: Vec<usize>,
}

impl Set {
    /// The folder of the set, which is fetched if it is not there and that is asked for.
    pub(super) fn folder(
        &self,
        path: Option<&Path>,
        download: bool,
        reading: &mut Reading<'_>,
    ) -> Result<PathBuf, Stop> {
        let holds =
            |folder: &Path| self.needed.iter().all(|name| packed::find(folder, name).is_some());
        let found = locate::folder(&self.known, path, holds);
        if !download {
            return Ok(found?);
        }
        if let Some(folder) = found.ok().filter(|folder| holds(folder)) {
            return Ok(folder);
        }
        let folder = locate::destination(&self.known, path)?;
        download::fetch(&self.known, self.remotes, &folder, reading)?;
        Ok(folder)
    }

    /// The path of a file that must be in the folder.
    pub(super) fn file(&self, folder: &Path, name: &str) -> Result<PathBuf, Failure> {
        packed::find(folder, name).ok_or_else(|| {
            let list: Vec<String> = self.needed.iter().map(|name| format!("`{name}`")).collect();
            Failure::new(format!("there is no `{name}` in `{}`", folder.display()))
                .note("nor is it there with the ending `.gz`")
                .note(format!("{} has the files {}", self.known.title, list.join(", ")))
                .help(format!(
                    "have it fetched with `{} download=yes`, or check the folder",
                    self.known.source
                ))
        })
    }

    /// The set from its parts.
    pub(super) fn collection(
        &self,
        folder: &Path,
        classes: Vec<String>,
        shape: [usize; 3],
        [mut train, test]: [Labelled; 2],
    ) -> Collection {
        let split = train.labels.len();
        train.pixels.extend(test.pixels);
        train.labels.extend(test.labels);
        let count = train.labels.len();
        Collection {
            title: format!("{} from `{}`", self.known.title, folder.display()),
            task: Task::Class,
            classes,
            palette: Vec::new(),
            store: Store {
                inputs: Inputs::Pictures { shape, pixels: train.pixels },
                answers: Answers::Given(train.labels.into_iter().map(Target::Class).collect()),
            },
            train: (0..split).collect(),
            test: Some((split..count).collect()),
        }
    }
}

/// Names as texts.
pub(super) fn texts(names: &[&str]) -> Vec<String> {
    names.iter().map(ToString::to_string).collect()
}
