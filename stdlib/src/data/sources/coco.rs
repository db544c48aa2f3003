//! Pictures with boxes and masks of things, in COCO's form (Lin et al., 2014).

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use netlet_dsl::messages::{Failure, Task};
use serde::Deserialize;

use super::masks::Table;
use super::things::{self, Boxed};
use super::{files, locate};
use crate::data::outline::{Form, Outline, unpack_runs};
use crate::data::reading::{Reading, Stop};
use crate::data::store::{Answers, Collection, Inputs, Map, Maps, Numbers, Store};

/// The most classes of maps: they share the numbers of a byte with the background and what is ignored.
const MOST_CLASSES: usize = 253;

/// The parts of the file that are used.
#[derive(Deserialize)]
struct Listing {
    images: Vec<Image>,
    #[serde(default)]
    annotations: Vec<Annotation>,
    categories: Vec<Category>,
}

#[derive(Deserialize)]
struct Image {
    id: i64,
    file_name: String,
}

#[derive(Deserialize)]
struct Annotation {
    image_id: i64,
    category_id: i64,
    /// Left, top, width and height.
    bbox: Option<[f64; 4]>,
    segmentation: Option<Segmentation>,
    #[serde(default)]
    area: f64,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Segmentation {
    Polygons(Vec<Vec<f32>>),
    Runs { counts: Counts, size: [usize; 2] },
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Counts {
    Plain(Vec<u32>),
    Packed(String),
}

#[derive(Deserialize)]
struct Category {
    id: i64,
    name: String,
}

/// The pictures of a folder with the boxes, or the masks, that a file tells of. In masks, class 0 is
/// the background, and smaller things lie over larger ones.
pub(super) fn coco(
    [pictures, annotations]: [&Path; 2],
    masks: bool,
    reading: &mut Reading<'_>,
) -> Result<Collection, Stop> {
    let (pictures, path) = (locate::existing(pictures)?, locate::existing(annotations)?);
    reading.progress(0)?;
    let mut listing = read(&path)?;
    listing.categories.sort_by_key(|category| category.id);
    // Annotations of the same picture lie together, in the order in which they are drawn.
    listing.annotations.sort_by(|one, other| {
        one.image_id.cmp(&other.image_id).then(other.area.total_cmp(&one.area))
    });
    let title = format!("pictures from `{}` by `{}`", pictures.display(), path.display());
    if masks {
        maps(title, &listing, &pictures, &path, reading)
    } else {
        let boxed = boxes(&listing, &pictures, &path)?;
        let names = listing.categories.into_iter().map(|category| category.name).collect();
        things::collection(title, Some(names), [Some(boxed), None], reading)
    }
}

fn read(path: &Path) -> Result<Listing, Failure> {
    let cannot = |error: &dyn std::fmt::Display| {
        Failure::new(format!("cannot read `{}`: {error}", path.display()))
    };
    let file = File::open(path).map_err(|error| cannot(&error))?;
    serde_json::from_reader(BufReader::new(file)).map_err(|error| {
        cannot(&error)
            .note("expected COCO's form: JSON with `images`, `annotations` and `categories`")
            .help("check that this is the file of the annotations")
    })
}

impl Listing {
    /// The annotations of each picture, by the picture's number.
    fn by_picture(&self) -> BTreeMap<i64, Vec<&Annotation>> {
        let mut found: BTreeMap<i64, Vec<&Annotation>> = BTreeMap::new();
        for annotation in &self.annotations {
            found.entry(annotation.image_id).or_default().push(annotation);
        }
        found
    }

    /// The place of an annotation's category among all.
    fn class(&self, annotation: &Annotation, path: &Path) -> Result<usize, Failure> {
        let id = annotation.category_id;
        self.categories.binary_search_by_key(&id, |category| category.id).map_err(|_| {
            Failure::new(format!("`{}` has an annotation of the category {id}", path.display()))
                .note("its `categories` have none of this `id`")
                .help("mend the file")
        })
    }
}

fn boxes(listing: &Listing, pictures: &Path, path: &Path) -> Result<Vec<Boxed>, Failure> {
    let annotations = listing.by_picture();
    let boxed = |image: &Image| {
        let boxes = annotations.get(&image.id).into_iter().flatten().filter_map(|annotation| {
            let [left, top, width, height] = annotation.bbox?;
            let class = match listing.class(annotation, path) {
                Ok(class) => listing.categories[class].name.clone(),
                Err(failure) => return Some(Err(failure)),
            };
            Some(Ok((class, [left, top, left + width, top + height])))
        });
        Ok(Boxed {
            picture: pictures.join(&image.file_name),
            told_by: path.to_owned(),
            boxes: boxes.collect::<Result<_, Failure>>()?,
        })
    };
    listing.images.iter().map(boxed).collect()
}

fn maps(
    title: String,
    listing: &Listing,
    pictures: &Path,
    path: &Path,
    reading: &mut Reading<'_>,
) -> Result<Collection, Stop> {
    let count = listing.categories.len();
    if count > MOST_CLASSES {
        return Err(Failure::new(format!("`{}` has {count} categories", path.display()))
            .note(format!("masks can tell {MOST_CLASSES} apart"))
            .help("leave `masks` out, to find boxes")
            .into());
    }
    let annotations = listing.by_picture();
    let (mut of_picture, mut found, mut paths) = (Vec::new(), Vec::new(), Vec::new());
    for image in &listing.images {
        let mut outlines = Vec::new();
        for annotation in annotations.get(&image.id).into_iter().flatten() {
            let class = listing.class(annotation, path)? as u8 + 1;
            let Some(segmentation) = &annotation.segmentation else { continue };
            outlines.push(Outline { class, form: form(segmentation, path)? });
        }
        let numbers: Vec<u8> = outlines.iter().map(|outline| outline.class).chain([0]).collect();
        found.push(Numbers::of(&numbers));
        of_picture.push(Map::Outlines(outlines));
        paths.push(pictures.join(&image.file_name));
    }
    let sizes = files::sizes(&paths, reading)?;
    let names = listing.categories.iter().map(|category| category.name.clone());
    let names: Vec<String> = std::iter::once("background".to_owned()).chain(names).collect();
    let Table { classes, names, palette } = Table::of(count + 1, None, Some(names));
    Ok(Collection {
        title,
        task: Task::Mask,
        classes: names,
        palette,
        train: (0..paths.len()).filter(|&it| sizes[it].is_some()).collect(),
        test: None,
        store: Store {
            inputs: Inputs::Files(paths),
            answers: Answers::Maps(Maps { maps: of_picture, classes, found }),
        },
    })
}

fn form(segmentation: &Segmentation, path: &Path) -> Result<Form, Failure> {
    let runs = match segmentation {
        Segmentation::Polygons(polygons) => return Ok(Form::Polygons(polygons.clone())),
        Segmentation::Runs { counts: Counts::Plain(runs), .. } => Some(runs.clone()),
        Segmentation::Runs { counts: Counts::Packed(text), .. } => unpack_runs(text),
    };
    let (runs, size) = match (runs, segmentation) {
        (Some(runs), Segmentation::Runs { size, .. }) => (runs, *size),
        _ => (Vec::new(), [0, 0]),
    };
    let sum: u64 = runs.iter().map(|&run| u64::from(run)).sum();
    if sum == size[0] as u64 * size[1] as u64 && sum > 0 {
        return Ok(Form::Runs(runs));
    }
    Err(Failure::new(format!("`{}` has a mask that cannot be unpacked", path.display()))
        .note(format!("its runs cover {sum} pixels of a picture of {}x{}", size[0], size[1]))
        .help("mend the file"))
}
