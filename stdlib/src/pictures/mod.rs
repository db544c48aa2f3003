//! Pictures of data, predictions and trainings, as PNG files in memory; and picture files.

mod boxes;
mod cam;
mod canvas;
mod chart;
mod colormap;
mod colours;
mod confusion;
mod curve;
mod features;
mod filters;
mod foot;
mod grid;
mod masks;
mod numbers;
mod photo;
mod planes;
mod rates;
mod sheet;
mod worst;

pub use boxes::{Boxed, Thing, boxes};
pub use cam::{Heated, grad_cam};
pub use colormap::voc_palette;
pub use colours::{Coloured, colours};
pub use confusion::confusion;
pub use curve::{curve, plot};
pub use features::{Scaling, features};
pub use filters::filters;
pub use grid::{predictions, samples};
pub use masks::{Masked, masks};
pub use photo::painted;
pub use rates::rates;
pub use worst::{Wrong, worst};

/// One picture as data sets hold it and networks see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// Channels, rows and columns.
    pub shape: [usize; 3],
    /// 0 to 255, channels first.
    pub pixels: Vec<u8>,
}
