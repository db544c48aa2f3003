//! The implementation of the runtime's trait: what commands see of a network.

use super::{Emitter, layout};
use crate::network::Start;

impl Emitter<'_> {
    pub(super) fn implementation(&self) -> String {
        let mut code = format!("impl Network for {} {{\n", self.name);
        code += "    fn name(&self) -> &'static str {\n";
        code += &format!("        {:?}\n    }}\n\n", self.network.name);
        code += &self.inputs();
        code += &self.heads();
        code += &self.starts();
        code += &self.nodes();
        code += &self.layers();
        code += &self.run();
        code + "}\n"
    }

    fn inputs(&self) -> String {
        let inputs = self.network.inputs().iter();
        let pairs =
            inputs.map(|input| (format!("{:?}", input.path), format!("&{:?}", input.shape.dims())));
        let mut code =
            "    fn inputs(&self) -> &'static [(&'static str, &'static [usize])] {\n".to_owned();
        code += &layout::pairs("&[", &pairs.collect::<Vec<_>>());
        code + "    }\n\n"
    }

    fn heads(&self) -> String {
        if self.network.heads.is_empty() {
            return String::new();
        }
        let mut code = "    fn heads(&self) -> &'static [Head] {\n        &[\n".to_owned();
        for head in &self.network.heads {
            code += &format!(
                "            Head {{\n                name: {:?},\n                loss: {:?},\n                training: {},\n            }},\n",
                head.name, head.loss, head.training
            );
        }
        code + "        ]\n    }\n\n"
    }

    /// The layers whose weights do not begin as PyTorch's.
    fn starts(&self) -> String {
        let starts = self.fields().filter_map(|(node, _)| {
            let start = match node.start? {
                Start::He => "Start::He",
                Start::Xavier => "Start::Xavier",
                Start::Normal => "Start::Normal",
                Start::Zeros => "Start::Zeros",
            };
            let has_weights = !node.operation.parameters().is_empty();
            has_weights.then(|| (format!("{:?}", node.path), start.to_owned()))
        });
        let starts = starts.collect::<Vec<_>>();
        if starts.is_empty() {
            return String::new();
        }
        let mut code = "    fn starts(&self) -> &'static [(&'static str, Start)] {\n".to_owned();
        code += &layout::pairs("&[", &starts);
        code + "    }\n\n"
    }

    /// What `forward` computes, in its order.
    fn nodes(&self) -> String {
        let nodes = self.network.nodes.iter().enumerate();
        let computed =
            nodes.filter(|(id, _)| *id < self.network.input_count || self.is_computed(*id));
        let pairs = computed
            .map(|(_, node)| (format!("{:?}", node.path), format!("{:?}", node.layer)))
            .collect::<Vec<_>>();
        let mut code =
            "    fn nodes(&self) -> &'static [(&'static str, &'static str)] {\n".to_owned();
        code += &layout::pairs("&[", &pairs);
        code + "    }\n\n"
    }

    fn layers(&self) -> String {
        let with_state = self.fields().filter(|(node, _)| {
            !node.operation.buffers().is_empty() || !node.operation.parameters().is_empty()
        });
        let pairs = with_state
            .map(|(node, field)| (format!("{:?}", node.path), format!("&mut self.{}", field.name)));
        let mut code =
            "    fn layers(&mut self) -> Vec<(&'static str, &mut dyn Layer)> {\n".to_owned();
        code += &layout::pairs("vec![", &pairs.collect::<Vec<_>>());
        code + "    }\n\n"
    }

    fn run(&self) -> String {
        let mut code = "    fn run(&mut self, mut inputs: Inputs) -> Outputs {\n".to_owned();
        let inputs = self.network.inputs().iter().map(|_| "inputs.take()");
        let call = format!("self.forward({})", inputs.collect::<Vec<_>>().join(", "));
        if self.network.heads.is_empty() {
            code += &format!("        Outputs::new({call})\n");
        } else {
            let numbers = 0..self.network.heads.len();
            let heads = numbers.map(|number| format!("head{number}")).collect::<Vec<_>>();
            code += &layout::statement(8, &format!("let (out, {})", heads.join(", ")), &call);
            code += "        Outputs::new(out)\n";
            for (head, local) in self.network.heads.iter().zip(&heads) {
                let method = if head.training { "training_head" } else { "head" };
                code += &format!("            .{method}({:?}, {local})\n", head.name);
            }
        }
        code + "    }\n"
    }
}
