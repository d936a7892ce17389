//! Decimal numbers in the binary form of `numeric`: groups of four digits around the decimal point.

use tokio_postgres::types::private::BytesMut;

/// What the server takes at most before the decimal point, and after it.
const MAX_INTEGER_DIGITS: usize = 131_072;
const MAX_SCALE: usize = 16_383;

/// Encodes a number in plain notation (`-12.50`), exactly, with its scale.
pub(super) fn encode(text: &str, out: &mut BytesMut) -> Result<(), String> {
    let (negative, digits) = match text.as_bytes() {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    let point = digits.iter().position(|c| *c == b'.');
    let (integer, fraction) = match point {
        Some(at) => (&digits[..at], &digits[at + 1..]),
        None => (digits, &[][..]),
    };
    let plain = |part: &[u8]| part.iter().all(u8::is_ascii_digit);
    if integer.len() + fraction.len() == 0 || !plain(integer) || !plain(fraction) {
        return Err("expected a decimal number in plain notation, found other text".to_owned());
    }
    let leading = integer.iter().take_while(|c| **c == b'0').count();
    let integer = &integer[leading..];
    if integer.len() > MAX_INTEGER_DIGITS || fraction.len() > MAX_SCALE {
        return Err("the decimal number has more digits than PostgreSQL's numeric".to_owned());
    }

    let mut groups: Vec<u16> = Vec::with_capacity(integer.len().div_ceil(4) + fraction.len().div_ceil(4));
    let head = integer.len() % 4;
    if head > 0 {
        groups.push(group(&integer[..head], head));
    }
    groups.extend(integer[head..].chunks(4).map(|chunk| group(chunk, 4)));
    let integer_groups = groups.len();
    groups.extend(fraction.chunks(4).map(|chunk| group(chunk, 4)));

    let zeros = groups.iter().take_while(|g| **g == 0).count();
    let end = groups.len() - groups[zeros..].iter().rev().take_while(|g| **g == 0).count();
    let kept = &groups[zeros..end];
    let weight = if kept.is_empty() { 0 } else { integer_groups as i64 - 1 - zeros as i64 };

    let header = |v: i64| u16::try_from(v & 0xFFFF).unwrap_or_default().to_be_bytes();
    out.extend_from_slice(&header(kept.len() as i64));
    out.extend_from_slice(&header(weight));
    out.extend_from_slice(&(if negative && !kept.is_empty() { 0x4000_u16 } else { 0 }).to_be_bytes());
    out.extend_from_slice(&header(fraction.len() as i64));
    for group in kept {
        out.extend_from_slice(&group.to_be_bytes());
    }
    Ok(())
}

/// The value of up to four digits, filled up with zeros on the right to `width`.
fn group(digits: &[u8], width: usize) -> u16 {
    let value = digits.iter().fold(0, |value, digit| value * 10 + u16::from(digit - b'0'));
    (digits.len()..width).fold(value, |value, _| value * 10)
}

#[cfg(test)]
mod tests {
    use super::encode;
    use crate::decode::numeric::decode;
    use tokio_postgres::types::private::BytesMut;

    #[test]
    fn what_is_encoded_decodes_to_the_same_digits() {
        let long = format!("{}.{}", "9".repeat(1001), "1".repeat(1003));
        for text in [
            "0",
            "1",
            "-1",
            "10000",
            "0.0001",
            "0.00000001",
            "-12.50",
            "99999999999999999999",
            "0.00",
            "123456789.987654321",
            "100000000",
            "1.0000000000",
            &long,
        ] {
            let mut out = BytesMut::new();
            encode(text, &mut out).unwrap();
            assert_eq!(decode(&out).unwrap(), text);
        }
        for (text, plain) in [("+7", "7"), ("007.5", "7.5"), (".5", "0.5"), ("5.", "5"), ("-0.0", "0.0")] {
            let mut out = BytesMut::new();
            encode(text, &mut out).unwrap();
            assert_eq!(decode(&out).unwrap(), plain);
        }
    }

    #[test]
    fn other_text_is_refused() {
        for text in ["", "-", ".", "1e5", "NaN", "1,5", "1.2.3", " 1", "--1"] {
            assert!(encode(text, &mut BytesMut::new()).is_err(), "{text}");
        }
    }
}
