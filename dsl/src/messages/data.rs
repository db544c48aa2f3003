//! Data sets as they are defined: where samples come from and what is done to each.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// A data set as it is defined.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DataPlan {
    /// Where its samples come from.
    pub source: DataSource,
    /// The classes that are kept, in this order; all when empty.
    pub only: Vec<String>,
    /// The part of the samples that is kept for tests, where the source does not split them itself
    /// or another split is asked for.
    pub split: Option<f64>,
    /// What becomes of a sample whose file cannot be read.
    pub on_bad: OnBad,
    /// Whether files that are missing are fetched.
    pub download: bool,
    /// What is done to each sample, in order.
    pub transforms: Vec<Transform>,
}

impl From<DataSource> for DataPlan {
    /// The samples of a source as they are.
    fn from(source: DataSource) -> Self {
        let (only, transforms) = (Vec::new(), Vec::new());
        Self { source, only, split: None, on_bad: OnBad::Stop, download: false, transforms }
    }
}

/// What becomes of a sample whose file cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OnBad {
    /// Reading ends with an error that names the file.
    Stop,
    /// The sample is left out, and a warning names the file.
    Skip,
}

/// Where a data set comes from. A path that is absent stands for the source's folder in
/// `NETLET_DATA`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum DataSource {
    /// Fashion-MNIST: 28x28 grey pictures of clothes in ten classes (Xiao, Rasul and Vollgraf, 2017).
    FashionMnist {
        /// The folder of the idx files, gzipped or not; the sample that ships with Netlet if absent.
        path: Option<PathBuf>,
    },
    /// MNIST: 28x28 grey handwritten digits (LeCun, Bottou, Bengio and Haffner, 1998).
    Mnist {
        /// The folder of the idx files, gzipped or not.
        path: Option<PathBuf>,
    },
    /// CIFAR-10: 32x32 colour photos in ten classes (Krizhevsky, 2009), in the binary version.
    Cifar10 {
        /// The folder of the batches, gzipped or not.
        path: Option<PathBuf>,
    },
    /// CIFAR-100: the same in a hundred classes.
    Cifar100 {
        /// The folder of `train.bin` and `test.bin`, gzipped or not.
        path: Option<PathBuf>,
    },
    /// Street View House Numbers: 32x32 colour photos of digits (Netzer et al., 2011).
    Svhn {
        /// The folder of `train_32x32.mat` and `test_32x32.mat`.
        path: Option<PathBuf>,
    },
    /// Pictures in a folder for each class.
    Images {
        /// The folder of those folders, or of `train` and `valid`, `val` or `test` with them.
        path: PathBuf,
    },
    /// Pictures, each with a map of the class of every pixel.
    Masks {
        /// The folder of the pictures.
        pictures: PathBuf,
        /// The folder of the maps, whose names are those of the pictures but for the ending.
        masks: PathBuf,
        /// How many classes there are, the ignored one counted.
        classes: Option<usize>,
        /// The class number that no loss and no metric counts.
        ignore: Option<usize>,
    },
    /// Pictures with boxes around things, in Pascal VOC's form (Everingham et al., 2010).
    Voc {
        /// The folder of pictures and annotations, or of `train` and `valid` with them.
        path: PathBuf,
    },
    /// Pictures with boxes and masks of things, in COCO's form (Lin et al., 2014).
    Coco {
        /// The folder of the pictures.
        pictures: PathBuf,
        /// The JSON file of the annotations.
        annotations: PathBuf,
        /// Whether the answer is the class of each pixel instead of boxes.
        masks: bool,
    },
    /// Rows of numbers, or of picture files with their classes or boxes.
    Csv {
        /// The file.
        path: PathBuf,
        /// The column of the answer; the last one if absent.
        label: Option<String>,
    },
    /// NumPy arrays: pictures or rows, with class numbers or values.
    Npz {
        /// The file.
        path: PathBuf,
    },
    /// Samples drawn from a standard normal distribution.
    Noise {
        /// One sample's shape.
        shape: Vec<usize>,
        /// How many.
        count: usize,
    },
}

/// What is done to a sample. Pictures, masks and boxes move together. The random ones act on
/// training samples, and on others only where a command asks for test-time augmentation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Transform {
    /// To a size: the shorter side, or rows and columns.
    Resize(Size),
    /// The middle part of this many rows and columns.
    CenterCrop([usize; 2]),
    /// A part of this many rows and columns anywhere; for tests, the middle one.
    RandomCrop {
        /// Rows and columns.
        size: [usize; 2],
        /// Rows and columns of zeros that are put around the picture first.
        padding: usize,
    },
    /// A part of random area and aspect, brought to this many rows and columns (Szegedy et al., 2015:
    /// 8 to 100 % of the area, 3:4 to 4:3); for tests, the middle one.
    RandomResizedCrop([usize; 2]),
    /// A mirror image, left for right, with this probability.
    HFlip(f64),
    /// A mirror image, top for bottom, with this probability.
    VFlip(f64),
    /// A turn by up to this many degrees to either side.
    Rotate(f64),
    /// A Gaussian blur of this deviation, in pixels.
    Blur(f64),
    /// Random changes of brightness, contrast and saturation, by up to these parts.
    Jitter {
        /// Of brightness.
        brightness: f64,
        /// Of contrast.
        contrast: f64,
        /// Of saturation.
        saturation: f64,
    },
    /// One channel, its brightness.
    Grayscale,
    /// Channel by channel, less a mean and over a deviation, of pixels in 0 to 1.
    Normalize {
        /// The mean of each channel, or of all.
        mean: Vec<f64>,
        /// The deviation of each channel, or of all.
        deviation: Vec<f64>,
    },
    /// Training goes through all classes equally often: those with fewer samples are repeated.
    Balance,
    /// The colorization task: a grey picture in, and for each pixel the number of the colour in a
    /// palette that is nearest to it. The palette is made of the training pictures by k-means.
    Colorize {
        /// Colours in the palette.
        palette: usize,
    },
    /// Onto a black canvas of this many rows and columns, anywhere; where it stands is the answer,
    /// beside its class.
    Place([usize; 2]),
    /// A sample for each box: the part of the picture around it, at random within it, of this many
    /// rows and columns; where the box stands is the answer, beside its class.
    CropBoxes([usize; 2]),
}

/// The size that a picture is brought to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Size {
    /// The shorter side becomes this long, and the longer one follows.
    Shorter(usize),
    /// Rows and columns.
    Exact([usize; 2]),
}

/// What the answer to a sample is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// Its class.
    Class,
    /// The class of every pixel.
    Mask,
    /// The colour of every pixel, by its number in a palette.
    Colours,
    /// The class of the thing in it, and the box around that.
    Box,
    /// Numbers.
    Values,
    /// There is none.
    None,
}
