//! How long a user waits for what the language answers at once.
//!
//! Run it with `cargo bench -p netlet-dsl --bench language`.

use divan::{Bencher, black_box};
use netlet_dsl::assist::{complete, highlight, hint, inspect};
use netlet_dsl::check::{Action, Context, ImportName, Library, Scope, check};
use netlet_dsl::completeness;
use netlet_dsl::format::format;
use netlet_dsl::source::{Source, Sources};
use netlet_dsl::summary::{Summary, summarize};
use netlet_dsl::syntax::parse;

const LENET: &str = include_str!("../../stdlib/zoo/lenet.net");
const RESNET: &str = include_str!("../../stdlib/zoo/resnet.net");
const DENSENET: &str = include_str!("../../stdlib/zoo/densenet.net");

fn main() {
    divan::main();
}

/// A text with blocks and one network of them, by its name.
fn only(text: &str, net: &str) -> String {
    let mut kept = String::new();
    let mut keeps = true;
    for line in text.lines() {
        if line.starts_with("net ") {
            keeps = line.starts_with(&format!("net {net}("));
        } else if line.starts_with("block ") || line.starts_with('#') {
            keeps = true;
        }
        if keeps {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}

/// Parsed, checked and summarised: all that stands on the screen before anything is compiled.
fn summary(text: &str) -> Summary {
    let mut scope = Scope::default();
    let source = scope.sources.add("bench.net", text);
    let program = parse(&source).expect("a right text");
    let checked = check(&program, &source, &scope, Context::default());
    let nets = checked.statements.iter().rev().find_map(|statement| match &statement.action {
        Action::Net { network, .. } => Some(summarize(network)),
        _ => None,
    });
    nets.expect("a network without errors")
}

fn bench_summary(bencher: Bencher<'_, '_>, text: &str, parameters: u64) {
    assert_eq!(summary(text).parameters, parameters, "another network than the name says");
    bencher.bench(|| summary(black_box(text)));
}

#[divan::bench]
fn summary_of_lenet5(bencher: Bencher<'_, '_>) {
    bench_summary(bencher, &only(LENET, "LeNet5"), 61_706);
}

#[divan::bench]
fn summary_of_resnet101(bencher: Bencher<'_, '_>) {
    // By itself, without the family's own member.
    let text = only(RESNET, "ResNet50").replace("n3=6", "n3=23");
    bench_summary(bencher, &text, 44_549_160);
}

#[divan::bench]
fn summary_of_densenet121(bencher: Bencher<'_, '_>) {
    bench_summary(bencher, &only(DENSENET, "DenseNet121"), 7_978_856);
}

fn source(text: &str) -> std::sync::Arc<Source> {
    Sources::default().add("bench.net", text)
}

#[divan::bench]
fn parse_of_200_lines(bencher: Bencher<'_, '_>) {
    let source = source(&lines(200));
    bencher.bench(|| parse(black_box(&source)).expect("a right text"));
}

#[divan::bench]
fn format_of_200_lines(bencher: Bencher<'_, '_>) {
    let source = source(&lines(200));
    bencher.bench(|| format(black_box(&source)).expect("a right text"));
}

#[divan::bench]
fn completeness_of_a_half_typed_net(bencher: Bencher<'_, '_>) {
    let text = only(DENSENET, "DenseNet121");
    let half = &text[..text.trim_end().len() - 1];
    bencher.bench(|| completeness(black_box(half)));
}

/// So many lines of networks.
fn lines(count: usize) -> String {
    let all = RESNET.lines().chain(DENSENET.lines()).cycle().take(count - 1);
    let mut text = all.collect::<Vec<_>>().join("\n");
    // What is cut off in the middle gets its end.
    let open = text.matches('{').count() - text.matches('}').count();
    text.push('\n');
    text.push_str(&"}".repeat(open));
    text
}

/// The zoo's largest texts as a library.
struct Zoo;

impl Library for Zoo {
    fn texts(&self, _: &ImportName) -> Result<Vec<(String, String)>, String> {
        let texts = ZOO.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        Ok(texts.collect())
    }

    fn names(&self) -> Vec<String> {
        vec!["zoo".to_owned()]
    }
}

const ZOO: &[(&str, &str)] = &[
    ("alexnet", include_str!("../../stdlib/zoo/alexnet.net")),
    ("densenet", DENSENET),
    ("lenet", LENET),
    ("resnet", RESNET),
];

/// A session that has imported the zoo.
fn session() -> Scope {
    let mut scope = Scope::default();
    let source = scope.sources.add("In[1]", "import zoo");
    let program = parse(&source).expect("a right text");
    let checked = check(&program, &source, &scope, Context { cell: None, library: &Zoo });
    scope.sources = checked.sources;
    checked.statements.iter().for_each(|statement| scope.apply(statement));
    assert!(scope.net("DenseNet121").is_some(), "the import brought nothing");
    scope
}

/// What an editor asks at the end of an unfinished text, all at once.
fn bench_assist(bencher: Bencher<'_, '_>, text: &str) {
    let scope = session();
    let (context, end) = (Context::default(), text.len());
    bencher.bench_local(|| {
        let text = black_box(text);
        let found = complete(text, end, &scope, context, &|_, _| Vec::new());
        (found, inspect(text, end, &scope, context), hint(text, end, &scope, context))
    });
}

#[divan::bench]
fn assist_in_a_command(bencher: Bencher<'_, '_>) {
    bench_assist(bencher, "import zoo\ndata f = fashion_mnist\ntrain ResNet18 on f ep");
}

#[divan::bench]
fn assist_in_a_half_typed_net(bencher: Bencher<'_, '_>) {
    let text =
        format!("{}    conv 512 1 s", only(LENET, "LeNet5").trim_end().trim_end_matches('}'));
    bench_assist(bencher, &text);
}

#[divan::bench]
fn assist_in_a_large_half_typed_net(bencher: Bencher<'_, '_>) {
    let text = only(RESNET, "ResNet50").replace("n3=6", "n3=23");
    let text = format!("{}\n    relu -> dropout", text.trim_end().trim_end_matches('}').trim_end());
    bench_assist(bencher, &text);
}

#[divan::bench]
fn colours_of_200_lines(bencher: Bencher<'_, '_>) {
    let text = lines(200);
    bencher.bench(|| highlight(black_box(&text)));
}
