//! The nodes of a network as the tree of the constructs that they came from.

use crate::network::{Group, Network, NodeId};

/// How deeply constructs are told apart; what is nested more deeply stands in a row.
const DEEPEST: usize = 100;

/// A node, or a construct with what is in it.
pub(super) enum Tree {
    Node(NodeId),
    Group { group: usize, inner: Vec<Self> },
}

/// All nodes but the inputs, in their order.
pub(super) fn tree(network: &Network) -> Vec<Tree> {
    let mut grower = Grower { groups: &network.groups, next: 0 };
    grower.within(network.input_count, network.nodes.len(), 0)
}

struct Grower<'n> {
    /// Outer ones before inner ones, in the order of the text.
    groups: &'n [Group],
    next: usize,
}

impl Grower<'_> {
    fn within(&mut self, mut node: NodeId, end: NodeId, depth: usize) -> Vec<Tree> {
        let mut trees = Vec::new();
        while node < end {
            match self.groups.get(self.next) {
                Some(group) if group.nodes.start <= node => {
                    let (index, range) = (self.next, group.nodes.clone());
                    self.next += 1;
                    // One that reaches beyond what is around it is no construct of the language.
                    if range.start == node && range.end <= end && depth < DEEPEST {
                        let inner = self.within(node, range.end, depth + 1);
                        trees.push(Tree::Group { group: index, inner });
                        node = range.end;
                    }
                }
                _ => {
                    trees.push(Tree::Node(node));
                    node += 1;
                }
            }
        }
        trees
    }
}
