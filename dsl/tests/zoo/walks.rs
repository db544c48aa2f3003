//! What a lecture works out at the blackboard, layer by layer.

use crate::library::summary;

/// VGG16 as a lecture walks through it: a layer, the values of its output in thousands as the
/// lecture rounds them, and its weights without biases.
const VGG16: &[(&str, f64, u64)] = &[
    ("conv 64 3", 3_200.0, 1_728),
    ("conv 64 3", 3_200.0, 36_864),
    ("maxpool 2", 800.0, 0),
    ("conv 128 3", 1_600.0, 73_728),
    ("conv 128 3", 1_600.0, 147_456),
    ("maxpool 2", 400.0, 0),
    ("conv 256 3", 800.0, 294_912),
    ("conv 256 3", 800.0, 589_824),
    ("conv 256 3", 800.0, 589_824),
    ("maxpool 2", 200.0, 0),
    ("conv 512 3", 400.0, 1_179_648),
    ("conv 512 3", 400.0, 2_359_296),
    ("conv 512 3", 400.0, 2_359_296),
    ("maxpool 2", 100.0, 0),
    ("conv 512 3", 100.0, 2_359_296),
    ("conv 512 3", 100.0, 2_359_296),
    ("conv 512 3", 100.0, 2_359_296),
    ("maxpool 2", 25.0, 0),
    ("linear 4096", 4.096, 102_760_448),
    ("linear 4096", 4.096, 16_777_216),
    ("linear 1000", 1.0, 4_096_000),
];

/// The maps of that walk, where there are any.
const MAPS: [[usize; 3]; 18] = [
    [64, 224, 224],
    [64, 224, 224],
    [64, 112, 112],
    [128, 112, 112],
    [128, 112, 112],
    [128, 56, 56],
    [256, 56, 56],
    [256, 56, 56],
    [256, 56, 56],
    [256, 28, 28],
    [512, 28, 28],
    [512, 28, 28],
    [512, 28, 28],
    [512, 14, 14],
    [512, 14, 14],
    [512, 14, 14],
    [512, 14, 14],
    [512, 7, 7],
];

#[test]
fn vgg16_walks_as_in_the_lecture() {
    let summary = summary("VGG16");
    assert_eq!(summary.inputs[0].shape.iter().product::<usize>(), 150_528);
    let is_walked = |layer: &str| VGG16.iter().any(|(walked, ..)| layer.starts_with(walked));
    let rows = summary.layers.iter().filter(|row| is_walked(&row.layer)).collect::<Vec<_>>();
    assert_eq!(rows.len(), VGG16.len());
    let mut values = summary.inputs[0].shape.iter().product::<usize>();
    for (place, (row, (layer, thousands, weights))) in rows.iter().zip(VGG16).enumerate() {
        assert!(row.layer.starts_with(layer), "{} at the place of {layer}", row.layer);
        assert_eq!(row.parameters - row.biases, *weights, "{}", row.label);
        if let Some(map) = MAPS.get(place) {
            assert_eq!(row.output, map, "{}", row.label);
        }
        let count = row.output.iter().product::<usize>();
        assert!((count as f64 / 1e3 / thousands - 1.0).abs() < 0.005, "{}: {count}", row.label);
        assert_eq!(row.activation_bytes, 4 * count as u64);
        values += count;
    }
    // The lecture sums its lines up to 24 M, which they are not.
    assert_eq!(values, 15_237_608);
    assert_eq!(summary.parameters, 138_357_544);
}

#[test]
fn sharing_saves_alexnet_most_of_its_first_layer() {
    let summary = summary("AlexNet2012");
    let conv1 = &summary.layers[0];
    assert_eq!(conv1.layer, "conv 96 11 stride=4");
    assert_eq!(conv1.output, [96, 55, 55]);
    assert_eq!(conv1.parameters, 34_944);
    let neurons = conv1.output.iter().product::<usize>() as u64;
    let window = 11 * 11 * 3 + 1;
    assert_eq!(neurons * window, 105_705_600);
    assert_eq!(conv1.parameters, 96 * window);
}
