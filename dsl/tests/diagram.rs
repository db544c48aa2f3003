//! Diagrams: every picture is looked at with an XML parser, and a few texts as a whole.

mod common;
#[path = "common/zoo.rs"]
mod zoo;

use std::collections::BTreeMap;
use std::fmt::Write;

use common::network;
use insta::assert_snapshot;
use netlet_dsl::diagram::{flow, svg, text};
use roxmltree::{Document, Node};

/// From left to right, from top to bottom.
#[derive(Clone, Copy, Debug)]
struct Area {
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
}

impl Area {
    fn meets(&self, other: &Self) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }

    fn contains(&self, other: &Self) -> bool {
        self.left <= other.left
            && other.right <= self.right
            && self.top <= other.top
            && other.bottom <= self.bottom
    }

    /// Whether a point is on its edge, but for rounding.
    fn is_edge(&self, (x, y): (f64, f64)) -> bool {
        let within = self.left - 1.0 <= x
            && x <= self.right + 1.0
            && self.top - 1.0 <= y
            && y <= self.bottom + 1.0;
        let near = |a: f64, b: f64| (a - b).abs() <= 1.0;
        within
            && (near(x, self.left)
                || near(x, self.right)
                || near(y, self.top)
                || near(y, self.bottom))
    }
}

fn number(node: Node<'_, '_>, name: &str) -> f64 {
    let value = node.attribute(name).unwrap_or_else(|| panic!("no {name} in {node:?}"));
    value.parse().unwrap_or_else(|_| panic!("{name}={value}"))
}

fn classed<'a, 'i>(node: Node<'a, 'i>, class: &str) -> Vec<Node<'a, 'i>> {
    node.descendants().filter(|found| found.attribute("class") == Some(class)).collect()
}

/// Where the figures of a picture stand.
fn figures<'a, 'i>(document: &'a Document<'i>) -> Vec<(Node<'a, 'i>, f64, f64)> {
    let figures = document.root_element().children().filter(|node| node.has_tag_name("g"));
    let moved = figures.map(|figure| {
        let transform = figure.attribute("transform").expect("figures are moved");
        let inner = transform.trim_start_matches("translate(").trim_end_matches(')');
        let (x, y) = inner.split_once(' ').expect("two numbers");
        (figure, x.parse().expect("a number"), y.parse().expect("a number"))
    });
    moved.collect()
}

fn area(node: Node<'_, '_>) -> Area {
    let (left, top) = (number(node, "x"), number(node, "y"));
    Area { left, top, right: left + number(node, "width"), bottom: top + number(node, "height") }
}

/// The boxes of a figure, each with those that stand behind it.
fn boxes(figure: Node<'_, '_>) -> Vec<Area> {
    let items = classed(figure, "item").into_iter().map(|item| {
        let areas = item.children().filter(|node| node.has_tag_name("rect")).map(area);
        let all = areas.reduce(|one, other| Area {
            left: one.left.min(other.left),
            top: one.top.min(other.top),
            right: one.right.max(other.right),
            bottom: one.bottom.max(other.bottom),
        });
        all.expect("an item has a box")
    });
    items.collect()
}

/// The room that a text takes, with monospaced letters of 0.6 of their size.
fn room(node: Node<'_, '_>) -> Area {
    let size = node.attribute("font-size").map_or(12.0, |size| size.parse().expect("a number"));
    let text = node.text().unwrap_or_default();
    let width = text.chars().count() as f64 * size * 0.6;
    let (x, y) = (number(node, "x"), number(node, "y"));
    let left = match node.attribute("text-anchor") {
        Some("middle") => x - width / 2.0,
        Some("end") => x - width,
        _ => x,
    };
    Area { left, top: y - size, right: left + width, bottom: y + size / 4.0 }
}

/// The first and the last point of a path, up to its arrow.
fn ends(path: &str) -> [(f64, f64); 2] {
    let numbers = path.split(|found: char| !found.is_ascii_digit() && found != '-');
    let numbers = numbers.filter_map(|found| found.parse::<f64>().ok()).collect::<Vec<_>>();
    let points = numbers.chunks(2).map(|pair| (pair[0], pair[1])).collect::<Vec<_>>();
    [points[0], points[points.len() - 1]]
}

/// Looks at all that must hold for any picture. Gives the number of boxes in each figure.
fn looked_at(name: &str, svg: &str) -> Vec<usize> {
    let document = Document::parse(svg).unwrap_or_else(|error| panic!("{name}: {error}\n{svg}"));
    let root = document.root_element();
    let page =
        Area { left: 0.0, top: 0.0, right: number(root, "width"), bottom: number(root, "height") };
    assert_eq!(root.attribute("viewBox"), Some(&*format!("0 0 {} {}", page.right, page.bottom)));
    assert_eq!(root.attribute("role"), Some("img"));
    let title = root.first_element_child().expect("a title");
    assert!(title.has_tag_name("title") && !title.text().unwrap_or_default().is_empty());
    for forbidden in ["script", "image", "use", "a", "style", "foreignObject"] {
        assert!(!root.descendants().any(|node| node.has_tag_name(forbidden)), "{forbidden}");
    }
    assert!(!svg.contains("url(") && !svg.contains("href"));
    let mut frames: Vec<Area> = Vec::new();
    let mut counts = Vec::new();
    for (figure, x, y) in figures(&document) {
        let moved = |area: Area| Area {
            left: area.left + x,
            top: area.top + y,
            right: area.right + x,
            bottom: area.bottom + y,
        };
        let boxes = boxes(figure);
        for (place, one) in boxes.iter().enumerate() {
            assert!(page.contains(&moved(*one)), "{name}: {one:?} is outside");
            for other in &boxes[place + 1..] {
                assert!(!one.meets(other), "{name}: {one:?} and {other:?} overlap");
            }
        }
        for text in figure.descendants().filter(|node| node.has_tag_name("text")) {
            let room = moved(room(text));
            assert!(page.contains(&room), "{name}: {:?} at {room:?}", text.text());
        }
        for item in classed(figure, "item") {
            let mut rects = item.children().filter(|node| node.has_tag_name("rect"));
            let front = area(rects.next_back().expect("a box"));
            for text in item.children().filter(|node| node.has_tag_name("text")) {
                assert!(front.contains(&room(text)), "{name}: {:?} sticks out", text.text());
            }
        }
        for edge in classed(figure, "edge") {
            let [from, to] = ["data-from", "data-to"].map(|end| boxes[number(edge, end) as usize]);
            let [start, arrow] = ends(edge.attribute("d").expect("a path"));
            assert!(from.is_edge(start), "{name}: {start:?} is no edge of {from:?}");
            // The last of the line is its arrow.
            let tip = edge.next_sibling_element().expect("an arrow");
            let [tip, _] = ends(tip.attribute("d").expect("a path"));
            assert!(to.is_edge(tip), "{name}: {tip:?} is no edge of {to:?}");
            assert!((tip.0 - arrow.0).abs() + (tip.1 - arrow.1).abs() <= 7.0);
        }
        if let Some(&frame) = classed(figure, "frame").first() {
            let frame = moved(area(frame));
            assert!(!frames.iter().any(|other| other.meets(&frame)), "{name}: {frame:?}");
            assert!(boxes.iter().all(|it| frame.contains(&moved(*it))));
            frames.push(frame);
        }
        counts.push(boxes.len());
    }
    counts
}

/// The texts of boxes in a figure, by how often they come.
fn texts(svg: &str, figure: usize) -> BTreeMap<String, usize> {
    let document = Document::parse(svg).expect("well formed");
    let mut texts = BTreeMap::new();
    let (figure, ..) = figures(&document)[figure];
    for text in figure.descendants().filter(|node| node.has_tag_name("text")) {
        *texts.entry(text.text().unwrap_or_default().to_owned()).or_default() += 1;
    }
    texts
}

#[test]
fn known_networks_are_well_drawn() {
    for (name, source) in zoo::ALL {
        let network = network(source);
        let picture = svg(&network);
        looked_at(name, &picture);
        assert_eq!(picture, svg(&network), "{name} is drawn the same way twice");
        for width in [24, 60, 80, 132] {
            let text = text(&network, width);
            let long = text.lines().find(|line| line.chars().count() > width);
            assert_eq!(long, None, "{name} in {width} columns");
            assert!(text.lines().all(|line| line.trim_end() == line));
        }
    }
}

#[test]
fn every_layer_of_a_small_network_has_its_place() {
    let lenet = svg(&network(common::LENET));
    // The input, two convolutions, two pools, three linear layers and the output.
    assert_eq!(looked_at("LeNet5", &lenet), [9]);
    let texts = texts(&lenet, 0);
    for text in
        ["input 1x28x28", "conv 6 5x5 pad=2 → tanh", "flatten → linear 120 → tanh", "out 10"]
    {
        assert!(texts.contains_key(text), "{text} in {texts:?}");
    }
    // Shapes stand where they change.
    for shape in ["6x28x28", "6x14x14", "16x10x10", "16x5x5", "120", "84"] {
        assert!(texts.contains_key(shape), "{shape} in {texts:?}");
    }
}

#[test]
fn what_is_repeated_is_drawn_once_with_its_count() {
    let resnet = svg(&network(zoo::RESNET34));
    // The input, the stem, a pool, seven boxes of blocks, a pool, a linear layer and the output;
    // and the two forms of the block: with its input and output, two convolutions, the sum and the
    // ReLU behind it, and one with a convolution in the shortcut.
    assert_eq!(looked_at("ResNet34", &resnet), [13, 6, 7]);
    let blocks = texts(&resnet, 0);
    for text in ["3 × basic 64", "3 × basic 128", "5 × basic 256", "2 × basic 512"] {
        assert!(blocks.contains_key(text), "{text} in {blocks:?}");
    }
    let densenet = texts(&svg(&network(zoo::DENSENET121)), 0);
    for text in ["6 × dense 32", "12 × dense 32", "24 × dense 32", "16 × dense 32"] {
        assert!(densenet.contains_key(text), "{text} in {densenet:?}");
    }
    let rounds =
        svg(&network("net A(8x9x9) { repeat 5 { conv 8 3 pad=1 -> maxpool 3 stride=1 pad=1 } }"));
    assert!(texts(&rounds, 0).contains_key("5 × conv 8 3 pad=1"), "{rounds}");
    assert_eq!(looked_at("rounds", &rounds), [3]);
}

#[test]
fn what_differs_is_not_drawn_as_one() {
    // The first block has a projection since its channels change.
    let source = zoo::RESNET34.replace("basic 128 stride=2 -> repeat 3", "repeat 4");
    let blocks = texts(&svg(&network(&source)), 0);
    assert!(blocks.contains_key("basic 128") && blocks.contains_key("3 × basic 128"), "{blocks:?}");
    // What is in a round and is used outside has to be seen.
    let used = "net A(8x9x9) { conv 8 1 -> conv 8 1 as a -> conv 8 1 -> conv 8 1 -> concat a }";
    let boxes = texts(&svg(&network(used)), 0);
    assert_eq!(boxes.get("2 × conv 8 1"), Some(&2), "{boxes:?}");
}

#[test]
fn several_inputs_and_heads_are_named() {
    let patchgan = texts(&svg(&network(zoo::PATCHGAN)), 0);
    for text in ["photo 3x256x256", "label 3x256x256", "out 1x30x30"] {
        assert!(patchgan.contains_key(text), "{text} in {patchgan:?}");
    }
    let googlenet = texts(&svg(&network(zoo::GOOGLENET)), 0);
    for text in ["aux1 1000", "aux2 1000", "out 1000"] {
        assert!(googlenet.contains_key(text), "{text} in {googlenet:?}");
    }
    assert_eq!(googlenet.get("training only"), Some(&2));
    let ssd = texts(&svg(&network(zoo::SSD)), 0);
    for text in ["loc1 16x38x38", "conf5 84x3x3", "loc6 16x1x1", "out 84x1x1"] {
        assert!(ssd.contains_key(text), "{text} in {ssd:?}");
    }
    let hidden = "block b() { relu -> head side { linear 3 } }
                  net A(8) { repeat 2 { linear 8 } -> b -> linear 4 -> relu -> b -> linear 2 }";
    let hidden = texts(&svg(&network(hidden)), 0);
    assert!(hidden.contains_key("b1.side 3") && hidden.contains_key("b2.side 3"), "{hidden:?}");
}

#[test]
fn the_skips_of_a_u_go_straight_across() {
    let unets = [
        zoo::UNET,
        // The same with one skip within the other.
        "net Nested(8x32x32) {
            skip concat { maxpool 2 -> skip concat { maxpool 2 -> conv 8 3 pad=1 -> upsample 2 }
                          conv 8 1 -> upsample 2 }
        }",
    ];
    for (source, skips) in unets.into_iter().zip([4, 2]) {
        let picture = svg(&network(source));
        let document = Document::parse(&picture).expect("well formed");
        let (figure, ..) = figures(&document)[0];
        let paths = classed(figure, "edge").into_iter().filter_map(|edge| edge.attribute("d"));
        let across = paths.filter(|path| {
            let [start, end] = ends(path);
            start.1 == end.1 && !path.contains('Q') && end.0 - start.0 > 60.0
        });
        assert_eq!(across.count(), skips, "{picture}");
        looked_at("U", &picture);
    }
}

#[test]
fn shared_weights_are_said_to_be_those_of_another_box() {
    let siamese = "net Siamese(a: 1x28x28, b: 1x28x28) {
        from a
        share tower { conv 16 3 -> relu -> maxpool 2 -> flatten -> linear 64 }
        identity as left
        from b -> share tower -> concat left -> linear 1
    }";
    let picture = svg(&network(siamese));
    looked_at("Siamese", &picture);
    let texts = texts(&picture, 0);
    for text in ["a 1x28x28", "b 1x28x28", "tower.conv1", "= tower.conv1"] {
        assert!(texts.contains_key(text), "{text} in {texts:?}");
    }
}

#[test]
fn ways_that_are_no_blocks_are_drawn_beside_each_other() {
    let pyramid = "net Pyramid(3x64x64) {
        conv 8 3 stride=2 pad=1 as c3
        conv 16 3 stride=2 pad=1 as c4
        conv 32 3 stride=2 pad=1
        conv 4 1 as p5
        head out5 { conv 9 1 }
        from c4 -> conv 4 1 as l4
        from p5 -> upsample 2 -> add l4 as p4
        head out4 { conv 9 1 -> softmax }
        from c3 -> conv 4 1 as l3
        from p4 -> upsample 2 -> add l3
    }";
    let scattered = "net Scattered(3x64x64) {
        conv 8 3 stride=2 pad=1 as a -> conv 8 3 stride=2 pad=1 as b -> conv 8 3 stride=2 pad=1 as c
        head boxes { concat { | from a -> flatten | from b -> flatten | from c -> flatten } }
        concat { | from a -> conv 2 1 -> flatten | from b -> conv 3 1 -> flatten | flatten }
    }";
    for source in [pyramid, scattered] {
        let network = network(source);
        looked_at(&network.name, &svg(&network));
        assert!(text(&network, 80).contains("┼"), "values wait while others go past");
    }
}

#[test]
fn text_of_users_is_escaped() {
    let source = "block b(word) { linear 3 -> skip add { linear 3 -> relu } }
                  net A(3) { repeat 2 { b \"<&>\" } -> linear 3 -> repeat 2 { b \"]]>\" } }";
    let picture = svg(&network(source));
    looked_at("escaped", &picture);
    let texts = texts(&picture, 0);
    assert!(
        texts.contains_key("2 × b \"<&>\"") && texts.contains_key("2 × b \"]]>\""),
        "{texts:?}"
    );
}

#[test]
fn a_small_residual_network_as_text() {
    assert_snapshot!(text(&network(zoo::SMALL_RESIDUAL), 80), @"
    Small: 3x32x32 -> 10

    ○    input                                                   3x32x32
    ●    conv1: conv 16 3 pad=1 → relu                          16x32x32         448
    ├─╮
    ● │  conv2: conv 16 3 pad=1 → relu                          16x32x32       2,320
    ● │  conv3: conv 16 3 pad=1                                 16x32x32       2,320
    ⊕─╯  add                                                    16x32x32
    ●    relu                                                   16x32x32
    ├─╮
    ● │  conv4: conv 32 3 stride=2 pad=1 → relu                 32x16x16       4,640
    ● │  conv5: conv 32 3 pad=1                                 32x16x16       9,248
    │ ●  conv6: conv 32 1 stride=2                              32x16x16         544
    ⊕─╯  add                                                    32x16x16
    ●    relu                                                   32x16x16
    ●    globalavgpool                                                32
    ●    linear1: linear 10                                           10         330
    ○    out                                                          10
    ");
}

#[test]
fn an_inception_block_as_text() {
    assert_snapshot!(text(&network(zoo::INCEPTION), 80), @"
    Inception: 192x28x28 -> 256x28x28

    ○        input                                             192x28x28
    ├─┬─┬─╮
    ● │ │ │  conv1: conv 64 1 → relu                            64x28x28      12,352
    │ ● │ │  conv2: conv 96 1 → relu                            96x28x28      18,528
    │ ● │ │  conv3: conv 128 3 pad=1 → relu                    128x28x28     110,720
    │ │ ● │  conv4: conv 16 1 → relu                            16x28x28       3,088
    │ │ ● │  conv5: conv 32 5 pad=2 → relu                      32x28x28      12,832
    │ │ │ ●  maxpool 3 stride=1 pad=1                          192x28x28
    │ │ │ ●  conv6: conv 32 1 → relu                            32x28x28       6,176
    ◆─┴─┴─╯  concat                                            256x28x28
    ○        out                                               256x28x28
    ");
}

#[test]
fn a_u_net_as_text() {
    assert_snapshot!(text(&network(zoo::UNET), 80), @"
    UNet: 3x256x256 -> 21x256x256

    ○          input                                           3x256x256
    ■          enc1: double 64                                64x256x256      38,976
    ├─╮
    ● │        maxpool 2                                      64x128x128
    ■ │        enc2: double 128                              128x128x128     221,952
    ├─┼─╮
    ● │ │      maxpool 2                                       128x64x64
    ■ │ │      enc3: double 256                                256x64x64     886,272
    ├─┼─┼─╮
    ● │ │ │    maxpool 2                                       256x32x32
    ■ │ │ │    enc4: double 512                                512x32x32   3,542,016
    ├─┼─┼─┼─╮
    ● │ │ │ │  maxpool 2                                       512x16x16
    ■ │ │ │ │  middle: double 1024                            1024x16x16  14,161,920
    ● │ │ │ │  convt1: convt 512 2 stride=2                    512x32x32   2,097,664
    ◆─┼─┼─┼─╯  concat                                         1024x32x32
    ■ │ │ │    double1: double 512                             512x32x32   7,080,960
    ● │ │ │    convt2: convt 256 2 stride=2                    256x64x64     524,544
    ◆─┼─┼─╯    concat                                          512x64x64
    ■ │ │      double2: double 256                             256x64x64   1,771,008
    ● │ │      convt3: convt 128 2 stride=2                  128x128x128     131,200
    ◆─┼─╯      concat                                        256x128x128
    ■ │        double3: double 128                           128x128x128     443,136
    ● │        convt4: convt 64 2 stride=2                    64x256x256      32,832
    ◆─╯        concat                                        128x256x256
    ■          double4: double 64                             64x256x256     110,976
    ●          conv1: conv 21 1                               21x256x256       1,365
    ○          out                                            21x256x256

    double 64 (likewise double 128, double 256, double 512 and 1 more)

    ○  input                                                   3x256x256
    ●  conv1 … conv2: 2 × conv 64 3 pad=1 → batchnorm →       64x256x256      38,976
    │  relu
    ○  out                                                    64x256x256
    ");
}

#[test]
fn heads_part_from_the_main_way() {
    assert_snapshot!(text(&network(zoo::GOOGLENET), 72), @"
    GoogLeNet: 3x224x224 -> 1000

    ○    input                                         3x224x224
    ■    cbr1: cbr 64 7 stride=2 pad=3                64x112x112       9,536
    ●    maxpool 3 stride=2 ceil=yes                    64x56x56
    ■    cbr2: cbr 64 1                                 64x56x56       4,224
    ■    cbr3: cbr 192 3 pad=1                         192x56x56     110,976
    ●    maxpool 3 stride=2 ceil=yes                   192x28x28
    ■    inception3a: inception 64 96 128 16 32 32     256x28x28     155,872
    ■    inception3b: inception 128 128 192 32 96      480x28x28     340,224
    │    64
    ●    maxpool 3 stride=2 ceil=yes                   480x14x14
    ■    inception4a: inception 192 96 208 16 48 64    512x14x14     364,512
    ├─╮
    │ ●  adaptiveavgpool 4x4                             512x4x4
    │ ■  aux1.cbr1: cbr 128 1                            128x4x4      65,792
    │ ●  aux1.linear1: flatten → linear 1024 → relu         1024   2,098,176
    │ │  → dropout 0.7
    │ ●  aux1.linear2: linear 1000                          1000   1,025,000
    │ ○  aux1 (training only)                               1000
    │
    ■    inception4b: inception 160 112 224 24 64      512x14x14     425,232
    │    64
    ■    inception4c: inception 128 128 256 24 64      512x14x14     486,192
    │    64
    ■    inception4d: inception 112 144 288 32 64      528x14x14     573,312
    │    64
    ├─╮
    │ ●  adaptiveavgpool 4x4                             528x4x4
    │ ■  aux2.cbr1: cbr 128 1                            128x4x4      67,840
    │ ●  aux2.linear1: flatten → linear 1024 → relu         1024   2,098,176
    │ │  → dropout 0.7
    │ ●  aux2.linear2: linear 1000                          1000   1,025,000
    │ ○  aux2 (training only)                               1000
    │
    ■    inception4e: inception 256 160 320 32 128     832x14x14     803,840
    │    128
    ●    maxpool 2 stride=2 ceil=yes                     832x7x7
    ■    inception5a: inception 256 160 320 32 128       832x7x7     978,944
    │    128
    ■    inception5b: inception 384 192 384 48 128      1024x7x7   1,347,040
    │    128
    ●    globalavgpool → dropout 0.2                        1024
    ●    linear1: linear 1000                               1000   1,025,000
    ○    out                                                1000

    cbr 64 7 stride=2 pad=3 (likewise cbr 64 1 and 7 more)

    ○  input                                           3x224x224
    ●  conv1: conv 64 7 stride=2 pad=3 bias=no →      64x112x112       9,536
    │  batchnorm → relu
    ○  out                                            64x112x112

    inception 64 96 128 16 32 32 (likewise inception 128 128 192 32 96 64 a…

    ○        input                                     192x28x28
    ├─┬─┬─╮
    ■ │ │ │  cbr1: cbr 64 1                             64x28x28      12,416
    │ ■ │ │  cbr2: cbr 96 1                             96x28x28      18,624
    │ ■ │ │  cbr3: cbr 128 3 pad=1                     128x28x28     110,848
    │ │ ■ │  cbr4: cbr 16 1                             16x28x28       3,104
    │ │ ■ │  cbr5: cbr 32 3 pad=1                       32x28x28       4,672
    │ │ │ ●  maxpool 3 stride=1 pad=1 ceil=yes         192x28x28
    │ │ │ ■  cbr6: cbr 32 1                             32x28x28       6,208
    ◆─┴─┴─╯  concat                                    256x28x28
    ○        out                                       256x28x28
    ");
}

/// The flow as one line.
fn flowing(source: &str) -> String {
    flow(&network(source)).iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

#[test]
fn shapes_flow_along_the_main_way() {
    assert_eq!(flowing(common::LENET), "1x28x28 6x28x28 6x14x14 16x10x10 16x5x5 400 120 84 10");
    // Not through the bottlenecks, but past them.
    assert_eq!(
        flowing(zoo::RESNET101),
        "3x224x224 64x112x112 64x56x56 256x56x56 512x28x28 1024x14x14 2048x7x7 2048 1000"
    );
    assert_eq!(
        flowing(zoo::DENSENET121),
        "3x224x224 64x112x112 64x56x56 256x56x56 128x28x28 512x28x28 256x14x14 1024x14x14 \
         512x7x7 1024x7x7 1024 1000"
    );
    // Down and up again, though a skip goes past it.
    let flow = flowing(
        "net Nested(8x32x32) { skip concat { maxpool 2 -> skip concat { maxpool 2 -> upsample 2 }
                                             conv 8 1 -> upsample 2 } }",
    );
    assert_eq!(flow, "8x32x32 8x16x16 8x8x8 8x16x16 16x16x16 8x16x16 8x32x32 16x32x32");
}

#[test]
fn the_largest_networks_are_cut_down() {
    let mut wide = "net Wide(4x8x8) { concat {\n".to_owned();
    for way in 1..200 {
        let _ = writeln!(wide, "| conv {way} 1 -> conv {} 3 pad=1", way + 1);
    }
    wide += "} }";
    let mut labels = "net Labels(4x8x8) { conv 4 1 as v0\n".to_owned();
    for label in 1..400 {
        let far = (label * label / 3 + 5) % label;
        let _ = writeln!(labels, "conv {} 1 -> conv 4 1 -> add v{far} as v{label}", 1 + label % 5);
    }
    labels += "}";
    let deep = |inner: &str, times: usize| {
        format!("net Deep(4x8x8) {{ {} conv 4 1 {} }}", inner.repeat(times), "}".repeat(times))
    };
    let recursion =
        "block r(n) { if n > 0 { skip add { conv 4 1 -> r n-1 -> relu } } else { relu } }
                     net Recursion(4x8x8) { r 40 }";
    let doubling = "block d(n) { if n > 0 { add { | d n-1 | conv 4 1 -> d n-1 } } else { relu } }
                    net Doubling(4x8x8) { d 12 }";
    let heads =
        (0..300).map(|head| format!("head h{head} {{ conv {} 1 -> relu }}\n", 1 + head % 9));
    let heads = format!("net Heads(4x8x8) {{ relu\n{} conv 4 1 }}", heads.collect::<String>());
    let sources = [
        ("long", zoo::long(19_990)),
        ("same", format!("net Same(4x8x8) {{ {} }}", "conv 4 1 -> relu\n".repeat(3_000))),
        ("wide", wide),
        ("labels", labels),
        ("skips", deep("skip add { conv 4 1 -> relu -> ", 50)),
        ("recursion", recursion.to_owned()),
        ("doubling", doubling.to_owned()),
        ("heads", heads),
    ];
    for (name, source) in sources {
        let network = network(&source);
        let picture = svg(&network);
        let counts = looked_at(name, &picture);
        assert!(picture.len() < 300_000, "{name}: {} bytes", picture.len());
        assert!(counts.iter().all(|&count| count <= 400), "{name}: {counts:?}");
        let text = text(&network, 80);
        assert!(text.lines().count() < 3_000, "{name}: {} lines", text.lines().count());
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{name}");
        assert!(!flow(&network).is_empty());
    }
    let long = text(&network(&zoo::long(19_990)), 80);
    assert!(long.contains("more layers"), "{long}");
}
