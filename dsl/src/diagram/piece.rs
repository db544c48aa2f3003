//! A network in pieces that are drawn as one: small layers with the large one before them, blocks,
//! and what comes several times over, once with its count.

use std::collections::HashMap;
use std::ops::Range;

use super::tree::{Tree, tree};
use crate::layers::join;
use crate::network::{GroupKind, Network, NodeId};

/// The most pieces of one round that are looked for several times over.
const LONGEST_ROUND: usize = 12;
/// A row of more pieces is folded even where its rounds give values of different sizes.
const LONG_ROW: usize = 48;

/// A part of a network that is drawn as one.
pub(super) struct Piece {
    pub(super) kind: Kind,
    /// How many times over.
    pub(super) count: usize,
    /// Its nodes, in all rounds.
    pub(super) nodes: Range<NodeId>,
    /// The nodes of the last round.
    pub(super) last: Range<NodeId>,
    /// The same for pieces that read the same.
    pub(super) like: usize,
    /// The same for pieces that differ in numbers only.
    pub(super) form: usize,
    /// How many boxes it takes where nothing in it is hidden in a box.
    pub(super) size: usize,
}

/// What a piece is.
pub(super) enum Kind {
    /// Layers one after another in one box.
    Layers(Vec<NodeId>),
    /// A join of labelled values.
    Join(NodeId),
    /// A block, a shared piece, or a round of several pieces: a box for what is drawn elsewhere.
    /// It is open if a value within it is used outside.
    Block { group: Option<usize>, inner: Vec<Piece>, recursive: bool, is_open: bool },
    /// Branches and their join.
    Branches { ways: Vec<Vec<Piece>>, join: NodeId },
    /// A body, the way round it, and their join.
    Skip { body: Vec<Piece>, via: Vec<Piece>, join: NodeId },
    /// A further output.
    Head { group: usize, inner: Vec<Piece> },
}

/// The network in pieces.
pub(super) fn pieces(network: &Network) -> Vec<Piece> {
    let mut used_by = vec![Vec::new(); network.nodes.len()];
    for (id, node) in network.nodes.iter().enumerate() {
        node.inputs.iter().for_each(|&input| used_by[input].push(id));
    }
    let mut given = vec![false; network.nodes.len()];
    given[network.result] = true;
    network.heads.iter().for_each(|head| given[head.node] = true);
    let mut folder = Folder { network, used_by, given, ids: HashMap::new(), called: Vec::new() };
    folder.row(tree(network))
}

struct Folder<'n> {
    network: &'n Network,
    used_by: Vec<Vec<NodeId>>,
    /// Whether a node is an output.
    given: Vec<bool>,
    ids: HashMap<(&'static str, String, Vec<usize>), usize>,
    /// The blocks around, by name.
    called: Vec<String>,
}

impl Folder<'_> {
    /// What stands one after another.
    fn row(&mut self, trees: Vec<Tree>) -> Vec<Piece> {
        let mut row = Vec::new();
        self.collect(trees, &mut row);
        let mut row = self.chains(row);
        // Rounds within rounds take a pass each.
        for _ in 0..4 {
            let before = row.len();
            row = self.rounds(row);
            if row.len() == before {
                break;
            }
        }
        row
    }

    fn collect(&mut self, trees: Vec<Tree>, row: &mut Vec<Piece>) {
        for tree in trees {
            match tree {
                Tree::Node(node) => row.push(self.node(node)),
                Tree::Group { group, inner } => self.group(group, inner, row),
            }
        }
    }

    fn node(&mut self, id: NodeId) -> Piece {
        let node = &self.network.nodes[id];
        let name = layer_name(&node.layer);
        let (like, form) = (self.like(&[id]), self.id("form", name.to_owned(), Vec::new()));
        let kind = match join(name) {
            Some(_) => Kind::Join(id),
            None => Kind::Layers(vec![id]),
        };
        Piece { kind, count: 1, nodes: id..id + 1, last: id..id + 1, like, form, size: 1 }
    }

    fn group(&mut self, index: usize, mut inner: Vec<Tree>, row: &mut Vec<Piece>) {
        let group = &self.network.groups[index];
        let join = match (group.kind, inner.last()) {
            (GroupKind::Skip | GroupKind::Branches, Some(&Tree::Node(join))) => {
                inner.pop();
                Some(join)
            }
            _ => None,
        };
        let kind = match (group.kind, join) {
            (GroupKind::Skip, Some(join)) => {
                let is_via = |tree: &Tree| {
                    matches!(tree, Tree::Group { group, .. }
                        if self.network.groups[*group].kind == GroupKind::Via)
                };
                let (via, body) = inner.into_iter().partition::<Vec<_>, _>(is_via);
                Kind::Skip { body: self.row(body), via: self.opened(via), join }
            }
            (GroupKind::Branches, Some(join)) => {
                let ways = inner.into_iter().map(|way| self.opened(vec![way])).collect();
                Kind::Branches { ways, join }
            }
            (GroupKind::Block | GroupKind::Share, _) => {
                let name = layer_name(&group.title).to_owned();
                let recursive = self.called.contains(&name);
                self.called.push(name);
                let inner = self.row(inner);
                self.called.pop();
                let is_open = !self.hands_on(group.nodes.clone(), 0..self.network.nodes.len());
                Kind::Block { group: Some(index), inner, recursive, is_open }
            }
            (GroupKind::Head, _) => Kind::Head { group: index, inner: self.row(inner) },
            _ => return self.collect(inner, row),
        };
        row.push(self.piece(kind, group.nodes.clone()));
    }

    /// What is in constructs that need no box.
    fn opened(&mut self, trees: Vec<Tree>) -> Vec<Piece> {
        let inner = trees.into_iter().flat_map(|tree| match tree {
            Tree::Group { inner, .. } => inner,
            node => vec![node],
        });
        let inner = inner.collect();
        self.row(inner)
    }

    fn piece(&mut self, kind: Kind, nodes: Range<NodeId>) -> Piece {
        let of = |row: &[Piece], key: fn(&Piece) -> usize| {
            // A mark at the end keeps rows apart.
            row.iter().map(key).chain([usize::MAX]).collect::<Vec<_>>()
        };
        let size = |row: &[Piece]| row.iter().map(|piece| piece.size).sum::<usize>();
        let text = |id: &NodeId| self.network.nodes[*id].layer.clone();
        let parts = |key: fn(&Piece) -> usize| match &kind {
            Kind::Branches { ways, .. } => ways.iter().flat_map(|way| of(way, key)).collect(),
            Kind::Skip { body, via, .. } => [of(body, key), of(via, key)].concat(),
            Kind::Block { inner, .. } | Kind::Head { inner, .. } => of(inner, key),
            Kind::Layers(_) | Kind::Join(_) => Vec::new(),
        };
        let (what, title, size) = match &kind {
            Kind::Layers(nodes) => ("layers", String::new(), nodes.len().min(1)),
            Kind::Join(join) => ("join", text(join), 1),
            Kind::Branches { ways, join } => {
                ("branches", text(join), ways.iter().map(|way| size(way)).sum::<usize>() + 1)
            }
            Kind::Skip { body, via, join } => ("skip", text(join), size(body) + size(via) + 1),
            Kind::Block { group, inner, .. } => {
                let title = group.map(|group| self.network.groups[group].title.clone());
                ("block", title.unwrap_or_default(), size(inner))
            }
            Kind::Head { group, inner } => {
                ("head", self.network.groups[*group].title.clone(), size(inner) + 1)
            }
        };
        let (likes, forms) = (parts(|piece| piece.like), parts(|piece| piece.form));
        let form_title = layer_name(&title).to_owned();
        let (like, form) = (self.id(what, title, likes), self.id(what, form_title, forms));
        Piece { kind, count: 1, last: nodes.clone(), nodes, like, form, size }
    }

    /// Puts small layers into the box of the large one that they belong to.
    fn chains(&mut self, row: Vec<Piece>) -> Vec<Piece> {
        let mut chained: Vec<Piece> = Vec::with_capacity(row.len());
        // Whether the last box has a large layer, which is not looked for anew with each layer.
        let mut has_large = false;
        for piece in row {
            let brings_large = match &piece.kind {
                Kind::Layers(next) => next.iter().any(|&id| self.role(id) == Role::Large),
                _ => false,
            };
            let joined = match (chained.last_mut(), &piece.kind) {
                (Some(before), Kind::Layers(next)) => match &mut before.kind {
                    Kind::Layers(nodes) if self.belongs(nodes, has_large, next[0]) => {
                        nodes.extend(next);
                        before.nodes.end = piece.nodes.end;
                        before.last = before.nodes.clone();
                        true
                    }
                    _ => false,
                },
                _ => false,
            };
            has_large = brings_large || joined && has_large;
            if !joined {
                chained.push(piece);
            }
        }
        for piece in &mut chained {
            if let Kind::Layers(nodes) = &piece.kind {
                piece.like = self.like(nodes);
                let names = nodes.iter().map(|&id| layer_name(&self.network.nodes[id].layer));
                let names = names.collect::<Vec<_>>().join(" ");
                piece.form = self.id("form", names, Vec::new());
            }
        }
        chained
    }

    /// Whether a layer goes into the box of those directly before it.
    fn belongs(&self, nodes: &[NodeId], has_large: bool, next: NodeId) -> bool {
        let Some(&last) = nodes.last() else { return false };
        if self.network.nodes[next].inputs != [last]
            || self.used_by[last].len() > 1
            || self.given[last]
        {
            return false;
        }
        match (self.role(nodes[0]), self.role(next)) {
            // Norm, activation, convolution: the next norm belongs to what follows it.
            (Role::Norm, _) | (_, Role::Large) if has_large => false,
            (Role::Norm | Role::Shape, Role::Large) => true,
            (_, Role::Large) => false,
            (_, Role::Shape) => !has_large,
            _ => true,
        }
    }

    fn role(&self, id: NodeId) -> Role {
        Role::of(layer_name(&self.network.nodes[id].layer))
    }

    /// What a layer says, with where its inputs stand from it.
    fn like(&mut self, nodes: &[NodeId]) -> usize {
        let mut places = Vec::new();
        let mut text = String::new();
        for &id in nodes {
            let node = &self.network.nodes[id];
            text.push_str(&node.layer);
            text.push('\n');
            places.extend(node.inputs.iter().map(|input| id - input));
            places.push(usize::from(node.shares.is_some()));
        }
        self.id("like", text, places)
    }

    fn id(&mut self, what: &'static str, text: String, parts: Vec<usize>) -> usize {
        let next = self.ids.len();
        *self.ids.entry((what, text, parts)).or_insert(next)
    }

    /// Folds what comes several times over, one behind the other.
    fn rounds(&mut self, row: Vec<Piece>) -> Vec<Piece> {
        let is_long = row.len() > LONG_ROW;
        let mut folded = Vec::with_capacity(row.len());
        let mut rest = row.into_iter().collect::<std::collections::VecDeque<_>>();
        while !rest.is_empty() {
            let row = rest.make_contiguous();
            let found = (1..=LONGEST_ROUND.min(row.len() / 2)).find_map(|length| {
                let count = self.count(row, length, is_long);
                (count > 1).then_some((length, count))
            });
            let (length, count) = found.unwrap_or((1, 1));
            let mut taken = rest.drain(..length * count).collect::<Vec<_>>();
            if count == 1 {
                folded.append(&mut taken);
                continue;
            }
            let nodes = taken[0].nodes.start..taken[taken.len() - 1].nodes.end;
            let last = taken[taken.len() - length].nodes.start..nodes.end;
            taken.truncate(length);
            folded.push(self.several(taken, nodes, last, count));
        }
        folded
    }

    fn several(
        &mut self,
        mut round: Vec<Piece>,
        nodes: Range<NodeId>,
        last: Range<NodeId>,
        count: usize,
    ) -> Piece {
        let is_box = |piece: &Piece| {
            piece.count == 1 && matches!(piece.kind, Kind::Layers(_) | Kind::Block { .. })
        };
        let mut piece = match round.pop() {
            Some(only) if round.is_empty() && is_box(&only) => only,
            last => {
                round.extend(last);
                let nodes = round[0].nodes.start..round[round.len() - 1].nodes.end;
                let kind =
                    Kind::Block { group: None, inner: round, recursive: false, is_open: false };
                self.piece(kind, nodes)
            }
        };
        piece.like = self.id("several", count.to_string(), vec![piece.like]);
        Piece { nodes, last, count, ..piece }
    }

    /// How many times the first pieces come one behind the other.
    fn count(&self, row: &[Piece], length: usize, is_long: bool) -> usize {
        let same = |at: usize| {
            let round = &row[at..at + length];
            round.iter().zip(row).all(|(one, other)| one.like == other.like)
        };
        let whole = |at: usize| row[at].nodes.start..row[at + length - 1].nodes.end;
        let extent = |at: usize| self.network.nodes[whole(at).end - 1].shape.extent();
        let may_fold = row[..length].iter().all(|piece| match &piece.kind {
            Kind::Block { recursive, .. } => !recursive,
            kind => !matches!(kind, Kind::Head { .. }),
        });
        let mut count = 1;
        while may_fold
            && (count + 1) * length <= row.len()
            && same(count * length)
            && (is_long || extent(0) == extent(count * length))
            && self.hands_on(whole((count - 1) * length), whole(count * length))
        {
            count += 1;
        }
        count
    }

    /// Whether all that a round gives is its last value, used in `next` only. In all of the network
    /// it may be an output, too.
    fn hands_on(&self, round: Range<NodeId>, next: Range<NodeId>) -> bool {
        let last = round.end - 1;
        let is_inside = |id: NodeId| {
            !self.given[id] && self.used_by[id].iter().all(|user| round.contains(user))
        };
        let ends_well = next.len() == self.network.nodes.len()
            || !self.given[last] && self.used_by[last].iter().all(|it| next.contains(it));
        ends_well && (round.start..last).all(is_inside)
    }
}

/// What a layer is to those around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    /// It has a box of its own.
    Large,
    Norm,
    /// It comes behind something.
    Small,
    /// It prepares for what follows.
    Shape,
}

impl Role {
    fn of(name: &str) -> Self {
        match name {
            "batchnorm" | "instancenorm" | "groupnorm" | "layernorm" | "lrn" => Self::Norm,
            "relu" | "relu6" | "leakyrelu" | "prelu" | "elu" | "selu" | "gelu" | "silu"
            | "hardswish" | "hardsigmoid" | "sigmoid" | "tanh" | "softplus" | "softmax"
            | "logsoftmax" | "dropout" | "dropout2d" | "droppath" | "identity" | "scale"
            | "l2norm" => Self::Small,
            "flatten" | "reshape" | "permute" => Self::Shape,
            _ => Self::Large,
        }
    }
}

/// The name that a layer's text begins with.
pub(super) fn layer_name(layer: &str) -> &str {
    layer.split(' ').next().unwrap_or(layer)
}
