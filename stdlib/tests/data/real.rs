//! Real data sets, where `NETLET_DATA` names a folder of them.

use netlet::data::{Look, Order};
use netlet_dsl::messages::Size;

use super::*;

/// A data set's folder, if it is there; otherwise it is said that the test is skipped.
pub(super) fn folder(name: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("NETLET_DATA").map(|base| Path::new(&base).join(name));
    let folder = folder.filter(|folder| folder.is_dir());
    if folder.is_none() {
        let mut out = std::io::stderr();
        let _ = std::io::Write::write_all(
            &mut out,
            format!("skipped: NETLET_DATA names no folder with `{name}`\n").as_bytes(),
        );
    }
    folder
}

#[test]
fn published_sets_have_their_sizes() {
    if folder("mnist").is_none() {
        return;
    }
    for (source, shape, train) in [
        (DataSource::Mnist { path: None }, [1, 28, 28], 60_000),
        (DataSource::FashionMnist { path: folder("fashion-mnist") }, [1, 28, 28], 60_000),
        (DataSource::Cifar10 { path: None }, [3, 32, 32], 20_000),
    ] {
        let set = data(&plan(source));
        assert_eq!((&set.shape[..], set.len(Part::Train)), (&shape[..], train), "{}", set.source);
    }
}

#[test]
fn cats_and_dogs_are_all_decoded() {
    let Some(folder) = folder("cats-dogs") else { return };
    let transforms = [Transform::Resize(Size::Exact([64, 64]))];
    let source = DataSource::Images { path: folder };
    let set = data(&DataPlan { on_bad: OnBad::Skip, ..with(source, &transforms) });
    assert_eq!((set.len(Part::Train), set.len(Part::Test)), (960, 240));
    let order = Order::plain(set.len(Part::Test));
    assert!(set.batches(Part::Test, &order, 50, Look::Plain).all(|batch| batch.is_ok()));
}

#[test]
fn streets_have_eleven_classes_that_count() {
    let Some(folder) = folder("camvid") else { return };
    let (pictures, masks) = (folder.join("train"), folder.join("trainannot"));
    let source = DataSource::Masks { pictures, masks, classes: Some(12), ignore: Some(11) };
    let set = data(&with(source, &[Transform::Resize(Size::Exact([96, 128]))]));
    assert_eq!((set.len(Part::Train), set.len(Part::Test)), (367, 101));
    assert_eq!((set.classes.len(), &set.classes[3][..]), (11, "road"));
    let frequencies = set.class_frequencies(&mut Recorder::default()).expect("masks");
    let frequencies = frequencies.expect("no interrupt");
    // Road is common wherever it is; poles are rare.
    assert!(frequencies[3] > 0.2 && frequencies[2] < 0.03, "{frequencies:?}");
}

#[test]
fn blood_cells_have_their_boxes() {
    let Some(folder) = folder("blood-cells") else { return };
    let source = DataSource::Voc { path: folder.clone() };
    let set = data(&plan(source.clone()));
    assert_eq!((set.len(Part::Train), set.len(Part::Test)), (90, 30));
    assert_eq!((&set.classes[0][..], &set.shape[..]), ("RBC", &[3, 480, 640][..]));
    let cells = data(&with(source, &[Transform::CropBoxes([96, 96])]));
    assert_eq!((cells.len(Part::Train), cells.len(Part::Test)), (1343, 453));
    let rows = DataSource::Csv { path: folder.join("train/boxes.csv"), label: None };
    let rows = data(&plan(rows));
    assert_eq!(rows.len(Part::Train) + rows.len(Part::Test), 90);
}
