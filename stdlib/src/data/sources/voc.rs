//! Pictures with boxes around things, in Pascal VOC's form (Everingham et al., 2010).

use std::path::{Path, PathBuf};

use netlet_dsl::messages::Failure;
use roxmltree::{Document, Node};

use super::things::{self, Boxed};
use super::{files, locate};
use crate::data::reading::{Reading, Stop};
use crate::data::store::Collection;

/// Names of the folders of pictures and of annotations.
const FOLDERS: [[&str; 2]; 3] =
    [["images", "annotations"], ["JPEGImages", "Annotations"], ["images", "labels"]];

/// The folder of pictures and annotations, or of `train` and a test part with them. Where
/// `ImageSets/Main` has the lists `train.txt` and `val.txt`, they are the parts.
pub(super) fn voc(path: &Path, reading: &mut Reading<'_>) -> Result<Collection, Stop> {
    let folder = locate::existing(path)?;
    let train = folder.join("train");
    let test = files::TEST_FOLDERS.iter().map(|name| folder.join(name)).find(|it| it.is_dir());
    let parts = match (train.is_dir(), test) {
        (true, test) => {
            let test = test.map(|test| part(&test, reading)).transpose()?;
            [Some(part(&train, reading)?), test]
        }
        (false, _) => listed(&folder, part(&folder, reading)?)?,
    };
    let names = files::class_names(&[&folder])?;
    let title = format!("pictures with boxes from `{}`", folder.display());
    things::collection(title, names, parts, reading)
}

/// The parts by the lists of a folder, if it has such.
fn listed(folder: &Path, all: Vec<Boxed>) -> Result<[Option<Vec<Boxed>>; 2], Failure> {
    let list = |name: &str| folder.join("ImageSets/Main").join(name);
    let (train, test) = (list("train.txt"), list("val.txt"));
    if !(train.is_file() && test.is_file()) {
        return Ok([Some(all), None]);
    }
    let (train, test) = (files::text(&train)?, files::text(&test)?);
    let names = |text: &str| -> std::collections::BTreeSet<String> {
        text.split_whitespace().map(str::to_owned).collect()
    };
    let (train, test) = (names(&train), names(&test));
    let (mut of_train, mut of_test) = (Vec::new(), Vec::new());
    for boxed in all {
        let name = files::stem(&boxed.picture);
        if train.contains(&name) {
            of_train.push(boxed);
        } else if test.contains(&name) {
            of_test.push(boxed);
        }
    }
    Ok([Some(of_train), Some(of_test)])
}

/// The pictures of a folder with their boxes.
fn part(folder: &Path, reading: &mut Reading<'_>) -> Result<Vec<Boxed>, Stop> {
    let pairs = FOLDERS.iter().map(|names| names.map(|name| folder.join(name)));
    let both = |folders: &[PathBuf; 2]| folders.iter().all(|folder| folder.is_dir());
    let [pictures, annotations] =
        pairs.into_iter().find(both).unwrap_or_else(|| [folder.to_owned(), folder.to_owned()]);
    let mut found = Vec::new();
    for picture in files::pictures(&pictures, reading)? {
        reading.progress(0)?;
        let annotation = annotations.join(format!("{}.xml", files::stem(&picture)));
        match boxes(&annotation) {
            Ok(boxes) => found.push(Boxed { picture, told_by: annotation, boxes }),
            Err(failure) => reading.bad(failure.note(format!("of `{}`", picture.display())))?,
        }
    }
    if found.is_empty() {
        return Err(Failure::new(format!("`{}` has no pictures with annotations", folder.display()))
            .note("expected pictures in `images`, and an XML file of the same name in `annotations` for each")
            .note("`JPEGImages` and `Annotations` will do, too")
            .help("check the folder")
            .into());
    }
    Ok(found)
}

/// The boxes in an annotation, each with the name of its class.
fn boxes(path: &Path) -> Result<Vec<(String, [f64; 4])>, Failure> {
    let text = files::text(path)?;
    let bad = |what: &str| {
        Failure::new(format!("`{}` is no annotation of Pascal VOC's form: {what}", path.display()))
    };
    // Documents with types of their own, which may grow beyond all bounds, are refused.
    let document = Document::parse(&text).map_err(|error| bad(&error.to_string()))?;
    let root = document.root_element();
    if !root.has_tag_name("annotation") {
        return Err(bad(&format!("it holds `{}` instead of `annotation`", root.tag_name().name())));
    }
    let objects = root.children().filter(|node| node.has_tag_name("object"));
    let object = |node: Node<'_, '_>| {
        let child = |node: Node<'_, '_>, name: &str| {
            node.children().find(|child| child.has_tag_name(name)).map(|child| child.id())
        };
        let inner = |name: &str| {
            let id = child(node, name).ok_or_else(|| bad(&format!("an object has no `{name}`")))?;
            document.get_node(id).ok_or_else(|| bad("a node is missing"))
        };
        let name = inner("name")?.text().unwrap_or_default().trim().to_owned();
        let place = inner("bndbox")?;
        let edge = |name: &str| {
            let node = place.children().find(|child| child.has_tag_name(name));
            let text = node.and_then(|node| node.text()).unwrap_or_default().trim();
            text.parse::<f64>()
                .map_err(|_| bad(&format!("`{name}` of a box is `{text}`, no number")))
        };
        Ok((name, [edge("xmin")?, edge("ymin")?, edge("xmax")?, edge("ymax")?]))
    };
    objects.map(object).collect()
}
