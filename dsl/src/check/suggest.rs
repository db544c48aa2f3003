//! The nearest known name to a misspelt one.

/// A help that names the nearest of the known names, if any is near.
pub(crate) fn did_you_mean<'a>(
    name: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<String> {
    nearest(name, known).map(|nearest| format!("did you mean `{nearest}`?"))
}

fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name = name.to_lowercase();
    let distance = |known: &str| strsim::damerau_levenshtein(&name, &known.to_lowercase());
    // A name that is only begun is near, and so is one with more behind it: `Conv2d`.
    let begun = |known: &str| {
        let known = known.to_lowercase();
        name.len().min(known.len()) >= 3 && (known.starts_with(&name) || name.starts_with(&known))
    };
    let distance = |known: &str| if begun(known) { 1 } else { distance(known) };
    let scored = known.into_iter().map(|known| (distance(known), known));
    let (distance, known) = scored.min_by_key(|&(distance, _)| distance)?;
    // A third of the letters may be wrong, at least one, but not all.
    let letters = name.chars().count();
    (distance <= letters.div_ceil(3) && distance < letters).then_some(known)
}

#[cfg(test)]
mod tests {
    use super::nearest;

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
