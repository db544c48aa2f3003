//! A data set made of its plan: source, selection, split, transforms.

use std::sync::Arc;

use netlet_dsl::messages::{DataPlan, Failure, Task, Transform};
use rand::SeedableRng;
use rand::rngs::SmallRng;
use rand::seq::SliceRandom;

use super::loader::{Loader, fit};
use super::pool::each;
use super::reading::{Reading, Stop};
use super::store::{Answers, Collection, Inputs, Pick};
use super::transforms::{Palette, Pipeline, Step};
use super::{Dataset, Look, sources};

/// Training pictures that the palette of the colorization task is made of.
const PALETTE_PICTURES: usize = 400;
/// Pixels that it is made of.
const PALETTE_PIXELS: usize = 40_000;

/// Reads a data set.
pub(super) fn build(plan: &DataPlan, reading: &mut Reading<'_>) -> Result<Dataset, Stop> {
    let mut collection = sources::read(plan, reading)?;
    reading.report_skipped();
    collection.keep(&plan.only)?;
    let test = collection.split(plan.split);
    let train = std::mem::take(&mut collection.train);
    for (part, items) in [("training", &train), ("test", &test)] {
        if items.is_empty() {
            let headline = format!("{} has no {part} samples", collection.title);
            return Err(Failure::new(headline)
                .note(format!(
                    "{} training and {} test samples were found",
                    train.len(),
                    test.len()
                ))
                .help("check the folder, and `only` and `split` if they are given")
                .into());
        }
    }
    collection.store.inputs = fit(collection.store.inputs, &plan.transforms)?;
    let mut pipeline = Pipeline::default();
    for transform in &plan.transforms {
        match transform {
            Transform::Colorize { palette } => {
                let colours;
                (collection, colours) =
                    palette_of(collection, &pipeline, &train, *palette, reading)?;
                let name = |[red, green, blue]: [u8; 3]| format!("#{red:02x}{green:02x}{blue:02x}");
                collection.task = Task::Colours;
                collection.classes = colours.colours().iter().map(|&colour| name(colour)).collect();
                collection.palette = colours.colours().to_vec();
                pipeline.push_step(Step::Colorize(Arc::new(colours)));
            }
            other => pipeline.push(other),
        }
        collection.task = task_behind(collection.task, transform);
    }
    let shape = shape_of(&collection, &pipeline, [&train, &test], reading)?;
    pipeline.scale.expect_channels(if shape.len() > 1 { shape[0] } else { 1 })?;
    let parts = [train, test].map(|items| picks(&collection, &pipeline, items));
    let balanced = plan.transforms.contains(&Transform::Balance);
    let data = Dataset::of(collection, pipeline, shape, parts);
    Ok(if balanced { data.balanced() } else { data })
}

fn task_behind(task: Task, transform: &Transform) -> Task {
    match transform {
        Transform::Place(_) | Transform::CropBoxes(_) => Task::Box,
        _ => task,
    }
}

/// The samples of these items: one each, or one for each thing in them.
fn picks(collection: &Collection, pipeline: &Pipeline, items: Vec<usize>) -> Vec<Pick> {
    let whole = |item| Pick { item, thing: None };
    match &collection.store.answers {
        Answers::Things(things) if pipeline.crops_boxes() => {
            let each = |item: usize| {
                (0..things[item].len()).map(move |thing| Pick { item, thing: Some(thing) })
            };
            items.into_iter().flat_map(each).collect()
        }
        _ => items.into_iter().map(whole).collect(),
    }
}

/// The shape that all samples have.
fn shape_of(
    collection: &Collection,
    pipeline: &Pipeline,
    parts: [&[usize]; 2],
    reading: &mut Reading<'_>,
) -> Result<Vec<usize>, Stop> {
    let files = match &collection.store.inputs {
        Inputs::Numbers { shape, .. } | Inputs::Noise { shape } => return Ok(shape.clone()),
        Inputs::Pictures { shape: [channels, rows, columns], .. } => {
            let [rows, columns] = pipeline.size([*rows, *columns])?;
            return Ok(vec![pipeline.channels(*channels), rows, columns]);
        }
        Inputs::Files(files) => files,
    };
    let channels = pipeline.channels(3);
    // The same for two sizes of different aspect, it is the same for all.
    let some = [pipeline.size([97, 1009])?, pipeline.size([1009, 97])?];
    if some[0] == some[1] {
        return Ok(vec![channels, some[0][0], some[0][1]]);
    }
    let items: Vec<usize> = parts.concat();
    let size = |index: usize| collection.store.inputs.size(items[index]);
    let sizes = each(items.len(), reading, ["looking at sizes", "pictures"], size)?;
    let mut first: Option<([usize; 2], usize)> = None;
    for (&item, size) in items.iter().zip(sizes) {
        let original = size?;
        let size = pipeline.size(original)?;
        let &mut (expected, other) = first.get_or_insert((size, item));
        if size != expected {
            let [one, two] = [other, item].map(|item| files[item].display().to_string());
            return Err(Failure::new("pictures differ in size")
                .note(format!("`{one}` becomes {}x{}", expected[0], expected[1]))
                .note(format!("`{two}` becomes {}x{}", size[0], size[1]))
                .help("bring them to one size: `-> resize 224x224`, or `-> resize 256 -> centercrop 224`")
                .into());
        }
    }
    let [rows, columns] = first.map_or([0, 0], |(size, _)| size);
    Ok(vec![channels, rows, columns])
}

/// The palette of the training pictures, as they are behind the transforms so far.
fn palette_of(
    collection: Collection,
    pipeline: &Pipeline,
    train: &[usize],
    count: usize,
    reading: &mut Reading<'_>,
) -> Result<(Collection, Palette), Stop> {
    let mut random = SmallRng::seed_from_u64(0);
    let mut items: Vec<usize> =
        train.choose_multiple(&mut random, PALETTE_PICTURES).copied().collect();
    items.sort_unstable();
    let Collection { store, .. } = collection;
    let loader = Loader::new(store, pipeline.clone());
    let most = PALETTE_PIXELS.div_ceil(items.len().max(1));
    let pixels = |index: usize| {
        let pick = Pick { item: items[index], thing: None };
        let picture = loader.work(pick, Look::Plain, true)?.picture;
        let Some(picture) = picture.filter(|picture| picture.channels == 3) else {
            return Err(Failure::new("only pictures in colour can be colorized"));
        };
        let step = (picture.rows * picture.columns).div_ceil(most).max(1);
        let pixels = picture.pixels.chunks_exact(3).step_by(step);
        Ok(pixels.map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect::<Vec<_>>())
    };
    let found = each(items.len(), reading, ["looking for colours", "pictures"], pixels)?;
    let pixels = found.into_iter().collect::<Result<Vec<_>, _>>()?.concat();
    let palette = Palette::of(&pixels, count).ok_or_else(|| {
        Failure::new(format!("the training pictures have fewer than {count} colours"))
            .help("make a smaller palette: `colorize palette=2`")
    })?;
    Ok((Collection { store: loader.store, ..collection }, palette))
}
