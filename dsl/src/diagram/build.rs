//! From a network to its figures: the whole, and what is in its blocks.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::ops::Range;

use super::figure::{Edge, Figure, Item, ItemId, Kind, Part};
use super::piece::{Kind as PieceKind, Piece, layer_name, pieces};
use crate::network::{Network, NodeId};
use crate::shape::Shape;
use crate::summary::thousands;

/// Blocks are drawn in place where the whole then has at most this many boxes.
const SMALL: usize = 14;
/// A block that calls itself is drawn in full up to this many boxes.
const RECURSION: usize = 64;
/// The most parts of a block that is drawn in place since values in it are used elsewhere.
const MOST_OPENED: usize = 40;
/// The most parts of one row.
const LONGEST_ROW: usize = 90;
/// The most boxes of one figure.
const MOST_ITEMS: usize = 160;
/// The most branches side by side.
const MOST_WAYS: usize = 16;
/// The most figures of blocks.
const MOST_FIGURES: usize = 16;

/// The figures of a network, the whole first.
pub(super) fn figures(network: &Network) -> Vec<Figure> {
    let row = pieces(network);
    let mut whole = Builder::new(network);
    whole.is_whole = true;
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
            figures[0].about.push_str(", more kinds of blocks than are shown");
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
    nodes: Range<NodeId>,
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
    /// Whether this is the whole network.
    is_whole: bool,
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
            is_whole: false,
            expands: false,
            in_recursion: false,
        }
    }

    fn terminal(&mut self, kind: Kind, name: String, shape: Shape) -> ItemId {
        let (title, layers) = (None, Vec::new());
        self.items.push(Item {
            kind,
            name,
            title,
            layers,
            count: 1,
            parameters: 0,
            shape,
            training: false,
            is_aside: false,
        });
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
            // What is left out has no heads, either.
            let source = self.home.get(&head.node).copied();
            let is_shown = |&source: &ItemId| self.items[source].kind != Kind::More;
            let Some(source) = source.filter(is_shown) else { continue };
            let shape = network.nodes[head.node].shape;
            let end = self.terminal(Kind::Output, head.name.clone(), shape);
            self.items[end].training = head.training;
            self.items[end].is_aside = true;
            self.ends.push((head.node, end));
            let at = self.row.iter().position(|part| part.contains(source));
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

    fn more(&mut self, nodes: Range<NodeId>) -> ItemId {
        let shape = self.network.nodes[nodes.end - 1].shape;
        let item = self.terminal(Kind::More, String::new(), shape);
        let count = nodes.len();
        self.items[item].layers = vec![format!("... {count} more layer{}", plural(count))];
        self.settle(item, nodes);
        item
    }

    /// Makes nodes those of a box.
    fn settle(&mut self, item: ItemId, nodes: Range<NodeId>) {
        let found = &self.network.nodes[nodes.clone()];
        let counts = found.iter().map(|node| node.parameter_count());
        self.items[item].parameters = counts.fold(0, u64::saturating_add);
        self.items[item].training = self.is_whole && found.iter().all(|node| node.training);
        self.home.extend(nodes.map(|id| (id, item)));
    }

    fn part(&mut self, piece: &'p Piece, parts: &mut Vec<Part>) {
        let is_full = self.items.len() + 4 > MOST_ITEMS;
        let part = match &piece.kind {
            PieceKind::Layers(nodes) => Part::Item(self.layers(piece, nodes)),
            PieceKind::Join(join) => Part::Item(self.join(*join)),
            PieceKind::Block { inner, recursive, is_open, .. }
                if piece.count == 1
                    && !is_full
                    && (self.expands
                        || *recursive && self.in_recursion
                        || *is_open && inner.len() <= MOST_OPENED) =>
            {
                return self.add(inner, parts);
            }
            PieceKind::Block { group, inner, .. } => Part::Item(self.block(piece, *group, inner)),
            _ if is_full => Part::Item(self.more(piece.nodes.clone())),
            PieceKind::Branches { ways, join } if self.is_scattered(ways) => {
                ways.iter().for_each(|way| self.add(way, parts));
                Part::Item(self.join(*join))
            }
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
                let first = self.items.len();
                let is_scattered = inner.iter().any(|piece| match &piece.kind {
                    PieceKind::Branches { ways, .. } => self.is_scattered(ways),
                    _ => false,
                });
                let body = self.parts(inner);
                let shape = self.network.nodes[found.node].shape;
                let end = self.terminal(Kind::Output, found.name.clone(), shape);
                self.items[end].training = found.training;
                self.ends.push((found.node, end));
                self.items[first..].iter_mut().for_each(|item| item.is_aside = true);
                if is_scattered {
                    parts.extend(body);
                    Part::Item(end)
                } else {
                    Part::Head { body, end }
                }
            }
        };
        parts.push(part);
    }

    /// Whether branches begin at several values, not only at the current one.
    fn is_scattered(&self, ways: &[Vec<Piece>]) -> bool {
        let firsts = ways.iter().filter_map(|way| way.first()).map(|piece| piece.nodes.start);
        let sources = firsts.map(|first| self.network.nodes[first].inputs.first());
        sources.collect::<BTreeSet<_>>().len() > 1
    }

    fn layers(&mut self, piece: &Piece, nodes: &[NodeId]) -> ItemId {
        let network = self.network;
        let named = |ids: &mut dyn Iterator<Item = NodeId>| {
            let ids = ids.collect::<Vec<_>>();
            let labelled = ids.iter().filter(|&&id| network.nodes[id].label.is_some());
            let labelled = labelled.map(|&id| self.short(&network.nodes[id].path));
            let labels = labelled.reduce(|all, next| {
                let named = all.split(", ").next().unwrap_or(&all);
                let next = after(named, &next);
                format!("{all}, {next}")
            });
            let labels = labels.unwrap_or_default();
            let owner = ids.iter().find_map(|&id| network.nodes[id].shares);
            let weighty = ids.iter().find(|&&id| network.nodes[id].parameter_count() > 0);
            match weighty {
                _ if !labels.is_empty() => labels,
                Some(&id) => self.short(&network.nodes[id].path),
                None => owner.map_or(String::new(), |owner| {
                    format!("= {}", self.short(&network.nodes[owner].path))
                }),
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
            let mut hidden = Hidden {
                title: title.clone(),
                form: piece.form,
                prefix,
                nodes: piece.nodes.start..end,
                inner,
                size: piece.size,
            };
            // A block that is nothing but another one shows what is in that.
            while let [Piece { kind: PieceKind::Block { group, inner, .. }, count: 1, .. }] =
                hidden.inner
            {
                hidden.inner = inner;
                let path = group.and_then(|group| network.groups[group].path.as_ref());
                hidden.prefix = path.map_or(hidden.prefix, |path| format!("{path}."));
            }
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

    fn finish(self, title: String, about: String, nodes: Range<NodeId>) -> Figure {
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

/// From one name to another.
fn range(first: String, last: String) -> String {
    if last.is_empty() || first == last {
        return first;
    }
    let last = after(&first, &last);
    format!("{first} … {last}")
}

/// What a path says where another one in the same place has just been named.
fn after<'a>(first: &str, next: &'a str) -> &'a str {
    match (first.rsplit_once('.'), next.rsplit_once('.')) {
        (Some((place, _)), Some((same, name))) if place == same => name,
        _ => next,
    }
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}
