//! A class by name or number.

use netlet_dsl::messages::Failure;

use super::place::nearest;

/// The number of the class that `text` names among `classes`: a name as it is written, a number from
/// 0, or a name but for small and capital letters, in this order, so that the digits of MNIST are
/// their names.
///
/// # Errors
/// When there is no such class; the failure names the nearest one.
pub fn class_number(text: &str, classes: &[String]) -> Result<usize, Failure> {
    let named = |is: &dyn Fn(&String) -> bool| classes.iter().position(is);
    let numbered = || text.parse().ok().filter(|&number: &usize| number < classes.len());
    named(&|class| class == text)
        .or_else(numbered)
        .or_else(|| named(&|class| class.to_lowercase() == text.to_lowercase()))
        .ok_or_else(|| unknown(text, classes))
}

fn unknown(text: &str, classes: &[String]) -> Failure {
    let failure = Failure::new(format!("there is no class `{text}`"));
    if text.parse::<u64>().is_ok() {
        let last = classes.len().saturating_sub(1);
        return failure.note(format!("the classes have the numbers 0 to {last}"));
    }
    match nearest(text, classes.iter().map(String::as_str)) {
        Some(class) => failure.help(format!("did you mean `{class}`?")),
        None => failure.help("name a class as `evaluate` lists it, or give its number"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str, classes: &[&str]) -> Result<usize, Failure> {
        class_number(text, &classes.iter().map(|&class| class.to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn a_name_comes_before_a_number() {
        assert_eq!(number("7", &["3", "7", "8"]), Ok(1));
        assert_eq!(number("2", &["3", "7", "8"]), Ok(2));
        assert_eq!(number("bag", &["Coat", "Bag"]), Ok(1));
        assert_eq!(number("bag", &["Bag", "bag"]), Ok(1));
    }

    #[test]
    fn what_is_no_class_is_answered_with_the_nearest() {
        let slip = number("Sandel", &["Coat", "Sandal"]).expect_err("no such class");
        assert_eq!(slip.headline, "there is no class `Sandel`");
        assert_eq!(slip.help.as_deref(), Some("did you mean `Sandal`?"));
        let high = number("2", &["Coat", "Sandal"]).expect_err("no such class");
        assert_eq!(high.notes, ["the classes have the numbers 0 to 1"]);
    }
}
