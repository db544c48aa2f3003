//! Whether a network's outputs fit the answers of a data set.

use netlet_dsl::messages::{Failure, Task};

use super::Answers;
use crate::data::{Dataset, Targets};
use crate::loss::is_box;
use crate::network::Outputs;
use crate::value::Value;

impl Answers {
    /// Those of a data set.
    pub fn of(data: &Dataset) -> Self {
        let (classes, palette) = (data.classes.clone(), data.palette.clone());
        Self { task: data.task, classes, palette }
    }

    /// How many classes or colours there are.
    pub fn count(&self) -> usize {
        self.classes.len()
    }

    /// The name of a class or a colour.
    pub fn name(&self, class: usize) -> String {
        self.classes.get(class).cloned().unwrap_or_else(|| format!("class {class}"))
    }
}

/// Checks that the outputs of the network called `net` for samples of shape `input` are answers such
/// as `targets`.
pub(super) fn expect_outputs(
    net: &str,
    outputs: &Outputs,
    answers: &Answers,
    input: &[usize],
    targets: &Targets,
) -> Result<(), Failure> {
    let out = &outputs.out;
    let wanted = match (answers.task, targets) {
        (_, Targets::Values(values)) => {
            let wanted = values.len() / out.samples().max(1);
            let found = out.shape().iter().product::<usize>();
            return if wanted == found { Ok(()) } else { Err(values_misfit(net, wanted, out)) };
        }
        (Task::Mask | Task::Colours, _) => {
            let size = if let [.., rows, columns] = *input { [rows, columns] } else { [1, 1] };
            vec![answers.count(), size[0], size[1]]
        }
        _ => vec![answers.count()],
    };
    expect_classes(net, out, &wanted)?;
    let of_boxes = answers.task == Task::Box;
    let (boxes, others): (Vec<_>, Vec<_>) =
        outputs.heads.iter().partition(|(_, head)| of_boxes && is_box(head));
    if of_boxes && boxes.len() != 1 {
        return Err(Failure::new(format!("`{net}` does not say where things are"))
            .note(format!("expected one head of 4 values, found {}", boxes.len()))
            .help("add one before the layers of the class: `head box { linear 4 -> sigmoid }`"));
    }
    others.into_iter().try_for_each(|(name, head)| expect_classes(name, head, &wanted))
}

/// Checks that an output has a logit for each class, or one of each class for each pixel.
fn expect_classes(net: &str, logits: &Value, wanted: &[usize]) -> Result<(), Failure> {
    let found = logits.shape();
    if found == wanted {
        return Ok(());
    }
    let failure = Failure::new(format!("`{net}` does not tell the data's classes apart"));
    let classes = wanted[0];
    Err(match wanted {
        [_] => failure
            .note(format!(
                "expected {classes} outputs, one for each class, found {}",
                dimensions(&found)
            ))
            .help(format!("end the network with `linear {classes}`")),
        _ => failure
            .note(format!(
                "expected maps of {}, a channel for each class, found {}",
                dimensions(wanted),
                dimensions(&found)
            ))
            .help(format!(
                "end the network with `conv {classes} 1`, on maps of the picture's size"
            )),
    })
}

fn values_misfit(net: &str, wanted: usize, out: &Value) -> Failure {
    Failure::new(format!("`{net}` does not give the data's numbers"))
        .note(format!("expected {wanted} to a sample, found {}", dimensions(&out.shape())))
        .help(format!("end the network with `linear {wanted}`"))
}

/// A shape as the language writes it.
pub(super) fn dimensions(shape: &[usize]) -> String {
    shape.iter().map(usize::to_string).collect::<Vec<_>>().join("x")
}
