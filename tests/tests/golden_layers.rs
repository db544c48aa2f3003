//! Every layer against PyTorch: outputs, gradients and running statistics of `golden/layers`, with
//! networks that the language makes of each case's text. `NETLET_GOLDEN` names another folder.

use std::fs;
use std::path::Path;

use netlet::network::{Network, parameters};
use netlet::tape::{Gradients, Tape};
use netlet::value::Value;
use safetensors::SafeTensors;

include!(concat!(env!("OUT_DIR"), "/golden_layers.rs"));

/// The largest difference from PyTorch, relative to the largest value of a tensor.
const TOLERANCE: f32 = 1e-4;

#[test]
fn all_cases_have_pytorchs_numbers() {
    let folder = Path::new(env!("NETLET_GOLDEN_FOLDER")).join("layers");
    let cases = fs::read(folder.join("cases.json")).expect("the list of cases");
    let cases: Vec<serde_json::Value> = serde_json::from_slice(&cases).expect("a list");
    let mut wrong = Vec::new();
    for case in &cases {
        let text = |key: &str| case[key].as_str().expect("a text");
        let bytes = fs::read(folder.join(text("file"))).expect("the file of the case");
        let file = SafeTensors::deserialize(&bytes).expect("a safetensors file");
        let case = Case { name: text("name"), is_training: text("mode") == "train", file };
        wrong.extend(case.run());
    }
    assert!(cases.len() >= 62, "there are {} cases", cases.len());
    assert!(wrong.is_empty(), "{} differences:\n{}", wrong.len(), wrong.join("\n"));
}

struct Case<'a> {
    name: &'a str,
    is_training: bool,
    file: SafeTensors<'a>,
}

impl Case<'_> {
    /// Runs the case; gives what differs.
    fn run(&self) -> Vec<String> {
        let mut network = network(self.name);
        self.load(&mut *network);
        let tape = if self.is_training { Tape::training(0) } else { Tape::inspection() };
        let samples = self.file.tensor("input").expect("an input").shape()[0];
        let input = Value::batch(samples, network.input(), self.get("input")).put(tape.tracked());
        let output = network.run(input.clone().into()).out;
        let mut wrong = Vec::new();
        self.compare("output", output.values(), &mut wrong);
        let mut gradients = output.backward(self.get("grad_output"));
        self.compare("grad_input", &input.gradient(&mut gradients), &mut wrong);
        self.compare_layers(&mut *network, &mut gradients, &mut wrong);
        wrong
    }

    fn find(&self, tensor: &str) -> Option<Vec<f32>> {
        let view = self.file.tensor(tensor).ok()?;
        Some(view.data().as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect())
    }

    fn get(&self, tensor: &str) -> Vec<f32> {
        self.find(tensor).unwrap_or_else(|| panic!("{} has no {tensor}", self.name))
    }

    /// Gives the network its weights and running statistics, in the order of a state dict.
    fn load(&self, network: &mut dyn Network) {
        let mut number = 0;
        for (_, layer) in network.layers() {
            for (_, parameter) in layer.parameters() {
                parameter.values_mut().copy_from_slice(&self.get(&format!("param.{number}")));
                number += 1;
            }
            for (_, buffer) in layer.buffers() {
                buffer.values_mut().copy_from_slice(&self.get(&format!("param.{number}")));
                number += 1;
            }
        }
        let next = format!("param.{number}");
        assert!(self.find(&next).is_none(), "{} has a {next} that no layer takes", self.name);
    }

    fn compare_layers(
        &self,
        network: &mut dyn Network,
        gradients: &mut Gradients,
        wrong: &mut Vec<String>,
    ) {
        let mut number = 0;
        for (_, layer) in network.layers() {
            for (_, parameter) in layer.parameters() {
                let gradient = parameter.gradient(gradients).to_vec();
                self.compare(&format!("grad_param.{number}"), &gradient, wrong);
                number += 1;
            }
            for (_, buffer) in layer.buffers() {
                let after = format!("after.{number}");
                if self.find(&after).is_some() {
                    self.compare(&after, buffer.values(), wrong);
                }
                number += 1;
            }
        }
        assert_eq!(parameters(network).is_empty(), self.find("grad_param.0").is_none());
    }

    fn compare(&self, tensor: &str, found: &[f32], wrong: &mut Vec<String>) {
        let expected = self.get(tensor);
        if found.len() != expected.len() {
            wrong.push(format!("{} {tensor}: {} values", self.name, found.len()));
            return;
        }
        let largest = expected.iter().fold(1e-3, |largest: f32, value| largest.max(value.abs()));
        let pairs = found.iter().zip(&expected);
        let error = pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max) / largest;
        if error.is_nan() || error > TOLERANCE {
            wrong.push(format!("{} {tensor}: off by {error:e} of the largest", self.name));
        }
    }
}
