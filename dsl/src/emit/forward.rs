//! The method `forward`: a statement for each node, in the order they are computed.

use super::{Emitter, layout, type_of, values_of};
use crate::layers::Emission;
use crate::network::{Head, Node, NodeId};

/// The longest line of a signature.
const LINE: usize = 100;

impl Emitter<'_> {
    pub(super) fn forward(&self) -> String {
        let network = self.network;
        let mut code = match network.heads.is_empty() {
            true => "    /// The output for a batch of inputs.\n".to_owned(),
            false => "    /// The main output for a batch of inputs, then those of the heads.\n"
                .to_owned(),
        };
        let arguments = network.inputs().iter().enumerate();
        let arguments = arguments
            .map(|(id, input)| format!("{}: {}", self.locals[id], type_of(&input.shape)))
            .collect::<Vec<_>>();
        code += &signature(&arguments, &self.output_type());
        let mut id = network.input_count;
        while id < network.nodes.len() {
            match network.heads.iter().find(|head| head.training && head.nodes.start == id) {
                Some(head) if !head.nodes.is_empty() => {
                    code += &self.training_head(head);
                    id = head.nodes.end;
                }
                _ => {
                    code += &self.computation(8, id, &network.nodes[id]);
                    id += 1;
                }
            }
        }
        code += &format!("        {}\n    }}\n", self.outputs());
        code
    }

    fn output_type(&self) -> String {
        let main = type_of(&self.network.output());
        let heads = self.network.heads.iter().map(|head| {
            let kind = type_of(&self.network.nodes[head.node].shape);
            if head.training { format!("Option<{kind}>") } else { kind }
        });
        match self.network.heads.is_empty() {
            true => main,
            false => {
                let all = std::iter::once(main).chain(heads).collect::<Vec<_>>();
                format!("({})", all.join(", "))
            }
        }
    }

    /// The value of `forward`: the main output, then the heads'.
    fn outputs(&self) -> String {
        let network = self.network;
        if network.heads.is_empty() {
            return self.locals[network.result].clone();
        }
        let outputs = network.heads.iter().map(|head| match head.training {
            true => self.head_local(head),
            false => self.output(head.node),
        });
        let main = self.output(network.result);
        let all = std::iter::once(main).chain(outputs).collect::<Vec<_>>();
        format!("({})", all.join(", "))
    }

    /// A value that is an output; one that is several of them is cloned.
    fn output(&self, node: NodeId) -> String {
        let outputs = self.network.heads.iter().map(|head| head.node).chain([self.network.result]);
        let is_several = outputs.filter(|&output| output == node).count() > 1;
        let local = &self.locals[node];
        if is_several { format!("{local}.clone()") } else { local.clone() }
    }

    /// A training head's variable, which holds its value only while training.
    fn head_local(&self, head: &Head) -> String {
        format!("{}_head", self.locals[head.node])
    }

    /// The layers of a head that exists only while training.
    fn training_head(&self, head: &Head) -> String {
        let network = self.network;
        let kind = format!("Option<{}>", type_of(&network.nodes[head.node].shape));
        let from = values_of(&network.nodes[head.nodes.start]);
        let from = from.first().map_or("x", |&id| self.locals[id].as_str());
        let mut code =
            format!("        let {}: {kind} = if is_training(&{from}) {{\n", self.head_local(head));
        for id in head.nodes.clone() {
            code += &self.computation(12, id, &network.nodes[id]);
        }
        code += &format!("            Some({})\n", self.locals[head.node]);
        code += "        } else {\n            None\n        };\n";
        code
    }

    /// Whether an output needs a node, or what a pool remembers.
    pub(super) fn is_computed(&self, id: NodeId) -> bool {
        self.last_uses[id].is_some() || self.places[id].is_some()
    }

    /// The statement that computes a node; nothing where no output needs it.
    fn computation(&self, indent: usize, id: NodeId, node: &Node) -> String {
        if !self.is_computed(id) {
            return String::new();
        }
        let head = match &self.places[id] {
            Some(places) => {
                let (local, kind) = (&self.locals[id], type_of(&node.shape));
                format!("let ({local}, {places}): ({kind}, PoolIndices)")
            }
            None => format!("let {}: {}", self.locals[id], type_of(&node.shape)),
        };
        let inputs = (0..values_of(node).len()).map(|place| self.input(id, node, place));
        let mut inputs = inputs.collect::<Vec<_>>();
        match node.operation.emission() {
            Emission::Input => String::new(),
            Emission::Function { name, given } | Emission::Pair { name, given } => {
                inputs.extend(given);
                layout::statement(indent, &head, &format!("{name}({})", inputs.join(", ")))
            }
            Emission::Unpool(function) => {
                let places = node.inputs.get(1).and_then(|&pool| self.places[pool].clone());
                inputs.push(format!("&{}", places.unwrap_or_default()));
                layout::statement(indent, &head, &format!("{function}({})", inputs.join(", ")))
            }
            Emission::Gathering(function) => {
                let inputs = inputs.iter().map(|input| format!("{input}.into()"));
                layout::gathering(indent, &head, function, &inputs.collect::<Vec<_>>())
            }
            Emission::Field { .. } => {
                let field = &self.fields[node.shares.unwrap_or(id)];
                let name = field.as_ref().map_or("", |field| &field.name);
                let method =
                    if self.places[id].is_some() { "forward_with_indices" } else { "forward" };
                layout::statement(
                    indent,
                    &head,
                    &format!("self.{name}.{method}({})", inputs.join(", ")),
                )
            }
        }
    }

    /// An input of a node: moved where nothing takes it any more, a cheap clone before.
    fn input(&self, id: NodeId, node: &Node, place: usize) -> String {
        let values = values_of(node);
        let input = values[place];
        let again = values[place + 1..].contains(&input);
        let name = &self.locals[input];
        let last = self.last_uses[input].unwrap_or(id);
        if last > id || again { format!("{name}.clone()") } else { name.clone() }
    }
}

/// The head of the method, broken where it is too long for a line.
fn signature(arguments: &[String], output: &str) -> String {
    let line = format!("    pub fn forward(&mut self, {}) -> {output} {{\n", arguments.join(", "));
    if line.len() <= LINE + 1 {
        return line;
    }
    let mut code = "    pub fn forward(\n        &mut self,\n".to_owned();
    for argument in arguments {
        code += &format!("        {argument},\n");
    }
    code + &format!("    ) -> {output} {{\n")
}
