//! Rows and arrays.

use std::io::Write;

use netlet::data::{Look, Order, Targets};
use netlet_dsl::messages::Task;
use npyz::WriterBuilder;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;

fn csv(path: &Path, label: Option<&str>) -> DataPlan {
    plan(DataSource::Csv { path: path.to_owned(), label: label.map(str::to_owned) })
}

/// All samples of a part in one batch.
fn batch(data: &Dataset, part: Part) -> netlet::data::Batch {
    let order = Order::plain(data.len(part));
    let mut batches = data.batches(part, &order, 1000, Look::Plain);
    batches.next().expect("a batch").expect("samples")
}

#[test]
fn rows_have_texts_for_classes_or_numbers_for_values() {
    let folder = folder();
    let path = folder.path().join("iris.csv");
    write(&path, "length,width,kind\n1,2,rose\n3,4,lily\n5,6,rose\n7,8,lily\n9,10,rose\n");
    let flowers = data(&csv(&path, None));
    assert_eq!((flowers.task, &flowers.shape[..]), (Task::Class, &[2][..]));
    assert_eq!(flowers.classes, ["lily", "rose"]);
    assert_eq!(flowers.len(Part::Train) + flowers.len(Part::Test), 5);
    let test = batch(&flowers, Part::Test);
    assert_eq!(test.inputs.shape(), [2]);

    write(&path, "price,rooms\n1.5,2\n2.5,4\n3.5,6\n");
    let houses = data(&csv(&path, Some("price")));
    assert_eq!((houses.task, houses.classes.len()), (Task::Values, 0));
    let train = batch(&houses, Part::Train);
    let Targets::Values(values) = train.targets else { panic!("{:?}", train.targets) };
    let rooms = train.inputs.values().to_vec();
    let prices: Vec<f32> = rooms.iter().map(|rooms| rooms / 2.0 + 0.5).collect();
    assert_eq!(values, prices);

    // Whole numbers from 0 on, each twice: classes. Without names of columns, too.
    write(&path, "0.1,0\n0.2,1\n0.3,0\n0.4,1\n");
    assert_eq!(data(&csv(&path, None)).classes, ["0", "1"]);
}

#[test]
fn bad_fields_and_columns_are_named() {
    let folder = folder();
    let path = folder.path().join("rows.csv");
    write(&path, "a,b,c\n1,2,x\n3,,y\n");
    let missing = said(&failure(&csv(&path, None)));
    assert!(missing.contains("line 3, column `b`: ``"), "{missing}");
    let column = said(&failure(&csv(&path, Some("d"))));
    assert!(column.contains("no column `d`") && column.contains("`a`, `b`, `c`"), "{column}");
    write(&path, "a,b\n1,2\n3\n");
    assert!(failure(&csv(&path, None)).headline.contains("rows.csv"));
}

#[test]
fn rows_of_files_are_pictures_with_classes_or_boxes() {
    let folder = folder();
    for name in ["a", "b", "c"] {
        picture(&folder.path().join(format!("images/{name}.png")), [4, 8], [1, 2, 3]);
    }
    let path = folder.path().join("list.csv");
    write(&path, "file,label\na.png,cat\nb.png,dog\nc.png,cat\n");
    let set = data(&csv(&path, None));
    assert_eq!((set.task, &set.shape[..]), (Task::Class, &[3, 4, 8][..]));
    write(
        &path,
        "file,label,xmin,ymin,xmax,ymax\na.png,cat,0,0,2,2\na.png,dog,0,0,8,2\nb.png,dog,0,0,1,1\n",
    );
    let set = data(&csv(&path, None));
    assert_eq!((set.task, set.len(Part::Train) + set.len(Part::Test)), (Task::Box, 2));
    write(&path, "file,label\nnone.png,cat\nb.png,dog\n");
    assert!(failure(&csv(&path, None)).headline.contains("none.png"));
}

#[test]
fn picture_values_that_are_numbers_are_arrays_of_numpy() {
    let folder = folder();
    let path = folder.path().join("set.npz");
    let mut archive = ZipWriter::new(fs::File::create(&path).expect("a file"));
    let pictures: Vec<u8> = (0..2 * 2 * 4 * 3).map(|it| it as u8).collect();
    array(&mut archive, "x_train", &[2, 2, 4, 3], &pictures);
    array(&mut archive, "y_train", &[2], &[1i64, 0]);
    array(&mut archive, "x_test", &[1, 2, 4, 3], &pictures[24..]);
    array(&mut archive, "y_test", &[1], &[2i64]);
    archive.finish().expect("an archive");
    let set = data(&plan(DataSource::Npz { path: path.clone() }));
    assert_eq!((&set.shape[..], set.task, set.classes.len()), (&[3, 2, 4][..], Task::Class, 3));
    assert_eq!((classes(&set, Part::Train), classes(&set, Part::Test)), (vec![1, 0], vec![2]));
    assert_eq!(pixels(&set, Part::Train, 0)[..9], [0, 3, 6, 9, 12, 15, 18, 21, 1]);

    let content = fs::read(&path).expect("a file");
    write(&path, &content[..content.len() - 40]);
    assert!(failure(&plan(DataSource::Npz { path })).headline.contains("set.npz"));
}

#[test]
fn floats_are_pictures_where_transforms_want_them() {
    let folder = folder();
    let path = folder.path().join("floats.npz");
    let mut archive = ZipWriter::new(fs::File::create(&path).expect("a file"));
    let values: Vec<f32> = (0..4 * 6).map(|it| it as f32 / 51.0).collect();
    array(&mut archive, "x", &[4, 2, 3], &values);
    array(&mut archive, "y", &[4, 2], &[0.5f32, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0]);
    archive.finish().expect("an archive");
    let source = DataSource::Npz { path };
    let set = data(&plan(source.clone()));
    assert_eq!((&set.shape[..], set.task), (&[1, 2, 3][..], Task::Values));
    let train = batch(&set, Part::Train);
    let first = train.inputs.values()[0];
    assert!(values.contains(&first), "{first} is none of the values");
    let Targets::Values(answers) = train.targets else { panic!("{:?}", train.targets) };
    assert_eq!(answers.len(), 2 * set.len(Part::Train));
    let flipped = data(&with(source, &[Transform::HFlip(0.5)]));
    assert_eq!(flipped.shape, [1, 2, 3]);
}

fn array<T: npyz::AutoSerialize + Copy>(
    archive: &mut ZipWriter<fs::File>,
    name: &str,
    shape: &[u64],
    values: &[T],
) {
    let options = SimpleFileOptions::default();
    archive.start_file(format!("{name}.npy"), options).expect("an entry");
    let mut content = Vec::new();
    let mut writer = npyz::WriteOptions::new()
        .default_dtype()
        .shape(shape)
        .writer(&mut content)
        .begin_nd()
        .expect("a header");
    writer.extend(values.iter().copied()).and_then(|()| writer.finish()).expect("values");
    archive.write_all(&content).expect("an entry");
}

#[test]
fn noise_is_always_the_same_and_normal() {
    let noise = plan(DataSource::Noise { shape: vec![3, 16, 16], count: 50 });
    let set = data(&noise);
    assert_eq!((set.task, set.len(Part::Train), set.len(Part::Test)), (Task::None, 40, 10));
    let values = batch(&set, Part::Train).inputs;
    assert_eq!(values.values(), batch(&data(&noise), Part::Train).inputs.values());
    let count = values.values().len() as f32;
    let mean = values.values().iter().sum::<f32>() / count;
    let variance = values.values().iter().map(|value| value * value).sum::<f32>() / count;
    assert!(mean.abs() < 0.02 && (variance - 1.0).abs() < 0.05, "{mean} {variance}");
}
