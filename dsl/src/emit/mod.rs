//! The Rust that a network becomes: one flat struct of its layers and one flat `forward`, on the
//! runtime's prelude. The code is formatted as rustfmt would, with its default settings.

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
    /// The field of each node, where it has one.
    fields: Vec<Option<Field>>,
    /// The variable of each node.
    locals: Vec<String>,
    /// The last node that takes each node's value, or one past all for the result.
    last_uses: Vec<NodeId>,
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
            Emission::Field { kind, constructor } => {
                Some(Field { name: names.name(&node.path), kind, constructor })
            }
            _ => None,
        });
        let uses = uses(network);
        let mut names = Names::locals();
        let locals = network.nodes.iter().zip(&uses).enumerate().map(|(id, (node, uses))| {
            // A value that only its successor takes needs no name of its own.
            if *uses == [id + 1] { "x".to_owned() } else { names.name(&node.path) }
        });
        Self {
            network,
            name: type_name(&network.name),
            fields: fields.collect(),
            locals: locals.collect(),
            last_uses: uses.iter().map(|uses| uses.last().copied().unwrap_or(0)).collect(),
        }
    }

    /// The nodes that are fields.
    fn fields(&self) -> impl Iterator<Item = (&Node, &Field)> {
        let fields = self.network.nodes.iter().zip(&self.fields);
        fields.filter_map(|(node, field)| Some((node, field.as_ref()?)))
    }

    fn definition(&self) -> String {
        let (name, input) = (&self.network.name, self.network.input());
        let parameters = thousands(self.network.parameter_count());
        let mut code = format!("/// `net {name}({input})`: {parameters} parameters.\n");
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
        let (input, output) = (self.network.input(), self.network.output());
        let mut code = format!("impl {} {{\n", self.name);
        code +=
            "    /// The network with its weights at zero until they are initialised or loaded.\n";
        code += "    pub fn new() -> Self {\n";
        code += &construction;
        code += "    }\n\n";
        code += "    /// The output for a batch of inputs.\n";
        let (input, output) = (type_of(&input), type_of(&output));
        let argument = &self.locals[0];
        code += &format!("    pub fn forward(&mut self, {argument}: {input}) -> {output} {{\n");
        for (id, node) in self.network.nodes.iter().enumerate() {
            code += &self.computation(id, node);
        }
        code += &format!("        {}\n    }}\n}}\n", self.locals[self.network.result]);
        code
    }

    /// The statement that computes a node.
    fn computation(&self, id: NodeId, node: &Node) -> String {
        let head = format!("let {}: {}", self.locals[id], type_of(&node.shape));
        let inputs = (0..node.inputs.len()).map(|place| self.input(id, node, place));
        let inputs = inputs.collect::<Vec<_>>();
        match (node.operation.emission(), &self.fields[id]) {
            (Emission::Input, _) => String::new(),
            (Emission::Function { name, given } | Emission::Pair { name, given }, _) => {
                let arguments = inputs.into_iter().chain(given).collect::<Vec<_>>();
                layout::statement(&head, &format!("{name}({})", arguments.join(", ")))
            }
            (Emission::Unpool(function), _) => {
                layout::statement(&head, &format!("{function}({})", inputs.join(", ")))
            }
            (Emission::Gathering(function), _) => {
                let inputs = inputs.iter().map(|input| format!("{input}.into()"));
                layout::gathering(&head, function, &inputs.collect::<Vec<_>>())
            }
            (Emission::Field { .. }, field) => {
                let name = field.as_ref().map_or("", |field| &field.name);
                layout::statement(&head, &format!("self.{name}.forward({})", inputs.join(", ")))
            }
        }
    }

    /// An input of a node: moved where nothing takes it any more, a cheap clone before.
    fn input(&self, id: NodeId, node: &Node, place: usize) -> String {
        let input = node.inputs[place];
        let again = node.inputs[place + 1..].contains(&input);
        let name = &self.locals[input];
        if self.last_uses[input] > id || again { format!("{name}.clone()") } else { name.clone() }
    }

    fn implementation(&self) -> String {
        let with_state = self.fields().filter(|(node, _)| {
            !node.operation.buffers().is_empty() || !node.operation.parameters().is_empty()
        });
        let pairs = with_state
            .map(|(node, field)| (format!("{:?}", node.path), format!("&mut self.{}", field.name)));
        let pairs = layout::pairs(&pairs.collect::<Vec<_>>());
        let mut code = format!("impl Network for {} {{\n", self.name);
        code += "    fn name(&self) -> &'static str {\n";
        code += &format!("        {:?}\n    }}\n\n", self.network.name);
        code += "    fn input(&self) -> &'static [usize] {\n";
        code += &format!("        &{:?}\n    }}\n\n", self.network.input().dims());
        code += "    fn layers(&mut self) -> Vec<(&'static str, &mut dyn Layer)> {\n";
        code += &pairs;
        code += "    }\n\n";
        code += "    fn run(&mut self, input: Value) -> Value {\n";
        code += "        self.forward(input.into()).into()\n    }\n}\n";
        code
    }
}

/// The nodes that take each node's value, in order; one past all nodes stands for the result.
fn uses(network: &Network) -> Vec<Vec<NodeId>> {
    let mut uses = vec![Vec::new(); network.nodes.len()];
    for (id, node) in network.nodes.iter().enumerate() {
        for &input in &node.inputs {
            uses[input].push(id);
        }
    }
    uses[network.result].push(network.nodes.len());
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
    match &constructor.argument {
        Argument::None => format!("{function}()"),
        Argument::Expression(expression) => format!("{function}({expression})"),
        Argument::Struct(name, fields) => {
            let lines =
                fields.iter().map(|(field, value)| format!("                {field}: {value},\n"));
            format!("{function}({name} {{\n{}            }})", lines.collect::<String>())
        }
    }
}
