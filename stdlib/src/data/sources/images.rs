//! Pictures in a folder for each class.

use std::path::{Path, PathBuf};

use netlet_dsl::messages::{Failure, Task};

use super::{files, locate};
use crate::data::Target;
use crate::data::reading::{Reading, Stop};
use crate::data::store::{Answers, Collection, Inputs, Store};

/// The folder of the class folders, or of `train` and a test part with them.
pub(super) fn images(path: &Path, reading: &mut Reading<'_>) -> Result<Collection, Stop> {
    let folder = locate::existing(path)?;
    let train = folder.join("train");
    let test = files::TEST_FOLDERS.iter().map(|name| folder.join(name)).find(|it| it.is_dir());
    let (train, test) = match (train.is_dir(), test) {
        (true, test) => (train, test),
        (false, _) => (folder.clone(), None),
    };
    let mut found =
        Pictures { classes: class_names(&train)?, files: Vec::new(), labels: Vec::new() };
    found.add(&train, reading)?;
    let split = found.files.len();
    if let Some(test) = &test {
        found.add(test, reading)?;
    }
    let sizes = files::sizes(&found.files, reading)?;
    let good = |range: std::ops::Range<usize>| range.filter(|&it| sizes[it].is_some()).collect();
    let count = found.files.len();
    Ok(Collection {
        title: format!("pictures from `{}`", folder.display()),
        task: Task::Class,
        classes: found.classes,
        palette: Vec::new(),
        train: good(0..split),
        test: test.map(|_| good(split..count)),
        store: Store {
            inputs: Inputs::Files(found.files),
            answers: Answers::Given(found.labels.into_iter().map(Target::Class).collect()),
        },
    })
}

struct Pictures {
    classes: Vec<String>,
    files: Vec<PathBuf>,
    labels: Vec<usize>,
}

impl Pictures {
    /// Adds the pictures of a folder's class folders.
    fn add(&mut self, folder: &Path, reading: &mut Reading<'_>) -> Result<(), Failure> {
        for path in files::folders(folder)? {
            let name = files::name(&path);
            let Some(class) = self.classes.iter().position(|class| *class == name) else {
                let list: Vec<String> =
                    self.classes.iter().map(|class| format!("`{class}`")).collect();
                return Err(Failure::new(format!(
                    "`{}` is no class of the training part",
                    path.display()
                ))
                .note(format!("the training part has {}", list.join(", ")))
                .help("both parts must have the same class folders"));
            };
            let pictures = files::pictures(&path, reading)?;
            if pictures.is_empty() {
                return Err(Failure::new(format!(
                    "the class folder `{}` has no pictures",
                    path.display()
                ))
                .note("expected PNG or JPEG files in it")
                .help("put pictures into it, or remove it"));
            }
            self.labels.extend(std::iter::repeat_n(class, pictures.len()));
            self.files.extend(pictures);
        }
        Ok(())
    }
}

fn class_names(folder: &Path) -> Result<Vec<String>, Failure> {
    let names: Vec<String> = files::folders(folder)?.iter().map(|path| files::name(path)).collect();
    if names.is_empty() {
        return Err(Failure::new(format!("`{}` has no class folders", folder.display()))
            .note("expected a folder for each class, with the pictures of the class in it")
            .help("pictures with boxes or masks are read by `voc`, `coco` and `masks`"));
    }
    Ok(names)
}
