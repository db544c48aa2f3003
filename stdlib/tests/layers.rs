//! The static shells of layers: the shapes that their types infer, and what they keep.

use netlet::network::Layer;
use netlet::prelude::*;
use netlet::tape::Tape;
use netlet::value::Batch;

/// A batch whose values count up.
fn counting<B: Batch>(samples: usize, tape: Tape) -> B {
    let count: usize = samples * B::SHAPE.iter().product::<usize>();
    let values = (0..count).map(|value| value as f32).collect();
    Value::batch(samples, B::SHAPE, values).put(tape).into()
}

fn values<B: Batch>(x: B) -> Vec<f32> {
    let x: Value = x.into();
    assert_eq!(x.shape(), B::SHAPE);
    x.values().to_vec()
}

#[test]
fn joins_spread_what_has_one_element() {
    let map: FeatureMap<2, 1, 2> = counting(1, Tape::evaluation());
    let channel: FeatureMap<1, 1, 2> = counting(1, Tape::evaluation());
    let point: FeatureMap<2, 1, 1> = counting(1, Tape::evaluation());
    let both = || [map.clone().into(), channel.clone().into(), point.clone().into()];
    let sum: FeatureMap<2, 1, 2> = add(both());
    assert_eq!(values(sum), [0.0, 2.0, 3.0, 5.0]);
    let product: FeatureMap<2, 1, 2> = mul(both());
    assert_eq!(values(product), [0.0, 0.0, 0.0, 3.0]);
    let middle: FeatureMap<2, 1, 2> = mean(both());
    assert_eq!(values(middle), [0.0, 2.0 / 3.0, 1.0, 5.0 / 3.0]);
    let largest: FeatureMap<2, 1, 2> = max(both());
    assert_eq!(values(largest), [0.0, 1.0, 2.0, 3.0]);
    let outer: FeatureMap<2, 1, 2> = add([channel.into(), point.into()]);
    assert_eq!(values(outer), [0.0, 1.0, 1.0, 2.0]);
    let rows: Matrix<2, 3> = concat([
        counting::<Matrix<1, 3>>(1, Tape::evaluation()).into(),
        counting::<Matrix<1, 3>>(1, Tape::evaluation()).into(),
    ]);
    assert_eq!(values(rows), [0.0, 1.0, 2.0, 0.0, 1.0, 2.0]);
}

#[test]
fn values_take_other_shapes_and_orders() {
    let map: FeatureMap<2, 1, 3> = counting(1, Tape::evaluation());
    let turned: FeatureMap<1, 3, 2> = permute(identity(map.clone()), [1, 2, 0]);
    assert_eq!(values(turned), [0.0, 3.0, 1.0, 4.0, 2.0, 5.0]);
    let matrix: Matrix<3, 2> = reshape(map.clone());
    let transposed: Matrix<2, 3> = permute(matrix.clone(), [1, 0]);
    assert_eq!(values(transposed), [0.0, 2.0, 4.0, 1.0, 3.0, 5.0]);
    let volume: Volume<1, 3, 1, 2> = reshape(matrix);
    let features: Features<6> = flatten(volume);
    assert_eq!(values(features), [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]);
    let means: Features<2> = global_avg_pool(map.clone());
    assert_eq!(values(means), [1.0, 4.0]);
    let largest: Features<2> = global_max_pool(map.clone());
    assert_eq!(values(largest), [2.0, 5.0]);
    let largest: FeatureMap<2, 1, 1> = global_max_pool_keep(map);
    assert_eq!(values(largest), [2.0, 5.0]);
}

#[test]
fn a_volume_is_normalised_as_the_map_with_its_slices_below_one_another() {
    let options = NormOptions { eps: 1e-5, affine: true };
    let (flat, deep) = (InstanceNorm2d::<2>::new(options), InstanceNorm3d::<2>::new(options));
    let volume: Volume<2, 2, 3, 2> = counting(2, Tape::evaluation());
    let map: FeatureMap<2, 6, 2> = reshape(volume.clone());
    assert_eq!(values(deep.forward(volume)), values(flat.forward(map)));
}

#[test]
fn norms_of_any_batch_keep_what_pytorch_keeps() {
    let options = NormOptions { eps: 0.0, affine: true };
    let mut group = GroupNorm::<2, 4>::new(options);
    let mut layer = LayerNorm::new(&[2, 2], options);
    let mut bare = LayerNorm::new(&[2], NormOptions { eps: 0.0, affine: false });
    let features: Features<4> = counting(1, Tape::evaluation());
    // The layers' weights are zero until they are initialised.
    for parameter in group.parameters().into_iter().chain(layer.parameters()) {
        let (name, parameter) = parameter;
        parameter.values_mut().fill(if name == "weight" { 1.0 } else { 0.5 });
    }
    assert_eq!(values(group.forward(features)), [-0.5, 1.5, -0.5, 1.5]);
    let matrix: Matrix<2, 2> = counting(1, Tape::evaluation());
    let normal = values(layer.forward(matrix));
    assert!((normal.iter().sum::<f32>() - 2.0).abs() < 1e-5, "{normal:?}");
    let dims = |layer: &mut dyn Layer| -> Vec<Vec<usize>> {
        layer.parameters().into_iter().map(|(_, parameter)| parameter.dims().to_vec()).collect()
    };
    assert_eq!(dims(&mut group), [[4], [4]]);
    assert_eq!(dims(&mut layer), [[2, 2], [2, 2]]);
    assert!(dims(&mut bare).is_empty());
    let pair: Features<2> = counting(1, Tape::evaluation());
    assert_eq!(values(bare.forward(pair)), [-1.0, 1.0]);
}

#[test]
#[should_panic(expected = "the shape of a sample")]
fn a_layer_norm_refuses_another_shape() {
    let norm = LayerNorm::new(&[4], NormOptions { eps: 1e-5, affine: false });
    norm.forward(counting::<Matrix<2, 2>>(1, Tape::evaluation()));
}

#[test]
fn learned_factors_start_where_they_should() {
    let mut layers: (PRelu, Scale<2>) = (PRelu::new(1), Scale::new(20.0));
    let mut random = rand::SeedableRng::seed_from_u64(0);
    let mut found = Vec::new();
    for layer in [&mut layers.0 as &mut dyn Layer, &mut layers.1] {
        for (name, parameter) in layer.parameters() {
            assert_eq!(name, "weight");
            parameter.initialize(&mut random);
            found.extend_from_slice(parameter.values());
        }
    }
    assert_eq!(found, [0.25, 20.0, 20.0]);
    let map: FeatureMap<2, 1, 1> = counting(1, Tape::evaluation());
    assert_eq!(values(layers.1.forward(layers.0.forward(map))), [0.0, 20.0]);
}

#[test]
fn what_is_dropped_is_a_channel_or_a_sample() {
    let ones = || -> FeatureMap<3, 2, 2> {
        let values = vec![1.0; 64 * 12];
        Value::map([64, 3, 2, 2], values).put(Tape::training(5)).into()
    };
    for (dropped, size) in [
        (values(Dropout2d::new(0.5).forward(ones())), 4),
        (values(DropPath::new(0.5).forward(ones())), 12),
    ] {
        assert!(dropped.chunks(size).all(|unit| [[0.0], [2.0]].contains(&[unit[0]])));
        assert!(dropped.chunks(size).all(|unit| unit.iter().all(|value| *value == unit[0])));
        assert!(dropped.contains(&0.0) && dropped.contains(&2.0));
    }
}
