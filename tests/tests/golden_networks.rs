//! The zoo against torchvision: the logits of `golden/networks.json`, with weights that follow a
//! formula. `NETLET_GOLDEN` names another folder.

use std::fs;
use std::path::Path;

use netlet::network::Network;
use netlet::value::Value;

include!(concat!(env!("OUT_DIR"), "/golden_networks.rs"));

/// The number of the input among the tensors of the formula.
const INPUT: u64 = 1 << 20;
/// The largest difference, relative to the largest of the outputs that are given.
const TOLERANCE: f64 = 1e-3;

fn check(name: &str) {
    let path = Path::new(env!("NETLET_GOLDEN_FOLDER")).join("networks.json");
    let all = fs::read(path).expect("the list of networks");
    let all: serde_json::Value = serde_json::from_slice(&all).expect("JSON");
    let golden = &all[name];
    let dims = |key: &str| -> Vec<usize> {
        serde_json::from_value(golden[key].clone()).expect("dimensions")
    };
    let mut network = network(name);
    let tensors = fill(&mut *network);
    assert_eq!(Some(tensors), golden["tensors"].as_u64(), "tensors of the state dict");
    let shape = dims("input");
    let count = shape.iter().product::<usize>();
    let pixels = (0..count).map(|index| signed(INPUT, index) as f32).collect();
    let output = network.run(Value::batch(1, &shape, pixels).into()).out;
    assert_eq!(output.shape(), dims("output"));
    let first: Vec<f64> = serde_json::from_value(golden["first"].clone()).expect("numbers");
    let values = output.values();
    let number = |key: &str| golden[key].as_f64().expect("a number");
    // Nearly all outputs lie within three deviations of their mean.
    let largest = first.iter().fold(3.0 * number("std"), |largest, it| largest.max(it.abs()));
    for (index, (&found, expected)) in values.iter().zip(&first).enumerate() {
        let error = (f64::from(found) - expected).abs() / largest;
        assert!(error < TOLERANCE, "output {index} is {found}, not {expected}");
    }
    let count = values.len() as f64;
    let mean = values.iter().map(|&value| f64::from(value)).sum::<f64>() / count;
    assert!((mean - number("mean")).abs() / largest < TOLERANCE, "the mean is {mean}");
    let argmax = (0..values.len()).max_by(|&a, &b| values[a].total_cmp(&values[b]));
    assert_eq!(argmax.map(|it| it as u64), golden["argmax"].as_u64(), "the largest output");
}

macro_rules! networks {
    ($($name:ident)+) => {$(
        #[test]
        fn $name() {
            check(stringify!($name));
        }
    )+};
}

networks! {
    alexnet vgg16 googlenet resnet34 densenet121 mobilenet_v2 efficientnet_b0 fcn_resnet101
    deeplabv3_resnet101
}

/// Gives a network the weights of the formula; gives the number of its tensors.
fn fill(network: &mut dyn Network) -> u64 {
    let mut number = 0;
    for (_, layer) in network.layers() {
        for (name, parameter) in layer.parameters() {
            let dims = parameter.dims().to_vec();
            let count = dims.iter().product::<usize>();
            let scale = match dims.as_slice() {
                [first, _, ..] => (6.0 / (count as f64 / *first as f64)).sqrt(),
                _ => 0.1,
            };
            let offset = if dims.len() < 2 && name == "weight" { 1.0 } else { 0.0 };
            for (index, value) in parameter.values_mut().iter_mut().enumerate() {
                *value = (offset + scale * signed(number, index)) as f32;
            }
            number += 1;
        }
        for (name, buffer) in layer.buffers() {
            for (index, value) in buffer.values_mut().iter_mut().enumerate() {
                *value = match name {
                    "running_var" => 1.0 + 0.5 * fraction(number, index),
                    _ => 0.1 * signed(number, index),
                } as f32;
            }
            number += 1;
        }
    }
    number
}

fn signed(tensor: u64, index: usize) -> f64 {
    2.0 * fraction(tensor, index) - 1.0
}

/// A number from 0 to 1 for an element of a tensor.
fn fraction(tensor: u64, index: usize) -> f64 {
    let bits = splitmix64((tensor << 32).wrapping_add(index as u64)) >> 40;
    bits as f64 / f64::from(1 << 24)
}

/// Vigna's generator of that name, one step from `z`.
fn splitmix64(z: u64) -> u64 {
    let z = z.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}
