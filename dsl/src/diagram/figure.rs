//! A figure: boxes, what flows between them, and how they stand to each other.

use crate::shape::Shape;

/// One figure: boxes and what flows between them.
pub(super) struct Figure {
    /// What it is about: `ResNet34`, or `basic 64`.
    pub(super) title: String,
    /// What the whole has, in a few words.
    pub(super) about: String,
    /// The other blocks of this form.
    pub(super) also: Vec<String>,
    /// From the inputs on; what an item takes comes before it.
    pub(super) items: Vec<Item>,
    pub(super) edges: Vec<Edge>,
    /// How they stand.
    pub(super) row: Vec<Part>,
}

/// A box, by its place among them.
pub(super) type ItemId = usize;

/// A box.
pub(super) struct Item {
    pub(super) kind: Kind,
    /// Its label or path.
    pub(super) name: String,
    /// The call of a block.
    pub(super) title: Option<String>,
    /// Its layers, in their order.
    pub(super) layers: Vec<String>,
    /// How many times over.
    pub(super) count: usize,
    /// Trainable values, in all rounds.
    pub(super) parameters: u64,
    /// What it gives.
    pub(super) shape: Shape,
    pub(super) training: bool,
    /// Whether it stands beside the main way, on the one to a further output.
    pub(super) is_aside: bool,
}

/// What a box stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Input,
    Output,
    /// Convolutions.
    Conv,
    /// What makes maps smaller.
    Pool,
    /// What makes maps larger.
    Up,
    Linear,
    /// Norms, activations and the like.
    Small,
    Block,
    Join,
    /// Layers that are left out.
    More,
}

/// What flows from one box to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Edge {
    pub(super) from: ItemId,
    pub(super) to: ItemId,
}

/// How boxes stand to each other.
#[derive(Clone)]
pub(super) enum Part {
    Item(ItemId),
    Branches {
        ways: Vec<Vec<Self>>,
        join: ItemId,
    },
    Skip {
        body: Vec<Self>,
        via: Vec<Self>,
        join: ItemId,
    },
    /// Beside the way, to a further output.
    Head {
        body: Vec<Self>,
        end: ItemId,
    },
}

impl Figure {
    /// Notes that another block is of the same form.
    pub(super) fn add_title(&mut self, title: &str) {
        if title != self.title && !self.also.iter().any(|known| known == title) {
            self.also.push(title.to_owned());
        }
    }

    /// What stands below the title, in about `most` characters.
    pub(super) fn note(&self, most: usize) -> String {
        if self.also.is_empty() {
            return self.about.clone();
        }
        let mut shown = 1;
        let length = |count: usize| self.also[..count].iter().map(|it| it.len() + 2).sum::<usize>();
        while shown < self.also.len() && length(shown + 1) + 20 <= most {
            shown += 1;
        }
        let rest = match self.also.len() - shown {
            0 => String::new(),
            rest => format!(" and {rest} more"),
        };
        format!("likewise {}{rest}", self.also[..shown].join(", "))
    }
}

impl Part {
    pub(super) fn is_head(&self) -> bool {
        matches!(self, Self::Head { .. })
    }

    /// Whether a box is in it.
    pub(super) fn contains(&self, item: ItemId) -> bool {
        let mut found = false;
        self.each_item(&mut |other| found |= other == item);
        found
    }

    /// Calls `each` with all boxes in it, in the order of the way.
    pub(super) fn each_item(&self, each: &mut dyn FnMut(ItemId)) {
        let mut all = |row: &[Self]| row.iter().for_each(|part| part.each_item(each));
        match self {
            Self::Item(_) => {}
            Self::Branches { ways, .. } => ways.iter().for_each(|way| all(way)),
            Self::Skip { body, via, .. } => {
                all(body);
                all(via);
            }
            Self::Head { body, .. } => all(body),
        }
        each(self.last());
    }

    /// The box that its value comes out of.
    pub(super) fn last(&self) -> ItemId {
        match self {
            Self::Item(item) => *item,
            Self::Branches { join, .. } | Self::Skip { join, .. } => *join,
            Self::Head { end, .. } => *end,
        }
    }
}

impl Kind {
    /// Whether it is drawn as a box with text.
    pub(super) fn is_box(self) -> bool {
        !matches!(self, Self::Input | Self::Output | Self::Join)
    }

    pub(super) fn of(name: &str) -> Self {
        match name {
            "linear" => Self::Linear,
            "unpool" | "upsample" | "pixelshuffle" => Self::Up,
            name if name.starts_with("convt") => Self::Up,
            "depthwise" | "separable" => Self::Conv,
            name if name.starts_with("conv") => Self::Conv,
            name if name.contains("pool") || name == "roialign" => Self::Pool,
            _ => Self::Small,
        }
    }
}
