//! `roialign`: the part of a map under each of some boxes, at one size (He et al., 2017).

use super::operation::float;
use super::{Built, Emission, Layer, Operation, Placement, Reach};
use crate::check::signature::Signature;
use crate::diagnostic::{Code, Diagnostic};
use crate::shape::Shape;
use crate::syntax::ast::Value;

pub(super) const LAYERS: &[Layer] = &[Layer {
    signature: Signature::new("roialign", &["size"]).keys(&[
        ("from", "in"),
        ("boxes", "none"),
        ("scale", "auto"),
        ("ratio", "2"),
        ("aligned", "no"),
    ]),
    about: "the part of a map under each box, resampled to one size: boxes x channels x height x width",
    pytorch: "torchvision.ops.roi_align",
    build: |place| build(place).unwrap_or_default(),
}];

/// Parts of a map under boxes given as x1, y1, x2, y2 in pixels of the picture.
#[derive(Debug)]
struct RoiAlign {
    scale: f64,
    ratio: usize,
    aligned: bool,
}

fn build(place: &mut Placement<'_>) -> Option<Built> {
    let size = place.arguments.sizes("size", 2);
    let ratio = place.arguments.count("ratio");
    let aligned = place.arguments.flag("aligned");
    let map = if place.arguments.has("from") {
        let label = place.arguments.value("from")?.into_owned();
        place.label(&label)
    } else {
        Some(place.input.clone())
    };
    if !place.arguments.has("boxes") {
        let call = place.arguments.call();
        let found = Diagnostic::error(
            Code::MissingArgument,
            call.name.span.clone(),
            "`roialign` needs `boxes=`",
        );
        let help =
            "give the network a second input for them: `net RCNN(photo: 3x224x224, rois: 16x4)`";
        place.arguments.report(found.label("which boxes?").help(help));
        return None;
    }
    let label = place.arguments.value("boxes")?.into_owned();
    let boxes = place.label(&label);
    let (map, boxes) = (map?, boxes?);
    let Shape::Matrix([count, 4]) = boxes.shape? else {
        let headline = format!(
            "boxes are a matrix of Nx4, but `{}` is {}",
            label.value,
            boxes.shape?.in_words()
        );
        let found = Diagnostic::error(Code::BadArgument, label.span, headline);
        place.arguments.report(
            found
                .label("no boxes")
                .help("each row is a box: x1, y1, x2, y2 in pixels of the picture"),
        );
        return None;
    };
    let Shape::Map([channels, height, _]) = map.shape? else {
        place.wrong_kind(Code::ExpectedMap, "a feature map", "name one: `from=LABEL`");
        return None;
    };
    let scale = scale(place, height)?;
    let ([_, down, across], ratio, aligned) = (size?, ratio?, aligned?);
    let shape = Shape::Volume([count, channels, down, across]);
    Some(Built::new(shape, RoiAlign { scale, ratio, aligned }).on(vec![map.node, boxes.node]))
}

/// Rows of the map for a row of the picture.
fn scale(place: &mut Placement<'_>, height: usize) -> Option<f64> {
    let value = place.arguments.value("scale")?;
    if value.value != Value::Path("auto".to_owned()) {
        return place.arguments.number("scale", "a number above 0, or `auto`", |it| it > 0.0);
    }
    let extents = place.nodes.iter().take_while(|node| node.inputs.is_empty());
    let picture = extents.filter_map(|node| match node.shape? {
        Shape::Map([_, height, _]) => Some(height),
        _ => None,
    });
    let picture = picture.into_iter().next().unwrap_or(height);
    Some(height as f64 / picture as f64)
}

impl Operation for RoiAlign {
    fn reach(&self) -> Reach {
        Reach::Whole
    }

    fn emission(&self) -> Emission {
        let given = vec![float(self.scale), self.ratio.to_string(), self.aligned.to_string()];
        Emission::Pair { name: "roi_align", given }
    }
}
