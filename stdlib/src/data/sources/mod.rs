//! Where samples come from: a module for each source.

mod cifar;
mod coco;
mod csv;
mod download;
mod files;
mod idx;
mod images;
mod locate;
mod masks;
mod mat;
mod mnist;
mod noise;
mod npz;
mod packed;
mod published;
mod svhn;
mod things;
mod voc;

use netlet_dsl::messages::{DataPlan, DataSource};

use super::reading::{Reading, Stop};
use super::store::Collection;

/// Reads what a source holds.
pub(super) fn read(plan: &DataPlan, reading: &mut Reading<'_>) -> Result<Collection, Stop> {
    let download = plan.download;
    match &plan.source {
        DataSource::FashionMnist { path } => mnist::fashion(path.as_deref(), download, reading),
        DataSource::Mnist { path } => mnist::digits(path.as_deref(), download, reading),
        DataSource::Cifar10 { path } => cifar::cifar10(path.as_deref(), download, reading),
        DataSource::Cifar100 { path } => cifar::cifar100(path.as_deref(), download, reading),
        DataSource::Svhn { path } => svhn::svhn(path.as_deref(), download, reading),
        DataSource::Images { path } => images::images(path, reading),
        DataSource::Masks { pictures, masks, classes, ignore } => {
            let numbering = masks::Numbering { classes: *classes, ignore: *ignore };
            masks::masks([pictures, masks], numbering, reading)
        }
        DataSource::Voc { path } => voc::voc(path, reading),
        DataSource::Coco { pictures, annotations, masks } => {
            coco::coco([pictures, annotations], *masks, reading)
        }
        DataSource::Csv { path, label } => csv::csv(path, label.as_deref(), reading),
        DataSource::Npz { path } => npz::npz(path, reading),
        DataSource::Noise { shape, count } => Ok(noise::noise(shape, *count)),
    }
}
