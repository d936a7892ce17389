//! "Did you mean": for names that an entity has no property of.

use super::EntityMetadata;

/// Names that are longer are no slips of the pen, and comparing them would cost whoever is sent them.
const LONGEST: usize = 64;

impl EntityMetadata {
    /// The property that was probably meant by a name that is none: one whose column has that name, one that is written in
    /// another case (`firstName`), or the nearest.
    pub(crate) fn meant_by(&self, name: &str) -> Option<&'static str> {
        if name.len() > LONGEST {
            return None;
        }
        let declared = || self.properties.iter().filter(|property| property.is_declared());
        let of_column = declared().find(|property| property.column.as_deref() == Some(name));
        let plain = plain(name);
        let furthest = (plain.len() / 3).clamp(1, 3);
        of_column.map(|property| property.name).or_else(|| {
            let far = |known: &'static str| (distance(&plain, &self::plain(known)), known);
            let near = declared().map(|property| far(property.name)).filter(|(distance, _)| *distance <= furthest);
            near.min_by_key(|(distance, _)| *distance).map(|(_, known)| known)
        })
    }
}

/// The nearest of these names, when it is near.
pub(crate) fn nearest<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    if name.len() > LONGEST {
        return None;
    }
    let wanted = plain(name);
    let furthest = (wanted.len() / 3).clamp(1, 3);
    let near = known.map(|known| (distance(&wanted, &plain(known)), known)).filter(|(distance, _)| *distance <= furthest);
    near.min().map(|(_, known)| known)
}

/// A name without what cases differ in.
fn plain(name: &str) -> Vec<char> {
    name.chars().filter(|c| *c != '_').flat_map(char::to_lowercase).collect()
}

/// Edits that turn one text into the other (Levenshtein), swapped neighbours counted as one.
fn distance(a: &[char], b: &[char]) -> usize {
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
