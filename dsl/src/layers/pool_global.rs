//! `globalavgpool`, `globalmaxpool` and `adaptiveavgpool`: a whole map as one value a channel, or
//! as a map of a given size.

use super::{Built, Emission, Layer, Operation, Placement, Reach};
use crate::check::signature::Signature;
use crate::shape::Shape;

pub(super) const LAYERS: &[Layer] = &[
    Layer {
        signature: Signature::new("globalavgpool", &[]).keys(&[("keep", "no")]),
        about: "the mean of each channel, as a vector",
        pytorch: "x.mean(dim=(2, 3))",
        build: |place| global(place, ["global_avg_pool", "global_avg_pool_keep"]),
    },
    Layer {
        signature: Signature::new("globalmaxpool", &[]).keys(&[("keep", "no")]),
        about: "the largest value of each channel, as a vector",
        pytorch: "x.amax(dim=(2, 3))",
        build: |place| global(place, ["global_max_pool", "global_max_pool_keep"]),
    },
    Layer {
        signature: Signature::new("adaptiveavgpool", &["size"]),
        about: "means of windows that make a map of the given size",
        pytorch: "torch.nn.AdaptiveAvgPool2d",
        build: |place| {
            let size = place.arguments.sizes("size", 2);
            let map = place.map();
            let (Some([_, height, width]), Some([channels, from_height, from_width])) = (size, map)
            else {
                return Built::default();
            };
            let whole = [height, width] == [1, 1];
            let even = from_height.is_multiple_of(height) && from_width.is_multiple_of(width);
            let window = [1, from_height.div_ceil(height), from_width.div_ceil(width)];
            let pool = Adaptive { window, whole: whole || !even };
            Built::new(Shape::Map([channels, height, width]), pool)
        },
    },
];

/// One value a channel, as a vector or as a map of 1x1.
#[derive(Debug)]
struct Global {
    function: &'static str,
}

/// A map of a given size. Windows that do not tile count as seeing all of the input.
#[derive(Debug)]
struct Adaptive {
    window: [usize; 3],
    whole: bool,
}

/// A pool of whole maps, by the runtime's functions that give a vector and a map.
fn global(place: &mut Placement<'_>, [vector, map]: [&'static str; 2]) -> Built {
    let keep = place.arguments.flag("keep");
    let (Some(keep), Some([channels, ..])) = (keep, place.map()) else { return Built::default() };
    let (shape, function) = if keep {
        (Shape::Map([channels, 1, 1]), map)
    } else {
        (Shape::Features(channels), vector)
    };
    Built::new(shape, Global { function })
}

impl Operation for Global {
    fn reach(&self) -> Reach {
        Reach::Whole
    }

    fn emission(&self) -> Emission {
        Emission::function(self.function)
    }
}

impl Operation for Adaptive {
    fn reach(&self) -> Reach {
        match self.whole {
            true => Reach::Whole,
            false => Reach::Window { window: self.window, stride: self.window, dilation: [1; 3] },
        }
    }

    fn emission(&self) -> Emission {
        Emission::function("adaptive_avg_pool")
    }
}
