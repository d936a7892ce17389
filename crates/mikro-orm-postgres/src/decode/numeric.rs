//! The binary form of `numeric` as plain notation.

const NEGATIVE: u16 = 0x4000;

/// Decodes exactly, with as many digits after the point as the value's scale says.
pub(crate) fn decode(raw: &[u8]) -> Result<String, &'static str> {
    const MALFORMED: &str = "a numeric in a format that is not known";
    let (head, tail) = raw.split_at_checked(8).ok_or(MALFORMED)?;
    let word = |bytes: &[u8], at: usize| u16::from_be_bytes([bytes[2 * at], bytes[2 * at + 1]]);
    let (count, weight, sign, scale) =
        (usize::from(word(head, 0)), i32::from(word(head, 1).cast_signed()), word(head, 2), usize::from(word(head, 3)));
    if sign != 0 && sign != NEGATIVE {
        return Err("a numeric that is not a number or infinite, which has no plain notation");
    }
    if tail.len() != 2 * count || (0..count).any(|i| word(tail, i) > 9999) {
        return Err(MALFORMED);
    }
    // the group of four digits with this weight; groups that are not stored are zero
    let group = |at: i32| usize::try_from(weight - at).ok().filter(|i| *i < count).map_or(0, |i| word(tail, i));

    let mut out = String::with_capacity(2 + 4 * usize::try_from(weight.max(0)).unwrap_or_default() + scale);
    if sign == NEGATIVE {
        out.push('-');
    }
    out.push_str(&group(weight.max(0)).to_string());
    for at in (0..weight.max(0)).rev() {
        push_group(&mut out, group(at));
    }
    if scale > 0 {
        out.push('.');
        let end = out.len() + scale;
        let mut at = -1;
        while out.len() < end {
            push_group(&mut out, group(at));
            at -= 1;
        }
        out.truncate(end);
    }
    Ok(out)
}

fn push_group(out: &mut String, group: u16) {
    for unit in [1000, 100, 10, 1] {
        out.push(char::from(b'0' + u8::try_from(group / unit % 10).unwrap_or_default()));
    }
}
