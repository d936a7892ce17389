//! Which columns a constraint is over.

/// The columns in `Key (a, b)=(1, 2) already exists.`, in whatever language the server speaks; the values
/// are left where they are. Expressions of an index come as they are spelled.
pub(super) fn of_detail(detail: &str) -> Vec<String> {
    let Some(end) = detail.find(")=(") else { return Vec::new() };
    let Some(start) = detail[..end].find('(') else { return Vec::new() };
    let (mut columns, mut column, mut depth, mut quoted) = (Vec::new(), String::new(), 0_usize, false);
    for c in detail[start + 1..end].chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if depth == 0 && !quoted => {
                columns.push(std::mem::take(&mut column));
                continue;
            }
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
        column.push(c);
    }
    columns.push(column);
    columns.iter().map(|column| unquoted(column.trim())).collect()
}

fn unquoted(column: &str) -> String {
    match column.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(inner) => inner.replace("\"\"", "\""),
        None => column.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::of_detail;

    #[test]
    fn columns_are_found_without_their_values() {
        assert_eq!(of_detail("Key (email)=(jon)=(x)) already exists."), ["email"]);
        assert_eq!(of_detail("Schlüssel »(email)=(jon)« existiert bereits."), ["email"]);
        assert_eq!(of_detail("Key (a, \"B, c\")=(1, 2) already exists."), ["a", "B, c"]);
        assert_eq!(of_detail("Key (lower(a, b), c)=(1, 2) already exists."), ["lower(a, b)", "c"]);
        assert!(of_detail("Failing row contains (1, secret).").is_empty());
    }
}
