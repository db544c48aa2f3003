//! What commands, sources and transforms do, in a line each.

/// Commands.
pub(super) const COMMANDS: &[(&str, &str)] = &[
    ("summary", "layers, shapes, parameters, multiply-adds, memory and receptive fields"),
    ("shapes", "the flow of shapes in a line"),
    ("diagram", "the drawn graph"),
    ("code", "the Rust that the network becomes"),
    ("nets", "all networks that are defined"),
    ("blocks", "all blocks that are defined"),
    ("help", "what there is, or what a word means"),
    ("train", "trains; run again to go on; an interrupt keeps what was learned"),
    ("lrfind", "loss against learning rate, with a suggestion; the network stays as it was"),
    ("evaluate", "the metrics of the task on the test part"),
    ("predict", "the likeliest classes, the mask, the colours or the box of pictures"),
    ("worst", "the samples with the largest losses"),
    ("gradcam", "what in the picture speaks for a class (Selvaraju et al., 2017)"),
    ("show", "samples with their answers, feature maps of a layer, or its filters"),
    ("freeze", "keeps a part of the network as it is in training"),
    ("unfreeze", "lets training change a part of the network again"),
    ("plot", "training curves"),
    ("save", "all weights and running statistics into a safetensors file"),
    ("load", "weights from a safetensors file or a PyTorch checkpoint, all or none"),
    ("export", "the network as a crate of its own"),
    ("import", "networks and blocks of the library, or of a file"),
    ("undo", "takes the last line of the open network back"),
    ("close", "ends the building of the open network"),
];

/// Sources of data.
pub(super) const SOURCES: &[(&str, &str)] = &[
    (
        "fashion_mnist",
        "28x28 grey pictures of clothes in ten classes; a sample of it without a folder",
    ),
    ("mnist", "28x28 grey handwritten digits in ten classes"),
    ("cifar10", "32x32 colour photos in ten classes"),
    ("cifar100", "32x32 colour photos in a hundred classes"),
    ("svhn", "32x32 colour photos of house numbers, ten digits"),
    ("images", "pictures in a folder for each class"),
    ("masks", "pictures, and index masks of the same names"),
    ("voc", "pictures with boxes in XML files, in the form of Pascal VOC"),
    ("coco", "pictures with boxes or masks in a JSON file, in the form of COCO"),
    ("csv", "rows of numbers, or of picture files with classes or boxes"),
    ("npz", "NumPy arrays: x_train, y_train, x_test, y_test, or x and y"),
    ("noise", "standard normal numbers"),
];

/// Transforms of samples.
pub(super) const TRANSFORMS: &[(&str, &str)] = &[
    ("resize", "the shorter side to a size, or rows and columns to one: `256`, `96x128`"),
    ("centercrop", "the middle part"),
    ("randomcrop", "a part anywhere, with rows and columns of zeros put around it first"),
    (
        "randomresizedcrop",
        "a part of random area (8 to 100 %) and aspect (3:4 to 4:3), brought to a size",
    ),
    ("hflip", "mirrored, left for right, with a probability"),
    ("vflip", "mirrored, top for bottom, with a probability"),
    ("rotate", "turned by up to so many degrees to either side"),
    ("blur", "a Gaussian blur"),
    ("jitter", "random changes of brightness, contrast and saturation"),
    ("grayscale", "one channel, the brightness"),
    ("normalize", "less a mean and over a deviation, of pixels in 0 to 1"),
    ("balance", "training goes through all classes equally often"),
    ("colorize", "a grey picture in, the number of each pixel's colour in a palette out"),
    ("place", "onto a black canvas, anywhere; where it stands is the answer, beside its class"),
    ("cropboxes", "a sample for each box: the part of the picture around it"),
];

/// What a word of a table does.
pub(super) fn of(table: &[(&'static str, &'static str)], name: &str) -> &'static str {
    table.iter().find(|(known, _)| *known == name).map_or("", |(_, about)| about)
}
