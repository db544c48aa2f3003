//! Pictures in folders: by class, with masks, with boxes.

use netlet::data::{IGNORED, Located};
use netlet_dsl::messages::{Size, Task};

use super::*;

fn images(path: &Path) -> DataSource {
    DataSource::Images { path: path.to_owned() }
}

fn resized(source: DataSource) -> DataPlan {
    with(source, &[Transform::Resize(Size::Exact([4, 4]))])
}

#[test]
fn folders_are_classes_and_train_and_valid_the_parts() {
    let folder = folder();
    for (part, count) in [("train", 3), ("valid", 2)] {
        pets(&folder.path().join(part), count);
    }
    let set = data(&resized(images(folder.path())));
    assert_eq!((&set.classes[..], set.task), (&["cat", "dog"].map(String::from)[..], Task::Class));
    assert_eq!(classes(&set, Part::Train), [0, 0, 0, 1, 1, 1]);
    assert_eq!(classes(&set, Part::Test), [0, 0, 1, 1]);
    assert_eq!(set.shape, [3, 4, 4]);
    picture(&folder.path().join("valid/bird/1.png"), [5, 5], [0; 3]);
    let said = said(&failure(&resized(images(folder.path()))));
    assert!(said.contains("valid/bird` is no class of the training part"), "{said}");
}

#[test]
fn a_set_without_parts_is_split_class_by_class_and_always_the_same_way() {
    let folder = folder();
    pets(folder.path(), 10);
    let set = data(&resized(images(folder.path())));
    assert_eq!((set.len(Part::Train), classes(&set, Part::Test)), (16, vec![0, 0, 1, 1]));
    let again = data(&resized(images(folder.path())));
    assert_eq!(pixels(&set, Part::Test, 1), pixels(&again, Part::Test, 1));
    let half = data(&DataPlan { split: Some(0.5), ..resized(images(folder.path())) });
    assert_eq!((half.len(Part::Train), half.len(Part::Test)), (10, 10));
}

#[test]
fn an_empty_class_folder_is_named() {
    let folder = folder();
    pets(folder.path(), 1);
    fs::create_dir(folder.path().join("fox")).expect("a folder");
    let said = said(&failure(&resized(images(folder.path()))));
    assert!(said.contains("fox` has no pictures"), "{said}");
    let empty = super::folder();
    assert!(failure(&plan(images(empty.path()))).headline.contains("has no class folders"));
}

#[test]
fn pictures_of_several_sizes_need_one_size() {
    let folder = folder();
    pets(folder.path(), 3);
    let said = said(&failure(&with(images(folder.path()), &[Transform::HFlip(0.5)])));
    assert!(said.contains("cat.1.png` becomes 21x31"), "{said}");
    assert!(said.contains("cat.2.png` becomes 22x32"), "{said}");
    assert!(said.contains("resize"), "{said}");
}

#[test]
fn an_unknown_class_gets_a_near_match() {
    let folder = folder();
    pets(folder.path(), 2);
    let only = vec!["dgo".to_owned()];
    let said = said(&failure(&DataPlan { only, ..resized(images(folder.path())) }));
    assert!(said.contains("no class `dgo`") && said.contains("did you mean `dog`?"), "{said}");
    let only = vec!["dog".to_owned()];
    let set = data(&DataPlan { only, ..resized(images(folder.path())) });
    assert_eq!((set.classes.len(), set.len(Part::Train) + set.len(Part::Test)), (1, 2));
}

fn masks(folder: &Path, classes: Option<usize>, ignore: Option<usize>) -> DataSource {
    let (pictures, masks) = (folder.join("train"), folder.join("trainannot"));
    DataSource::Masks { pictures, masks, classes, ignore }
}

/// Two pictures of 2x3 for training and one for tests, with classes 0 to 2, and 11.
fn streets(folder: &Path) {
    for (part, name) in [("train", "a"), ("train", "b"), ("val", "c")] {
        picture(&folder.join(part).join(format!("{name}.png")), [2, 3], [9, 8, 7]);
    }
    mask(&folder.join("trainannot/a.png"), &[&[0, 1, 2], &[11, 2, 2]]);
    mask(&folder.join("trainannot/b.png"), &[&[0, 0, 0], &[0, 0, 0]]);
    mask(&folder.join("valannot/c.png"), &[&[2, 2, 2], &[0, 0, 0]]);
}

fn map(data: &Dataset, part: Part, index: usize) -> Vec<u8> {
    match data.target(part, index).expect("an answer") {
        Target::Mask(mask) => mask,
        other => panic!("{other:?} is no map"),
    }
}

#[test]
fn masks_go_with_their_pictures_and_val_with_train() {
    let folder = folder();
    streets(folder.path());
    let set = data(&plan(masks(folder.path(), Some(12), Some(11))));
    assert_eq!((set.task, set.classes.len(), set.palette.len()), (Task::Mask, 11, 11));
    assert_eq!((set.len(Part::Train), set.len(Part::Test)), (2, 1));
    assert_eq!(set.shape, [3, 2, 3]);
    assert_eq!(map(&set, Part::Train, 0), [0, 1, 2, IGNORED, 2, 2]);
    assert_eq!(map(&set, Part::Test, 0), [2, 2, 2, 0, 0, 0]);
    let mut watch = Recorder::default();
    let frequencies = set.class_frequencies(&mut watch).expect("masks").expect("no interrupt");
    assert_eq!(frequencies[..3], [7.0 / 12.0, 1.0 / 6.0, 3.0 / 6.0]);
    assert_eq!(frequencies[3], 0.0);

    // Ignored in the midst: what follows moves up.
    let set = data(&plan(masks(folder.path(), Some(12), Some(0))));
    assert_eq!((set.classes.len(), &set.classes[0][..]), (11, "1"));
    assert_eq!(map(&set, Part::Train, 0), [IGNORED, 0, 1, 10, 1, 1]);
    // Classes are named and counted by a file.
    write(&folder.path().join("labels.txt"), "sky\nroad\ncar\n");
    let set = data(&plan(masks(folder.path(), None, Some(11))));
    assert_eq!(set.classes, ["sky", "road", "car"]);
    let only = vec!["car".to_owned(), "road".to_owned()];
    let set = data(&DataPlan { only, ..plan(masks(folder.path(), None, Some(11))) });
    assert_eq!((set.len(Part::Train), set.len(Part::Test)), (1, 1));
    assert_eq!(map(&set, Part::Train, 0), [IGNORED, 1, 0, IGNORED, 0, 0]);
}

#[test]
fn a_class_number_out_of_range_is_named_with_its_file() {
    let folder = folder();
    streets(folder.path());
    let said = said(&failure(&plan(masks(folder.path(), Some(3), None))));
    assert!(said.contains("trainannot/a.png` has a class number out of range"), "{said}");
    assert!(said.contains("found 11; expected 0 to 2"), "{said}");
}

#[test]
fn a_mask_of_another_size_is_named_with_its_picture() {
    let folder = folder();
    streets(folder.path());
    mask(&folder.path().join("trainannot/b.png"), &[&[0, 0, 0]]);
    let said = said(&failure(&plan(masks(folder.path(), Some(12), Some(11)))));
    assert!(said.contains("train/b.png` is 2x3"), "{said}");
    assert!(said.contains("trainannot/b.png` is 1x3"), "{said}");
}

#[test]
fn a_palette_of_a_mask_gives_indices_and_no_colours() {
    let folder = folder();
    picture(&folder.path().join("train/a.png"), [2, 3], [0; 3]);
    picture(&folder.path().join("train/b.png"), [2, 3], [0; 3]);
    fs::create_dir(folder.path().join("trainannot")).expect("a folder");
    for (name, depth, rows) in [
        ("a", png::BitDepth::Eight, [0, 1, 255, 1, 1, 0].to_vec()),
        // Two bits each, four to a byte: 0 1 2 and 2 1 0.
        ("b", png::BitDepth::Two, [0b0001_1000, 0b1001_0000].to_vec()),
    ] {
        let file = fs::File::create(folder.path().join(format!("trainannot/{name}.png")));
        let mut encoder = png::Encoder::new(file.expect("a file"), 3, 2);
        encoder.set_color(png::ColorType::Indexed);
        encoder.set_depth(depth);
        encoder.set_palette([200; 256 * 3].as_slice());
        let mut writer = encoder.write_header().expect("a header");
        writer.write_image_data(&rows).expect("indices");
    }
    let set =
        data(&DataPlan { split: Some(0.5), ..plan(masks(folder.path(), Some(3), Some(255))) });
    let both = [map(&set, Part::Train, 0), map(&set, Part::Test, 0)];
    assert!(both.contains(&vec![0, 1, IGNORED, 1, 1, 0]), "{both:?}");
    assert!(both.contains(&vec![0, 1, 2, 2, 1, 0]), "{both:?}");
}

fn annotation(boxes: &[(&str, [u32; 4])]) -> String {
    let object = |(name, [left, top, right, bottom]): &(&str, [u32; 4])| {
        format!(
            "<object><name>{name}</name><bndbox><xmin>{left}</xmin><ymin>{top}</ymin>\
             <xmax>{right}</xmax><ymax>{bottom}</ymax></bndbox></object>"
        )
    };
    let objects: String = boxes.iter().map(object).collect();
    format!("<annotation><folder>any</folder>{objects}</annotation>")
}

fn cells(folder: &Path) {
    for name in ["a", "b", "c"] {
        picture(&folder.join(format!("train/images/{name}.png")), [10, 20], [1, 2, 3]);
    }
    picture(&folder.join("valid/images/d.png"), [10, 20], [1, 2, 3]);
    let tell = |name: &str, boxes: &[(&str, [u32; 4])]| {
        write(&folder.join(name), annotation(boxes));
    };
    tell("train/annotations/a.xml", &[("red", [0, 0, 2, 2]), ("white", [4, 0, 20, 5])]);
    tell("train/annotations/b.xml", &[("red", [5, 5, 10, 10])]);
    tell("train/annotations/c.xml", &[]);
    tell("valid/annotations/d.xml", &[("white", [0, 0, 20, 10])]);
}

#[test]
fn boxes_come_with_their_pictures_and_the_largest_is_the_answer() {
    let folder = folder();
    cells(folder.path());
    let source = DataSource::Voc { path: folder.path().to_owned() };
    let mut watch = Recorder::default();
    let set =
        Dataset::read(&plan(source.clone()), &mut watch).expect("a set").expect("no interrupt");
    assert!(watch.warnings[0].contains("c.png"), "{:?}", watch.warnings);
    assert_eq!((set.task, &set.classes[..]), (Task::Box, &["red", "white"].map(String::from)[..]));
    assert_eq!((set.len(Part::Train), set.len(Part::Test)), (2, 1));
    let place = [0.2, 0.0, 1.0, 0.5];
    let target = set.target(Part::Train, 0).expect("an answer");
    assert_eq!(target, Target::Box(Located { class: 1, place }));

    let crop = with(source.clone(), &[Transform::CropBoxes([6, 6])]);
    let cropped = data(&crop);
    assert_eq!((cropped.len(Part::Train), &cropped.shape[..]), (3, &[3, 6, 6][..]));
    let only = vec!["white".to_owned()];
    let white = data(&DataPlan { only, ..plan(source.clone()) });
    assert_eq!((white.len(Part::Train), white.classes.len()), (1, 1));

    write(&folder.path().join("valid/annotations/d.xml"), annotation(&[("red", [0, 0, 21, 10])]));
    let said = said(&failure(&plan(source)));
    assert!(said.contains("d.xml` has a box out of its picture"), "{said}");
    assert!(said.contains("20 wide and 10 high"), "{said}");
}

#[test]
fn coco_tells_of_boxes_and_of_masks() {
    let folder = folder();
    for name in ["a", "b", "c", "d", "e"] {
        picture(&folder.path().join(format!("pictures/{name}.png")), [2, 4], [1, 2, 3]);
    }
    let images = ["a", "b", "c", "d", "e"].iter().enumerate();
    let images =
        images.map(|(id, name)| serde_json::json!({"id": id, "file_name": format!("{name}.png")}));
    let annotation = |id: usize, category: usize, bbox: [f64; 4]| {
        let [x, y, w, h] = bbox;
        let polygon = [x, y, x + w, y, x + w, y + h, x, y + h];
        serde_json::json!({"image_id": id, "category_id": category, "bbox": bbox,
            "area": w * h, "segmentation": [polygon]})
    };
    let mut annotations =
        vec![annotation(0, 7, [0.0, 0.0, 1.0, 1.0]), annotation(0, 9, [0.0, 0.0, 4.0, 1.0])];
    annotations.extend((1..5).map(|id| annotation(id, 7, [1.0, 0.0, 2.0, 2.0])));
    // A column of two pixels, by runs.
    annotations[5]["segmentation"] = serde_json::json!({"counts": [2, 2, 4], "size": [2, 4]});
    let listing = serde_json::json!({"images": images.collect::<Vec<_>>(), "annotations": annotations,
        "categories": [{"id": 9, "name": "dog"}, {"id": 7, "name": "cat"}]});
    let path = folder.path().join("instances.json");
    write(&path, listing.to_string());
    let source = |masks| DataSource::Coco {
        pictures: folder.path().join("pictures"),
        annotations: path.clone(),
        masks,
    };
    let boxes = data(&plan(source(false)));
    assert_eq!((boxes.len(Part::Train) + boxes.len(Part::Test), &boxes.classes[0][..]), (5, "cat"));
    let maps = data(&plan(source(true)));
    assert_eq!(maps.classes, ["background", "cat", "dog"]);
    let parts = [(Part::Train, maps.len(Part::Train)), (Part::Test, maps.len(Part::Test))];
    let all: Vec<Vec<u8>> = parts
        .into_iter()
        .flat_map(|(part, count)| (0..count).map(move |index| (part, index)))
        .map(|(part, index)| map(&maps, part, index))
        .collect();
    assert!(all.contains(&vec![1, 2, 2, 2, 0, 0, 0, 0]), "{all:?}");
    assert!(all.contains(&vec![0, 1, 0, 0, 0, 1, 0, 0]), "{all:?}");
    assert_eq!(all.iter().filter(|map| **map == [0, 1, 1, 0, 0, 1, 1, 0]).count(), 3);

    write(&path, "{\"images\": 3}");
    assert!(failure(&plan(source(false))).headline.contains("instances.json"));
}
