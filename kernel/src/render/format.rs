//! Numbers, times and shapes as people read them.

/// A whole number with commas between its thousands: `61,706`.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (place, digit) in digits.char_indices() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number with its noun, in the plural where it is not one: `1 epoch`, `12 epochs`.
pub fn counted(number: u64, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", count(number))
}

/// A shape as the language writes it: `1x28x28`.
pub fn shape(dims: &[usize]) -> String {
    dims.iter().map(usize::to_string).collect::<Vec<_>>().join("x")
}

/// A fraction as a percentage: `88.10%`.
pub fn percent(fraction: f64) -> String {
    format!("{:.2}%", fraction * 100.0)
}

/// A loss, with the digits that differ from one epoch to the next.
pub fn loss(value: f64) -> String {
    if value.abs() < 1e-3 && value != 0.0 { format!("{value:.2e}") } else { format!("{value:.4}") }
}

/// A size in decimal units: `248 kB`.
pub fn bytes(size: u64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if size < 1000 {
        return format!("{size} B");
    }
    let mut value = size as f64 / 1000.0;
    let mut unit = 0;
    while value >= 999.5 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    let digits = if value < 9.95 { 1 } else { 0 };
    format!("{value:.digits$} {}", UNITS[unit])
}

/// A time in seconds, in the units that suit its length: `0.4 s`, `31 s`, `2 min 05 s`, `1 h 03 min`.
pub fn duration(seconds: f64) -> String {
    let whole = seconds.max(0.0).round() as u64;
    match whole {
        0..10 => format!("{:.1} s", seconds.max(0.0)),
        10..60 => format!("{whole} s"),
        60..3600 => format!("{} min {:02} s", whole / 60, whole % 60),
        _ => format!("{} h {:02} min", whole / 3600, whole % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_apart() {
        assert_eq!(
            [0, 999, 1000, 61_706, 1_234_567].map(count).join(" "),
            "0 999 1,000 61,706 1,234,567"
        );
        assert_eq!(counted(1, "epoch"), "1 epoch");
        assert_eq!(counted(1884, "step"), "1,884 steps");
    }

    #[test]
    fn sizes_keep_two_or_three_digits() {
        let sizes = [12, 999, 1500, 248_123, 999_999, 12_345_678_901];
        assert_eq!(sizes.map(bytes).join(" "), "12 B 999 B 1.5 kB 248 kB 1.0 MB 12 GB");
    }

    #[test]
    fn times_suit_their_length() {
        let times = [0.04, 9.44, 31.2, 59.9, 125.0, 3780.0];
        assert_eq!(
            times.map(duration).join(", "),
            "0.0 s, 9.4 s, 31 s, 1 min 00 s, 2 min 05 s, 1 h 03 min"
        );
    }

    #[test]
    fn small_losses_keep_their_digits() {
        assert_eq!(
            [2.31, 0.0, 0.000_012_3, f64::NAN].map(loss).join(" "),
            "2.3100 0.0000 1.23e-5 NaN"
        );
    }
}
