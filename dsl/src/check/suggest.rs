//! The nearest known name to a misspelt one, and what other languages call the same.

use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast::Name;

/// The most names that a misspelt one is compared with.
pub(crate) const MOST_NAMES: usize = 1_000;
/// The most letters of a name that may be a misspelt one.
const LONGEST: usize = 32;

/// What Keras, papers and older PyTorch call layers, in small letters without `_`, with what to
/// write instead.
const OTHER_LAYERS: &[(&str, &str)] = &[
    ("activation", "relu"),
    ("averagepool", "avgpool"),
    ("averagepooling", "avgpool"),
    ("bn", "batchnorm"),
    ("cat", "concat"),
    ("concatenate", "concat"),
    ("convtranspose", "convt"),
    ("convtranspose3d", "convt3d"),
    ("deconv", "convt"),
    ("deconvolution", "convt"),
    ("dense", "linear"),
    ("depthtospace", "pixelshuffle"),
    ("depthwiseconv", "depthwise"),
    ("fc", "linear"),
    ("fullyconnected", "linear"),
    ("gap", "globalavgpool"),
    ("gn", "groupnorm"),
    ("globalaveragepooling", "globalavgpool"),
    ("interpolate", "upsample"),
    ("localresponsenorm", "lrn"),
    ("ln", "layernorm"),
    ("lrelu", "leakyrelu"),
    ("maxpooling", "maxpool"),
    ("maxunpool", "unpool"),
    ("multiply", "mul"),
    ("pool", "maxpool"),
    ("reflectionpad", "pad 1 mode=reflect"),
    ("replicationpad", "pad 1 mode=replicate"),
    ("residual", "skip add { ... }"),
    ("resize", "upsample"),
    ("sepconv", "separable"),
    ("separableconv", "separable"),
    ("sequential", "block NAME { ... }"),
    ("shortcut", "skip add { ... }"),
    ("sum", "add"),
    ("swish", "silu"),
    ("transposedconv", "convt"),
    ("upconv", "convt"),
    ("view", "reshape"),
    ("zeropad", "pad"),
];

/// What PyTorch and Keras call keys, with what to do about it.
const OTHER_KEYS: &[(&str, &str)] = &[
    ("activation", "an activation is a layer of its own: `conv 6 5x5 -> relu`"),
    ("countincludepad", "did you mean `countpad`?"),
    ("inchannels", "leave it out: the channels that come in are known"),
    ("infeatures", "leave it out: the features that come in are known"),
    ("name", "a label stands behind its layer: `... as NAME`"),
    ("numgroups", "the number of groups stands by place"),
    ("outputpadding", "did you mean `outpad`?"),
    ("paddingmode", "did you mean `padmode`?"),
    ("scalefactor", "the factor stands by place"),
];

/// What other languages call arguments that stand by place here.
const OTHER_PLACES: &[(&str, &str)] = &[
    ("filters", "channels"),
    ("kernel", "window"),
    ("kernelsize", "window"),
    ("negativeslope", "slope"),
    ("numfeatures", "features"),
    ("outchannels", "channels"),
    ("outfeatures", "features"),
    ("outputsize", "size"),
    ("poolsize", "window"),
    ("rate", "p"),
    ("size", "window"),
    ("units", "features"),
    ("upscalefactor", "factor"),
];

/// The error of a name that is no layer.
pub(crate) fn no_such_layer<'a>(
    name: &Name,
    known: impl IntoIterator<Item = &'a str>,
) -> Diagnostic {
    let word = name.value.as_str();
    let help = did_you_mean_layer(word, known)
        .unwrap_or_else(|| format!("`block {word}(...) {{ ... }}` would define one"));
    let headline = format!("there is no layer `{word}`");
    Diagnostic::error(Code::UnknownLayer, name.span.clone(), headline)
        .label("unknown layer")
        .help(help)
}

/// A help that names the layer which may have been meant.
pub(crate) fn did_you_mean_layer<'a>(
    word: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<String> {
    let plain = plain(word);
    let flat = plain.trim_end_matches("2d").trim_end_matches("1d");
    let other = |name: &str| OTHER_LAYERS.iter().find(|(other, _)| *other == name);
    if let Some((_, layer)) = other(&plain).or_else(|| other(flat)) {
        return Some(format!("did you mean `{layer}`?"));
    }
    let known = known.into_iter().collect::<Vec<_>>();
    match known.iter().find(|known| **known == plain || **known == flat) {
        Some(layer) => Some(format!("did you mean `{layer}`?")),
        None => did_you_mean(word, known),
    }
}

/// A help for a key that other languages have.
pub(crate) fn other_key(word: &str) -> Option<&'static str> {
    let plain = plain(word);
    OTHER_KEYS.iter().find(|(other, _)| *other == plain).map(|(_, help)| *help)
}

/// Which of some arguments that stand by place a key means.
pub(crate) fn by_place<'a>(word: &str, places: &[&'a str]) -> Option<&'a str> {
    let plain = plain(word);
    let other = OTHER_PLACES.iter().find(|(other, _)| *other == plain).map(|(_, place)| *place);
    places.iter().copied().find(|place| *place == word || Some(*place) == other)
}

/// A name in small letters without `_`.
fn plain(word: &str) -> String {
    word.to_lowercase().replace('_', "")
}

/// A help that names the nearest of the known names, if any is near.
pub(crate) fn did_you_mean<'a>(
    name: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<String> {
    nearest(name, known).map(|nearest| format!("did you mean `{nearest}`?"))
}

/// The same, or else a help that lists all of them.
pub(crate) fn did_you_mean_one<'a>(
    name: &str,
    known: impl Iterator<Item = &'a str> + Clone,
) -> String {
    did_you_mean(name, known.clone()).unwrap_or_else(|| {
        let all = known.map(|name| format!("`{name}`")).collect::<Vec<_>>();
        format!("there are {}", all.join(", "))
    })
}

fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name = name.to_lowercase();
    let letters = name.chars().count();
    // A third of the letters may be wrong, at least one, but not all.
    let most = letters.div_ceil(3).min(letters.saturating_sub(1));
    let distance = |known: &str| {
        let known = known.to_lowercase();
        // A name that is only begun is near, and so is one with more behind it: `Conv2d`.
        let is_begun = name.len().min(known.len()) >= 3
            && (known.starts_with(&name) || name.starts_with(&known));
        if is_begun {
            return Some(1);
        }
        let could_be = letters <= LONGEST && letters.abs_diff(known.chars().count()) <= most;
        could_be.then(|| strsim::osa_distance(&name, &known))
    };
    let known = known.into_iter().take(MOST_NAMES);
    let scored = known.filter_map(|known| Some((distance(known)?, known)));
    let (distance, known) = scored.min_by_key(|&(distance, _)| distance)?;
    (distance <= most).then_some(known)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn words_of_other_languages_are_known() {
        let meant = |word| super::did_you_mean_layer(word, ["conv", "convt", "maxpool3d"]);
        let help = |layer: &str| Some(format!("did you mean `{layer}`?"));
        assert_eq!(meant("ConvTranspose2d"), help("convt"));
        assert_eq!(meant("Conv2d"), help("conv"));
        assert_eq!(meant("Dense"), help("linear"));
        assert_eq!(meant("MaxPool3d"), help("maxpool3d"));
        assert_eq!(super::did_you_mean_layer("max_pool2d", ["max", "maxpool"]), help("maxpool"));
        assert_eq!(super::by_place("kernel_size", &["channels", "window"]), Some("window"));
        assert_eq!(super::by_place("window", &["channels", "window"]), Some("window"));
        assert_eq!(super::by_place("stride", &["channels", "window"]), None);
    }

    #[test]
    fn swapped_missing_and_wrong_letters_are_forgiven() {
        let known = ["conv", "maxpool", "batchnorm", "relu", "conv3d"];
        assert_eq!(nearest("cnov", known), Some("conv"));
        assert_eq!(nearest("maxpol", known), Some("maxpool"));
        assert_eq!(nearest("BatchNorm", known), Some("batchnorm"));
        assert_eq!(nearest("Conv2d", known), Some("conv"));
        assert_eq!(nearest("MaxPool2d", known), Some("maxpool"));
        assert_eq!(nearest("batch", known), Some("batchnorm"));
        assert_eq!(nearest("transformer", known), None);
        assert_eq!(nearest("A", ["B"]), None);
    }
}
