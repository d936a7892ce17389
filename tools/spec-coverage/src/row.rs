//! The id of a row: `S001`, `Y004`, `U09`, or one option of a row: `Y004[batch_size]`.

use std::fmt;

/// Sorts as the rows stand in the documents: S, then Y, then U, each by number, options after their row.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RowId {
    section: Section,
    number: u16,
    option: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Section {
    S,
    Y,
    U,
}

impl RowId {
    pub fn parse(text: &str) -> Option<Self> {
        let (id, option) = match text.split_once('[') {
            Some((id, rest)) => (id, Some(rest.strip_suffix(']')?)),
            None => (text, None),
        };
        let (section, digits) = match id.split_at_checked(1)? {
            ("S", digits) => (Section::S, digits),
            ("Y", digits) => (Section::Y, digits),
            ("U", digits) => (Section::U, digits),
            _ => return None,
        };
        if digits.len() != section.digits() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let named = |name: &&str| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "_-.:$".contains(c));
        let option = match option {
            Some(name) => Some(Some(name).filter(named)?.to_owned()),
            None => None,
        };
        Some(Self { section, number: digits.parse().ok()?, option })
    }

    pub fn is_whole(&self) -> bool {
        self.option.is_none()
    }

    /// The row that this is an option of; itself when it is a whole row.
    pub fn whole(&self) -> Self {
        Self { option: None, ..self.clone() }
    }
}

impl Section {
    fn digits(self) -> usize {
        match self {
            Self::S | Self::Y => 3,
            Self::U => 2,
        }
    }
}

impl fmt::Display for RowId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}{:0width$}", self.section, self.number, width = self.section.digits())?;
        match &self.option {
            Some(option) => write!(f, "[{option}]"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RowId;

    #[test]
    fn an_id_prints_as_it_was_written() {
        for id in ["S001", "Y297", "U09", "Y004[batch_size]", "Y085[$in]"] {
            assert_eq!(RowId::parse(id).map(|row| row.to_string()).as_deref(), Some(id));
        }
    }

    #[test]
    fn what_is_no_id_is_refused() {
        for text in ["", "S1", "S0001", "U001", "X001", "s001", "S0a1", "Y004[]", "Y004[a", "é01", "S001 "] {
            assert_eq!(RowId::parse(text), None, "{text}");
        }
    }

    #[test]
    fn ids_sort_as_in_the_documents() {
        let ids: Vec<_> = ["S223", "Y001", "Y004", "Y004[a]", "Y005", "U01"].iter().map(|id| RowId::parse(id)).collect();
        assert!(ids.is_sorted());
        assert!(ids.iter().all(Option::is_some));
    }
}
