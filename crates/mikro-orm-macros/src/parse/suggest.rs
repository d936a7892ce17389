//! "Did you mean": for names that are not known.

/// What other ORMs, and SQL, call our attributes.
const ALIASES: &[(&str, &str)] = &[
    ("primary_key", "primary"),
    ("pk", "primary"),
    ("column", "name"),
    ("column_name", "name"),
    ("field_name", "name"),
    ("table_name", "table"),
    ("size", "length"),
    ("max_length", "length"),
    ("type", "column_type"),
    ("default_value", "default"),
    ("default_expr", "default_raw"),
    ("base", "extends"),
    ("flatten", "extends"),
    ("belongs_to", "many_to_one"),
    ("has_many", "one_to_many"),
    ("inverse", "mapped_by"),
    ("on_delete", "delete_rule"),
];

/// The known name that was probably meant.
pub fn suggest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    if let Some((_, meant)) = ALIASES.iter().find(|(alias, _)| *alias == name) {
        return known.iter().copied().find(|known| known == meant);
    }
    let furthest = (name.len() / 3).clamp(1, 3);
    known
        .iter()
        .map(|known| (distance(name, known), *known))
        .filter(|(distance, _)| *distance <= furthest)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}

/// Edits that turn one text into the other (Levenshtein), swapped neighbours counted as one.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows: Vec<Vec<usize>> = (0..=a.len()).map(|i| (i..=i + b.len()).collect()).collect();
    for i in 1..=a.len() {
        for j in 1..=b.len() {
            let replace = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            rows[i][j] = replace.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                rows[i][j] = rows[i][j].min(rows[i - 2][j - 2] + 1);
            }
        }
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::suggest;

    #[test]
    fn finds_the_nearest_name_and_names_of_other_orms() {
        let known = ["primary", "unique", "index", "name", "length"];
        for (name, meant) in [
            ("primry", Some("primary")),
            ("uniqe", Some("unique")),
            ("unqiue", Some("unique")),
            ("pk", Some("primary")),
            ("column_name", Some("name")),
            ("idx", None),
            ("frobnicate", None),
        ] {
            assert_eq!(suggest(name, &known), meant, "{name}");
        }
    }
}
