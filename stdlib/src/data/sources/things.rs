//! Pictures with boxes, from whatever file tells of them.

use std::path::PathBuf;

use netlet_dsl::messages::{Failure, Task};

use super::files;
use crate::data::reading::{Reading, Stop};
use crate::data::store::{Answers, Collection, Inputs, Store, Thing};

/// A picture with what is in it.
#[derive(Debug)]
pub(super) struct Boxed {
    pub(super) picture: PathBuf,
    /// The file that tells of the boxes.
    pub(super) told_by: PathBuf,
    /// Each box with the name of its class: left, top, right and bottom edge in pixels.
    pub(super) boxes: Vec<(String, [f64; 4])>,
}

/// A set of pictures with boxes. Those without any are left out, with a warning.
pub(super) fn collection(
    title: String,
    names: Option<Vec<String>>,
    [train, test]: [Option<Vec<Boxed>>; 2],
    reading: &mut Reading<'_>,
) -> Result<Collection, Stop> {
    let train = train.unwrap_or_default();
    let (split, has_test) = (train.len(), test.is_some());
    let pictures: Vec<Boxed> = train.into_iter().chain(test.unwrap_or_default()).collect();
    let files: Vec<PathBuf> = pictures.iter().map(|boxed| boxed.picture.clone()).collect();
    let sizes = files::sizes(&files, reading)?;
    let classes = names.unwrap_or_else(|| {
        let names = pictures.iter().flat_map(|boxed| &boxed.boxes).map(|(name, _)| name.clone());
        names.collect::<std::collections::BTreeSet<_>>().into_iter().collect()
    });
    let mut things = Vec::with_capacity(pictures.len());
    let mut kept = Vec::with_capacity(pictures.len());
    let mut without = Vec::new();
    for (boxed, size) in pictures.iter().zip(sizes) {
        let found = match size {
            Some(size) => boxed.things(size, &classes)?,
            None => Vec::new(),
        };
        if size.is_some() && found.is_empty() {
            without.push(&boxed.picture);
        }
        kept.push(!found.is_empty());
        things.push(found);
    }
    if let Some(first) = without.first() {
        reading.warn(format!(
            "left out since no box is in them: {} of {} pictures, such as `{}`",
            without.len(),
            pictures.len(),
            first.display()
        ));
    }
    let good = |range: std::ops::Range<usize>| range.filter(|&it| kept[it]).collect();
    Ok(Collection {
        title,
        task: Task::Box,
        classes,
        palette: Vec::new(),
        train: good(0..split),
        test: has_test.then(|| good(split..things.len())),
        store: Store { inputs: Inputs::Files(files), answers: Answers::Things(things) },
    })
}

impl Boxed {
    /// The boxes in a picture of `size`.
    fn things(&self, size: [usize; 2], classes: &[String]) -> Result<Vec<Thing>, Failure> {
        let thing = |(name, edges): &(String, [f64; 4])| {
            let class = classes.iter().position(|class| class == name).ok_or_else(|| {
                Failure::new(format!(
                    "`{}` has a box of the class `{name}`",
                    self.told_by.display()
                ))
                .note(format!("the classes are {}", classes.join(", ")))
                .help("add it to `labels.txt`")
            })?;
            let [left, top, right, bottom] = *edges;
            let [rows, columns] = size.map(|side| side as f64);
            let within = 0.0 <= left && left < right && right <= columns;
            if within && 0.0 <= top && top < bottom && bottom <= rows {
                return Ok(Thing { class, edges: edges.map(|edge| edge as f32) });
            }
            Err(Failure::new(format!("`{}` has a box out of its picture", self.told_by.display()))
                .note(format!("of a `{name}`: from {left}, {top} to {right}, {bottom}"))
                .note(format!(
                    "expected a box within `{}`, which is {columns} wide and {rows} high",
                    self.picture.display()
                ))
                .help("mend the box"))
        };
        self.boxes.iter().map(thing).collect()
    }
}
