//! Plain scalars as octo-sts reads them: `go.yaml.in/yaml/v2` resolves them by YAML 1.1, and `sigs.k8s.io/yaml` turns the results
//! into text.

use super::core_schema::is_number;

/// The text of a plain scalar.
pub(crate) fn text(plain: &str) -> String {
    word(plain).map(str::to_owned).or_else(|| number(plain)).unwrap_or_else(|| plain.to_owned())
}

fn word(plain: &str) -> Option<&'static str> {
    Some(match plain {
        "" | "~" | "null" | "Null" | "NULL" => "",
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" | "true" | "True" | "TRUE" => "true",
        "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" | "false" | "False" | "FALSE" => "false",
        ".nan" | ".NaN" | ".NAN" => "NaN",
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => "+Inf",
        "-.inf" | "-.Inf" | "-.INF" => "-Inf",
        _ => return None,
    })
}

fn number(plain: &str) -> Option<String> {
    // A number that begins with a point is read without the removal of underscores.
    if plain.starts_with('.') {
        return is_number(plain).then(|| float(plain)).flatten();
    }
    if !plain.starts_with(|first: char| first.is_ascii_digit() || matches!(first, '+' | '-')) {
        return None;
    }
    let plain = plain.replace('_', "");
    integer(&plain).or_else(|| is_number(&plain).then(|| float(&plain)).flatten())
}

/// An integer of 64 bits, with the prefixes of Go's literals.
fn integer(plain: &str) -> Option<String> {
    let (is_negative, is_signed, unsigned) = match plain.as_bytes().first()? {
        b'-' => (true, true, plain.get(1..)?),
        b'+' => (false, true, plain.get(1..)?),
        _ => (false, false, plain),
    };
    let lower = unsigned.to_ascii_lowercase();
    let (digits, radix) = if let Some(digits) = lower.strip_prefix("0x") {
        (digits, 16)
    } else if let Some(digits) = lower.strip_prefix("0o") {
        (digits, 8)
    } else if let Some(digits) = lower.strip_prefix("0b") {
        (digits, 2)
    } else if let Some(digits) = lower.strip_prefix('0').filter(|digits| !digits.is_empty()) {
        (digits, 8)
    } else {
        (lower.as_str(), 10)
    };
    // Rust's reader accepts another sign here.
    if !digits.starts_with(|first: char| first.is_digit(radix)) {
        return None;
    }
    let magnitude = i128::from(u64::from_str_radix(digits, radix).ok()?);
    let number = if is_negative { magnitude.checked_neg()? } else { magnitude };
    // What has more than 63 bits is read without a sign.
    let is_in_range = i64::try_from(number).is_ok() || !is_signed;
    is_in_range.then(|| number.to_string())
}

/// Go's shortest `g` of 32 bits; `None` for what 64 bits do not hold.
fn float(plain: &str) -> Option<String> {
    let number: f64 = plain.parse().ok()?;
    if number.is_infinite() {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "the reader formats with the precision of 32 bits")]
    let number = number as f32;
    if number.is_infinite() {
        return Some(if number > 0.0 { "+Inf" } else { "-Inf" }.to_owned());
    }
    let scientific = format!("{number:e}");
    let (mantissa, exponent) = scientific.split_once('e')?;
    let exponent: i32 = exponent.parse().ok()?;
    // The shortest form has six digits in front of the point at most, however many there are behind it.
    if (-4..6).contains(&exponent) || number == 0.0 {
        return Some(number.to_string());
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    Some(format!("{mantissa}e{sign}{:02}", exponent.unsigned_abs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_scalars_become_the_text_that_octo_sts_sees() {
        for (plain, expected) in [
            ("y", "true"),
            ("ON", "true"),
            ("No", "false"),
            ("tRue", "tRue"),
            ("~", ""),
            ("null", ""),
            ("0x1F", "31"),
            ("010", "8"),
            ("0o10", "8"),
            ("0b1000", "8"),
            ("-0b11", "-3"),
            ("08", "8"),
            ("1_000", "1000"),
            ("+1", "1"),
            ("-0", "0"),
            ("18446744073709551615", "18446744073709551615"),
            ("+18446744073709551615", "1.8446744e+19"),
            ("-9223372036854775808", "-9223372036854775808"),
            ("1.50", "1.5"),
            ("1.10", "1.1"),
            ("1e3", "1000"),
            ("5.", "5"),
            (".5", "0.5"),
            (".5_0", ".5_0"),
            ("1e5", "100000"),
            ("1.5e6", "1.5e+06"),
            ("1234567.5", "1.2345675e+06"),
            ("0.0001", "0.0001"),
            ("0.00001", "1e-05"),
            ("1e39", "+Inf"),
            ("1e400", "1e400"),
            ("-0.0", "-0"),
            (".nan", "NaN"),
            (".inf", "+Inf"),
            ("-.inf", "-Inf"),
            ("12:30", "12:30"),
            ("2024-01-01", "2024-01-01"),
            ("1.10.0", "1.10.0"),
            ("0x", "0x"),
            ("+-1", "+-1"),
            ("0x+1", "0x+1"),
            ("-", "-"),
        ] {
            assert_eq!(text(plain), expected, "{plain}");
        }
    }
}
