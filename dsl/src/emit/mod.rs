//! The Rust that a network becomes: one flat struct of its layers and one flat `forward`, on the
//! runtime's prelude. The code is formatted as rustfmt would, with its default settings.

mod forward;
mod implementation;
mod layout;
mod names;

use std::fmt::Write;

use crate::layers::{Argument, Constructor, Emission};
use crate::network::{Network, Node, NodeId};
use crate::shape::Shape;
use crate::summary::thousands;

use names::Names;

/// The network as formatted Rust. The same network gives the same bytes.
pub fn rust(network: &Network) -> String {
    let emitter = Emitter::new(network);
    let mut code = "use netlet::prelude::*;\n\n".to_owned();
    code += &emitter.definition();
    code += "\n";
    code += &emitter.methods();
    code += "\n";
    code += &emitter.implementation();
    code
}

/// The name of a network's type in Rust: its own, or with `_` behind it where Rust or the runtime's
/// prelude use that name already.
pub fn type_name(net: &str) -> String {
    names::type_name(net)
}

struct Emitter<'a> {
    network: &'a Network,
    name: String,
    /// The field of each node, where it has one of its own.
    fields: Vec<Option<Field>>,
    /// The variable of each node.
    locals: Vec<String>,
    /// The variable of what each pool remembers, where something asks for it.
    places: Vec<Option<String>>,
    /// The last node that takes each node's value, one past all for an output; `None` where nothing
    /// needs it.
    last_uses: Vec<Option<NodeId>>,
}

struct Field {
    name: String,
    kind: String,
    constructor: Constructor,
}

impl<'a> Emitter<'a> {
    fn new(network: &'a Network) -> Self {
        let mut names = Names::fields();
        let fields = network.nodes.iter().map(|node| match node.operation.emission() {
            Emission::Field { kind, constructor } if node.shares.is_none() => {
                Some(Field { name: names.name(&node.path), kind, constructor })
            }
            _ => None,
        });
        let fields = fields.collect();
        let uses = uses(network);
        let mut names = Names::locals();
        let locals = network.nodes.iter().zip(&uses).enumerate().map(|(id, (node, uses))| {
            // A value that only its successor takes needs no name of its own.
            let is_input = id < network.input_count && network.input_count > 1;
            if *uses == [id + 1] && !is_input { "x".to_owned() } else { names.name(&node.path) }
        });
        let locals = locals.collect::<Vec<_>>();
        let mut places = vec![None; network.nodes.len()];
        for node in &network.nodes {
            if let (Emission::Unpool(_), &[_, pool]) =
                (node.operation.emission(), node.inputs.as_slice())
            {
                let path = format!("{}_places", network.nodes[pool].path);
                places[pool].get_or_insert_with(|| names.name(&path));
            }
        }
        Self {
            network,
            name: type_name(&network.name),
            fields,
            locals,
            places,
            last_uses: uses.iter().map(|uses| uses.last().copied()).collect(),
        }
    }

    /// The nodes that are fields.
    fn fields(&self) -> impl Iterator<Item = (&Node, &Field)> {
        let fields = self.network.nodes.iter().zip(&self.fields);
        fields.filter_map(|(node, field)| Some((node, field.as_ref()?)))
    }

    fn definition(&self) -> String {
        let name = &self.network.name;
        let inputs = match self.network.inputs() {
            [input] => input.shape.to_string(),
            inputs => {
                let named = inputs.iter().map(|input| format!("{}: {}", input.path, input.shape));
                named.collect::<Vec<_>>().join(", ")
            }
        };
        let parameters = thousands(self.network.parameter_count());
        let mut code = format!("/// `net {name}({inputs})`: {parameters} parameters.\n");
        code += &format!("pub struct {} {{", self.name);
        for (node, field) in self.fields() {
            let inputs = node.inputs.iter().map(|&id| self.network.nodes[id].shape.to_string());
            let inputs = inputs.collect::<Vec<_>>().join(", ");
            let _ = write!(code, "\n    /// `{}`: {inputs} -> {}\n", node.layer, node.shape);
            code += layout::field(&field.name, &field.kind).trim_end();
        }
        code += if self.fields().next().is_some() { "\n}\n" } else { "}\n" };
        code
    }

    fn methods(&self) -> String {
        let fields = self.fields().map(|(_, field)| {
            let Field { name, constructor, .. } = field;
            format!("{name}: {}", construction(constructor))
        });
        let construction = layout::construction(&fields.collect::<Vec<_>>());
        let mut code = format!("impl {} {{\n", self.name);
        code +=
            "    /// The network with its weights at zero until they are initialised or loaded.\n";
        code += "    pub fn new() -> Self {\n";
        code += &construction;
        code += "    }\n\n";
        code += &self.forward();
        code += "}\n";
        code
    }
}

/// The values that a node computes with. What `unpool` asks of a pool is not its value.
fn values_of(node: &Node) -> &[NodeId] {
    match node.operation.emission() {
        Emission::Unpool(_) => &node.inputs[..1],
        _ => &node.inputs,
    }
}

/// The nodes that take each node's value, in order; one past all nodes stands for an output. What
/// leads to no output takes nothing.
fn uses(network: &Network) -> Vec<Vec<NodeId>> {
    let mut uses = vec![Vec::new(); network.nodes.len()];
    let mut needed = vec![false; network.nodes.len()];
    for output in network.heads.iter().map(|head| head.node).chain([network.result]) {
        needed[output] = true;
        uses[output].push(network.nodes.len());
    }
    for (id, node) in network.nodes.iter().enumerate().rev() {
        if needed[id] {
            for &input in &node.inputs {
                needed[input] = true;
            }
            for &input in values_of(node) {
                uses[input].push(id);
            }
        }
    }
    for uses in &mut uses {
        uses.sort_unstable();
    }
    uses
}

fn type_of(shape: &Shape) -> String {
    match shape {
        Shape::Features(features) => format!("Features<{features}>"),
        Shape::Matrix([rows, columns]) => format!("Matrix<{rows}, {columns}>"),
        Shape::Map([channels, height, width]) => {
            format!("FeatureMap<{channels}, {height}, {width}>")
        }
        Shape::Volume([channels, depth, height, width]) => {
            format!("Volume<{channels}, {depth}, {height}, {width}>")
        }
    }
}

/// A constructor's call as the value of a field at 12 columns.
fn construction(constructor: &Constructor) -> String {
    let function = constructor.function;
    let then = constructor.then.as_ref().map_or(String::new(), |method| format!(".{method}"));
    match &constructor.argument {
        Argument::None => format!("{function}(){then}"),
        Argument::Expression(expression) => format!("{function}({expression}){then}"),
        Argument::Struct(name, fields) => format!("{function}({}){then}", literal(name, fields)),
        Argument::SliceAndStruct(slice, name, fields) => {
            format!("{function}({slice}, {}){then}", literal(name, fields))
        }
    }
}

/// A struct's value at 12 columns.
fn literal(name: &str, fields: &[(&str, String)]) -> String {
    let lines = fields.iter().map(|(field, value)| format!("                {field}: {value},\n"));
    format!("{name} {{\n{}            }}", lines.collect::<String>())
}
