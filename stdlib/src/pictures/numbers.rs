//! Numbers and names as pictures write them.

/// A part as per cent: `75 %`.
pub(super) fn percent(part: f64) -> String {
    format!("{:.0} %", part * 100.0)
}

/// A number with three significant digits at most: `0.0123`, `-1.5`, `3.4e-7`.
pub(super) fn short(number: f64) -> String {
    let size = number.abs();
    if number == 0.0 {
        return "0".into();
    }
    if !number.is_finite() || !(0.001..9_999.5).contains(&size) {
        return format!("{number:.1e}");
    }
    let digits = (2.0 - size.log10().floor()).clamp(0.0, 5.0) as usize;
    let written = format!("{number:.digits$}");
    match written.contains('.') {
        true => written.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => written,
    }
}

/// A count that takes few letters: `950`, `12k`, `1.3M`.
pub(super) fn compact(count: u64) -> String {
    let scaled = |factor: f64, letter: char| {
        let number = count as f64 / factor;
        if number < 9.95 { format!("{number:.1}{letter}") } else { format!("{number:.0}{letter}") }
    };
    match count {
        0..10_000 => count.to_string(),
        10_000..999_500 => scaled(1e3, 'k'),
        999_500..999_500_000 => scaled(1e6, 'M'),
        _ => scaled(1e9, 'G'),
    }
}

/// `1 picture`, `3 pictures`.
pub(super) fn plural(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

/// The same; `the first 32 of 100 pictures` where no more than `most` are shown.
pub(super) fn counted(count: usize, most: usize, what: &str) -> String {
    match count <= most {
        true => plural(count, what),
        false => format!("the first {most} of {}", plural(count, what)),
    }
}

/// A box in words, from left, top, right and bottom in parts of a picture.
pub(super) fn extent(place: [f64; 4]) -> String {
    let [left, top, right, bottom] = place.map(|part| (part * 100.0).round());
    format!("from {left} to {right} % across and {top} to {bottom} % down")
}

/// The name of a class, or its number where it has none.
pub(super) fn class_name(classes: &[String], number: usize) -> String {
    classes.get(number).cloned().unwrap_or_else(|| format!("class {number}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        let numbers = [0.0, 0.01234, -1.5, 0.99999, 120.0, 9999.0, 12_345.0, 3.4e-7].map(short);
        assert_eq!(numbers, ["0", "0.0123", "-1.5", "1", "120", "9999", "1.2e4", "3.4e-7"]);
        let counts = [950, 9_999, 12_345, 999_499, 1_300_000, 45_000_000, 2_000_000_000];
        let expected = ["950", "9999", "12k", "999k", "1.3M", "45M", "2.0G"];
        assert_eq!(counts.map(compact), expected);
    }

    #[test]
    fn what_is_left_out_is_said() {
        assert_eq!(counted(1, 8, "picture"), "1 picture");
        assert_eq!(counted(8, 8, "picture"), "8 pictures");
        assert_eq!(counted(9, 8, "picture"), "the first 8 of 9 pictures");
    }
}
