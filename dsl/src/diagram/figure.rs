//! A network as figures: the whole, and what is in its blocks.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::piece::{Kind as PieceKind, Piece, layer_name, pieces};
use crate::network::{Network, NodeId};
use crate::shape::Shape;
use crate::summary::thousands;

/// Blocks are drawn in place where the whole then has at most this many boxes.
const SMALL: usize = 14;
/// A block that calls itself is drawn in full up to this many boxes.
const RECURSION: usize = 64;
/// The most parts of one row.
const LONGEST_ROW: usize = 90;
/// The most boxes of one figure.
const MOST_ITEMS: usize = 160;
/// The most branches side by side.
const MOST_WAYS: usize = 16;
/// The most figures of blocks.
const MOST_FIGURES: usize = 16;

/// One figure: boxes and what flows between them.
pub(super) struct Figure {
    /// What it is about: `ResNet34`, or `basic 64`.
    pub(super) title: String,
    /// What the whole has, in a few words.
    about: String,
    /// The other blocks of this form.
    also: Vec<String>,
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

/// The figures of a network, the whole first.
pub(super) fn figures(network: &Network) -> Vec<Figure> {
    let row = pieces(network);
    let mut whole = Builder::new(network);
    whole.expands = row.iter().map(|piece| piece.size).sum::<usize>() <= SMALL;
    for id in 0..network.input_count {
        let node = &network.nodes[id];
        let item = whole.terminal(Kind::Input, node.label.clone().unwrap_or_default(), node.shape);
        whole.home.insert(id, item);
        whole.row.push(Part::Item(item));
    }
    let row = whole.parts(&row);
    whole.row.extend(row);
    whole.outputs();
    let mut waiting = std::mem::take(&mut whole.hidden);
    let parameters = format!("{} parameters", thousands(network.parameter_count()));
    let mut figures = vec![whole.finish(network.name.clone(), parameters, 0..usize::MAX)];
    let mut forms = BTreeMap::<usize, usize>::new();
    while let Some(hidden) = waiting.pop_front() {
        if let Some(&known) = forms.get(&hidden.form) {
            figures[known].add_title(&hidden.title);
            continue;
        }
        if figures.len() > MOST_FIGURES {
            break;
        }
        forms.insert(hidden.form, figures.len());
        let mut inside = inside(network, &hidden);
        waiting.extend(std::mem::take(&mut inside.hidden));
        figures.push(inside.finish(hidden.title.clone(), String::new(), hidden.nodes.clone()));
    }
    figures
}

/// What is in a block.
fn inside<'n, 'p>(network: &'n Network, hidden: &Hidden<'p>) -> Builder<'n, 'p> {
    let mut builder = Builder::new(network);
    builder.prefix = hidden.prefix.clone();
    builder.in_recursion = hidden.size <= RECURSION;
    let nodes = hidden.nodes.clone();
    let inputs = nodes.clone().flat_map(|id| &network.nodes[id].inputs).copied();
    let mut outer = inputs.filter(|input| !nodes.contains(input)).collect::<Vec<_>>();
    // The first one that is used is the current value, the others come by their labels.
    let mut seen = BTreeSet::new();
    outer.retain(|&id| seen.insert(id));
    for (place, id) in outer.into_iter().enumerate() {
        let name = if place == 0 { String::new() } else { network.nodes[id].path.clone() };
        let item = builder.terminal(Kind::Input, name, network.nodes[id].shape);
        builder.home.insert(id, item);
        builder.row.push(Part::Item(item));
    }
    let row = builder.parts(hidden.inner);
    builder.row.extend(row);
    let last = nodes.end - 1;
    let item = builder.terminal(Kind::Output, String::new(), network.nodes[last].shape);
    builder.ends.push((last, item));
    builder.row.push(Part::Item(item));
    builder
}

/// A box whose inside is to be drawn by itself.
struct Hidden<'p> {
    title: String,
    form: usize,
    /// What the paths in it begin with.
    prefix: String,
    nodes: std::ops::Range<NodeId>,
    inner: &'p [Piece],
    size: usize,
}

struct Builder<'n, 'p> {
    network: &'n Network,
    items: Vec<Item>,
    /// The box of each node.
    home: BTreeMap<NodeId, ItemId>,
    /// What goes into the outputs.
    ends: Vec<(NodeId, ItemId)>,
    row: Vec<Part>,
    hidden: VecDeque<Hidden<'p>>,
    prefix: String,
    /// Whether blocks are drawn in place.
    expands: bool,
    /// Whether blocks within themselves are.
    in_recursion: bool,
}

impl<'n, 'p> Builder<'n, 'p> {
    fn new(network: &'n Network) -> Self {
        Self {
            network,
            items: Vec::new(),
            home: BTreeMap::new(),
            ends: Vec::new(),
            row: Vec::new(),
            hidden: VecDeque::new(),
            prefix: String::new(),
            expands: false,
            in_recursion: false,
        }
    }

    fn terminal(&mut self, kind: Kind, name: String, shape: Shape) -> ItemId {
        let (title, layers) = (None, Vec::new());
        let item =
            Item { kind, name, title, layers, count: 1, parameters: 0, shape, training: false };
        self.items.push(item);
        self.items.len() - 1
    }

    /// The main output, and those of heads that are hidden in boxes.
    fn outputs(&mut self) {
        let network = self.network;
        for head in &network.heads {
            let is_drawn = |&(node, end): &(NodeId, ItemId)| {
                node == head.node && self.items[end].name == head.name
            };
            if self.ends.iter().any(is_drawn) {
                continue;
            }
            let source = self.home.get(&head.node).copied();
            let end =
                self.terminal(Kind::Output, head.name.clone(), network.nodes[head.node].shape);
            self.items[end].training = head.training;
            self.ends.push((head.node, end));
            let at = self.row.iter().position(|part| Some(part.last()) >= source);
            let at = at.map_or(self.row.len(), |at| at + 1);
            self.row.insert(at, Part::Head { body: Vec::new(), end });
        }
        let name = if network.heads.is_empty() { String::new() } else { "out".to_owned() };
        let end = self.terminal(Kind::Output, name, network.output());
        self.ends.push((network.result, end));
        self.row.push(Part::Item(end));
    }

    fn parts(&mut self, row: &'p [Piece]) -> Vec<Part> {
        let mut parts = Vec::new();
        self.add(row, &mut parts);
        parts
    }

    fn add(&mut self, row: &'p [Piece], parts: &mut Vec<Part>) {
        // What does not fit is left out from the middle.
        let room = LONGEST_ROW.min(MOST_ITEMS.saturating_sub(self.items.len())).max(4);
        let (first, rest) = row.split_at(if row.len() > room { room / 2 } else { row.len() });
        let (left_out, last) = rest.split_at(rest.len().saturating_sub(room - room / 2));
        first.iter().for_each(|piece| self.part(piece, parts));
        if let (Some(from), Some(to)) = (left_out.first(), left_out.last()) {
            let item = self.more(from.nodes.start..to.nodes.end);
            parts.push(Part::Item(item));
        }
        last.iter().for_each(|piece| self.part(piece, parts));
    }

    fn more(&mut self, nodes: std::ops::Range<NodeId>) -> ItemId {
        let shape = self.network.nodes[nodes.end - 1].shape;
        let item = self.terminal(Kind::More, String::new(), shape);
        let count = nodes.len();
        self.items[item].layers = vec![format!("... {count} more layer{}", plural(count))];
        self.settle(item, nodes);
        item
    }

    /// Makes nodes those of a box.
    fn settle(&mut self, item: ItemId, nodes: std::ops::Range<NodeId>) {
        let found = &self.network.nodes[nodes.clone()];
        let counts = found.iter().map(|node| node.parameter_count());
        self.items[item].parameters = counts.fold(0, u64::saturating_add);
        self.items[item].training = found.iter().all(|node| node.training);
        self.home.extend(nodes.map(|id| (id, item)));
    }

    fn part(&mut self, piece: &'p Piece, parts: &mut Vec<Part>) {
        let is_full = self.items.len() + 4 > MOST_ITEMS;
        let part = match &piece.kind {
            PieceKind::Layers(nodes) => Part::Item(self.layers(piece, nodes)),
            PieceKind::Join(join) => Part::Item(self.join(*join)),
            PieceKind::Block { inner, recursive, .. }
                if piece.count == 1
                    && !is_full
                    && (self.expands || *recursive && self.in_recursion) =>
            {
                return self.add(inner, parts);
            }
            PieceKind::Block { group, inner, .. } => Part::Item(self.block(piece, *group, inner)),
            _ if is_full => Part::Item(self.more(piece.nodes.clone())),
            PieceKind::Branches { ways, join } => {
                let (ways, left_out) = ways.split_at(ways.len().min(MOST_WAYS));
                let mut drawn = ways.iter().map(|way| self.parts(way)).collect::<Vec<_>>();
                let nodes = left_out.iter().flatten().map(|piece| piece.nodes.clone());
                if let Some(nodes) = nodes.reduce(|all, one| all.start..one.end) {
                    drawn.push(vec![Part::Item(self.more(nodes))]);
                }
                Part::Branches { ways: drawn, join: self.join(*join) }
            }
            PieceKind::Skip { body, via, join } => {
                let (body, via) = (self.parts(body), self.parts(via));
                Part::Skip { body, via, join: self.join(*join) }
            }
            PieceKind::Head { group, inner } => {
                let head = &self.network.groups[*group];
                let path = head.path.as_deref();
                let found = self.network.heads.iter().find(|it| Some(it.name.as_str()) == path);
                let Some(found) = found else { return self.add(inner, parts) };
                let body = self.parts(inner);
                let shape = self.network.nodes[found.node].shape;
                let end = self.terminal(Kind::Output, found.name.clone(), shape);
                self.items[end].training = found.training;
                self.ends.push((found.node, end));
                Part::Head { body, end }
            }
        };
        parts.push(part);
    }

    fn layers(&mut self, piece: &Piece, nodes: &[NodeId]) -> ItemId {
        let network = self.network;
        let named = |ids: &mut dyn Iterator<Item = NodeId>| {
            let ids = ids.collect::<Vec<_>>();
            let labelled = ids.iter().filter(|&&id| network.nodes[id].label.is_some());
            let labelled = labelled.map(|&id| self.short(&network.nodes[id].path));
            let labels = labelled.collect::<Vec<_>>().join(", ");
            let weighty = ids.iter().find(|&&id| network.nodes[id].parameter_count() > 0);
            match weighty {
                _ if !labels.is_empty() => labels,
                Some(&id) => self.short(&network.nodes[id].path),
                None => String::new(),
            }
        };
        let first = named(&mut nodes.iter().copied());
        let last = named(&mut piece.last.clone());
        let kinds = nodes.iter().map(|&id| Kind::of(layer_name(&network.nodes[id].layer)));
        let kind = kinds.reduce(|one, next| if one == Kind::Small { next } else { one });
        let name = range(first, last);
        let shape = network.nodes[piece.nodes.end - 1].shape;
        let item = self.terminal(kind.unwrap_or(Kind::Small), name, shape);
        self.items[item].count = piece.count;
        self.items[item].layers = nodes.iter().map(|&id| network.nodes[id].layer.clone()).collect();
        self.settle(item, piece.nodes.clone());
        item
    }

    fn join(&mut self, join: NodeId) -> ItemId {
        let node = &self.network.nodes[join];
        let name = node.label.as_ref().map_or(String::new(), |_| self.short(&node.path));
        let item = self.terminal(Kind::Join, name, node.shape);
        let words = node.layer.strip_prefix("skip ").unwrap_or(&node.layer);
        self.items[item].layers = vec![layer_name(words).to_owned()];
        self.settle(item, join..join + 1);
        item
    }

    fn block(&mut self, piece: &'p Piece, group: Option<usize>, inner: &'p [Piece]) -> ItemId {
        let network = self.network;
        let group = group.map(|group| &network.groups[group]);
        let shape = network.nodes[piece.nodes.end - 1].shape;
        let item = self.terminal(Kind::Block, String::new(), shape);
        let path = group.and_then(|group| group.path.clone()).unwrap_or_default();
        let last = network.groups.iter().find(|other| {
            group.is_some_and(|group| group.title == other.title && group.kind == other.kind)
                && other.nodes == piece.last
        });
        let last = last.and_then(|last| last.path.clone()).unwrap_or_default();
        let prefix = if path.is_empty() { self.prefix.clone() } else { format!("{path}.") };
        let chains = inner.iter().map(|piece| match &piece.kind {
            PieceKind::Layers(nodes) if piece.count == 1 => Some(nodes.as_slice()),
            _ => None,
        });
        let chains = chains.collect::<Option<Vec<_>>>().filter(|chains| chains.len() <= 3);
        let title = group.map_or("round".to_owned(), |group| group.title.clone());
        self.items[item].count = piece.count;
        self.items[item].name = range(self.short(&path), self.short(&last));
        // What has no name of its own shows its layers, unless there are too many of them.
        if let (None, Some(chains)) = (group, chains) {
            let layers = chains.into_iter().flatten().map(|&id| network.nodes[id].layer.clone());
            self.items[item].layers = layers.collect();
        } else {
            let end = piece.nodes.start + piece.last.len();
            let hidden = Hidden {
                title: title.clone(),
                form: piece.form,
                prefix,
                nodes: piece.nodes.start..end,
                inner,
                size: piece.size,
            };
            self.hidden.push_back(hidden);
        }
        if self.items[item].layers.is_empty() {
            self.items[item].title = Some(title);
        }
        self.settle(item, piece.nodes.clone());
        item
    }

    /// A path as it is called here.
    fn short(&self, path: &str) -> String {
        path.strip_prefix(&self.prefix).unwrap_or(path).to_owned()
    }

    fn finish(self, title: String, about: String, nodes: std::ops::Range<NodeId>) -> Figure {
        let mut edges = BTreeSet::new();
        for (&id, &to) in self.home.range(nodes.start..) {
            // Values from outside stand before the nodes of a block, unlike what uses them.
            if !nodes.contains(&id) {
                continue;
            }
            let inputs = &self.network.nodes[id].inputs;
            let from = inputs.iter().filter_map(|input| self.home.get(input).copied());
            edges.extend(from.filter(|&from| from != to).map(|from| Edge { from, to }));
        }
        for &(node, to) in &self.ends {
            edges.extend(self.home.get(&node).map(|&from| Edge { from, to }));
        }
        let edges = edges.into_iter().collect();
        Figure { title, about, also: Vec::new(), items: self.items, edges, row: self.row }
    }
}

impl Figure {
    /// Notes that another block is of the same form.
    fn add_title(&mut self, title: &str) {
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
    fn of(name: &str) -> Self {
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

/// From one name to another.
fn range(first: String, last: String) -> String {
    if last.is_empty() || first == last { first } else { format!("{first} … {last}") }
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}
