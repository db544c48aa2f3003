//! The keys of layers, commands, sources and transforms: what each means, and the words that it
//! may be.

use crate::check::words;

/// What a key means, in one line. Most keys mean the same wherever they stand.
pub fn about_key(of: &str, key: &str) -> Option<&'static str> {
    let is = |known: &&(&str, &str, &str)| known.1 == key && known.0.split(' ').any(|it| it == of);
    let anywhere = |known: &&(&str, &str, &str)| known.1 == key && known.0.is_empty();
    let found = KEYS.iter().find(is).or_else(|| KEYS.iter().find(anywhere))?;
    Some(found.2)
}

/// The words that a key of something may be, or none where it is no word.
pub fn words_of_key(of: &str, key: &str) -> Vec<&'static str> {
    match (of, key) {
        ("train" | "lrfind", "optimizer") => words::OPTIMIZERS.to_vec(),
        ("train" | "lrfind", "loss") => words::losses().collect(),
        ("train" | "lrfind", "weights") => words::WEIGHTS.to_vec(),
        ("train", "schedule") => words::SCHEDULES.to_vec(),
        ("train", "clip" | "until" | "patience") => vec!["none"],
        ("load", "match") => words::MATCHINGS.to_vec(),
        ("export", "as") => words::EXPORTS.to_vec(),
        ("conv" | "depthwise" | "separable", "padmode") | ("pad", "mode") => {
            words::pad_modes().collect()
        }
        ("conv" | "conv3d" | "depthwise" | "separable", "pad") => words::PADDINGS.to_vec(),
        ("upsample", "mode") => words::UPSAMPLE_MODES.to_vec(),
        ("roialign", "scale") => vec!["auto"],
        (_, "init") => words::STARTS.to_vec(),
        (_, "onbad") => words::ON_BAD.to_vec(),
        _ => Vec::new(),
    }
}

/// Where, which key, what it means. An empty place is anywhere.
const KEYS: &[(&str, &str, &str)] = &[
    ("", "stride", "steps from one window to the next"),
    ("", "pad", "rows and columns around the map: an amount, or a pair `1x3`"),
    ("convt convt3d", "pad", "rows and columns that are taken off the output"),
    ("", "dilation", "steps from one value to the next within a window"),
    ("", "groups", "parts of the channels that are taken by themselves"),
    ("", "bias", "whether a learned number is added to each channel or feature"),
    ("", "padmode", "what stands around the map"),
    ("", "outpad", "rows and columns added at the end of the output"),
    ("", "multiplier", "filters for each channel"),
    ("", "ceil", "whether the last window may reach beyond the map"),
    ("", "countpad", "whether padding counts in the mean"),
    ("", "keep", "whether the result stays a map of 1x1"),
    ("", "to", "the label whose size it gets, or a size such as `64x64`"),
    ("", "mode", "what stands around the map"),
    ("upsample", "mode", "how values between others are found"),
    ("", "aligncorners", "whether corners stay where they are, as in PyTorch"),
    ("", "eps", "the small number that keeps from dividing by nothing"),
    ("batchnorm", "momentum", "what each batch counts in the running statistics"),
    ("", "affine", "whether a learned factor and shift follow"),
    ("", "alpha", "what the squares count"),
    ("", "beta", "the power"),
    ("", "k", "what is added to the squares"),
    ("", "perchannel", "a slope for each channel, or one for all"),
    ("", "start", "what the factors begin with"),
    ("", "from", "the label of the map"),
    ("", "boxes", "the label of the boxes, an Nx4 matrix"),
    ("", "scale", "places of the map for one of the boxes; `auto` by the sizes"),
    ("", "ratio", "points a side that are averaged for each place"),
    ("", "aligned", "whether boxes are shifted by half a place"),
    ("", "init", "how weights begin; PyTorch's default unless given"),
    ("", "epochs", "rounds through the training samples"),
    ("", "batch", "samples a step"),
    ("", "optimizer", "how weights follow their gradients"),
    ("", "lr", "the learning rate; 1e-2 for `sgd` and `rmsprop`"),
    ("lrfind", "lr", "the largest learning rate that is tried"),
    ("", "momentum", "what earlier steps count, for `sgd` and `rmsprop`"),
    ("", "nesterov", "the momentum of `sgd` looked ahead"),
    ("", "decay", "weight decay; apart from the gradient for `adamw`"),
    ("", "schedule", "how the learning rate changes"),
    ("", "every", "epochs from one step of the schedule to the next, or without a better one"),
    ("", "factor", "what the learning rate is multiplied by"),
    ("", "warmup", "epochs over which the learning rate rises first"),
    ("", "clip", "the largest norm of all gradients together"),
    ("", "loss", "what is made small; by the task unless given"),
    ("", "smoothing", "the share of the target that goes to all classes alike"),
    ("", "weights", "what classes count: `median_freq`, or a list of numbers"),
    ("", "until", "ends as soon as that is so: `\"accuracy > 0.9\"`"),
    ("", "patience", "ends after so many epochs without a better one"),
    ("", "best", "whether the weights of the best epoch are put back at the end"),
    ("", "fresh", "whether training begins anew instead of going on"),
    ("", "seed", "what chance begins with: the same seed gives the same run"),
    ("", "confusion", "whether each class is set against what it is taken for"),
    ("", "tta", "whether answers are averaged over random transforms"),
    ("worst", "count", "how many samples are shown"),
    ("noise", "count", "how many samples there are"),
    ("gradcam", "label", "the class to explain; the likeliest unless given"),
    ("csv", "label", "the column of the answer; the last unless given"),
    ("", "layer", "the layer whose maps are looked at; the last with maps unless given"),
    ("", "match", "whether tensors find their places by name or by order"),
    ("", "as", "what is written"),
    ("", "only", "the classes that are kept, in that order: `[cat, dog]`"),
    ("", "split", "the part that is kept for tests; the source's own split unless given"),
    ("", "onbad", "whether a file that cannot be read stops the reading or is left out"),
    ("", "download", "whether the published files are fetched"),
    ("", "classes", "how many classes there are, the ignored one counted"),
    ("", "ignore", "the class that counts in no loss and no metric"),
    ("", "masks", "whether the answer is the class of each pixel instead of boxes"),
    ("", "padding", "rows and columns of zeros around the picture first"),
    ("", "p", "the probability"),
    ("", "brightness", "by up to this part"),
    ("", "contrast", "by up to this part"),
    ("", "saturation", "by up to this part"),
    ("", "mean", "of each channel, or of all"),
    ("", "std", "the deviation of each channel, or of all"),
    ("", "palette", "how many colours there are"),
];
