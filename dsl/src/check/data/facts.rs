//! What is known of a data set before it is read: from its source and its transforms alone.

use crate::messages::{DataPlan, DataSource, Size, Task, Transform};
use crate::shape::Shape;

/// What is known of a data set before it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataSet {
    /// Its name.
    pub name: String,
    /// What the answer to a sample is, where that can be told.
    pub task: Option<Task>,
    /// One sample's shape, where that can be told.
    pub shape: Option<Shape>,
    /// How many classes there are, where that can be told.
    pub classes: Option<usize>,
    /// How many samples there are for training and for tests, where that can be told.
    pub samples: Option<[u64; 2]>,
}

/// The same while transforms are gone through.
pub(super) struct Facts {
    task: Option<Task>,
    channels: Option<usize>,
    size: Option<[usize; 2]>,
    classes: Option<usize>,
}

impl DataSet {
    /// A data set by how it is defined.
    pub fn new(name: &str, plan: &DataPlan) -> Self {
        let mut facts = Facts::of(plan);
        plan.transforms.iter().for_each(|transform| facts.change(transform));
        let shape = match (&plan.source, facts.channels, facts.size) {
            (DataSource::Noise { shape, .. }, ..) => Shape::of(shape),
            (_, Some(channels), Some([rows, columns])) => {
                Some(Shape::Map([channels, rows, columns]))
            }
            _ => None,
        };
        let samples = samples(plan);
        Self { name: name.to_owned(), task: facts.task, shape, classes: facts.classes, samples }
    }
}

/// How many samples the published data sets have, where a plan takes them as they are.
fn samples(plan: &DataPlan) -> Option<[u64; 2]> {
    if !plan.only.is_empty() || plan.split.is_some() {
        return None;
    }
    match plan.source {
        // The sample that ships with Netlet.
        DataSource::FashionMnist { path: None } if !plan.download => Some([10_000, 2_000]),
        DataSource::FashionMnist { .. } | DataSource::Mnist { .. } => Some([60_000, 10_000]),
        DataSource::Cifar10 { .. } | DataSource::Cifar100 { .. } => Some([50_000, 10_000]),
        DataSource::Svhn { .. } => Some([73_257, 26_032]),
        _ => None,
    }
}

/// Why a transform does not fit the samples that it is given.
pub(super) struct Misfit {
    pub(super) headline: String,
    pub(super) label: String,
    pub(super) help: String,
}

impl Facts {
    /// What a source says by itself.
    pub(super) fn of(plan: &DataPlan) -> Self {
        let facts = Self::of_source(&plan.source);
        if plan.only.is_empty() { facts } else { Self { classes: Some(plan.only.len()), ..facts } }
    }

    fn of_source(source: &DataSource) -> Self {
        let labelled = |channels, side, classes| Self {
            task: Some(Task::Class),
            channels: Some(channels),
            size: Some([side; 2]),
            classes: Some(classes),
        };
        // Pictures in files are read in colour.
        let files =
            |task, classes| Self { task: Some(task), channels: Some(3), size: None, classes };
        match source {
            DataSource::FashionMnist { .. } | DataSource::Mnist { .. } => labelled(1, 28, 10),
            DataSource::Cifar10 { .. } | DataSource::Svhn { .. } => labelled(3, 32, 10),
            DataSource::Cifar100 { .. } => labelled(3, 32, 100),
            DataSource::Images { .. } => files(Task::Class, None),
            DataSource::Masks { classes, ignore, .. } => {
                // The ignored class is one of those counted, unless its number lies beyond them.
                let left_out = |classes| ignore.is_some_and(|ignore| ignore < classes);
                let told_apart = classes.map(|classes| classes - usize::from(left_out(classes)));
                files(Task::Mask, told_apart)
            }
            DataSource::Coco { masks: true, .. } => files(Task::Mask, None),
            DataSource::Voc { .. } | DataSource::Coco { .. } => files(Task::Box, None),
            DataSource::Csv { .. } | DataSource::Npz { .. } => {
                Self { task: None, channels: None, size: None, classes: None }
            }
            DataSource::Noise { .. } => {
                Self { task: Some(Task::None), channels: None, size: None, classes: None }
            }
        }
    }

    /// What keeps a transform from the samples as they are.
    pub(super) fn misfit(&self, transform: &Transform) -> Option<Misfit> {
        match *transform {
            Transform::CenterCrop(size) => self.too_large(size, 0),
            Transform::RandomCrop { size, padding } => self.too_large(size, padding),
            Transform::Place([rows, columns]) => match (self.task, self.size) {
                (Some(task), _) if task != Task::Class => Some(Misfit {
                    headline: "only samples with a class each can be placed on a canvas".to_owned(),
                    label: format!("these have {}", in_words(task)),
                    help: "place digits: `mnist -> place 64`".to_owned(),
                }),
                (_, Some([high, wide])) if high > rows || wide > columns => Some(Misfit {
                    headline: format!("a picture of {high}x{wide} has no room on {rows}x{columns}"),
                    label: "too small a canvas".to_owned(),
                    help: format!("use a canvas of more than {high}x{wide}"),
                }),
                _ => None,
            },
            Transform::CropBoxes(_) => {
                let task = self.task.filter(|&task| task != Task::Box)?;
                Some(Misfit {
                    headline: "there are no boxes to crop to".to_owned(),
                    label: format!("these samples have {}", in_words(task)),
                    help: "`voc` and `coco` read pictures with boxes".to_owned(),
                })
            }
            Transform::Colorize { .. } => self.in_colour("colorize", "a colour data set"),
            Transform::Normalize { ref mean, ref deviation } => {
                if mean.len().max(deviation.len()) == 1 {
                    return None;
                }
                self.in_colour("normalize", "`mean=0.5 std=0.5` for one channel")
            }
            Transform::Balance => {
                let task = self.task.filter(|task| !matches!(task, Task::Class | Task::Box))?;
                Some(Misfit {
                    headline: "only samples with a class each can be balanced".to_owned(),
                    label: format!("these have {}", in_words(task)),
                    help: "for masks, weigh the classes: `train ... weights=median_freq`"
                        .to_owned(),
                })
            }
            _ => None,
        }
    }

    /// Why a part of this size cannot be cut out.
    fn too_large(&self, [rows, columns]: [usize; 2], padding: usize) -> Option<Misfit> {
        let [high, wide] = self.size?.map(|side| side.saturating_add(padding.saturating_mul(2)));
        (rows > high || columns > wide).then(|| Misfit {
            headline: format!("a picture of {high}x{wide} has no part of {rows}x{columns}"),
            label: "larger than the picture".to_owned(),
            help: "crop to less, or enlarge before: `resize SIZE -> ...`".to_owned(),
        })
    }

    /// Why what wants colours cannot have them.
    fn in_colour(&self, what: &str, instead: &str) -> Option<Misfit> {
        self.channels.filter(|&channels| channels != 3).map(|channels| Misfit {
            headline: format!("`{what}` wants pictures of three channels, these have {channels}"),
            label: "not in colour".to_owned(),
            help: format!("use {instead}"),
        })
    }

    /// What is known once a transform was applied.
    pub(super) fn change(&mut self, transform: &Transform) {
        match *transform {
            Transform::Resize(Size::Exact(size))
            | Transform::CenterCrop(size)
            | Transform::RandomCrop { size, .. }
            | Transform::RandomResizedCrop(size) => self.size = Some(size),
            Transform::Place(size) | Transform::CropBoxes(size) => {
                self.size = Some(size);
                self.task = Some(Task::Box);
            }
            Transform::Resize(Size::Shorter(side)) => {
                self.size = self.size.map(|size| shorter(size, side));
            }
            Transform::Grayscale => self.channels = self.channels.map(|_| 1),
            Transform::Colorize { palette } => {
                self.channels = self.channels.map(|_| 1);
                self.task = Some(Task::Colours);
                self.classes = Some(palette);
            }
            Transform::HFlip(_)
            | Transform::VFlip(_)
            | Transform::Rotate(_)
            | Transform::Blur(_)
            | Transform::Jitter { .. }
            | Transform::Normalize { .. }
            | Transform::Balance => {}
        }
    }
}

/// The size of a picture whose shorter side is made this long, as the runtime makes it.
fn shorter([rows, columns]: [usize; 2], side: usize) -> [usize; 2] {
    let scaled = |long: usize, short: usize| long.saturating_mul(side).div_euclid(short.max(1));
    if rows <= columns { [side, scaled(columns, rows)] } else { [scaled(rows, columns), side] }
}

fn in_words(task: Task) -> &'static str {
    match task {
        Task::Class => "a class each",
        Task::Mask => "masks",
        Task::Colours => "colours to find",
        Task::Box => "boxes",
        Task::Values => "numbers to find",
        Task::None => "no answers",
    }
}
