//! Files that are damaged.

use netlet_dsl::messages::Size;

use super::*;

/// Pets whose `cat.1.jpg` has this content.
fn set(content: impl FnOnce(Vec<u8>) -> Vec<u8>) -> (TempDir, DataSource) {
    let folder = folder();
    for name in
        ["cat/cat.0.jpg", "cat/cat.1.jpg", "cat/cat.2.jpg", "dog/dog.0.jpg", "dog/dog.1.jpg"]
    {
        colourful(&folder.path().join(name), [40, 60]);
    }
    let path = folder.path().join("cat/cat.1.jpg");
    let bytes = fs::read(&path).expect("a file");
    write(&path, content(bytes));
    let source = DataSource::Images { path: folder.path().to_owned() };
    (folder, source)
}

/// Damage that reading must find: nothing there, other content, and half a file.
fn damages() -> [fn(Vec<u8>) -> Vec<u8>; 4] {
    [
        |_| Vec::new(),
        |_| b"no picture at all".to_vec(),
        |bytes| bytes[..bytes.len() / 2].to_vec(),
        |bytes| bytes[..bytes.len() - 20].to_vec(),
    ]
}

#[test]
fn a_damaged_picture_stops_the_reading_and_is_named() {
    for damage in damages() {
        let (_folder, source) = set(damage);
        let said = said(&failure(&plan(source)));
        assert!(said.contains("cat.1.jpg") && said.contains("onbad=skip"), "{said}");
        assert!(said.contains("PNG or JPEG"), "{said}");
    }
}

#[test]
fn a_damaged_picture_can_be_left_out_and_is_named() {
    for damage in damages() {
        let (_folder, source) = set(damage);
        let mut watch = Recorder::default();
        let set = Dataset::read(&skipping(source), &mut watch);
        let set = set.expect("a set").expect("no interrupt");
        assert_eq!(set.len(Part::Train) + set.len(Part::Test), 4);
        let [warning] = &watch.warnings[..] else { panic!("{:?}", watch.warnings) };
        assert!(warning.starts_with("1 sample is left out: "), "{warning}");
        assert!(warning.contains("cat.1.jpg"), "{warning}");
    }
}

#[test]
fn damage_within_a_picture_is_found_when_it_is_decoded() {
    // The beginning of something else in the midst of the pixels.
    let damage = |mut bytes: Vec<u8>| {
        let middle = bytes.len() * 2 / 3;
        bytes[middle..middle + 2].copy_from_slice(&[0xff, 0xc0]);
        bytes
    };
    let (_folder, source) = set(damage);
    let mut watch = Recorder::default();
    let skipped = Dataset::read(&skipping(source.clone()), &mut watch).expect("a set");
    let skipped = skipped.expect("no interrupt");
    assert_eq!(skipped.len(Part::Train) + skipped.len(Part::Test), 4, "{:?}", watch.warnings);
    let set = data(&with(source, &[Transform::Resize(Size::Exact([8, 8]))]));
    let parts = [Part::Train, Part::Test];
    let all = parts.iter().flat_map(|&part| (0..set.len(part)).map(move |index| (part, index)));
    let failures: Vec<Failure> =
        all.filter_map(|(part, index)| set.example(part, index).err()).collect();
    let [failure] = &failures[..] else { panic!("{failures:?}") };
    assert!(failure.headline.contains("cat.1.jpg"), "{failure:?}");
}

#[test]
fn pictures_of_other_kinds_are_named_and_other_files_passed_over() {
    let (folder, source) = set(|bytes| bytes);
    write(&folder.path().join("cat/notes.txt"), "cats");
    assert_eq!(data(&plan(source.clone())).len(Part::Train), 3);
    write(&folder.path().join("cat/cat.9.gif"), "GIF89a");
    assert!(failure(&plan(source)).headline.contains("cat.9.gif"));
}

#[test]
fn reading_can_be_interrupted() {
    let (_folder, source) = set(|bytes| bytes);
    let mut watch = Recorder { stopped: true, ..Recorder::default() };
    assert!(Dataset::read(&plan(source), &mut watch).expect("no failure").is_none());
}

#[test]
fn a_png_that_says_to_be_huge_is_an_error() {
    let folder = folder();
    pets(folder.path(), 2);
    let path = folder.path().join("cat/cat.0.png");
    let mut bytes = fs::read(&path).expect("a file");
    // Columns and rows, behind the eight bytes of the format and the eight of the chunk.
    bytes[16..24].copy_from_slice(&[0x7f, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff]);
    write(&path, bytes);
    let failure = failure(&plan(DataSource::Images { path: folder.path().to_owned() }));
    assert!(failure.headline.contains("cat.0.png"), "{failure:?}");
}

/// The same random changes of a file every time.
fn changed(content: &[u8], number: u64) -> Vec<u8> {
    let mut state = number.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    let mut content = content.to_vec();
    for _ in 0..=next(4) {
        let place = next(content.len());
        content[place] = [0, 1, 127, 128, 255, next(256) as u8][next(6)];
    }
    if next(4) == 0 {
        content.truncate(next(content.len()));
    }
    content
}

#[test]
fn no_change_of_a_file_makes_reading_panic() {
    let folder = folder();
    let path = |name: &str| folder.path().join(name);
    colourful(&path("pictures/a.jpg"), [16, 24]);
    colourful(&path("pictures/b.png"), [16, 24]);
    mask(&path("masks/a.png"), &[&[1; 24][..]; 16]);
    mask(&path("masks/b.png"), &[&[0; 24][..]; 16]);
    write(
        &path("pictures/boxes.csv"),
        "file,label,xmin,ymin,xmax,ymax\na.jpg,cat,0,0,2,2\nb.png,dog,1,1,3,9\n",
    );
    let (pictures, masks) = (path("pictures"), path("masks"));
    let masks = DataSource::Masks { pictures, masks, classes: Some(2), ignore: None };
    let boxes = DataSource::Csv { path: path("pictures/boxes.csv"), label: None };
    for (source, name) in [
        (&masks, "pictures/a.jpg"),
        (&masks, "pictures/b.png"),
        (&masks, "masks/a.png"),
        (&boxes, "pictures/boxes.csv"),
    ] {
        let whole = fs::read(path(name)).expect("a file");
        for number in 0..150 {
            write(&path(name), changed(&whole, number));
            for plan in [plan(source.clone()), skipping(source.clone())] {
                let Err(failure) = Dataset::read(&plan, &mut Recorder::default()) else { continue };
                assert!(!failure.headline.contains("panicked"), "{number} of {name}: {failure:?}");
            }
        }
        write(&path(name), whole);
    }
}

#[test]
fn grey_pictures_are_read_in_colour() {
    let folder = folder();
    for (class, ending) in [("a", "jpg"), ("a", "png"), ("b", "jpg"), ("b", "png")] {
        let path = folder.path().join(class).join(format!("grey.{ending}"));
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        GrayImage::from_pixel(8, 8, image::Luma([100])).save(path).expect("a picture");
    }
    let set = data(&plan(DataSource::Images { path: folder.path().to_owned() }));
    assert_eq!(set.shape, [3, 8, 8]);
    assert_eq!(pixels(&set, Part::Train, 0), [100; 3 * 64]);
    assert_eq!(pixels(&set, Part::Test, 0), [100; 3 * 64]);
}
