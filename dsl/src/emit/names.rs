//! Names in Rust: short, unlike any other, and neither Rust's nor the runtime's.

use std::collections::{BTreeMap, BTreeSet};

/// The longest name of a local variable.
const LOCAL: usize = 16;
/// The longest name of a field. With a local's, the call of a layer fits what rustfmt keeps on one
/// line.
const FIELD: usize = 20;

/// Rust's keywords and literals, in all editions.
const KEYWORDS: &[&str] = &[
    "Self", "abstract", "as", "async", "await", "become", "box", "break", "const", "continue",
    "crate", "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if",
    "impl", "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub",
    "ref", "return", "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// What emitted code calls, or the macro it uses, by plain names.
const FUNCTIONS: &[&str] = &[
    "adaptive_avg_pool",
    "add",
    "concat",
    "crop",
    "elu",
    "flatten",
    "gelu",
    "global_avg_pool",
    "global_avg_pool_keep",
    "global_max_pool",
    "global_max_pool_keep",
    "hardsigmoid",
    "hardswish",
    "identity",
    "inputs",
    "is_training",
    "l2_norm",
    "leaky_relu",
    "local_response_norm",
    "log_softmax",
    "max",
    "max_unpool",
    "mean",
    "mul",
    "out",
    "pad",
    "permute",
    "pixel_shuffle",
    "relu",
    "relu6",
    "reshape",
    "roi_align",
    "selu",
    "sigmoid",
    "silu",
    "softmax",
    "softplus",
    "tanh",
    "upsample_bicubic",
    "upsample_bilinear",
    "upsample_nearest",
    "vec",
];

/// Types and crates that emitted code, or code that registers it, names.
const TYPES: &[&str] = &[
    "AvgPool2d",
    "BatchNorm1d",
    "BatchNorm2d",
    "BatchNorm3d",
    "BatchNormOptions",
    "Box",
    "Conv2d",
    "Conv3d",
    "ConvTranspose2d",
    "ConvTranspose3d",
    "Dilation",
    "Dilation3",
    "DropPath",
    "Dropout",
    "Dropout2d",
    "FeatureMap",
    "Features",
    "GroupNorm",
    "Head",
    "Inputs",
    "InstanceNorm2d",
    "InstanceNorm3d",
    "Kernel",
    "Kernel3",
    "Layer",
    "LayerNorm",
    "Linear",
    "Matrix",
    "MaxPool2d",
    "MaxPool3d",
    "Network",
    "None",
    "NormOptions",
    "Option",
    "OutputPadding",
    "OutputPadding3",
    "Outputs",
    "PRelu",
    "PadMode",
    "Padding",
    "Padding3",
    "PaddingSides",
    "PaddingSides3",
    "PoolIndices",
    "Scale",
    "Some",
    "Start",
    "Stride",
    "Stride3",
    "Value",
    "Vec",
    "Volume",
    "alloc",
    "bool",
    "char",
    "core",
    "f32",
    "f64",
    "i128",
    "i16",
    "i32",
    "i64",
    "i8",
    "isize",
    "netlet",
    "std",
    "str",
    "u128",
    "u16",
    "u32",
    "u64",
    "u8",
    "usize",
];

/// The name of a network's type: its own, or with `_` behind it where that is taken already.
/// Different networks get different types.
pub(super) fn type_name(name: &str) -> String {
    // What ends in `_` moves up as well, so that it stays apart from what moved there.
    let stem = name.trim_end_matches('_');
    let taken = KEYWORDS.contains(&stem) || TYPES.contains(&stem);
    if taken { format!("{name}_") } else { name.to_owned() }
}

/// The names given so far within one scope.
pub(super) struct Names {
    taken: BTreeSet<String>,
    /// The number that names of a stem were last told apart by.
    numbers: BTreeMap<String, usize>,
    longest: usize,
}

impl Names {
    /// For the fields of a struct.
    pub(super) fn fields() -> Self {
        Self { taken: BTreeSet::new(), numbers: BTreeMap::new(), longest: FIELD }
    }

    /// For local variables beside `x`.
    pub(super) fn locals() -> Self {
        let taken = FUNCTIONS.iter().chain(&["x"]).map(|&name| name.to_owned()).collect();
        Self { taken, numbers: BTreeMap::new(), longest: LOCAL }
    }

    /// A name made of a path, such as `enc1_conv1` of `enc1.conv1`. A path that is too long gives
    /// its last part, cut to fit.
    pub(super) fn name(&mut self, path: &str) -> String {
        let mut wish = path.replace('.', "_");
        if wish.len() >= self.longest {
            wish = path.rsplit('.').next().unwrap_or(path).to_owned();
        }
        if KEYWORDS.contains(&wish.as_str()) {
            wish.push('_');
        }
        if wish.len() > self.longest || self.taken.contains(&wish) {
            // Names are ASCII. Four places are for the number.
            wish.truncate(self.longest - 4);
            let stem = wish.trim_end_matches('_').to_owned();
            // Names are never given back, so lower numbers are not free again.
            let number = self.numbers.entry(stem.clone()).or_insert(1);
            loop {
                *number += 1;
                wish = format!("{stem}_{number}");
                if !self.taken.contains(&wish) {
                    break;
                }
            }
        }
        self.taken.insert(wish.clone());
        wish
    }
}
