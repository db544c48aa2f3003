//! Completion, inspection, hints and colours, as a user of the prompt or the notebook sees them.
//! `▮` is the cursor.

mod common;

use netlet_dsl::assist::{
    CandidateKind, Completions, Highlight, Inspection, Purpose, complete, help, highlight, hint,
    inspect,
};
use netlet_dsl::check::{Context, ImportName, Library, Scope};

const CLASSIFIER: &str = "net A(1x28x28) { conv 4 3 as first -> relu -> flatten -> linear 10 }";
const DATA: &str = "data grey = fashion_mnist\ndata colour = cifar10";

/// A library of one part.
struct Part;

impl Library for Part {
    fn texts(&self, _: &ImportName) -> Result<Vec<(String, String)>, String> {
        Ok(vec![("zoo/part.net".into(), "net Part(3x8x8) {\n    conv 4 3\n}\n".into())])
    }

    fn names(&self) -> Vec<String> {
        vec!["zoo".into(), "zoo.part".into()]
    }
}

const CONTEXT: Context<'_> = Context { cell: None, library: &Part };

/// What a session knows that has run these cells.
fn session(cells: &[&str]) -> Scope {
    let mut scope = Scope::default();
    for cell in cells {
        let checked = common::checked(cell, &scope);
        scope.sources = checked.sources;
        checked.statements.iter().for_each(|statement| scope.apply(statement));
    }
    scope
}

/// A text without its cursor, and where that was.
fn parted(marked: &str) -> (String, usize) {
    let at = marked.find('▮').unwrap_or(marked.len());
    (marked.replace('▮', ""), at)
}

fn completed(marked: &str, cells: &[&str]) -> Completions {
    let (text, at) = parted(marked);
    let files = |typed: &str, purpose: Purpose| match purpose {
        Purpose::File => vec![format!("{typed}net.pth"), "elsewhere".to_owned()],
        Purpose::Data => vec![format!("{typed}cats/")],
    };
    complete(&text, at, &session(cells), CONTEXT, &files)
}

/// The texts of what may stand at the cursor.
fn offered(marked: &str, cells: &[&str]) -> Vec<String> {
    completed(marked, cells).items.into_iter().map(|item| item.text).collect()
}

fn details(marked: &str, cells: &[&str]) -> Vec<String> {
    let items = completed(marked, cells).items.into_iter();
    items.map(|item| format!("{} | {}", item.text, item.detail)).collect()
}

fn inspected(marked: &str, cells: &[&str]) -> Inspection {
    let (text, at) = parted(marked);
    inspect(&text, at, &session(cells), CONTEXT).unwrap_or_else(|| panic!("nothing at {marked}"))
}

/// A fact of what stands at the cursor.
fn fact(marked: &str, cells: &[&str], name: &str) -> String {
    let found = inspected(marked, cells);
    let fact = found.facts.iter().find(|(known, _)| known == name);
    fact.unwrap_or_else(|| panic!("no `{name}` in {found:?}")).1.clone()
}

fn hinted(line: &str, cells: &[&str]) -> Option<String> {
    hint(line, line.len(), &session(cells), CONTEXT)
}

#[test]
fn an_item_begins_with_a_command_a_definition_or_a_name() {
    let found = offered("", &[CLASSIFIER, DATA]);
    for wanted in ["train", "import", "net", "data", "A", "grey"] {
        assert!(found.contains(&wanted.to_owned()), "{wanted}: {found:?}");
    }
    for unwanted in ["conv", "skip", "undo"] {
        assert!(!found.contains(&unwanted.to_owned()), "{unwanted} needs an open network");
    }
    let found = offered("", &["net Open(1x8x8)"]);
    assert_eq!(found[0], "conv", "lines of layers are what comes next");
    assert!(found.contains(&"undo".to_owned()));
}

#[test]
fn what_is_typed_is_taken_the_place_of() {
    let found = completed("relu\ntra▮ A", &[]);
    assert_eq!((found.range, found.items[0].text.as_str()), (5..8, "train"));
    assert_eq!(found.items[0].kind, CandidateKind::Command);
    assert_eq!(offered("TRA", &[]), ["train"]);
    assert_eq!(offered("# tra", &[]), [""; 0]);
    assert_eq!(offered("étra", &[]), [""; 0]);
    assert_eq!(offered("net A(1x2", &[]), [""; 0]);
}

#[test]
fn layers_that_cannot_stand_there_are_not_offered() {
    let on_map = offered("net A(1x8x8) {\n    ", &[]);
    assert!(on_map.contains(&"conv".into()) && on_map.contains(&"separable".into()));
    assert!(!on_map.contains(&"linear".into()) && !on_map.contains(&"conv3d".into()));
    // No label to go on from or to unpool, and no network within itself.
    for unwanted in ["from", "unpool", "A", "train"] {
        assert!(!on_map.contains(&unwanted.into()), "{unwanted}");
    }
    let on_vector = offered("net A(1x8x8) { flatten -> ", &[]);
    assert!(on_vector.contains(&"linear".into()) && !on_vector.contains(&"conv".into()));
    // An error above hides the shape, and nothing is known.
    let unknown = offered("net A(1x8x8) {\n conv 4 99\n ", &[]);
    assert!(unknown.contains(&"linear".into()) && unknown.contains(&"conv".into()));
}

#[test]
fn keys_come_once_all_places_are_filled() {
    let inside = |call: &str| offered(&format!("net A(1x8x8) {{ {call}"), &[]);
    assert_eq!(inside("conv 6 3 pad=1 s"), ["stride="]);
    assert_eq!(inside("conv 6 3 pad=1 pad"), ["padmode="]);
    assert!(!inside("conv 6 ").contains(&"pad=".into()), "the window is missing");
    assert_eq!(inside("conv 6 3 pad=s"), ["same"]);
    assert_eq!(inside("maxpool 3 pad=s"), [""; 0], "a pool takes an amount");
    assert_eq!(inside("conv 6 3 bias="), ["yes", "no"]);
    assert_eq!(inside("conv 6 3 groups="), ["in.channels", "in.height", "in.width"]);
    assert_eq!(inside("upsample 2 mode="), ["nearest", "bilinear", "bicubic"]);
    let details = details("net A(1x8x8) { conv 6 3 pa", &[]);
    assert!(details[0].starts_with("pad= | 0: "), "{details:?}");
}

#[test]
fn labels_are_those_in_sight_that_fit() {
    let net =
        "net A(3x8x8) {\n conv 4 3 pad=1 as wide\n maxpool 2 as half\n conv 8 3 pad=1 as deep\n ";
    assert_eq!(offered(&format!("{net}from "), &[]), ["deep", "half", "wide"]);
    assert_eq!(offered(&format!("{net}concat "), &[]), ["deep", "half"]);
    assert_eq!(offered(&format!("{net}add "), &[]), ["deep"]);
    assert_eq!(offered(&format!("{net}unpool "), &[]), ["half"]);
    assert_eq!(offered(&format!("{net}upsample to=w"), &[]), ["wide", "in.width"][..1]);
    assert_eq!(details(&format!("{net}from d"), &[]), ["deep | conv 8 3 pad=1 -> 8x4x4"]);
    assert_eq!(offered("relu\nconcat ", &["net Open(1x8x8)\nconv 4 3 as seen"]), ["seen"]);
}

#[test]
fn a_block_offers_its_parameters_and_labels() {
    let block = "block b(width, other) {\n conv width 3 pad=1 as own\n ";
    assert_eq!(offered(&format!("{block}add "), &[]), ["own"]);
    assert!(offered(&format!("{block}conv w"), &[]).contains(&"width".into()));
    assert_eq!(offered("net A(3x8x8) {\n b 4 ", &["block b(c, n=2) { conv c n }"]), ["n=", "as"]);
    assert_eq!(offered("skip add { relu } v", &["net Open(3x8x8)"]), ["via"]);
    assert_eq!(offered("skip c", &["net Open(3x8x8)"]), ["concat"]);
}

#[test]
fn what_is_offered_is_right() {
    let family = "net F(1x28x28, wide=4, biased=yes, mode=reflect) {\n    conv 4 3 pad=1 as first\n    maxpool 2 as half\n    ";
    let inside = |step: &str| format!("{family}{step}\n}}");
    let train = |key: &str| format!("{CLASSIFIER}\n{DATA}\ntrain A on grey {key}▮");
    let places = [
        inside("conv ▮ 3"),
        inside("conv 4 3 pad=▮"),
        inside("conv 4 3 bias=▮"),
        inside("conv 4 3 padmode=▮"),
        inside("conv 4 3 init=▮"),
        inside("unpool ▮"),
        inside("concat ▮"),
        inside("add ▮"),
        inside("from ▮"),
        inside("upsample to=▮"),
        inside("upsample 2 mode=▮"),
    ];
    let commands = ["optimizer=", "schedule=", "loss=", "weights=", "best=", "clip=", "patience="];
    for marked in places.into_iter().chain(commands.map(train)) {
        let (text, _) = parted(&marked);
        let found = completed(&marked, &[]);
        for item in &found.items {
            let mut whole = text.clone();
            whole.replace_range(found.range.clone(), &item.text);
            let errors = common::diagnostics(&whole).into_iter();
            let errors = errors.filter(|it| it.severity == netlet_dsl::diagnostic::Severity::Error);
            let errors = errors.map(|it| it.headline).collect::<Vec<_>>();
            assert!(errors.is_empty(), "`{}` at {marked}: {errors:?}", item.text);
        }
        assert!(!found.items.is_empty(), "nothing at {marked}");
    }
}

#[test]
fn commands_take_what_fits_them() {
    let cells = &[CLASSIFIER, DATA];
    assert_eq!(offered("train ", cells), ["A"]);
    assert_eq!(offered("train A ", cells), ["on"]);
    assert_eq!(offered("train A on ", cells), ["grey"], "`colour` has another shape");
    assert_eq!(offered("train A on grey ep", cells), ["epochs="]);
    assert_eq!(offered("train A on grey optimizer=", cells), ["adam", "adamw", "sgd", "rmsprop"]);
    assert_eq!(offered("train A on grey best=", cells), ["yes", "no"]);
    assert_eq!(offered("show A.", cells), ["A.first", "A.relu1"]);
    assert_eq!(offered("freeze A.l", cells), ["A.linear1"]);
    assert_eq!(offered("gradcam A on grey layer=f", cells), ["first"]);
    assert_eq!(offered("import zoo.", cells), ["zoo.part"]);
    assert_eq!(offered("help depth", cells), ["depthwise"]);
    assert_eq!(offered("net B = ", cells), ["A"]);
    let family = "net F(1x8x8, classes=10, wide=4) { flatten -> linear classes }";
    assert_eq!(offered("net B = F(1x9x9, ", &[family]), ["classes=", "wide="]);
    assert_eq!(offered("net B(1x8x8) ", &[]), ["strict", "init="]);
    assert_eq!(offered("net B(1x8x8) init=x", &[]), ["xavier"]);
}

#[test]
fn data_lines_take_sources_and_transforms() {
    assert!(offered("data d = ", &[]).contains(&"cifar10".into()));
    assert_eq!(offered("data d = mnist -> res", &[]), ["resize"]);
    assert_eq!(offered("data d = mnist\n    -> res", &[]), ["resize"]);
    assert_eq!(offered("data d = images \"x\" onbad=", &[]), ["stop", "skip"]);
    assert_eq!(offered("data d = mnist -> randomcrop 24 ", &[]), ["padding="]);
}

#[test]
fn strings_take_files() {
    assert_eq!(offered("load A \"weights/", &[CLASSIFIER]), ["weights/net.pth"]);
    let found = completed("data d = images \"pets/", &[]);
    assert_eq!((found.range, found.items[0].kind), (17..22, CandidateKind::Folder));
    assert_eq!(offered("train A on grey until=\"acc", &[CLASSIFIER, DATA]), [""; 0]);
}

#[test]
fn what_stands_above_in_the_same_text_counts() {
    let text = format!("{CLASSIFIER}\n{DATA}\ntrain A on ");
    assert_eq!(offered(&text, &[]), ["grey"]);
    assert_eq!(offered("net Open(1x8x8)\nconv 4 3 as seen\nrelu\nadd ", &[]), ["seen"]);
    assert_eq!(offered("net Open(1x8x8)\nconv 4 3 as seen\nfrom ", &[]), ["seen"]);
    // A wrong line above is passed over.
    assert_eq!(offered("net A(1x8x8) {\n conv 4 3 as seen\n conv = \n from ", &[]), ["seen"]);
    assert!(offered("import zoo.part\nsummary ", &[]).contains(&"Part".into()));
}

#[test]
fn a_layer_is_told_of_with_its_shapes_at_that_line() {
    let net = "net A(1x28x28) {\n    co▮nv 16 5x5 pad=2 as c1 -> relu\n    maxpool 2\n}";
    insta::assert_snapshot!(inspected(net, &[]).text(false), @r"
    conv channels window stride=1 pad=0 dilation=1 groups=1 bias=yes padmode=zero
        a convolution: each output channel is a sum of windows of the input, weighted by a filter
        side out = (side + 2*pad - dilation*(window - 1) - 1)/stride + 1, rounded down
        in PyTorch: torch.nn.Conv2d

        here           `conv 16 5x5 pad=2 as c1`
        in             1x28x28
        out            16x28x28
        parameters     416
        multiply-adds  313,600

        stride=1      steps from one window to the next
        pad=0         rows and columns around the map: an amount, or a pair `1x3`: same, valid, full
        dilation=1    steps from one value to the next within a window
        groups=1      parts of the channels that are taken by themselves
        bias=yes      whether a learned number is added to each channel or feature
        padmode=zero  what stands around the map: zero, reflect, replicate, symmetric, circular
    ");
    let html = inspected(net, &[]).html(false);
    assert!(html.contains("16x28x28") && html.contains("<code>1x3</code>"), "{html}");
    assert_eq!(fact("net A(1x28x28) {\n conv 6 5▮x5 -> relu", &[], "out"), "6x24x24");
    assert_eq!(fact("avg▮pool 2", &["net A(1x28x28)\nconv 6 5"], "out"), "6x12x12");
    let wrong = fact("net A(1x28x28) { lin▮ear 10 }", &[], "error");
    assert_eq!(wrong, "`linear` takes a vector, but gets a feature map of 1x28x28");
    let skip = "net A(4x8x8) {\n sk▮ip add { conv 9 1 } via {\n conv 9 1 }\n relu }";
    assert_eq!(fact(skip, &[], "out"), "9x8x8");
}

#[test]
fn a_layer_of_a_block_has_the_shapes_of_a_call() {
    let block = "block b(c) {\n co▮nv c 3\n}\n";
    let below = format!("{block}net A(1x8x8) {{ b 4 }}\n");
    assert_eq!(fact(&below, &[], "as called by"), "`b 4`");
    assert_eq!(fact(&below, &[], "out"), "4x6x6");
    let defined = "block b(c) { conv c 3 }\nnet A(1x9x9) { b 4 }";
    assert_eq!(fact(block, &[defined], "out"), "4x7x7");
    assert!(inspected(block, &[]).facts.is_empty(), "nobody calls it");
}

#[test]
fn names_tell_what_they_are() {
    let cells = &[CLASSIFIER, DATA];
    assert_eq!(fact("summary ▮A", cells, "parameters"), "27,090");
    assert_eq!(fact("A▮", cells, "out"), "10");
    assert_eq!(inspected("A▮", cells).source.as_deref(), Some(CLASSIFIER));
    assert_eq!(fact("freeze A.first▮", cells, "parameters"), "40");
    assert_eq!(fact("train A on gr▮ey", cells, "classes"), "10");
    assert_eq!(fact("show gr▮ey[0..8]", cells, "samples"), "10,000 for training, 2,000 for tests");
    assert_eq!(fact("data d▮ = mnist -> resize 32", &[], "shape"), "1x32x32");
    let label = "net A(1x8x8) { conv 4 3 as seen -> relu -> concat se▮en }";
    assert_eq!(fact(label, &[], "shape"), "4x6x6");
    assert_eq!(inspected("import zoo.part▮", &[]).about, ["net Part(3x8x8)"]);
    let block = "block b(c, n=2) { conv c n }";
    let found = inspected("net A(1x8x8) { b▮ 4 }", &[block]);
    assert_eq!((found.title.as_str(), found.source.as_deref()), ("b c n=2", Some(block)));
}

#[test]
fn commands_and_keys_tell_what_they_do() {
    let cells = &[CLASSIFIER, DATA];
    let found = inspected("ev▮aluate A on grey", cells);
    assert_eq!(found.title, "evaluate NET on DATA confusion=no tta=no");
    assert_eq!(found.about, ["the metrics of the task on the test part"]);
    assert_eq!(found.keys.len(), 2);
    let found = inspected("train A on grey lr▮=1e-2", cells);
    assert_eq!(found.title, "lr=1e-3");
    assert_eq!(inspected("data d = mnist -> hfl▮ip", &[]).title, "hflip p=0.5");
    assert_eq!(
        inspected("data d = mni▮st", &[]).about[0],
        "28x28 grey handwritten digits in ten classes"
    );
    let (text, at) = parted("# tra▮in");
    assert_eq!(inspect(&text, at, &Scope::default(), CONTEXT), None);
}

#[test]
fn help_says_the_same_as_inspection() {
    let told = help("maxpool").unwrap_or_default();
    assert_eq!(told, inspected("net A(1x8x8) { }\nhelp max▮pool", &[]).text(false));
    for word in ["conv", "train", "mnist", "resize", "skip", "separable", "concat"] {
        assert!(help(word).is_some_and(|text| text.starts_with(word)), "{word}");
    }
    assert_eq!(help("nothing"), None);
}

#[test]
fn the_hint_is_the_shape_so_far() {
    let open = &["net A(1x28x28)"];
    assert_eq!(hinted("conv 16 5x5", open).as_deref(), Some("-> 16x24x24"));
    assert_eq!(hinted("conv 16 5x5 -> maxpool 2", open).as_deref(), Some("-> 16x12x12"));
    assert_eq!(hinted("net B(3x8x8) {\n conv 4 3\n conv 5 3", &[]).as_deref(), Some("-> 5x4x4"));
    assert_eq!(hinted("relu", &[]), None, "no network is open");
}

#[test]
fn the_hint_is_what_is_missing_or_wrong() {
    let open = &["net A(1x28x28)"];
    assert_eq!(hinted("conv 16", open).as_deref(), Some("window"));
    assert_eq!(hinted("train A", open).as_deref(), Some("on DATA"));
    let wrong = "`linear` takes a vector, but gets a feature map of 1x28x28";
    assert_eq!(hinted("linear 10", open).as_deref(), Some(wrong));
    let wrong = "`A` takes 1x28x28, but `colour` has 3x32x32";
    assert_eq!(hinted("train A on colour", &[CLASSIFIER, DATA]).as_deref(), Some(wrong));
    // A word that may still go on is nothing wrong yet.
    for typed in ["conv 16 5x5 -> re", "conv 16 5x5 pad=", "con", "train A on g", "data d = mn"] {
        assert_eq!(hinted(typed, open), None, "{typed}");
    }
}

#[test]
fn colours_tell_what_a_word_is() {
    let text = "net A(1x28x28) { conv 6 pad=same as c1 -> my } # end\ntrain A on f\ndata d = mnist";
    let found = highlight(text).into_iter().map(|(part, kind)| (&text[part], kind));
    let found = found.collect::<Vec<_>>();
    for wanted in [
        ("net", Highlight::Keyword),
        ("A", Highlight::Label),
        ("1x28x28", Highlight::Shape),
        ("conv", Highlight::Layer),
        ("6", Highlight::Number),
        ("pad", Highlight::Key),
        ("same", Highlight::Name),
        ("c1", Highlight::Label),
        ("->", Highlight::Operator),
        ("my", Highlight::Call),
        ("# end", Highlight::Comment),
        ("train", Highlight::Command),
        ("mnist", Highlight::Layer),
    ] {
        assert!(found.contains(&wanted), "{wanted:?}: {found:?}");
    }
}
