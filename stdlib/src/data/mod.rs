//! Data sets: read from their files into memory, and cut into batches.

mod batches;
mod idx;
mod mnist;

use netlet_dsl::messages::{DataReport, DataSource, Failure};

pub use batches::{Batch, Order};

/// A data set of labelled pictures, in memory.
#[derive(Clone, Debug)]
pub struct Dataset {
    /// Where it comes from, in words.
    pub source: String,
    /// One picture's channels, rows and columns.
    pub shape: [usize; 3],
    /// Class names in the order of their numbers.
    pub classes: Vec<String>,
    /// What networks learn from.
    pub train: Samples,
    /// What they are tested on.
    pub test: Samples,
}

/// One part of a data set.
#[derive(Clone, Debug)]
pub struct Samples {
    /// Pictures one after another, channels first, 0 to 255.
    pixels: Vec<u8>,
    /// The class of each.
    labels: Vec<usize>,
}

impl Dataset {
    /// Reads a data set.
    ///
    /// # Errors
    /// When a file is missing or is not what it should be; the failure names the file, what was
    /// expected and what was found.
    pub fn read(source: &DataSource) -> Result<Self, Failure> {
        match source {
            DataSource::FashionMnist { path: None } => mnist::fashion_sample(),
            DataSource::FashionMnist { path: Some(folder) } => mnist::fashion(folder),
            DataSource::Mnist { path } => mnist::digits(path),
        }
    }

    /// What a front end shows of it.
    pub fn report(&self, name: &str) -> DataReport {
        DataReport {
            data: name.to_owned(),
            source: self.source.clone(),
            shape: self.shape.to_vec(),
            classes: self.classes.clone(),
            train: self.train.len(),
            test: self.test.len(),
        }
    }
}

impl Samples {
    /// Pictures with their labels.
    ///
    /// # Panics
    /// When the pixels do not share out evenly over the labels.
    pub fn new(pixels: Vec<u8>, labels: Vec<usize>) -> Self {
        // No number but zero is a multiple of zero.
        let even = pixels.len().is_multiple_of(labels.len());
        assert!(even, "{} pixels for {} labels", pixels.len(), labels.len());
        Self { pixels, labels }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// The pixels of one picture, channels first.
    pub fn picture(&self, index: usize) -> &[u8] {
        let size = self.pixels.len() / self.labels.len();
        &self.pixels[index * size..(index + 1) * size]
    }

    /// The class of one picture.
    pub fn label(&self, index: usize) -> usize {
        self.labels[index]
    }
}
