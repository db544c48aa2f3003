//! Pictures, each with a map of the class of every pixel.

use std::path::{Path, PathBuf};

use netlet_dsl::messages::{Failure, Task};

use super::{files, locate};
use crate::data::pool::each;
use crate::data::reading::{Reading, Stop};
use crate::data::store::{Answers, Collection, Inputs, Map, Maps, Numbers, Store};
use crate::data::{IGNORED, mask_file};

/// What the language says of the classes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Numbering {
    /// How many numbers there are, the ignored one counted if it is one of them.
    pub(super) classes: Option<usize>,
    /// The number that does not count.
    pub(super) ignore: Option<usize>,
}

/// Pairs of pictures and maps of the same name; a test part from the folders beside them.
pub(super) fn masks(
    [pictures, masks]: [&Path; 2],
    numbering: Numbering,
    reading: &mut Reading<'_>,
) -> Result<Collection, Stop> {
    let (pictures, masks) = (locate::existing(pictures)?, locate::existing(masks)?);
    let mut all = pairs(&pictures, &masks, reading)?;
    let split = all.len();
    let test = test_folders(&pictures, &masks);
    if let Some([pictures, masks]) = &test {
        all.extend(pairs(pictures, masks, reading)?);
    }
    let (pictures_of, masks_of): (Vec<PathBuf>, Vec<PathBuf>) = all.into_iter().unzip();
    let sizes = files::sizes(&pictures_of, reading)?;
    let found = numbers(&pictures_of, &masks_of, &sizes, reading)?;
    let beside = [pictures.parent(), masks.parent(), Some(&masks)];
    let beside: Vec<&Path> = beside.into_iter().flatten().collect();
    let names = files::class_names(&beside)?;
    let table = Table::new(numbering, names, &found, &masks_of)?;
    let good = |range: std::ops::Range<usize>| range.filter(|&it| found[it].is_some()).collect();
    let count = pictures_of.len();
    Ok(Collection {
        title: format!(
            "pictures from `{}` with masks from `{}`",
            pictures.display(),
            masks.display()
        ),
        task: Task::Mask,
        classes: table.names,
        palette: table.palette,
        train: good(0..split),
        test: test.map(|_| good(split..count)),
        store: Store {
            inputs: Inputs::Files(pictures_of),
            answers: Answers::Maps(Maps {
                maps: masks_of.into_iter().map(Map::File).collect(),
                classes: table.classes,
                found: found.into_iter().map(Option::unwrap_or_default).collect(),
            }),
        },
    })
}

/// The folders of the test part: beside those of the training part, with `train` in their names
/// replaced.
fn test_folders(pictures: &Path, masks: &Path) -> Option<[PathBuf; 2]> {
    let replaced = |path: &Path, by: &str| {
        let name = files::name(path);
        name.contains("train").then(|| path.with_file_name(name.replacen("train", by, 1)))
    };
    let both = files::TEST_FOLDERS.iter().filter_map(|name| {
        let folders = [replaced(pictures, name)?, replaced(masks, name)?];
        folders.iter().all(|folder| folder.is_dir()).then_some(folders)
    });
    both.into_iter().next()
}

/// The pictures of a folder with their maps.
fn pairs(
    pictures: &Path,
    masks: &Path,
    reading: &mut Reading<'_>,
) -> Result<Vec<(PathBuf, PathBuf)>, Failure> {
    let mut pairs = Vec::new();
    for picture in files::pictures(pictures, reading)? {
        let mask = masks.join(format!("{}.png", files::stem(&picture)));
        if mask.is_file() {
            pairs.push((picture, mask));
            continue;
        }
        let failure = Failure::new(format!("`{}` has no mask", picture.display()));
        reading.bad(failure.note(format!("there is no `{}`", mask.display())))?;
    }
    if pairs.is_empty() {
        return Err(Failure::new(format!("`{}` has no pictures with masks", pictures.display()))
            .note(format!(
                "their masks would be PNG files of the same name in `{}`",
                masks.display()
            ))
            .help("check that the folder of the pictures comes first"));
    }
    Ok(pairs)
}

/// The class numbers in each map; `None` where a file is left out.
fn numbers(
    pictures: &[PathBuf],
    masks: &[PathBuf],
    sizes: &[Option<[usize; 2]>],
    reading: &mut Reading<'_>,
) -> Result<Vec<Option<Numbers>>, Stop> {
    let look = |index: usize| {
        let mask = mask_file::decode(&masks[index])?;
        Ok((mask.size(), Numbers::of(&mask.pixels)))
    };
    let results = each(masks.len(), reading, ["looking at masks", "masks"], look)?;
    let looked = reading.good(results)?;
    let both = looked.into_iter().zip(sizes).enumerate();
    let numbers = both.map(|(index, (looked, size))| {
        let (Some((of_mask, numbers)), Some(size)) = (looked, size) else { return Ok(None) };
        if of_mask == *size {
            return Ok(Some(numbers));
        }
        Err(Failure::new("a mask is of another size than its picture")
            .note(format!("`{}` is {}x{}", pictures[index].display(), size[0], size[1]))
            .note(format!("`{}` is {}x{}", masks[index].display(), of_mask[0], of_mask[1]))
            .help("a mask has a class number for each pixel of its picture"))
    });
    Ok(numbers.collect::<Result<_, _>>()?)
}

/// What numbers in maps mean.
pub(super) struct Table {
    pub(super) classes: Box<[u8; 256]>,
    pub(super) names: Vec<String>,
    pub(super) palette: Vec<[u8; 3]>,
}

impl Table {
    fn new(
        numbering: Numbering,
        names: Option<Vec<String>>,
        found: &[Option<Numbers>],
        masks: &[PathBuf],
    ) -> Result<Self, Failure> {
        let ignore = numbering.ignore;
        let counts = |number: u8| ignore != Some(usize::from(number));
        let largest = || {
            let numbers = found.iter().flatten().flat_map(|it| it.iter());
            numbers.filter(|&number| counts(number)).max().map_or(0, |most| usize::from(most) + 1)
        };
        let named = names.as_ref().map(Vec::len);
        let count = numbering.classes.or(named).unwrap_or_else(largest);
        for (numbers, mask) in found.iter().zip(masks) {
            let mut numbers = numbers.iter().flat_map(|it| it.iter());
            let beyond = |&number: &u8| usize::from(number) >= count && counts(number);
            if let Some(number) = numbers.find(beyond) {
                return Err(out_of_range(mask, number, count, ignore));
            }
        }
        if count > usize::from(IGNORED) {
            return Err(Failure::new("there is a class number 255 in the masks")
                .note("255 usually marks pixels that nobody labelled")
                .help("say so with `ignore=255`"));
        }
        let table = Self::of(count, ignore, names);
        if table.names.is_empty() {
            return Err(Failure::new("the masks have no class that counts")
                .help("check `classes` and `ignore`"));
        }
        Ok(table)
    }

    /// Numbers below `count` are classes, but for the ignored one. Names are those of all numbers, or of
    /// those that count; otherwise classes are called by their numbers.
    pub(super) fn of(count: usize, ignore: Option<usize>, names: Option<Vec<String>>) -> Self {
        let mut classes = Box::new([IGNORED; 256]);
        let numbers: Vec<usize> = (0..count).filter(|&number| ignore != Some(number)).collect();
        for (class, &number) in (0..).zip(&numbers) {
            classes[number] = class;
        }
        let name = |(class, &number): (usize, &usize)| match &names {
            Some(names) if names.len() == count => names[number].clone(),
            Some(names) if names.len() == numbers.len() => names[class].clone(),
            _ => number.to_string(),
        };
        let names = numbers.iter().enumerate().map(name).collect();
        let palette = numbers.iter().map(|&number| colour(number)).collect();
        Self { classes, names, palette }
    }
}

fn out_of_range(mask: &Path, number: u8, count: usize, ignore: Option<usize>) -> Failure {
    let ignored = ignore.map_or(String::new(), |ignore| format!(", and {ignore} is ignored"));
    let help = match number {
        255 => "mark pixels that nobody labelled with `ignore=255`".to_owned(),
        _ => format!("say how many classes there are: `classes={}`", usize::from(number) + 1),
    };
    Failure::new(format!("`{}` has a class number out of range", mask.display()))
        .note(format!("found {number}; expected 0 to {}{ignored}", count.saturating_sub(1)))
        .help(help)
}

/// The colour of a class number in Pascal VOC's maps: its bits, taken in turns by red, green and blue,
/// the lowest ones counting most.
fn colour(number: usize) -> [u8; 3] {
    let mut colour = [0; 3];
    for bit in 0..8 {
        if number >> bit & 1 == 1 {
            colour[bit % 3] |= 128 >> (bit / 3);
        }
    }
    colour
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_those_of_pascal_voc() {
        let expected = [[0, 0, 0], [128, 0, 0], [0, 128, 0], [128, 128, 0], [0, 0, 128]];
        assert_eq!([0, 1, 2, 3, 4].map(colour), expected);
        // The potted plant, the sofa, and what nobody labelled.
        assert_eq!([16, 18, 255].map(colour), [[0, 64, 0], [0, 192, 0], [224, 224, 192]]);
    }

    #[test]
    fn the_ignored_class_is_left_out_of_the_count() {
        let names = Some(["a", "b", "c"].map(str::to_owned).to_vec());
        let table = Table::of(3, Some(1), names.clone());
        assert_eq!(table.names, ["a", "c"]);
        assert_eq!(table.classes[..4], [0, IGNORED, 1, IGNORED]);
        assert_eq!(table.palette, [colour(0), colour(2)]);
        assert_eq!(Table::of(3, Some(255), names).names, ["a", "b", "c"]);
    }
}
