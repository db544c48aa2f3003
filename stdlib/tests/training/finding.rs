//! Finding a learning rate.

use netlet::train::Model;
use netlet_dsl::messages::TrainOptions;

use crate::networks::Normed;
use crate::support::{Recorder, data, options, trained, weights};

fn normed() -> Model {
    Model::new(Box::new(Normed::new()))
}

#[test]
fn rates_grow_until_the_loss_does_and_nothing_is_changed() {
    let mut model = normed();
    trained(&mut model, &options(1));
    let before = weights(&mut model);
    let wanted = TrainOptions { learning_rate: 100.0, ..options(1) };
    let tried = model.find_learning_rate(&data(), &wanted, &mut Recorder::default());
    let tried = tried.expect("rates").expect("no interrupt");
    assert!((tried.losses[0].rate - 1e-5).abs() < 1e-12, "{:?}", tried.losses[0]);
    assert!(tried.losses.is_sorted_by(|one, next| one.rate < next.rate));
    let least = tried.losses.iter().map(|point| point.loss).fold(f64::INFINITY, f64::min);
    let last = tried.losses.last().expect("points");
    assert!(tried.losses.len() < 100 && last.loss > 4.0 * least, "{last:?} {least}");
    let suggestion = tried.suggestion.expect("a fall");
    assert!(suggestion < last.rate, "{suggestion}");

    assert_eq!(weights(&mut model), before);
    trained(&mut model, &options(1));
    let mut without = normed();
    trained(&mut without, &options(1));
    trained(&mut without, &options(1));
    assert_eq!(weights(&mut model), weights(&mut without), "the optimizer goes on as it was");
}

#[test]
fn a_new_network_may_still_begin_with_any_seed() {
    let mut model = normed();
    let wanted = TrainOptions { learning_rate: 1.0, seed: 3, ..options(1) };
    let tried = model.find_learning_rate(&data(), &wanted, &mut Recorder::default());
    assert_eq!(tried.expect("rates").expect("no interrupt").losses.len(), 100);
    let seeded = TrainOptions { seed: 8, ..options(1) };
    trained(&mut model, &seeded);
    let mut other = normed();
    trained(&mut other, &seeded);
    assert_eq!(weights(&mut model), weights(&mut other));
}

#[test]
fn an_interrupt_puts_all_back() {
    let mut model = normed();
    trained(&mut model, &options(1));
    let before = weights(&mut model);
    let mut watch = Recorder { stop_at: Some(20), ..Recorder::default() };
    let tried = model.find_learning_rate(&data(), &options(1), &mut watch);
    assert_eq!(tried.expect("no failure"), None);
    assert_eq!(weights(&mut model), before);
}
