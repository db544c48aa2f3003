//! Transforms against pixels, maps and boxes worked out by hand.

use netlet_dsl::messages::{Size, Transform};

use super::*;
use crate::data::IGNORED;
use crate::data::store::Thing;

/// A grey picture.
fn picture<const N: usize>(rows: &[[u8; N]]) -> Raster {
    Raster::new([rows.len(), N], 1, rows.concat())
}

/// A picture that is its own map.
fn with_mask<const N: usize>(rows: &[[u8; N]]) -> Work {
    let picture = picture(rows);
    Work { size: picture.size(), picture: Some(picture.clone()), answer: Answer::Mask(picture) }
}

/// A black picture with a thing in it.
fn with_thing(size: [usize; 2], edges: [f32; 4]) -> Work {
    let thing = Thing { class: 3, edges };
    Work { size, picture: Some(Raster::filled(size, 1, 0)), answer: Answer::Thing(thing) }
}

/// What a transform makes of it, with the dice of `look`.
fn after(work: &Work, transform: Transform, look: Look) -> Work {
    let mut work = work.clone();
    let mut pipeline = Pipeline::default();
    pipeline.push(&transform);
    let mut dice = Dice::new(look, 0);
    pipeline.prepare(&mut work, &mut dice).expect("a fitting sample");
    pipeline.finish(&mut work, &mut dice).expect("a fitting sample");
    work
}

fn plain(work: &Work, transform: Transform) -> Work {
    after(work, transform, Look::Plain)
}

fn looks() -> impl Iterator<Item = Look> {
    (0..60).map(|epoch| Look::Random { seed: 1, epoch })
}

fn pixels(work: &Work) -> &[u8] {
    &work.picture.as_ref().expect("a picture").pixels
}

fn mask(work: &Work) -> &[u8] {
    let Answer::Mask(mask) = &work.answer else { panic!("{:?}", work.answer) };
    &mask.pixels
}

fn edges(work: &Work) -> [f32; 4] {
    let Answer::Thing(thing) = &work.answer else { panic!("{:?}", work.answer) };
    thing.edges
}

#[test]
fn flips_mirror_pictures_maps_and_boxes() {
    let random = Look::Random { seed: 0, epoch: 0 };
    let work = with_mask(&[[1, 2, 3], [4, 5, 6]]);
    let flipped = after(&work, Transform::HFlip(1.0), random);
    assert_eq!(pixels(&flipped), [3, 2, 1, 6, 5, 4]);
    assert_eq!(mask(&flipped), pixels(&flipped));
    let flipped = after(&work, Transform::VFlip(1.0), random);
    assert_eq!(pixels(&flipped), [4, 5, 6, 1, 2, 3]);
    assert_eq!(mask(&flipped), pixels(&flipped));
    assert_eq!(plain(&work, Transform::HFlip(1.0)), work);
    assert_eq!(after(&work, Transform::VFlip(0.0), random), work);

    let thing = with_thing([4, 10], [1.0, 0.0, 4.0, 3.0]);
    let edges_after = |transform| edges(&after(&thing, transform, random));
    assert_eq!(edges_after(Transform::HFlip(1.0)), [6.0, 0.0, 9.0, 3.0]);
    assert_eq!(edges_after(Transform::VFlip(1.0)), [1.0, 1.0, 4.0, 4.0]);
}

#[test]
fn the_middle_is_cut_out_as_torchvision_rounds() {
    let work = with_mask(&[[1, 2, 3, 4, 5], [6, 7, 8, 9, 10], [11, 12, 13, 14, 15]]);
    // Half of 3 rounds to 2, half of 1 to 0.
    let cut = plain(&work, Transform::CenterCrop([2, 2]));
    assert_eq!(pixels(&cut), [3, 4, 8, 9]);
    assert_eq!(mask(&cut), pixels(&cut));
    let thing = with_thing([10, 10], [1.0, 2.0, 9.0, 5.0]);
    let cut = plain(&thing, Transform::CenterCrop([4, 4]));
    assert_eq!((edges(&cut), cut.size), ([0.0, 0.0, 4.0, 2.0], [4, 4]));
}

#[test]
fn padding_is_black_and_counts_for_no_class() {
    let work = with_mask(&[[1, 2], [3, 4]]);
    let padded = plain(&work, Transform::RandomCrop { size: [4, 4], padding: 1 });
    assert_eq!(pixels(&padded), [0, 0, 0, 0, 0, 1, 2, 0, 0, 3, 4, 0, 0, 0, 0, 0]);
    let map = padded.answer.clone();
    let Answer::Mask(map) = map else { panic!("{map:?}") };
    assert_eq!(map.row(0), [IGNORED; 4]);
    assert_eq!(map.row(1), [IGNORED, 1, 2, IGNORED]);
}

#[test]
fn random_parts_reach_everywhere_and_keep_the_middle_of_a_thing() {
    let work = with_mask(&[[1, 2, 3], [4, 5, 6]]);
    let crop = Transform::RandomCrop { size: [1, 2], padding: 0 };
    let mut found: Vec<Vec<u8>> =
        looks().map(|look| pixels(&after(&work, crop.clone(), look)).to_vec()).collect();
    found.sort();
    found.dedup();
    assert_eq!(found, [[1, 2], [2, 3], [4, 5], [5, 6]]);

    let thing = with_thing([20, 30], [20.0, 2.0, 24.0, 6.0]);
    for look in looks() {
        let cut = after(&thing, Transform::RandomCrop { size: [8, 8], padding: 2 }, look);
        let [left, top, right, bottom] = edges(&cut);
        assert!(right - left >= 2.0 && bottom - top >= 2.0, "{:?}", edges(&cut));
    }
}

#[test]
fn a_part_that_is_larger_than_the_picture_is_an_error() {
    let mut work = with_mask(&[[1, 2], [3, 4]]);
    let failure = crop::center(&mut work, [2, 3]).expect_err("too large");
    assert_eq!(failure.headline, "a picture of 2x2 has no part of 2x3");
    assert!(failure.help.is_some());
}

#[test]
fn sizes_follow_the_shorter_side_as_the_checker_has_it() {
    let size = |size, side| resize::target_size(size, Size::Shorter(side));
    assert_eq!(size([480, 640], 256), [256, 341]);
    assert_eq!(size([640, 480], 256), [341, 256]);
    assert_eq!(size([7, 7], 14), [14, 14]);
}

#[test]
fn resizing_is_smooth_for_pictures_and_nearest_for_maps() {
    let work = with_mask(&[[0, 100, 200, 50], [0, 100, 200, 50]]);
    let small = plain(&work, Transform::Resize(Size::Exact([2, 2])));
    // The triangle over two pixels to either side: of the first, 3/4, 3/4 and 1/4 over their sum.
    assert_eq!(pixels(&small), [71, 121, 71, 121]);
    assert_eq!(mask(&small), [100, 50, 100, 50]);
    let large = plain(&with_mask(&[[10, 20]]), Transform::Resize(Size::Exact([2, 4])));
    assert_eq!(mask(&large), [10, 10, 20, 20, 10, 10, 20, 20]);
    assert_eq!(pixels(&large)[..4], [10, 13, 18, 20]);
    let thing = with_thing([10, 20], [2.0, 1.0, 10.0, 5.0]);
    let resized = plain(&thing, Transform::Resize(Size::Exact([30, 10])));
    assert_eq!(edges(&resized), [1.0, 3.0, 5.0, 15.0]);
}

#[test]
fn the_part_for_tests_is_the_largest_in_the_middle() {
    let work = with_mask(&[[1, 2, 3, 4], [5, 6, 7, 8]]);
    let part = plain(&work, Transform::RandomResizedCrop([2, 2]));
    assert_eq!((pixels(&part), mask(&part)), (&[2, 3, 6, 7][..], &[2, 3, 6, 7][..]));
    for look in looks() {
        let part = after(&work, Transform::RandomResizedCrop([3, 5]), look);
        assert_eq!((part.size, pixels(&part).len()), ([3, 5], 15));
    }
}

#[test]
fn turning_moves_pixels_around_the_middle() {
    let mut work = with_mask(&[[1, 2], [3, 4]]);
    rotate::rotate(&mut work, 90.0);
    assert_eq!((pixels(&work), mask(&work)), (&[2, 4, 1, 3][..], &[2, 4, 1, 3][..]));
    let mut thing = with_thing([4, 4], [0.0, 0.0, 2.0, 1.0]);
    rotate::rotate(&mut thing, 90.0);
    let near = edges(&thing).iter().zip([0.0, 2.0, 1.0, 4.0]).all(|(a, b)| (a - b).abs() < 1e-4);
    assert!(near, "{:?}", edges(&thing));
    let mut work = with_mask(&[[9; 9]; 9]);
    rotate::rotate(&mut work, 45.0);
    assert_eq!((pixels(&work)[0], mask(&work)[0]), (0, IGNORED));
    assert_eq!((pixels(&work)[40], mask(&work)[40]), (9, 9));
}

#[test]
fn a_blur_spreads_a_point_evenly_and_leaves_what_is_even() {
    let mut point = Raster::filled([7, 7], 1, 0);
    point.pixels[24] = 255;
    let blurred = blur::blur(&point, 1.0);
    // By the Gaussian: 255 times 0.1592 in the middle, 0.0966 beside it, 0.0586 across.
    assert_eq!([24, 23, 25, 17, 31, 16].map(|it| blurred.pixels[it]), [41, 25, 25, 25, 25, 15]);
    let even = Raster::filled([3, 2], 3, 77);
    assert_eq!(blur::blur(&even, 5.0), even);
}

#[test]
fn colours_become_brightness_and_change_within_bounds() {
    let red = Raster::new([1, 2], 3, vec![255, 0, 0, 10, 200, 30]);
    assert_eq!(grayscale(red.clone()).pixels, [76, 124]);
    let work = Work { size: [1, 2], picture: Some(red), answer: Answer::Given(Target::None) };
    let none = Transform::Jitter { brightness: 0.0, contrast: 0.0, saturation: 0.0 };
    let brightness = Transform::Jitter { brightness: 0.5, contrast: 0.0, saturation: 0.0 };
    let mut changed = false;
    for look in looks() {
        assert_eq!(after(&work, none.clone(), look), work);
        let jittered = after(&work, brightness.clone(), look);
        let pixels = pixels(&jittered);
        assert!((127..=255).contains(&pixels[0]) && (100..=255).contains(&pixels[4]), "{pixels:?}");
        assert_eq!((pixels[1], pixels[2]), (0, 0));
        changed |= jittered != work;
    }
    assert!(changed);
    assert_eq!(plain(&work, brightness), work);
}

#[test]
fn a_placed_picture_is_where_its_box_says() {
    let class = Answer::Given(Target::Class(7));
    let work = Work { size: [1, 2], picture: Some(picture(&[[8, 9]])), answer: class };
    for look in looks().chain([Look::Plain]) {
        let placed = after(&work, Transform::Place([4, 5]), look);
        let [left, top, right, bottom] = edges(&placed).map(|edge| edge as usize);
        assert_eq!((right - left, bottom - top), (2, 1));
        let picture = placed.picture.as_ref().expect("a picture");
        assert_eq!((picture.pixel(top, left), picture.pixel(top, left + 1)), (&[8][..], &[9][..]));
        assert_eq!(picture.pixels.iter().map(|&it| u32::from(it)).sum::<u32>(), 17);
    }
    let target = plain(&work, Transform::Place([1, 2])).target();
    let place = [0.0, 0.0, 1.0, 1.0];
    assert_eq!(target, Target::Box(crate::data::Located { class: 7, place }));
}

#[test]
fn a_part_around_a_box_has_all_of_it() {
    let small = with_thing([40, 60], [50.0, 3.0, 58.0, 8.0]);
    let large = with_thing([40, 60], [5.0, 3.0, 45.0, 13.0]);
    for look in looks().chain([Look::Plain]) {
        let part = after(&small, Transform::CropBoxes([10, 10]), look);
        let [left, top, right, bottom] = edges(&part);
        assert_eq!((part.size, right - left, bottom - top), ([10, 10], 8.0, 5.0));
        let part = after(&large, Transform::CropBoxes([10, 10]), look);
        let [left, top, right, bottom] = edges(&part);
        assert_eq!((part.size, right - left, bottom - top), ([10, 10], 10.0, 2.5));
    }
}

#[test]
fn a_colorized_picture_is_grey_and_its_answer_the_nearest_colours() {
    let palette = Palette::of(&[[255, 0, 0], [0, 0, 255], [0, 0, 0]], 3).expect("a palette");
    assert_eq!(palette.colours(), [[0, 0, 0], [0, 0, 255], [255, 0, 0]]);
    let colours = Raster::new([1, 3], 3, vec![200, 10, 0, 9, 9, 9, 0, 0, 200]);
    let answer = Answer::Given(Target::None);
    let mut work = Work { size: [1, 3], picture: Some(colours), answer };
    let mut pipeline = Pipeline::default();
    pipeline.push_step(Step::Colorize(Arc::new(palette)));
    pipeline.prepare(&mut work, &mut Dice::new(Look::Plain, 0)).expect("colours");
    assert_eq!(work.picture.take().map(|it| (it.channels, it.pixels)), Some((1, vec![66, 9, 23])));
    assert_eq!(work.target(), Target::Mask(vec![2, 0, 1]));
}

#[test]
fn normalisation_is_of_each_channel_and_in_turn() {
    let mut pipeline = Pipeline::default();
    let (mean, deviation) = (vec![0.5, 0.0, 0.2], vec![0.5, 1.0, 0.1]);
    pipeline.push(&Transform::Normalize { mean, deviation });
    let colours = Raster::new([1, 1], 3, vec![255, 102, 51]);
    let mut values = [0.0; 3];
    pipeline.scale.write(&colours, &mut values);
    let near = |found: [f32; 3], wanted: [f32; 3]| {
        found.iter().zip(wanted).all(|(one, other)| (one - other).abs() < 1e-6)
    };
    assert!(near(values, [1.0, 0.4, 0.0]), "{values:?}");
    pipeline.push(&Transform::Normalize { mean: vec![1.0], deviation: vec![2.0] });
    pipeline.scale.write_planes(3, &[255, 102, 51], &mut values);
    assert!(near(values, [0.0, -0.3, -0.5]), "{values:?}");
    let failure = pipeline.scale.expect_channels(1).expect_err("three means for one channel");
    assert!(failure.headline.contains("3 means"), "{failure:?}");
}
