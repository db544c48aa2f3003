//! Where imports come from: the zoo, which travels inside the program, and files.

use std::path::{Path, PathBuf};

use netlet_dsl::check::{ImportName, Library};

/// The texts of the zoo by name, such as `resnet`.
const ZOO: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/zoo.rs"));

/// The largest file that is read: far above any text of networks.
const LARGEST: u64 = 1 << 20;

/// The zoo, and the files of a folder.
#[derive(Clone, Debug)]
pub struct Texts {
    folder: PathBuf,
}

impl Texts {
    /// With files looked for in `folder`.
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    fn file(&self, name: &str) -> Result<String, String> {
        let path = self.folder.join(name);
        let cannot = |error: &dyn std::fmt::Display| format!("cannot read `{name}`: {error}");
        let size = std::fs::metadata(&path).map_err(|error| cannot(&error))?.len();
        if size > LARGEST {
            return Err(cannot(&format!("it has {size} bytes, more than {LARGEST}")));
        }
        let bytes = std::fs::read(&path).map_err(|error| cannot(&error))?;
        String::from_utf8(bytes).map_err(|_| cannot(&"it is not UTF-8 text"))
    }
}

impl Library for Texts {
    fn texts(&self, name: &ImportName) -> Result<Vec<(String, String)>, String> {
        let text = |(name, text): &(&str, &str)| (format!("zoo/{name}.net"), (*text).to_owned());
        match name {
            ImportName::File(file) => Ok(vec![(file.clone(), self.file(file)?)]),
            ImportName::Path(path) if path == "zoo" => Ok(ZOO.iter().map(text).collect()),
            ImportName::Path(path) => {
                let part = path.strip_prefix("zoo.");
                let found = ZOO.iter().find(|(name, _)| Some(*name) == part);
                found.map(|found| vec![text(found)]).ok_or(format!(
                    "there is no `{path}`: the library is `zoo`, files stand in quotes"
                ))
            }
        }
    }

    fn names(&self) -> Vec<String> {
        let parts = ZOO.iter().map(|(name, _)| format!("zoo.{name}"));
        std::iter::once("zoo".to_owned()).chain(parts).collect()
    }
}
